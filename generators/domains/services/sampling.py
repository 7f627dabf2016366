"""Values that callers bring along and that the data of a service need not have."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from generators.domains.services.cases import Moment
from generators.domains.services.scope import Scope, field_of
from generators.domains.services.spec import FieldSpec, ToolSpec
from generators.domains.services.values import as_text


def sampler(scope: Scope, tool: ToolSpec, moment: Moment) -> Callable[[str], Any]:
    """Values that callers bring along, by argument: examples that belong together, choices, values of
    other rows, or days and numbers as they come."""
    rng = moment.rng
    places: dict[int, int] = {}

    def sample(name: str) -> Any:
        field = field_of(scope.spec, tool, name)
        if field.examples:
            count = len(field.examples)
            places.setdefault(count, rng.randrange(count))
            return field.examples[places[count]]
        if field.choices:
            return rng.choice(field.choices)
        column = tool.arguments[name].field or name
        rows = list(moment.db[scope.row(tool.table)])
        seen = sorted({getattr(row, column) for row in rows} - {None}, key=as_text)
        return rng.choice(seen) if seen else _anything(field, moment.db.now, rng)

    return sample


def _anything(field: FieldSpec, now: datetime, rng: Random) -> Any:
    day = (now + timedelta(days=rng.randint(1, 20))).date().isoformat()
    time = f"{rng.randint(8, 20):02}:{rng.choice((0, 15, 30, 45)):02}"
    return {
        "boolean": rng.random() < 0.5,
        "integer": rng.randint(1, 6),
        "number": float(rng.randint(10, 400)),
        "date": day,
        "time": time,
        "datetime": f"{day}T{time}",
    }.get(field.type)
