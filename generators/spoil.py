"""Valid calls that are wrong, as careless agents make them: with one value changed, or one too many."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.domains.tool import Tool
from generators.event import AGENT


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


def extra_writes(
    blueprint: Blueprint, domain: Domain, base: Base, values: Sequence[Any]
) -> Iterator[Action]:
    """Writes of the agent that no goal asks for, likeliest to be possible first: those of the plan with
    another value, then every other tool with values of its schema, of the plan and of ``values``, which
    are what the plan's calls gave. Whether they can be carried out is for the world to say."""
    planned = [
        action
        for action in blueprint.actions
        if action.party == AGENT and action.tool in domain.agent_tools
    ]
    writes = [action for action in planned if domain.agent_tools[action.tool].writes]
    for action in reversed(writes):
        yield from changed_arguments(action, domain, base)
    known = _values_by_name(planned, values)
    used = {action.tool for action in writes}
    for name, tool in sorted(domain.agent_tools.items()):
        if tool.writes and name not in used:
            for arguments in _filled(tool, known, base):
                yield Action(
                    id="extra", party=AGENT, tool=name, arguments=arguments, goal="", writes=True
                )


def _values_by_name(actions: Sequence[Action], values: Sequence[Any]) -> dict[str, list[Any]]:
    """What the plan's arguments and results call by each name, the latest first."""
    found: dict[str, list[Any]] = {}

    def take(value: Any) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if isinstance(each, (dict, list)):
                    take(each)
                else:
                    found.setdefault(name, []).append(each)
        elif isinstance(value, list):
            for each in value[:_PER_LIST]:
                take(each)

    for action in actions:
        take(action.arguments)
    for value in values:
        take(value)
    return {name: list(dict.fromkeys(reversed(each))) for name, each in found.items()}


_PER_LIST = 4
_PER_TOOL = 3


def _filled(tool: Tool, known: dict[str, list[Any]], base: Base) -> Iterator[dict[str, Any]]:
    """Arguments that the tool's schema allows, as far as that can be told."""
    parameters = tool.schema["function"]["parameters"]
    required = parameters["required"]
    choices = {
        name: _choices(name, parameters["properties"][name], known, base) for name in required
    }
    if all(choices.values()):
        for turn in range(min(_PER_TOOL, max(map(len, choices.values()), default=1))):
            yield {name: each[turn % len(each)] for name, each in choices.items()}


def _choices(
    name: str, schema: dict[str, Any], known: dict[str, list[Any]], base: Base
) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    kind = schema.get("type")
    if kind == "boolean":
        return [True, False]
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        named = [each for each in known.get(name, ()) if isinstance(each, (int, float))]
        return [*named, low + 1] if kind == "integer" else [*named, low + 1.0]
    if kind == "string":
        named = [each for each in known.get(name, ()) if isinstance(each, str)]
        keys = [
            table.keys[0] for table in base.tables.values() if table.spec.key == name and table.keys
        ]
        return [*named, *keys] or ["Please look into this."]
    return [[]] if kind == "array" else []
