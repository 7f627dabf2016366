"""What tools show of a caller, found by looking: reads whose arguments earlier results have given."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from generators.domains.world import World
from generators.event import AGENT
from personas.record import Record

_MOST = 12
_EACH = 3
"""How many calls are made at most, and how many of one tool."""
_LONGEST = 2000
_DEPTH = 3


class Shown(Record):
    """A call and its result, both as JSON."""

    tool: str
    arguments: str
    result: str


def looked_up(world: World, known: Mapping[str, Any], first: tuple[Shown, ...]) -> list[Shown]:
    """The calls in ``first``, which have been made already, and more reads of the agent that follow from
    them: every required argument is a value that an earlier result had under the same name, or one of
    the ``known`` ones. Changes nothing in the world; long results are cut."""
    values: dict[str, list[Any]] = {name: [value] for name, value in known.items()}
    found = list(first)
    for each in first:
        _learn(msgspec.json.decode(each.result), values)
    made = {(each.tool, each.arguments) for each in first}
    for _ in range(_DEPTH):
        before = len(found)
        for tool, arguments in list(_possible(world, values)):
            raw = msgspec.json.encode(arguments).decode()
            if len(found) >= _MOST or (tool, raw) in made:
                continue
            if sum(each.tool == tool for each in found) >= _EACH:
                continue
            made.add((tool, raw))
            outcome = world.call(AGENT, tool, raw)
            if outcome.error:
                continue
            _learn(msgspec.json.decode(outcome.content), values)
            shown = outcome.content
            cut = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
            found.append(Shown(tool=tool, arguments=raw, result=cut))
        if len(found) == before:
            break
    return found


def _possible(
    world: World, values: Mapping[str, list[Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, tool in sorted(world.domain.agent_tools.items()):
        needed = tool.schema["function"]["parameters"]["required"]
        if tool.writes or not needed or any(each not in values for each in needed):
            continue
        # With several arguments only the first values are tried together: which belong to which is
        # not known here.
        choices = values[needed[0]][:_EACH] if len(needed) == 1 else values[needed[0]][:1]
        rest = {each: values[each][0] for each in needed[1:]}
        for value in choices:
            yield name, {needed[0]: value, **rest}


def _learn(result: Any, values: dict[str, list[Any]]) -> None:
    if isinstance(result, dict):
        for name, value in result.items():
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                seen = values.setdefault(name, [])
                if value not in seen:
                    seen.append(value)
            else:
                _learn(value, values)
    elif isinstance(result, list):
        for each in result:
            _learn(each, values)
