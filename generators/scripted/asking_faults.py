"""Planned faults in what the agent asks: too little, so that it guesses or says nothing of use, or too
much.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from generators.blueprint import Action, Fact
from generators.event import AGENT
from generators.faults import Fault
from generators.hiding import uses
from generators.scripted.agent_script import Line
from generators.scripted.spoiler import Spoiler
from generators.spoil import another_value
from generators.spoken import spoken

_MOST_ASKED_AGAIN = 3


def guesses(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Asks for nothing that the user does not tell of itself; takes other values instead, and goes on
    with what comes of them."""
    goal = spoiler.goal_at(fault)
    own = {key for line in lines if line.kind == "ask" and line.goal == goal for key in line.facts}
    guessed = {
        fact: value
        for fact in spoiler.blueprint.facts
        if fact.key in own and fact.reveal in ("when_asked", "implied")
        for value in _another(fact, goal, spoiler)
    }
    if not guessed:
        return lines
    return list(_guessing(lines, goal, guessed, fault, spoiler))


def _another(fact: Fact, goal: str | None, spoiler: Spoiler) -> Iterator[str]:
    """One other value for a fact that goes into a call that the agent makes for this goal; for who is
    calling, into any."""
    for action in spoiler.blueprint.actions:
        if goal and action.goal != goal:
            continue
        for name in uses(action, fact) if action.party == AGENT else ():
            tool = spoiler.domain.agent_tools[action.tool]
            schema = tool.schema["function"]["parameters"]["properties"].get(name, {})
            other = another_value(action.arguments[name], schema, spoiler.world().db.base)
            if isinstance(other, (str, int, float)):
                yield str(other)
                return


def _guessing(
    lines: list[Line], goal: str | None, guessed: dict[Fact, str], fault: Fault, spoiler: Spoiler
) -> Iterator[Line]:
    """The lines with the guesses in place of the values, and with what calls answer to them in place of
    what they would have answered."""
    instead = {fact.value: value for fact, value in guessed.items()}
    keys = {fact.key for fact in guessed}
    right, wrong = spoiler.world(), spoiler.world()
    to_come = iter(spoiler.blueprint.actions)
    begun = False
    for line in lines:
        if line.kind == "ask" and line.goal == goal and not keys.isdisjoint(line.facts):
            begun = True
            rest = tuple(key for key in line.facts if key not in keys)
            yield Line("pass", line.goal, fault=fault)
            if rest:
                yield replace(line, facts=rest)
            continue
        if line.kind in ("call", "act"):
            action = next(to_come)
            changed = _with(action.arguments, instead if begun else {})
            answers = (right, action.arguments), (wrong, changed)
            planned, found = (_answer(world, action, given) for world, given in answers)
            instead |= _differences(planned, found)
            if line.kind == "call":
                line = replace(line, arguments=_json(changed))
        said = {spoken(old): spoken(new) for old, new in instead.items()} if begun else {}
        yield replace(line, slots={name: said.get(v, v) for name, v in line.slots.items()})


def _answer(world: Any, action: Action, arguments: dict[str, Any]) -> Any:
    outcome = world.call(action.party, action.tool, _json(arguments))
    return None if outcome.error else msgspec.json.decode(outcome.content)


def _with(value: Any, instead: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with(each, instead) for name, each in value.items()}
    if isinstance(value, list):
        return [_with(each, instead) for each in value]
    if isinstance(value, bool) or str(value) not in instead:
        return value
    other = instead[str(value)]
    return type(value)(other) if isinstance(value, (int, float)) else other


def _differences(one: Any, other: Any) -> dict[str, str]:
    """What stands at the same place in two answers and is not the same, as far as it can be told from
    other values."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(one[name], other[name]) for name in one if name in other]
    elif isinstance(one, list) and isinstance(other, list):
        pairs = list(zip(one, other, strict=False))
    else:
        plain = all(isinstance(each, (str, float)) for each in (one, other))
        tells = plain and one != other and len(str(one)) >= 3
        return {str(one): str(other)} if tells else {}
    return {old: new for pair in pairs for old, new in _differences(*pair).items()}


def asks_needlessly(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Asks again for what it has just been told, one thing at a time."""
    goal = spoiler.goal_at(fault)
    own = [i for i, line in enumerate(lines) if line.kind == "ask" and line.goal == goal]
    if not own:
        return lines
    known = [key for line in lines[: own[-1] + 1] if line.kind == "ask" for key in line.facts]
    again = list(dict.fromkeys(reversed(known)))[:_MOST_ASKED_AGAIN]
    if len(again) < 2:
        return lines
    at = own[-1] + 1
    asked = [
        Line("remark", lines[own[-1]].goal, text=spoiler.voice.questions([key]), fault=fault)
        for key in again
    ]
    return [*lines[:at], *asked, *lines[at:]]


def answers_generically(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Neither asks nor looks anything up: gives advice that would suit anybody."""
    return [
        Line("remark", goal.id, text=spoiler.voice.manner("fault_generic"), fault=fault)
        for goal in spoiler.blueprint.goals
    ]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
