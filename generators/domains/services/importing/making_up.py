"""Rows made up for tables of which an import has too few, so that there is something to talk about."""

from collections.abc import Mapping
from random import Random
from typing import Any

from mimesis import Address, Finance, Person
from mimesis.locales import Locale

from generators.domains.services.spec import FieldSpec
from personas.record import seeded

_PEOPLE = {
    "owner",
    "customer",
    "user",
    "author",
    "person",
    "contact",
    "surname",
    "tenant",
    "client",
}
_PEOPLE |= {"member", "guest", "patient", "employee", "manager", "doctor", "teacher", "driver"}
_FIRST = (
    "Amber",
    "Bright",
    "Copper",
    "Distant",
    "Early",
    "Fern",
    "Golden",
    "High",
    "Linden",
    "Misty",
)
_SECOND = (
    "Arch",
    "Bridge",
    "Corner",
    "Field",
    "Gate",
    "Harbour",
    "Lane",
    "Meadow",
    "Mill",
    "Tower",
)
_FIRST_KEY = 1000


def made_up(
    table: str, key: str, fields: Mapping[str, FieldSpec], taken: set[str], count: int
) -> list[dict[str, Any]]:
    """So many rows with keys that are not ``taken``. The same table gets the same rows always."""
    rng = seeded(0, table, "rows")
    words = _Words(rng)
    numbers = range(_FIRST_KEY, _FIRST_KEY + count + len(taken))
    free = [str(each) for each in numbers if str(each) not in taken]
    return [
        {
            name: number if name == key else _value(name, each, rng, words)
            for name, each in fields.items()
        }
        for number in free[:count]
    ]


def _value(name: str, field: FieldSpec, rng: Random, words: "_Words") -> Any:
    if field.choices:
        return rng.choice(field.choices)
    day = f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    time = f"{rng.randint(8, 19):02}:{rng.choice((0, 15, 30, 45)):02}"
    match field.type:
        case "boolean":
            return rng.random() < 0.5
        case "integer":
            return rng.randint(1, 40)
        case "number":
            return round(rng.uniform(5, 500), 2)
        case "date":
            return day
        case "time":
            return time
        case "datetime":
            return f"{day}T{time}:00"
    return words.text(set(name.split("_")))


class _Words:
    """Texts by what a field is called."""

    def __init__(self, rng: Random) -> None:
        seed = rng.getrandbits(32)
        self._rng = rng
        self._person = Person(Locale.EN, seed=seed)
        self._place = Address(Locale.EN, seed=seed)
        self._money = Finance(Locale.EN, seed=seed)

    def text(self, words: set[str]) -> str:
        """A text for a field with these words in its name."""
        rng = self._rng
        if words & {"email", "mail"}:
            return self._person.email(domains=["example.org"])
        if words & {"phone", "telephone", "mobile"}:
            return f"555-{rng.randint(100, 199)}-{rng.randint(0, 9999):04}"
        if words & {"city", "town", "location", "place"}:
            return self._place.city()
        if words & {"street", "address"}:
            return self._place.address()
        if "country" in words:
            return self._place.country()
        if "company" in words:
            return self._money.company()
        if words & _PEOPLE:
            return self._person.full_name()
        if "currency" in words:
            return rng.choice(("EUR", "GBP", "USD"))
        if words & {"colour", "color"}:
            return rng.choice(("black", "blue", "green", "grey", "red", "white", "yellow"))
        return f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
