"""Valid calls with one wrong value: what a careless agent would send."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from generators.blueprint import Action
from generators.domains.domain import Domain
from generators.domains.table import Base


def changed_arguments(action: Action, domain: Domain, base: Base) -> Iterator[Action]:
    """The action once per argument that matters, with another value of the same kind.

    Free words (a note, a summary) are left alone: wording is not what makes a call right.
    """
    tool = domain.tools_of(action.party)[action.tool]
    properties = tool.schema["function"]["parameters"]["properties"]
    for name, value in action.arguments.items():
        other = another_value(value, properties.get(name, {}), base)
        if other is not None:
            yield replace(action, arguments={**action.arguments, name: other})


def another_value(value: Any, schema: dict[str, Any], base: Base) -> Any:
    """Another value that the schema allows, or None where there is none worth trying.

    An id becomes the next id of its table, a date the day after, a number one more, an enumeration
    its next member.
    """
    choices = schema.get("enum") or next(
        (each["enum"] for each in schema.get("anyOf", ()) if "enum" in each), None
    )
    if choices:
        others = [choice for choice in choices if choice != value]
        return others[0] if others else None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return round(value + 1.0, 2)
    if isinstance(value, str):
        return _another_string(value, schema, base)
    return None


def _another_string(value: str, schema: dict[str, Any], base: Base) -> str | None:
    for table in base.tables.values():
        if value in table.rows:
            position = table.keys.index(value)
            return table.keys[(position + 1) % len(table.keys)]
    try:
        return (date.fromisoformat(value[:10]) + timedelta(days=1)).isoformat() + value[10:]
    except ValueError:
        pass
    if " " in value or not value:
        return None
    digits = [index for index, letter in enumerate(value) if letter.isdigit()]
    if digits:
        at = digits[-1]
        return value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1 :]
    return None
