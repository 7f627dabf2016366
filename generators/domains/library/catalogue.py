"""What does not change from seed to seed: branches, memberships, rooms, and names to draw from."""

from generators.domains.library.database import Branch, MembershipKind, Room

BRANCHES = (
    Branch(
        code="bridge-street",
        name="Bridge Street Library",
        street="12 Bridge Street",
        staff_line="0440 217 31",
    ),
    Branch(
        code="eastfield",
        name="Eastfield Library",
        street="3 Chapel Row",
        staff_line="0440 218 62",
    ),
    Branch(code="harbour", name="Harbour Library", street="40 Ropewalk", staff_line="0440 219 45"),
    Branch(
        code="old-mill", name="Old Mill Library", street="1 Weir Lane", staff_line="0440 216 78"
    ),
)
BRANCH_NAMES = {row.code: row.name for row in BRANCHES}


def _kind(
    code: str,
    loans: int,
    reservations: int,
    fine: tuple[float, float],
    block_at: float,
    fees: tuple[float, float, float],
    months: int,
    ebooks: int,
) -> MembershipKind:
    return MembershipKind(
        code=code,
        name=f"{code.capitalize()} membership",
        max_loans=loans,
        max_reservations=reservations,
        daily_fine=fine[0],
        fine_cap=fine[1],
        block_at=block_at,
        reservation_fee=fees[0],
        transfer_fee=fees[1],
        renewal_fee=fees[2],
        renewal_months=months,
        ebooks_per_month=ebooks,
    )


KINDS = (
    _kind("adult", 20, 5, (0.3, 9.0), 15.0, (1.0, 1.6, 18.0), 12, 8),
    _kind("student", 15, 4, (0.2, 6.0), 12.0, (0.4, 0.8, 9.0), 12, 10),
    _kind("child", 12, 4, (0.05, 2.0), 5.0, (0.0, 0.0, 0.0), 12, 4),
    _kind("household", 30, 6, (0.25, 8.0), 18.0, (0.7, 0.0, 32.0), 12, 12),
    _kind("temporary", 5, 2, (0.35, 10.0), 10.0, (1.4, 2.4, 7.5), 3, 3),
)

ROOMS = (
    Room(code="bs-1", name="Rose Room", branch="bridge-street", kind="study", seats=4),
    Room(code="bs-2", name="Pillar Room", branch="bridge-street", kind="study", seats=6),
    Room(code="bs-m", name="Makerspace", branch="bridge-street", kind="makerspace", seats=5),
    Room(code="ef-1", name="Garden Room", branch="eastfield", kind="study", seats=4),
    Room(code="hb-1", name="Quay Room", branch="harbour", kind="study", seats=8),
    Room(code="hb-2", name="Chart Room", branch="harbour", kind="study", seats=2),
    Room(code="om-1", name="Wheel Room", branch="old-mill", kind="study", seats=4),
    Room(code="om-m", name="Workshop", branch="old-mill", kind="makerspace", seats=6),
)

# fmt: off
_FIRST = (
    "Salt", "Copper", "Winter", "Borrowed", "Crooked", "Silent", "Amber", "Northern", "Paper",
    "Hollow", "Velvet", "Second", "Distant", "Painted", "Wandering", "Midnight", "Iron", "Gentle",
    "Broken", "Seventh", "Hidden", "Lemon", "Marble", "Restless",
)
_SECOND = (
    "Orchard", "Lighthouse", "Cartographer", "Kitchen", "Meridian", "Harvest", "Staircase",
    "Beekeeper", "Almanac", "Ferry", "Clockmaker", "Archive", "Gardener", "Tide", "Parlour",
    "Compass", "Quarry", "Violin", "Causeway", "Apprentice", "Threshold", "Weathervane", "Sparrow",
    "Inventory",
)
TITLE_NAMES = tuple(f"The {first} {second}" for first in _FIRST for second in _SECOND)
"""Names for titles of ours and of our partners."""

WISHES = (
    "A Field Guide to Moss", "Bread from Four Valleys", "Letters to a Surveyor",
    "How Bridges Rest", "Knitting for Night Owls", "Small Boats and Large Weather",
    "The Grammar of Maps", "Repairing Almost Anything", "Ten Walks by Canal",
    "A Short History of Rain", "Cooking on One Ring", "Voices from the Weaving Mill",
    "Chess for Late Beginners", "The Year of Hedgerows", "Clay and How to Fire It",
    "Songs of the Ferrymen", "Understanding Your Boiler", "Birds on the Breakwater",
    "A Beginner's Almanac of Stars", "Drawing Hands and Feet",
)
"""Names of what nobody has yet, for members to suggest."""

EVENT_NAMES = (
    "Ukulele for Starters", "Poems over Coffee", "Family Tree Clinic", "Soldering Evening",
    "Crime Readers' Circle", "Mending Afternoon", "Harbour Photo Walk", "Writing Short Stories",
    "Beginners' Bookbinding", "An Evening with Local Maps", "Chess for Everybody",
    "Print Your Own Cards", "Talking about Podcasts", "Lantern Making", "Spanish over Lunch",
    "Board Games until Late", "Sewing Machine Basics", "Reading the Night Sky",
    "Gardening in Small Spaces", "Letters from the Archive", "Film and Discussion",
    "Calligraphy in an Hour", "Repairing Old Books", "Singing without Notes",
    "Tablet and Phone Help", "Drawing Your Street", "Paper Boats and Stories", "Rhymes and Rattles",
)
PARTNERS = (
    "Corriston City Library", "Fenwell County Library", "Teasel University Library",
    "Dunmarsh Libraries",
)
# fmt: on

MEDIA = {
    "book": (28, True, (12, 40)),
    "audiobook": (21, True, (15, 35)),
    "film": (7, False, (14, 25)),
    "board game": (14, False, (25, 60)),
}
"""Medium -> days of a loan, whether it can be renewed, and the range of prices."""
