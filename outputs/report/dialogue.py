"""A judged dialogue laid out for a reader: goals, then talk and calls, findings where they point, and
before each move what its party kept to itself.

Plain data for the template, which escapes all of it: what speakers said is data, never markup.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from generators.blueprint import Fact, Goal
from generators.event import AGENT, Event, ToolResult
from outputs.aside import Aside, Draft, asides_of, last_drafts, models_of
from outputs.figures.decisions import outcome_of, reasons_of
from outputs.figures.faults import faults_of
from outputs.judged import Judged
from outputs.told import told_in


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding, and the verifier that made it."""

    verifier: str
    code: str
    message: str
    party: str
    severity: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event, a call together with its answer; or, as ``aside``, what stood behind a move.

    ``party`` decides the side; ``heading`` is who or what it is; ``text`` what was said, or a call's
    arguments in short; ``arguments`` and ``answer`` are indented JSON; ``at_once`` is the size of a
    group of parallel calls.
    """

    index: int
    party: str
    kind: str
    heading: str
    text: str
    arguments: str = ""
    answer: str = ""
    error: str = ""
    at_once: int = 1
    aside: Aside | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """One member's vote in short."""

    verifier: str
    outcome: str
    veto: bool
    weight: float
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A dialogue to be shown. ``remarks`` are the findings about the whole of it; ``faults`` are those
    that were planned into it, with whether they came up; ``models`` say who spoke for whom;
    ``last_drafts`` are those over which it broke off; ``came_out`` says of facts when they came out
    and how, ``told`` all of it in words."""

    id: str
    domain: str
    outcome: str
    reasons: tuple[str, ...]
    blamed: str
    speaker: str
    difficulty: str
    attempt: int
    split: str
    stop_reason: str
    failure: str
    duplicate_of: str
    goals: tuple[Goal, ...]
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    faults: tuple[str, ...]
    models: tuple[str, ...]
    last_drafts: tuple[Draft, ...]
    ballots: tuple[Ballot, ...]
    came_out: dict[str, str]
    told: str
    turns: int
    calls: int


def excerpt_of(row: Judged) -> Excerpt:
    """The dialogue, ready to be shown."""
    trajectory, plan, persona = row.trajectory, row.blueprint, row.persona
    remarks = _remarks(row)
    lines = _lines(trajectory.events, remarks)
    shown = {line.index for line in lines} | _thoughts(trajectory.events)
    failure, told = trajectory.failure, told_in(trajectory)
    return Excerpt(
        id=row.id,
        domain=trajectory.domain,
        outcome=outcome_of(row),
        reasons=reasons_of(row),
        blamed=row.decision.party,
        speaker=f"{persona.name}, {persona.demographics.age}, {persona.demographics.occupation}; "
        f"{persona.style.register}, patience {persona.style.patience}",
        difficulty=plan.difficulty,
        attempt=trajectory.attempt,
        split=row.split,
        stop_reason=str(trajectory.stop_reason),
        failure=f"{failure.party}: {failure.kind}: {failure.message}" if failure else "",
        duplicate_of=row.duplicate_of,
        goals=plan.goals,
        facts=plan.facts,
        lines=lines,
        remarks=tuple(
            remark
            for index, each in sorted(remarks.items())
            if index not in shown
            for remark in each
        ),
        faults=tuple(map(_fault, faults_of(trajectory))),
        models=models_of(trajectory),
        last_drafts=last_drafts(trajectory),
        ballots=tuple(
            Ballot(
                vote.verdict.verifier,
                vote.verdict.outcome,
                vote.veto,
                vote.weight,
                tuple(dict.fromkeys(finding.code for finding in vote.verdict.findings)),
            )
            for vote in row.decision.votes
        ),
        came_out={e.fact: f"{e.how} at {e.event}" for e in told.ledger.revealed} if told else {},
        told=told.in_words if told else "",
        turns=sum(line.kind == "say" for line in lines),
        calls=sum(line.kind == "call" for line in lines),
    )


def _remarks(row: Judged) -> dict[int, list[Remark]]:
    """Findings by the event that a reader sees them at: one about a result is shown at its call."""
    calls = {
        event.call.id: event.index
        for event in row.trajectory.events
        if event.kind == "call" and event.call
    }
    moved = {
        event.index: calls[event.result.call_id]
        for event in row.trajectory.events
        if event.kind == "result" and event.result and event.result.call_id in calls
    }
    found: defaultdict[int, list[Remark]] = defaultdict(list)
    for vote in row.decision.votes:
        for each in vote.verdict.findings:
            remark = Remark(
                vote.verdict.verifier, each.code, each.message, each.party, each.severity
            )
            found[moved.get(each.event, each.event)].append(remark)
    return found


def _lines(events: tuple[Event, ...], remarks: dict[int, list[Remark]]) -> tuple[Line, ...]:
    answers = {
        event.result.call_id: event.result
        for event in events
        if event.kind == "result" and event.result
    }
    called = {event.call.id for event in events if event.kind == "call" and event.call}
    asides = _asides(events, remarks)
    together = Counter((event.party, event.turn) for event in events if event.kind == "call")
    lines = []
    for event in events:
        here = tuple(remarks.get(event.index, ()))
        if event.index in asides:
            lines.append(asides[event.index])
        if event.kind == "think":
            continue
        if event.kind == "call" and event.call:
            lines.append(_call(event, answers, together[event.party, event.turn], here))
        elif event.kind == "result" and event.result:
            if event.result.call_id not in called:
                lines.append(
                    Line(
                        event.index,
                        event.party,
                        "result",
                        "answer to no call",
                        "",
                        answer=_pretty(event.result.content),
                        error=event.result.error,
                        remarks=here,
                    )
                )
        else:
            lines.append(
                Line(event.index, event.party, event.kind, event.party, event.text, remarks=here)
            )
    return tuple(lines)


def _asides(events: tuple[Event, ...], remarks: dict[int, list[Remark]]) -> dict[int, Line]:
    """What stood behind each move, by the index of its first event, with what was found about it."""
    found = {}
    for first, aside in asides_of(events).items():
        turn = events[first].turn
        thoughts = _thoughts(e for e in events if (e.party, e.turn) == (aside.party, turn))
        about = tuple(each for index in sorted(thoughts) for each in remarks.get(index, ()))
        found[first] = Line(
            first, aside.party, "aside", aside.party, "", aside=aside, remarks=about
        )
    return found


def _thoughts(events: Iterable[Event]) -> set[int]:
    return {event.index for event in events if event.kind == "think"}


def _call(
    event: Event, answers: dict[str, ToolResult], at_once: int, remarks: tuple[Remark, ...]
) -> Line:
    assert event.call
    answer = answers.get(event.call.id)
    return Line(
        index=event.index,
        party=event.party,
        kind="call",
        heading=event.call.name,
        text=_in_short(event.call.arguments),
        arguments=_pretty(event.call.arguments),
        answer=_pretty(answer.content) if answer else "",
        error=(answer.error if answer else "no answer"),
        at_once=at_once if event.party == AGENT else 1,
        remarks=remarks,
    )


def _pretty(raw: str) -> str:
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except ValueError:
        return raw


def _in_short(raw: str) -> str:
    try:
        parsed = json.loads(raw or "{}")
    except ValueError:
        return raw
    if not isinstance(parsed, dict):
        return raw
    return ", ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in parsed.items()
    )


def _fault(fault: dict[str, object]) -> str:
    state = "came up" if fault.get("fired") else "never came up"
    return f"{fault.get('party', '')}: {fault.get('kind', '')} ({state})"
