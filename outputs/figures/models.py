"""What language models did in the dialogues they spoke in: turns, drafts thrown away, acts, tokens.

All of it stands in the dialogues themselves, so the figures can be had again from any version. What
only the calls tell (latency, retries, money) is in the manifest's notes.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from generators.event import Annotation, Event
from generators.trajectory import StopReason, Trajectory
from outputs.figures.histogram import Distribution, Histogram
from outputs.judged import Judged
from personas.record import Record

UNREADABLE = ("cut", "not_json", "open_thought", "residue", "too_deep")
"""Codes of drafts that could not be understood at all."""
DRAFT_CODES = {
    "bad_arguments": "A call's arguments do not fit the tool.",
    "critic": "A second model spoke against it.",
    "cut": "It reached the limit of tokens before its end.",
    "empty": "It says and does nothing.",
    "ends_early": "The user ends the conversation with a goal that it calls unsettled.",
    "markup": "A message has markup, control characters or placeholders in it.",
    "monotonous": "The message repeats itself over and over.",
    "not_json": "It is not the JSON object that was asked for.",
    "open_thought": "Nobody can say where its reasoning ends.",
    "other_side": "It speaks for the other party, or under a label.",
    "residue": "A call was left in the text in a form that cannot be read.",
    "said_before": "The party has said exactly this before, and did nothing since.",
    "same_call": "The very call whose answer has just come.",
    "secret": "The user tells what it must never tell.",
    "too_deep": "A call's arguments are nested too deeply.",
    "too_long": "The message is too long.",
    "unknown_tool": "The party has no such tool.",
}
"""Why a draft of a turn was thrown away: what each code means."""


class PartyFigure(Record):
    """One party that models spoke for.

    ``drafts`` is how many each of its ``turns`` took; ``rejected`` counts drafts thrown away by code,
    ``kept`` turns that were taken although a check spoke against them. ``prompt``, ``cached`` and
    ``completion`` are tokens, those of drafts, critic and planner included.
    """

    party: str
    turns: int
    drafts: Distribution
    rejected: dict[str, int]
    kept: dict[str, int]
    prompt: int
    cached: int
    completion: int

    @property
    def drafted(self) -> int:
        """All drafts, those thrown away at the end of a dialogue that broke off included."""
        return self.turns + sum(self.rejected.values())


class ModelSummary(Record):
    """``dialogues`` in which a model spoke, ``unfinished`` of which an engine's failure ended;
    ``failures`` are counted by who broke and how (``engine.timeout``). ``acts`` are those that planners
    picked. ``fingerprints`` are what the servers of each slot said of themselves."""

    dialogues: int = 0
    unfinished: int = 0
    failures: dict[str, int] = {}
    parties: tuple[PartyFigure, ...] = ()
    acts: dict[str, int] = {}
    fingerprints: dict[str, tuple[str, ...]] = {}


class _Party:
    """The counts of one party."""

    __slots__ = ("drafts", "kept", "rejected", "tokens")

    def __init__(self) -> None:
        self.drafts = Histogram()
        self.rejected: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()


class Models:
    """Counts what models did. Dialogues without any cost one look at their members."""

    def __init__(self) -> None:
        self.parties: dict[str, _Party] = {}
        self.counts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.fingerprints: set[tuple[str, str]] = set()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        trajectory = row.trajectory
        if not by_model(trajectory):
            return
        self.counts["dialogues"] += 1
        failure = trajectory.failure
        if trajectory.stop_reason == StopReason.ERROR and failure:
            self.failures[f"{failure.party}.{failure.kind}"] += 1
            self.counts["unfinished"] += failure.party == "engine"
        for event in trajectory.events:
            if event.annotations:
                self._add_event(event)
        # Drafts that no turn came of: they are noted where the dialogue broke off.
        for draft in _values(trajectory.annotations, "rejected_draft"):
            self._party(str(draft.get("party", ""))).rejected[_code(draft)] += 1

    def _add_event(self, event: Event) -> None:
        for note in event.annotations:
            if note.name == "act" and "act" in value_of(note):
                # Scripts note theirs too, as a list.
                self.acts[str(value_of(note)["act"])] += 1
            elif note.name == "model_call":
                self._add_call(value_of(note))
        if event.usage is None:
            return
        party = self._party(event.party)
        rejected = _values(event.annotations, "rejected_draft")
        party.drafts.add(1 + len(rejected))
        party.rejected.update(map(_code, rejected))
        party.kept.update(map(_code, _values(event.annotations, "check_failed")))
        usage = event.usage
        party.tokens["prompt"] += usage.prompt_tokens
        party.tokens["cached"] += usage.cached_tokens
        party.tokens["completion"] += usage.completion_tokens

    def _add_call(self, call: dict[str, Any]) -> None:
        if call.get("fingerprint"):
            self.fingerprints.add((str(call.get("slot", "")), str(call["fingerprint"])))

    def _party(self, name: str) -> _Party:
        return self.parties.setdefault(name, _Party())

    def merge(self, other: "Models") -> None:
        """Adds the counts of another part."""
        self.counts.update(other.counts)
        self.failures.update(other.failures)
        self.acts.update(other.acts)
        self.fingerprints |= other.fingerprints
        for name, theirs in other.parties.items():
            mine = self._party(name)
            mine.drafts.merge(theirs.drafts)
            mine.rejected.update(theirs.rejected)
            mine.kept.update(theirs.kept)
            mine.tokens.update(theirs.tokens)

    def summary(self) -> ModelSummary:
        """The figures."""
        slots = sorted({slot for slot, _ in self.fingerprints})
        return ModelSummary(
            dialogues=self.counts["dialogues"],
            unfinished=self.counts["unfinished"],
            failures=_ranked(self.failures),
            parties=tuple(
                _figure(name, each) for name, each in sorted(self.parties.items(), reverse=True)
            ),
            acts=_ranked(self.acts),
            fingerprints={
                slot: tuple(sorted(print_ for name, print_ in self.fingerprints if name == slot))
                for slot in slots
            },
        )


def by_model(trajectory: Trajectory) -> bool:
    """Whether a language model speaks for any party."""
    return any(each.model or each.player.startswith("llm") for each in trajectory.members)


def value_of(note: Annotation) -> dict[str, Any]:
    """What a note says; empty when that is no JSON object."""
    try:
        found = msgspec.json.decode(note.value)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _values(notes: Iterable[Annotation], name: str) -> list[dict[str, Any]]:
    return [value_of(note) for note in notes if note.name == name]


def _code(value: dict[str, Any]) -> str:
    return str(value.get("code", ""))


def _figure(name: str, party: _Party) -> PartyFigure:
    drafts = party.drafts.summary()
    return PartyFigure(
        party=name,
        turns=drafts.count,
        drafts=drafts,
        rejected=_ranked(party.rejected),
        kept=_ranked(party.kept),
        prompt=party.tokens["prompt"],
        cached=party.tokens["cached"],
        completion=party.tokens["completion"],
    )


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
