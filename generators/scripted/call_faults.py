"""Planned faults in the agent's calls: wrong values, calls that nobody asked for, calls that fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from generators.domains.table import ToolFailure
from generators.event import AGENT
from generators.extra_write import extra_writes
from generators.faults import Fault
from generators.replay import rehearse
from generators.scripted.agent_script import Line
from generators.scripted.spoiler import Spoiler, calls_in, writes_in
from generators.spoil import another_value


def wrong_argument(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """One write gets another value that its tool takes as well."""
    writes = writes_in(lines)
    last = not fault.at.startswith("write:") or fault.at == "write:last"
    number = len(writes) if last else int(fault.at.removeprefix("write:"))
    if not 0 < number <= len(writes):
        return lines
    index = writes[number - 1]
    for changed in _changed(lines[index], spoiler):
        return [*lines[:index], replace(changed, fault=fault), *lines[index + 1 :]]
    return lines


def extra_write(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """A write that nobody asked for, tried out beforehand: it must go through, and show in the end."""
    calls = calls_in(lines, spoiler.goal_at(fault))
    if not calls:
        return lines
    at = calls[-1] + 1
    before = sum(line.kind == "call" for line in lines[:at])
    for extra in _extra_calls(spoiler):
        if _shows(extra, before, spoiler):
            added = replace(extra, goal=lines[at - 1].goal, careless=True, fault=fault)
            return [*lines[:at], added, *lines[at:]]
    return lines


def _shows(extra: Line, after: int, spoiler: Spoiler) -> bool:
    """Whether the call, made after so many calls of the agent, leads to another end state."""
    world, made = spoiler.world(), 0
    for action in spoiler.blueprint.actions:
        world.call(action.party, action.tool, _json(action.arguments))
        made += action.party == AGENT
        if made == after and action.party == AGENT:
            if world.call(AGENT, extra.tool, extra.arguments).error:
                return False
    return world.state_hash() != spoiler.blueprint.end_hash


def _extra_calls(spoiler: Spoiler) -> Iterator[Line]:
    """Valid writes that no goal asks for, in any order: one agent does too much here, another there."""
    run = rehearse(spoiler.blueprint, spoiler.domain, spoiler.blueprint.actions)
    values = [entry.value for entry in run.timeline.entries]
    found = list(extra_writes(spoiler.blueprint, spoiler.domain, run.world.db.base, values))
    spoiler.rng.shuffle(found)
    for action in found:
        yield Line("call", "", tool=action.tool, arguments=_json(action.arguments), writes=True)


def unknown_tool(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Calls something that does not exist before a right call."""

    def extra(line: Line) -> list[Line]:
        name = spoiler.rng.choice((f"{line.tool}_v2", f"quick_{line.tool}", f"{line.tool}_info"))
        return [replace(line, tool=name, writes=False, batch=0, careless=True, fault=fault)]

    return _before_a_call(lines, fault, spoiler, extra)


def uses_old_name(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """In an environment where tools have other names: calls one as it is called elsewhere."""
    naming = spoiler.domain.naming

    def extra(line: Line) -> list[Line]:
        original = naming.tool(AGENT, line.tool)
        if original == line.tool or line.tool in naming.added:
            return []
        arguments = naming.given(AGENT, line.tool, msgspec.json.decode(line.arguments))
        old = replace(line, tool=original, arguments=_json(arguments), writes=False, batch=0)
        return [replace(old, careless=True, fault=fault)]

    return _before_a_call(lines, fault, spoiler, extra)


def invalid_arguments(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Makes a call with broken JSON or a value of a wrong type before it makes it right."""

    def extra(line: Line) -> list[Line]:
        broken = line.arguments[:-1]
        if line.arguments != "{}" and spoiler.rng.random() < 0.5:
            first = next(iter(msgspec.json.decode(line.arguments)))
            broken = _json({**msgspec.json.decode(line.arguments), first: [None]})
        return [replace(line, arguments=broken, batch=0, careless=True, fault=fault)]

    return _before_a_call(lines, fault, spoiler, extra)


def repeats_failing_call(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Three times the same call that must fail: an argument is of the wrong kind for the tool."""

    def extra(line: Line) -> list[Line]:
        arguments = msgspec.json.decode(line.arguments)
        if not arguments:
            return []
        first = next(iter(arguments))
        wrong = replace(
            line, arguments=_json({**arguments, first: None}), batch=0, careless=True, writes=False
        )
        for value in ("unknown", "0", "ZZ-000"):
            guess = _json({**arguments, first: value})
            world = spoiler.world()
            if world.call(AGENT, line.tool, guess).error not in ("", "invalid_arguments"):
                wrong = replace(wrong, arguments=guess)
                break
        return [wrong, replace(wrong, fault=fault), wrong]

    return _before_a_call(lines, fault, spoiler, extra)


def _before_a_call(
    lines: list[Line], fault: Fault, spoiler: Spoiler, extra: Callable[[Line], list[Line]]
) -> list[Line]:
    calls = calls_in(lines, spoiler.goal_at(fault))
    if not calls:
        return lines
    at = spoiler.rng.choice(calls)
    while at and lines[at].batch and lines[at - 1].batch == lines[at].batch:
        at -= 1
    return [*lines[:at], *extra(lines[at]), *lines[at:]]


def _changed(line: Line, spoiler: Spoiler) -> Iterator[Line]:
    """The call with one other value, as long as the tool still takes it."""
    tool = spoiler.domain.agent_tools[line.tool]
    properties = tool.schema["function"]["parameters"]["properties"]
    arguments = msgspec.json.decode(line.arguments)
    names = sorted(arguments)
    spoiler.rng.shuffle(names)
    for name in names:
        other = another_value(arguments[name], properties.get(name, {}), spoiler.world().db.base)
        if other is None:
            continue
        raw = _json({**arguments, name: other})
        try:
            tool.parse(raw)
        except ToolFailure:  # Not a valid value after all: the next argument may do.
            continue
        yield replace(line, arguments=raw, batch=0, careless=True)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
