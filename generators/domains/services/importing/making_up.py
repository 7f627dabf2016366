"""Rows made up for tables of which an import has too few, so that there is something to talk about."""

from collections.abc import Mapping
from random import Random
from typing import Any

from mimesis import Address, Finance, Person, Text
from mimesis.locales import Locale

from generators.domains.services.spec import FieldSpec
from personas.record import seeded

_PEOPLE = frozenset(
    [
        "owner",
        "customer",
        "user",
        "author",
        "person",
        "contact",
        "surname",
        "lastname",
        "tenant",
        "client",
        "member",
        "guest",
        "patient",
        "employee",
        "manager",
        "doctor",
        "teacher",
        "assignee",
        "applicant",
        "driver",
    ]
)
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
    free = (
        str(n) for n in range(_FIRST_KEY, _FIRST_KEY + count + len(taken)) if str(n) not in taken
    )
    return [
        {name: number if name == key else _value(name, each, rng) for name, each in fields.items()}
        for number, _ in zip(free, range(count), strict=False)
    ]


def _value(name: str, field: FieldSpec, rng: Random) -> Any:
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
    return _text(set(name.split("_")), rng)


def _text(words: set[str], rng: Random) -> str:
    seed = rng.getrandbits(32)
    person, place, text = (each(Locale.EN, seed=seed) for each in (Person, Address, Text))
    if words & {"email", "mail"}:
        return person.email(domains=["example.org"])
    if words & {"phone", "telephone", "mobile"}:
        return f"555-{rng.randint(100, 199)}-{rng.randint(0, 9999):04}"
    if words & {"city", "town", "location", "place"}:
        return place.city()
    if words & {"street", "address"}:
        return place.address()
    if "country" in words:
        return place.country()
    if "company" in words:
        return Finance(Locale.EN, seed=seed).company()
    if words & _PEOPLE:
        return person.full_name()
    if "currency" in words:
        return rng.choice(("EUR", "GBP", "USD"))
    if words & {"colour", "color"}:
        return text.color().lower()
    return f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
