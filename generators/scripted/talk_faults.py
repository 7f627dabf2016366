"""Planned faults in what the agent says: too little, wrong, forbidden, made up, or again and again."""

from dataclasses import replace
from random import Random

from generators.faults import Fault
from generators.scripted.agent_script import Line
from generators.scripted.spoiler import Spoiler


def omits_information(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Says something vague where it has something to tell."""
    for index in _tells(lines, spoiler.goal_at(fault)):
        line = lines[index]
        if any(_said_once(value, line, lines) for value in line.slots.values()):
            vague = spoiler.voice.manner("fault_leaves_out")
            remark = Line("remark", line.goal, text=vague, fault=fault)
            return [*lines[:index], remark, *lines[index + 1 :]]
    return lines


def says_wrong_value(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Tells a value with a wrong digit."""
    for index in _tells(lines, spoiler.goal_at(fault)):
        line = lines[index]
        for name, value in line.slots.items():
            wrong = _other_digits(value, spoiler.rng)
            if wrong and _said_once(value, line, lines):
                changed = replace(line, slots={**line.slots, name: wrong}, fault=fault)
                return [*lines[:index], changed, *lines[index + 1 :]]
    return lines


def says_forbidden(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Lets out what it must not say."""
    forms = [each.forms[0] for each in spoiler.blueprint.must_not_say if len(each.forms[0]) > 1]
    if not forms:
        return lines
    value = spoiler.rng.choice(forms)
    return _told_last(
        lines, fault, spoiler, spoiler.voice.manner("fault_says_forbidden", value=value)
    )


def ungrounded_claim(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Makes up an amount."""
    amount = f"{spoiler.rng.randint(110, 890)}.{spoiler.rng.randint(11, 97)}"
    return _told_last(
        lines, fault, spoiler, spoiler.voice.manner("fault_ungrounded", amount=amount)
    )


def repeats_itself(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Says the last question of the goal again, whatever the answer was."""
    goal = spoiler.goal_at(fault)
    asking = ("ask", "confirm", "act")
    own = [i for i, line in enumerate(lines) if line.goal == goal and line.kind in asking]
    if not own:
        return lines
    at = own[-1] + 1
    echo = Line("echo", lines[own[-1]].goal, fault=fault)
    return [*lines[:at], echo, echo, *lines[at:]]


def wrong_language(lines: list[Line], fault: Fault, spoiler: Spoiler) -> list[Line]:
    """Says something in another language before it goes on."""
    goal = spoiler.goal_at(fault)
    at = next((i for i, line in enumerate(lines) if line.goal == goal), -1)
    if at < 0:
        return lines
    text = spoiler.voice.manner("fault_foreign_agent")
    return [*lines[:at], Line("remark", lines[at].goal, text=text, fault=fault), *lines[at:]]


def _tells(lines: list[Line], goal: str | None) -> list[int]:
    return [
        i
        for i, line in enumerate(lines)
        if line.kind in ("tell", "refuse") and line.goal == goal and line.slots
    ]


def _said_once(value: str, line: Line, lines: list[Line]) -> bool:
    """Whether the agent says the value in this line only. What the user reports does not count."""
    return not any(
        value in said
        for other in lines
        if other is not line and other.kind != "act"
        for said in other.slots.values()
    )


def _told_last(lines: list[Line], fault: Fault, spoiler: Spoiler, text: str) -> list[Line]:
    """The lines with one more thing said at the end of the goal."""
    goal = spoiler.goal_at(fault)
    own = [index for index, line in enumerate(lines) if line.goal == goal]
    if not own:
        return lines
    remark = Line("remark", lines[own[-1]].goal, text=text, fault=fault)
    return [*lines[: own[-1] + 1], remark, *lines[own[-1] + 1 :]]


def _other_digits(value: str, rng: Random) -> str:
    """The value with one digit changed, or empty when it has none."""
    places = [index for index, letter in enumerate(value) if letter.isdigit()]
    if not places:
        return ""
    at = rng.choice(places[-2:])
    digit = str((int(value[at]) + rng.randint(1, 8)) % 10)
    return f"{value[:at]}{digit}{value[at + 1 :]}"
