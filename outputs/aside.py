"""What stood behind a move of a model and reached nobody else: thoughts, plans, drafts thrown away.

For people who read a dialogue. Nothing of it is part of what a trainer gets.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from generators.event import WORLD, Annotation, Event, Usage
from generators.trajectory import Trajectory
from outputs.figures.models import UNREADABLE, value_of
from personas.record import Record


class Draft(Record):
    """A draft of a turn, as the model wrote it, and what spoke against it. ``number`` counts from 1;
    it is 0 for the draft that was taken all the same."""

    party: str
    number: int
    text: str
    code: str
    reason: str

    @property
    def by(self) -> str:
        """Who spoke against it: the critic, or the parser or a check with its code."""
        if self.code == "critic":
            return "the critic"
        return f"{'the parser' if self.code in UNREADABLE else 'a check'} ({self.code})"

    @property
    def fate(self) -> str:
        """What became of it."""
        if self.number:
            return f"draft {self.number}, thrown away by {self.by}"
        return f"taken all the same, against {self.by}"


class Aside(Record):
    """Of one move: what its party thought, which ``act`` its planner had picked, what it held of its
    goals, the drafts before, what spoke against the draft that was ``kept``, who could not say anything
    about it (``unsure``), why the model stopped where that was not of itself, and what it all took."""

    party: str
    thoughts: tuple[str, ...] = ()
    act: str = ""
    planner: str = ""
    goals: dict[str, str] = {}
    drafts: tuple[Draft, ...] = ()
    kept: tuple[Draft, ...] = ()
    unsure: tuple[str, ...] = ()
    finish: str = ""
    usage: Usage | None = None

    def __bool__(self) -> bool:
        told = (self.thoughts, self.act, self.goals, self.drafts, self.kept, self.unsure)
        return any(told) or self.finish not in ("", "stop", "tool_calls")

    @property
    def headline(self) -> str:
        """What there is, in a line."""
        settled = sum(each == "settled" for each in self.goals.values())
        drafts, thoughts = len(self.drafts), len(self.thoughts)
        parts = (
            f"{thoughts} thoughts" if thoughts > 1 else "a thought" if thoughts else "",
            f"planned as {self.act}" if self.act else "",
            f"{drafts} draft{'s' if drafts > 1 else ''} thrown away" if drafts else "",
            self.kept[0].fate if self.kept else "",
            f"{settled} of {len(self.goals)} goals settled" if self.goals else "",
        )
        return ", ".join(filter(None, parts)) or "notes"


def asides_of(events: Iterable[Event]) -> dict[int, Aside]:
    """What stood behind each move, by the index of the move's first event."""
    moves: defaultdict[tuple[str, int], list[Event]] = defaultdict(list)
    for event in events:
        if event.party != WORLD:
            moves[event.party, event.turn].append(event)
    found = ((move[0].index, aside_of(move)) for move in moves.values())
    return {index: aside for index, aside in found if aside}


def aside_of(move: Sequence[Event]) -> Aside | None:
    """What stood behind the events of one move; None when a script made it, or there is nothing."""
    notes = [note for event in move for note in event.annotations]
    calls = [value_of(note) for note in notes if note.name == "model_call"]
    thoughts = tuple(event.text for event in move if event.kind == "think")
    if not calls and not thoughts:
        return None
    acts = [value_of(note) for note in notes if note.name == "act"]
    status = [value_of(note) for note in notes if note.name == "goal_status"]
    found = Aside(
        party=move[0].party,
        thoughts=thoughts,
        act=str(acts[0].get("act", "")) if acts else "",
        planner=str(acts[0].get("by", "")) if acts else "",
        goals={str(goal): str(how) for goal, how in (status[-1] if status else {}).items()},
        drafts=drafts_of(notes, move[0].party),
        kept=drafts_of(notes, move[0].party, "check_failed"),
        unsure=tuple(
            str(value_of(note).get("by", "")) for note in notes if note.name == "check_abstained"
        ),
        finish=str(calls[0].get("finish_reason", "")) if calls else "",
        usage=next((event.usage for event in move if event.usage), None),
    )
    return found or None


def last_drafts(trajectory: Trajectory) -> tuple[Draft, ...]:
    """The drafts of the move that never was, where a dialogue broke off over them."""
    party = trajectory.failure.party if trajectory.failure else ""
    return drafts_of(trajectory.annotations, party)


def drafts_of(
    notes: Iterable[Annotation], party: str, name: str = "rejected_draft"
) -> tuple[Draft, ...]:
    """The drafts that notes of this name tell of, in order; those that don't say so are ``party``'s."""
    found = [value_of(note) for note in notes if note.name == name]
    return tuple(
        Draft(
            party=str(each.get("party", party)),
            number=number if name == "rejected_draft" else 0,
            text=str(each.get("draft", "")),
            code=str(each.get("code", "")),
            reason=str(each.get("reason", "")),
        )
        for number, each in enumerate(found, start=1)
    )


def models_of(trajectory: Trajectory) -> tuple[str, ...]:
    """Which model spoke for whom, such as ``agent: some-model@revision``."""
    return tuple(
        f"{each.party}: {each.model}{f'@{each.revision}' if each.revision else ''}"
        for each in trajectory.members
        if each.model
    )
