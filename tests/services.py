"""Services for tests: a small schema of our own with its rows, and the folders imported from it."""

import json
from pathlib import Path
from typing import Any

from generators.domains.services.importing.sgd import import_schema

TOWNS = ("Aldby", "Norrum", "Veldhaven", "Oster")
DAYS = ("2031-05-02", "2031-05-03", "2031-05-04")


def _slot(name: str, *values: str) -> dict[str, Any]:
    words = name.replace("_", " ")
    return {
        "name": name,
        "description": f"The {words}",
        "is_categorical": bool(values),
        "possible_values": list(values),
    }


def _intent(
    name: str, description: str, required: list[str], results: list[str], writes: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "is_transactional": writes,
        "required_slots": required,
        "optional_slots": {},
        "result_slots": results,
    }


SCHEMA: list[dict[str, Any]] = [
    {
        "service_name": "Kayaks_1",
        "description": "Kayaks for hire on rivers",
        "slots": [
            _slot("town"),
            _slot("seats", "1", "2", "3"),
            _slot("boat_name"),
            _slot("hire_date"),
            _slot("price"),
        ],
        "intents": [
            _intent(
                "FindKayak",
                "Find a kayak in a town",
                ["town", "seats"],
                ["boat_name", "town", "seats", "price"],
            ),
            _intent(
                "HireKayak",
                "Hire a kayak for a day",
                ["boat_name", "hire_date"],
                ["boat_name", "hire_date", "price"],
                writes=True,
            ),
        ],
    },
    {
        "service_name": "Bakeries_1",
        "description": "Bakeries that take orders",
        "slots": [
            _slot("town"),
            _slot("bread", "rye", "wheat", "spelt"),
            _slot("bakery_name"),
            _slot("phone_number"),
        ],
        "intents": [
            _intent(
                "FindBakery",
                "Find a bakery by what it bakes",
                ["town", "bread"],
                ["bakery_name", "town", "bread", "phone_number"],
            )
        ],
    },
]


def _rows() -> list[dict[str, Any]]:
    kayaks = [
        {
            "boat_name": f"{name} {number}",
            "town": town,
            "seats": str(number % 3 + 1),
            "price": str(10 + 3 * number),
        }
        for town, name in zip(TOWNS, ("Otter", "Heron", "Pike", "Teal"), strict=True)
        for number in range(12)
    ]
    hires = [
        {"boat_name": row["boat_name"], "hire_date": DAYS[at % 3], "price": row["price"]}
        for at, row in enumerate(kayaks)
    ]
    bakeries = [
        {
            "bakery_name": f"{owner} {town}",
            "town": town,
            "bread": bread,
            "phone_number": f"020-{at:02d}{place:02d}",
        }
        for place, town in enumerate(TOWNS)
        for at, (owner, bread) in enumerate(
            zip(("Corner", "Mill", "Harbour"), ("rye", "wheat", "spelt"), strict=True)
        )
    ]
    return [
        {"service": "Kayaks_1", "intent": "FindKayak", "rows": kayaks},
        {"service": "Kayaks_1", "intent": "HireKayak", "rows": hires},
        {"service": "Bakeries_1", "intent": "FindBakery", "rows": bakeries},
    ]


def sources(folder: Path) -> tuple[Path, Path]:
    """The schema and the rows as files."""
    schema, rows = folder / "schema.json", folder / "entities.jsonl"
    schema.write_text(json.dumps(SCHEMA))
    rows.write_text("".join(json.dumps(each) + "\n" for each in _rows()))
    return schema, rows


def service_folders(folder: Path) -> Path:
    """A folder of two service folders, ``kayaks_1`` and ``bakeries_1``."""
    out = folder / "services"
    made = list(import_schema(*sources(folder), out))
    assert [each.name for each in made if not each.problem] == ["kayaks_1", "bakeries_1"], made
    return out
