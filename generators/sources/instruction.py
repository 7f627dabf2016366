"""The instruction that some steps of a walk fulfil, and whether an instruction and steps agree.

A span of steps ends in what the caller is after: a write, or something found out. The instruction says
that in plain words, with what the caller must know for it, which is every argument that no result gives
for certain, and what the caller wants to be told. Backward construction is Learn-by-interact's (Su et
al., 2025); reading an instruction against the steps again is MAG-V's (Sengupta et al., 2024).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from generators.blueprint import Action, Fact, Goal
from generators.domains.domain import Domain
from generators.domains.tool import Tool
from generators.domains.tool_words import deed, in_words, label
from generators.event import AGENT
from generators.sources.walk import WalkStep, feeds, leaves
from generators.spoken import forms
from personas.record import Record

_MOST_TOLD = 2
_MOST_ROWS = 4
_LONGEST_TOLD = 48
_NAMED_BY = {
    *("title", "name", "title_name", "about", "event", "service", "fuel", "kind"),
    *("day", "start", "half"),
    *("amount", "fee", "price", "unit_cents", "standing_charge"),
}
"""Fields by which people call a row, or by which they decide about it, before all others."""
_MOST_NAMES = 3


class Instruction(Record):
    """What a caller wants who gets exactly the steps from ``start`` up to ``stop`` of a walk.

    ``facts`` are what the caller must know; ``told`` are the fields and values of the last result that
    the caller wants to hear.
    """

    start: int
    stop: int
    tool: str
    need: str
    facts: tuple[Fact, ...]
    told: tuple[tuple[str, Any], ...]
    writes: bool


def spans_of(steps: Sequence[WalkStep]) -> list[tuple[int, int]]:
    """The walk cut after every write of the agent's, and after every look that nothing up to the next
    write needs. Together they are the walk without what the user did at the very end."""
    found, start = [], 0
    last = max((i for i, step in enumerate(steps) if step.party == AGENT), default=-1)
    for index, step in enumerate(steps[: last + 1]):
        if step.party != AGENT:
            continue
        if step.writes or index == last or not _under_way(steps, start, index):
            found.append((start, index + 1))
            start = index + 1
    return found


def _under_way(steps: Sequence[WalkStep], start: int, index: int) -> bool:
    """Whether a step from ``start`` to ``index`` gives what one up to the next write takes."""
    for late in steps[index + 1 :]:
        if any(feeds(early, late) for early in steps[start : index + 1]):
            return True
        if late.party == AGENT and late.writes:
            return False
    return False


def instruction_for(
    domain: Domain,
    steps: Sequence[WalkStep],
    span: tuple[int, int],
    known: Sequence[Fact],
    seen: Sequence[Any],
) -> Instruction | None:
    """The instruction that these steps fulfil, or None where the last of them tells nothing new, or
    where two things that the caller must know would be asked for in the same words.

    ``known`` are the facts that the caller tells anyway; ``seen`` are the results that the agent has
    before the span begins.
    """
    start, stop = span
    facts: dict[str, Fact] = {}
    results = list(seen)
    for step in steps[start:stop]:
        for name, value in step.arguments.items():
            key = f"{name}_for_{step.tool}"
            if needs_telling(step, name, known, results):
                facts[key] = _fact(key, name, value)
        results.append(step.value)
    last = steps[stop - 1]
    told = tuple(_worth_telling(last, [*known, *facts.values()], results[:-1]))
    cues = [cue for fact in (*known, *facts.values()) for cue in fact.cues]
    if not told or any(cues.count(label) > 1 for fact in facts.values() for label in fact.cues):
        return None
    tool = domain.tools_of(last.party)[last.tool]
    return Instruction(
        start=start,
        stop=stop,
        tool=last.tool,
        need=need_for(tool, facts.values(), told),
        facts=tuple(facts.values()),
        told=told,
        writes=last.writes,
    )


def need_for(tool: Tool, facts: Any, told: Sequence[tuple[str, Any]]) -> str:
    """The instruction in words: what for, what the caller knows of it, what it wants to hear."""
    sentences = [f"You want the desk to {deed(tool, 'other')}."]
    for fact in facts:
        sentences.append(f"The {fact.cues[0]} is {fact.saying}.")
    hear = list(dict.fromkeys(label(name) for name, _ in told))
    sentences.append(f"You want to be told the {' and the '.join(hear)}.")
    return " ".join(sentences)


def needs_telling(step: WalkStep, name: str, known: Sequence[Fact], results: Sequence[Any]) -> bool:
    """Whether the caller must know this argument: nobody has told it, no result gives it and no other
    of its kind, and the agent does not put it into words of its own."""
    value = step.arguments[name]
    if value is None or is_own_words(value):
        return False
    if any(fact.value == _text(value) for fact in known):
        return False
    return not _given_for_certain(name, value, results)


def is_own_words(value: Any) -> bool:
    """Whether it is a sentence: a note or a summary, which the agent words itself."""
    return isinstance(value, str) and value.endswith(".") and " " in value


def _given_for_certain(name: str, value: Any, results: Sequence[Any]) -> bool:
    """Whether some result has the value, and no other that could be meant instead: of several rows, the
    caller has to say which."""
    for result in reversed(results):
        fields = [(key, each) for key, each in leaves(result) if _same(each, value)]
        if fields:
            rivals = {
                msgspec.json.encode(each)
                for key, each in leaves(result)
                if key == fields[0][0] and each is not None
            }
            return len(rivals) == 1 and not isinstance(value, bool)
    return False


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _fact(key: str, name: str, value: Any) -> Fact:
    text = _text(value)
    said = in_words(value)
    return Fact(
        key=key,
        value=text,
        spoken=said if said != text else "",
        reveal="upfront",
        cues=(label(name),),
    )


def _worth_telling(
    step: WalkStep, known: Sequence[Fact], before: Sequence[Any]
) -> Iterator[tuple[str, Any]]:
    """What of a result is news: short plain values that nobody has had yet. Of a few rows, the one
    field that tells them apart best."""
    had = {fact.value for fact in known} | {
        value for result in before for _, value in leaves(result) if isinstance(value, str)
    }
    had |= {value for value in step.arguments.values() if isinstance(value, str)}
    if isinstance(step.value, dict):
        news = [(k, v) for k, v in step.value.items() if _is_plain(v) and v not in had]
        yield from news[:_MOST_TOLD]
    elif isinstance(step.value, list) and 1 <= len(step.value) <= _MOST_ROWS:
        rows = [row for row in step.value if isinstance(row, dict)]
        names = list(rows[0]) if len(rows) == len(step.value) else []
        for name in sorted(names, key=lambda each: (each not in _NAMED_BY, each.endswith("_id"))):
            values = [row.get(name) for row in rows]
            if all(_is_plain(v) and v not in had for v in values) and len(set(values)) == len(rows):
                yield from ((name, value) for value in values)
                return


def _is_plain(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST_TOLD
    return isinstance(value, (int, float)) and value != 0


def naming(
    arguments: dict[str, Any], results: Sequence[Any], own: Sequence[Any]
) -> Iterator[tuple[str, Any]]:
    """What a question before a write says: its arguments, and by what people call the row that one of
    them stands for. Who the caller is, which is in the ``own`` values, is clear."""
    for name, value in arguments.items():
        if value is None or is_own_words(value) or value in own:
            continue
        yield name, value
        if isinstance(value, str):
            row = next((row for result in reversed(results) for row in _rows(result, value)), {})
            called = [(key, row[key]) for key in row if key in _NAMED_BY and _is_plain(row[key])]
            yield from called[:_MOST_NAMES]


def _rows(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """The rows in a result that this is the id of: it is their first field."""
    if isinstance(value, dict):
        if next(iter(value.values()), None) == key:
            yield value
        for inner in value.values():
            yield from _rows(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _rows(inner, key)


def disagreements(
    goal: Goal, facts: Sequence[Fact], actions: Sequence[Action], domain: Domain
) -> Iterator[str]:
    """Why an instruction is not what the goal's actions fulfil, as far as reading shows; nothing when
    they agree. ``facts`` are all that the caller knows.

    What the caller wants must be what the last of the actions does, and not fit another tool better;
    every value in the instruction and every fact of the goal must be used by an action of it.
    """
    own = [action for action in actions if action.goal == goal.id]
    agents = [action for action in own if action.party == AGENT]
    if not agents:
        yield "no action of the agent's is for it"
        return
    last = domain.agent_tools[agents[-1].tool]
    wanted = _words(goal.need)
    covered = {tool.name: _share(_words(deed(tool, "other")), wanted) for tool in _all(domain)}
    if covered[last.name] < max(covered.values()):
        best = max(covered, key=lambda name: (covered[name], name))
        yield f"it asks for {best}, and the actions end in {last.name}"
    elif covered[last.name] < 1:
        yield f"it does not ask for what {last.name} does"
    used = {_text(value) for action in own for value in action.arguments.values()}
    named = {word for action in own for name in action.arguments for word in label(name).split()}
    for fact in facts:
        if fact.goal == goal.id and fact.value not in used:
            yield f"no action uses {fact.key}"
    said = {form for value in used for form in forms(_plain(value))} | used
    for token in _values_in(goal.need):
        if any(token in form for form in said) or token in named:
            continue
        if not _in_words(token, _all(domain)):
            yield f"it speaks of {token}, which no action has"


def _all(domain: Domain) -> list[Tool]:
    return list(domain.agent_tools.values())


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z']+", text.lower()) if len(word) > 2}


def _share(words: set[str], among: set[str]) -> float:
    return len(words & among) / len(words) if words else 0.0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _plain(text: str) -> Any:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else text


def _values_in(text: str) -> list[str]:
    """Everything in it that has a figure."""
    tokens = (token.strip(".,;:?!()") for token in text.split())
    return [token for token in tokens if any(letter.isdigit() for letter in token)]


def _in_words(token: str, tools: Sequence[Tool]) -> bool:
    return any(token in deed(tool, "other") for tool in tools)
