"""The agent's planned faults: each turns right lines into wrong ones.

A fault for which the lines offer nothing (no write to drop) leaves them as they are, and is never
marked. Faults about what was or was not said so far are decided while the dialogue runs: their lines
only fire when it comes to that.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import AGENT
from generators.faults import Fault
from generators.scripted.agent_script import Line
from generators.scripted.asking_faults import answers_generically, asks_needlessly, guesses
from generators.scripted.call_faults import (
    extra_write,
    invalid_arguments,
    repeats_failing_call,
    unknown_tool,
    uses_old_name,
    wrong_argument,
)
from generators.scripted.spoiler import Spoiler, without, writes_in
from generators.scripted.talk_faults import (
    omits_information,
    repeats_itself,
    says_forbidden,
    says_wrong_value,
    ungrounded_claim,
    wrong_language,
)
from generators.scripted.values import says
from generators.scripted.voice import Voice


def spoiled(
    lines: Sequence[Line],
    faults: Sequence[Fault],
    blueprint: Blueprint,
    domain: Domain,
    voice: Voice,
    rng: Random,
) -> list[Line]:
    """The lines of an agent that shows these faults."""
    spoiler = Spoiler(blueprint, domain, voice, rng)
    result = list(lines)
    for fault in faults:
        result = _SPOILERS[fault.kind](result, fault, spoiler)
    return result


def _does_nothing(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    goal = spoiler.goal_at(fault) or spoiler.blueprint.goals[0].id
    own = [index for index, line in enumerate(lines) if line.goal == goal]
    if not own:
        return lines
    claim = Line("remark", goal, text=spoiler.voice.manner("fault_claims_done"), fault=fault)
    return [*lines[: own[0]], claim, *(line for line in lines[own[0] :] if line.goal != goal)]


def _drop_last_write(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    return without(lines, writes_in(lines)[-1:], fault)


def _drop_all_writes(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    return without(lines, writes_in(lines), fault)


def _skips_confirmation(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    goal = spoiler.goal_at(fault)
    found = [i for i, line in enumerate(lines) if line.kind == "confirm" and line.goal == goal]
    return without(lines, found, fault)


def _skips_identification(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    goals = {goal.id for goal in spoiler.blueprint.goals}
    return without(lines, [i for i, line in enumerate(lines) if line.goal not in goals], fault)


def _uses_unrevealed_fact(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Takes for known what it should ask, where no result could have told it."""
    goal = spoiler.goal_at(fault)
    values = {fact.key: fact.value for fact in spoiler.blueprint.facts}
    for index, line in enumerate(lines):
        if line.kind == "ask" and line.goal == goal:
            apart = tuple(key for key in line.facts if _tells_apart(values.get(key, "")))
            if any(_used_untold(values[key], lines, index, spoiler) for key in apart):
                presumed = replace(line, kind="presume", facts=apart, fault=fault)
                rest = replace(line, facts=tuple(key for key in line.facts if key not in apart))
                asked = [rest] if rest.facts else []
                return [*lines[:index], *asked, presumed, *lines[index + 1 :]]
    return lines


def _ignores_change(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Takes the user's change of mind for a yes, and goes on as if there were none."""
    goal = spoiler.goal_at(fault)
    at = next((i for i, e in enumerate(lines) if e.kind == "change" and e.goal == goal), -1)
    rest = list(lines[at].else_) if at >= 0 else []
    write = next((i for i, line in enumerate(rest) if line.writes), -1)
    if write < 0:
        return lines
    rest[write] = replace(rest[write], fault=fault)
    after = [line for line in lines[at + 1 :] if line.goal != goal]
    return [*lines[:at], Line("deaf", lines[at].goal), *rest, *after]


def _tells_apart(value: str) -> bool:
    """Whether nobody could have guessed the value: names of services can be, numbers cannot."""
    return len(value) > 1 and any(letter.isdigit() for letter in value)


def _used_untold(value: str, lines: list[Line], asked: int, spoiler: Spoiler) -> bool:
    """Whether a call after the question has the value before any result does."""
    world = spoiler.world()
    for index, line in enumerate(lines):
        if line.kind != "call":
            continue
        if index > asked and says(line.arguments, value):
            return True
        if says(world.call(AGENT, line.tool, line.arguments).content, value):
            return False
    return False


_SPOILERS: dict[str, Callable[[list[Line], Fault, Spoiler], list[Line]]] = {
    "does_nothing": _does_nothing,
    "drop_last_write": _drop_last_write,
    "drop_all_writes": _drop_all_writes,
    "wrong_argument": wrong_argument,
    "extra_write": extra_write,
    "unknown_tool": unknown_tool,
    "uses_old_name": uses_old_name,
    "invalid_arguments": invalid_arguments,
    "repeats_failing_call": repeats_failing_call,
    "skips_confirmation": _skips_confirmation,
    "skips_identification": _skips_identification,
    "omits_information": omits_information,
    "says_wrong_value": says_wrong_value,
    "says_forbidden": says_forbidden,
    "uses_unrevealed_fact": _uses_unrevealed_fact,
    "guesses": guesses,
    "ignores_change": _ignores_change,
    "asks_needlessly": asks_needlessly,
    "answers_generically": answers_generically,
    "repeats_itself": repeats_itself,
    "wrong_language": wrong_language,
    "ungrounded_claim": ungrounded_claim,
}
