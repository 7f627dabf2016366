"""A small schema-guided description of our own, with rows: boats, tides, lessons and a ferry."""

import gzip
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

_HARBOURS = ("Alder Cove", "Birch Point", "Clay Harbour", "Dune End")
_KINDS = ("sailing", "rowing", "motor")


def slot(name: str, description: str, *values: str) -> dict[str, Any]:
    """A slot, categorical where it has values."""
    return {
        "name": name,
        "description": description,
        "is_categorical": bool(values),
        "possible_values": list(values),
    }


def intent(
    name: str,
    description: str,
    writes: bool,
    required: list[str],
    optional: dict[str, str],
    result: list[str],
) -> dict[str, Any]:
    """An intent as published."""
    return {
        "name": name,
        "description": description,
        "is_transactional": writes,
        "required_slots": required,
        "optional_slots": optional,
        "result_slots": result,
    }


BOATS: dict[str, Any] = {
    "service_name": "Boats_1",
    "description": "Boats for hire at four harbours",
    "slots": [
        slot("harbour", "Location of the boat"),
        slot("boat_name", "Name of the boat"),
        slot("kind", "Kind of boat", *_KINDS),
        slot("has_cabin", "Boolean flag indicating if the boat has a cabin", "True", "False"),
        slot("price_per_day", "Price for a day"),
        slot("start_date", "First day of the hire"),
        slot("number_of_days", "Number of days of the hire", "1", "2", "3", "4"),
    ],
    "intents": [
        intent(
            "FindBoat",
            "Find a boat at a given harbour",
            False,
            ["harbour"],
            {"kind": "dontcare", "has_cabin": "dontcare"},
            ["harbour", "boat_name", "kind", "has_cabin", "price_per_day"],
        ),
        intent(
            "HireBoat",
            "Hire the selected boat for given dates",
            True,
            ["boat_name", "start_date", "number_of_days"],
            {},
            ["boat_name", "kind", "price_per_day", "start_date", "number_of_days"],
        ),
    ],
}

TIDES: dict[str, Any] = {
    "service_name": "Tides_2",
    "description": "When the water is high",
    "slots": [
        slot("harbour", "Harbour for the tide"),
        slot("date", "Date of the tide"),
        slot("high_water", "Time of high water"),
        slot("height", "Height of the water in metres"),
    ],
    "intents": [
        intent(
            "GetTide",
            "Get the tide of a certain harbour on a date",
            False,
            ["harbour"],
            {"date": "2031-05-02"},
            ["harbour", "date", "high_water", "height"],
        )
    ],
}

LESSONS: dict[str, Any] = {
    "service_name": "Lessons_1",
    "description": "Sailing lessons",
    "slots": [
        slot("lesson_date", "Day of the lesson"),
        slot("lesson_time", "Time of the lesson"),
        slot("teacher", "Who teaches"),
    ],
    "intents": [
        intent(
            "GetLessons",
            "Get list of the lessons of the user on a given day",
            False,
            ["lesson_date"],
            {},
            ["lesson_date", "lesson_time", "teacher"],
        ),
        intent(
            "BookLesson",
            "Book lesson with a teacher",
            True,
            ["lesson_date", "lesson_time", "teacher"],
            {},
            ["lesson_date", "lesson_time", "teacher"],
        ),
    ],
}

FERRY: dict[str, Any] = {
    "service_name": "Ferry_1",
    "description": "A ferry on call",
    "slots": [
        slot("landing", "Landing to go to"),
        slot("number_of_seats", "Number of seats", "1", "2", "3"),
        slot("fare", "What it costs"),
    ],
    "intents": [
        intent(
            "CallFerry",
            "Call a ferry to a given landing",
            True,
            ["landing", "number_of_seats"],
            {},
            ["landing", "number_of_seats", "fare"],
        )
    ],
}


def _boat(number: int) -> dict[str, str]:
    return {
        "harbour": _HARBOURS[number % 4],
        "boat_name": f"{('Heron', 'Otter', 'Teal', 'Swift', 'Wren')[number % 5]} {number}",
        # No motor boat lies at the last harbour.
        "kind": _KINDS[number % (2 if number % 4 == 3 else 3)],
        "has_cabin": str(number % 2 == 0),
        "price_per_day": f"{30 + number}.50",
    }


_BOAT_ROWS = [_boat(number) for number in range(40)]
ROWS: dict[tuple[str, str], list[Any]] = {
    ("Boats_1", "FindBoat"): _BOAT_ROWS,
    ("Boats_1", "HireBoat"): [
        {
            **{name: _BOAT_ROWS[n][name] for name in ("boat_name", "kind", "price_per_day")},
            "start_date": f"2031-05-{n + 3:02}",
            "number_of_days": str(n % 4 + 1),
        }
        for n in range(20)
    ],
    ("Tides_2", "GetTide"): [
        {
            "harbour": _HARBOURS[number % 4],
            "date": f"2031-05-{number % 9 + 1:02}",
            "high_water": f"{number % 12 + 6:02}:{number % 6}0",
            "height": f"{2 + number / 10:.1f}",
        }
        for number in range(24)
    ],
    ("Lessons_1", "GetLessons"): [
        {
            "lesson_date": f"2031-05-{number % 9 + 1:02}",
            "lesson_time": f"{number % 8 + 9:02}:30",
            "teacher": ("Maren Holt", "Piet Rood", "Ana Serra")[number % 3],
        }
        for number in range(200)
    ],
    ("Lessons_1", "BookLesson"): [
        {"lesson_date": f"2031-06-{n + 1:02}", "lesson_time": "10:30", "teacher": "Lea Brandt"}
        for n in range(12)
    ],
    ("Ferry_1", "CallFerry"): [
        {
            "landing": f"{('North', 'South', 'Mill', 'Abbey')[number % 4]} Landing",
            "number_of_seats": str(number % 3 + 1),
            "fare": f"{4 + number}",
        }
        for number in range(12)
    ],
}


def services() -> list[dict[str, Any]]:
    """All four, to be changed at will."""
    return deepcopy([BOATS, TIDES, LESSONS, FERRY])


def written(
    folder: Path, schema: Any, rows: dict[tuple[str, str], list[Any]] | None = None
) -> tuple[Path, Path]:
    """The two files of an import: a schema (text as it stands, anything else as JSON), and rows."""
    first, second = folder / "schema.json", folder / "rows.jsonl.gz"
    first.write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
    lines = [
        json.dumps({"service": service, "intent": name, "rows": each})
        for (service, name), each in (ROWS if rows is None else rows).items()
    ]
    second.write_bytes(gzip.compress("\n".join(lines).encode()))
    return first, second
