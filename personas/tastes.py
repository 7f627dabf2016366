"""What a person likes and dislikes, and which fields they know besides their work.

Words only: each like fits after "enjoys", each dislike after "cannot stand".
"""

from random import Random
from typing import NamedTuple

from personas.occupations import TRAININGS


class Like(NamedTuple):
    """Something to enjoy, by whom (ages), and the field that one learns something about by it."""

    name: str
    youngest: int = 18
    oldest: int = 120
    field: str = ""


LIKES = (
    Like("gardening", 30, field="agriculture"),
    Like("baking bread", 22, field="hospitality"),
    Like("cooking for friends", 18, 80, "hospitality"),
    Like("long walks"),
    Like("hiking", 18, 75),
    Like("cycling", 18, 75, "sport"),
    Like("swimming", 18, 82, "sport"),
    Like("running", 18, 60, "sport"),
    Like("climbing", 18, 45, "sport"),
    Like("yoga", 18, 78),
    Like("football", 18, 60, "sport"),
    Like("watching tennis"),
    Like("chess"),
    Like("board games"),
    Like("card games", 35),
    Like("crosswords", 40),
    Like("video games", 18, 45, "software"),
    Like("crime novels"),
    Like("historical novels"),
    Like("science fiction"),
    Like("poetry", field="media"),
    Like("podcasts", 18, 65, "media"),
    Like("documentaries", field="science"),
    Like("old films"),
    Like("jazz"),
    Like("choir singing", field="arts"),
    Like("classical concerts", 25),
    Like("going to gigs", 18, 50),
    Like("playing the guitar", 18, 75, "arts"),
    Like("playing the piano", field="arts"),
    Like("painting watercolours", 30, field="arts"),
    Like("photography", 18, 80, "arts"),
    Like("pottery", 22, 80, "arts"),
    Like("knitting", field="manufacturing"),
    Like("sewing", field="manufacturing"),
    Like("woodworking", 25, 80, "construction"),
    Like("restoring old furniture", 30, 80, "construction"),
    Like("repairing bicycles", 18, 70, "transport"),
    Like("model railways", 35, field="transport"),
    Like("motorbikes", 20, 65, "transport"),
    Like("birdwatching", 30, field="science"),
    Like("stargazing", field="science"),
    Like("fishing", 20, 82),
    Like("camping", 18, 65),
    Like("sailing", 20, 72),
    Like("skiing", 18, 68, "sport"),
    Like("dancing", 18, 80),
    Like("flea markets"),
    Like("museum visits"),
    Like("learning languages", field="media"),
    Like("city trips", 20, 75),
    Like("train journeys"),
    Like("good coffee"),
    Like("tea with neighbours", 55),
    Like("family history", 50, field="public service"),
    Like("volunteering", 18, 80, "social work"),
    Like("keeping bees", 30, 75, "agriculture"),
    Like("dogs"),
    Like("cats"),
    Like("home brewing", 25, 65, "hospitality"),
    Like("programming side projects", 18, 55, "software"),
    Like("following the stock market", 25, 80, "finance"),
    Like("local politics", 25, 80, "public service"),
)

DISLIKES = (
    "waiting on hold",
    "small print",
    "unclear bills",
    "being called at mealtimes",
    "repeating the same thing twice",
    "automated menus",
    "marketing calls",
    "long forms",
    "loud music in shops",
    "crowded trains",
    "cold weather",
    "hot summers",
    "early mornings",
    "last-minute changes",
    "hidden fees",
    "jargon",
    "being put through to someone else",
    "gossip",
    "litter",
    "bad parking",
    "late deliveries",
    "queues",
    "weak coffee",
    "spicy food",
    "mushrooms",
    "flying",
    "lifts",
    "heavy traffic",
    "noisy neighbours",
    "wasted food",
    "passwords",
    "software updates",
    "paperwork",
    "small talk",
    "surprise parties",
    "shopping centres",
    "being rushed",
    "unanswered emails",
    "vague answers",
    "leaf blowers",
)
# Dislikes that sit badly with a register.
_UNSUITED: dict[str, tuple[str, ...]] = {
    "small talk": ("chatty",),
    "gossip": ("chatty",),
    "being rushed": ("impatient",),
}


def likes_for(age: int, random: Random) -> tuple[Like, ...]:
    """Two to five things to enjoy that suit the age."""
    fitting = [each for each in LIKES if each.youngest <= age <= each.oldest]
    return tuple(random.sample(fitting, random.randint(2, 5)))


def dislikes_for(register: str, likes: tuple[Like, ...], random: Random) -> tuple[str, ...]:
    """One to three things that the person cannot stand, none of them about what they like."""
    loved = {word for like in likes for word in like.name.split()}
    fitting = [
        each
        for each in DISLIKES
        if register not in _UNSUITED.get(each, ()) and loved.isdisjoint(each.split())
    ]
    return tuple(random.sample(fitting, random.randint(1, 3)))


def fields_for(work: str, likes: tuple[Like, ...], random: Random) -> tuple[str, ...]:
    """The fields a person knows something of: work first, then what they like, at most three."""
    fields = dict.fromkeys([work] if work else [])
    for like in likes:
        if like.field and random.random() < 0.6:
            fields.setdefault(like.field)
    if not fields:
        fields.setdefault(random.choice(sorted(TRAININGS)))
    return tuple(fields)[:3]
