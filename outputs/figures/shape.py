"""The shape of dialogues: how long, how wordy, how many calls, how they end."""

from collections import Counter, defaultdict

from generators.event import AGENT, USER, Event
from generators.trajectory import Trajectory
from outputs.figures.histogram import Distribution, Histogram
from outputs.figures.words import is_question, word_count
from personas.record import Record

ROLES = (USER, AGENT)


class ShapeSummary(Record):
    """Shape figures of one set of dialogues.

    ``turns``, ``words`` and ``calls`` are by role: utterances per dialogue, words per utterance, calls
    per dialogue. ``questions`` is the share of a role's utterances with a question. Shares of
    dialogues: ``tool_error`` had a failed call of the agent, ``recovered`` had one after which the
    same tool worked, ``parallel`` made several calls at once. ``parallel_moves`` is the share of the
    agent's calling moves with two calls or more.
    """

    dialogues: int
    turns: dict[str, Distribution]
    words: dict[str, Distribution]
    calls: dict[str, Distribution]
    questions: dict[str, float]
    parallel: float
    parallel_moves: float
    tool_error: float
    recovered: float
    stop_reasons: dict[str, int]


class Shape:
    """Counts the shape of trajectories."""

    def __init__(self) -> None:
        self.dialogues = 0
        self.turns = {role: Histogram() for role in ROLES}
        self.words = {role: Histogram() for role in ROLES}
        self.calls = {role: Histogram() for role in ROLES}
        self.stop_reasons: Counter[str] = Counter()
        self.tally: Counter[str] = Counter()

    def add(self, trajectory: Trajectory) -> None:
        """Counts one dialogue."""
        self.dialogues += 1
        self.stop_reasons[str(trajectory.stop_reason)] += 1
        turns: Counter[str] = Counter()
        calls: Counter[str] = Counter()
        moves: Counter[tuple[str, int]] = Counter()
        for event in trajectory.events:
            if event.party not in ROLES:
                continue
            if event.kind == "say":
                turns[event.party] += 1
                self.words[event.party].add(word_count(event.text))
                self.tally[f"question.{event.party}"] += is_question(event.text)
            elif event.kind == "call":
                calls[event.party] += 1
                if event.party == AGENT:
                    moves[event.party, event.turn] += 1
        for role in ROLES:
            self.turns[role].add(turns[role])
            self.calls[role].add(calls[role])
        wide = sum(1 for size in moves.values() if size > 1)
        failed, recovered = _tool_errors(trajectory.events)
        self.tally["moves"] += len(moves)
        self.tally["wide_moves"] += wide
        self.tally["parallel"] += wide > 0
        self.tally["tool_error"] += failed
        self.tally["recovered"] += recovered

    def merge(self, other: "Shape") -> None:
        """Adds the counts of another shape."""
        self.dialogues += other.dialogues
        for role in ROLES:
            self.turns[role].merge(other.turns[role])
            self.words[role].merge(other.words[role])
            self.calls[role].merge(other.calls[role])
        self.stop_reasons.update(other.stop_reasons)
        self.tally.update(other.tally)

    def summary(self) -> ShapeSummary:
        """The figures."""
        words = {role: self.words[role].summary() for role in ROLES}
        return ShapeSummary(
            dialogues=self.dialogues,
            turns={role: self.turns[role].summary() for role in ROLES},
            words=words,
            calls={role: self.calls[role].summary() for role in ROLES},
            questions={
                role: share(self.tally[f"question.{role}"], words[role].count) for role in ROLES
            },
            parallel=share(self.tally["parallel"], self.dialogues),
            parallel_moves=share(self.tally["wide_moves"], self.tally["moves"]),
            tool_error=share(self.tally["tool_error"], self.dialogues),
            recovered=share(self.tally["recovered"], self.dialogues),
            stop_reasons=dict(sorted(self.stop_reasons.items())),
        )


def share(part: int, whole: int) -> float:
    """``part / whole``, 0 when there is no whole."""
    return part / whole if whole else 0.0


def _tool_errors(events: tuple[Event, ...]) -> tuple[bool, bool]:
    """Whether a call of the agent failed, and whether a tool that failed worked later."""
    names = {
        event.call.id: event.call.name
        for event in events
        if event.kind == "call" and event.call and event.party == AGENT
    }
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for event in events:
        if event.kind == "result" and event.result and event.result.call_id in names:
            outcomes[names[event.result.call_id]].append(not event.result.error)
    failed = any(not worked for each in outcomes.values() for worked in each)
    recovered = any(
        True in each[each.index(False) :] for each in outcomes.values() if False in each
    )
    return failed, recovered
