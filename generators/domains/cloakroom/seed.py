"""Tonight's guests and what they handed in."""

from mimesis import Person
from mimesis.locales import Locale

from generators.domains.cloakroom.database import TABLES, Guest, Item, Kind, Note
from generators.domains.table import Base
from personas.record import seeded

CLOCK = "2025-03-14T21:40:00"

_COLOURS = ("black", "blue", "red", "green", "grey", "brown")
_FEES: dict[Kind, float] = {"coat": 2.0, "bag": 2.5, "umbrella": 1.0, "suitcase": 4.0}


def seed(number: int) -> Base:
    """Sixty guests with one to three items each."""
    rng = seeded(number, "cloakroom", "seed")
    person = Person(Locale.EN_GB, seed=rng.getrandbits(32))
    guests, items = [], []
    for index in range(60):
        seat = f"{'ABCDEFGHJK'[index // 6]}{index % 6 + 1}"
        guest = Guest(guest_id=f"G{index + 1:03d}", name=person.full_name(), seat=seat)
        guests.append(guest)
        for kind in rng.sample(sorted(_FEES), rng.randint(1, 3)):
            items.append(
                Item(
                    ticket=f"T{len(items) + 101}",
                    guest_id=guest.guest_id,
                    kind=kind,
                    colour=rng.choice(_COLOURS),
                    shelf=f"{rng.randint(1, 9)}-{rng.randint(10, 99)}",
                    fee=_FEES[kind],
                    paid=rng.random() < 0.5,
                    state="stored",
                )
            )
    return Base(TABLES, {Guest: guests, Item: items, Note: []})
