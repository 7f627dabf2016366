"""Writes that nobody asked for, as a careless agent makes one: valid, and one too many."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.domains.tool import Tool
from generators.event import AGENT
from generators.spoil import changed_arguments

_PER_LIST = 4
_PER_TOOL = 3
_WORDS = "Please look into this."


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
            for arguments in _filled(tool, known, base, blueprint.clock):
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


def _filled(
    tool: Tool, known: Mapping[str, list[Any]], base: Base, clock: str
) -> Iterator[dict[str, Any]]:
    """Arguments that the tool's schema allows, as far as that can be told."""
    parameters = tool.schema["function"]["parameters"]
    required = parameters["required"]
    row = {} if known.keys() >= set(required) else _row_with(required, base)
    choices = {
        name: _choices(name, parameters["properties"][name], known, row, clock) for name in required
    }
    if all(choices.values()):
        for turn in range(min(_PER_TOOL, max(map(len, choices.values()), default=1))):
            yield {name: each[turn % len(each)] for name, each in choices.items()}


def _row_with(names: Sequence[str], base: Base) -> dict[str, Any]:
    """The first row of the table that has most fields of these names, as far as it has them."""
    best: dict[str, Any] = {}
    for table in base.tables.values():
        if table.keys:
            row = table.rows[table.keys[0]]
            found = {name: getattr(row, name) for name in names if hasattr(row, name)}
            best = max(best, found, key=len)
    return best


def _choices(
    name: str,
    schema: Mapping[str, Any],
    known: Mapping[str, list[Any]],
    row: Mapping[str, Any],
    clock: str,
) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    named = [*known.get(name, ()), *([row[name]] if name in row else ())]
    match schema.get("type"):
        case "boolean":
            return [True, False]
        case "integer":
            low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return [*(each for each in named if isinstance(each, int)), low + 1]
        case "number":
            low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return [*(each for each in named if isinstance(each, (int, float))), low + 1.0]
        case "string":
            found = [each for each in named if isinstance(each, str)]
            return found or [_WORDS, clock[:10], clock[11:16]]
        case "array":
            return [[]]
    return []
