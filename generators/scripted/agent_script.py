"""What a scripted agent is going to do: the blueprint's steps as lines, and where in them it is.

Lines are plain data, so that a planned fault is a change of lines (``agent_faults``) and the agent
itself need not know which of them are wrong.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import msgspec

from generators.blueprint import Action, Blueprint, Step, StepKind
from generators.faults import Fault

LineKind = Literal[StepKind, "remark", "echo", "presume", "pass", "deaf"]
"""The kinds of a step, and five more. ``remark`` says ``text`` and, when it asks, waits for a reply;
``echo`` says the last utterance again; ``presume`` takes facts as told; ``pass`` does nothing; ``deaf``
takes whatever is answered to the question before it for a yes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. ``goal`` is a goal's id, or empty for how every dialogue opens.

    ``fault`` is what is marked when the line is performed. A ``careless`` call may fail without the
    agent minding, since it goes on otherwise; calls of one non-zero ``batch`` are made at once. At
    a ``change`` the user changes its mind and tells other ``facts``, at the moment that is in ``text``;
    where it does not, the lines in ``else_`` follow.
    """

    kind: LineKind
    goal: str
    key: str = ""
    facts: tuple[str, ...] = ()
    slots: dict[str, str] = field(default_factory=dict)
    tool: str = ""
    arguments: str = ""
    writes: bool = False
    batch: int = 0
    text: str = ""
    careless: bool = False
    else_: tuple["Line", ...] = ()
    fault: Fault | None = None


def lines_of(blueprint: Blueprint) -> list[Line]:
    """A right agent's lines, in order. ``act`` lines carry what the user is expected to report."""
    actions = {action.id: action for action in blueprint.actions}
    lines = []
    for step in blueprint.steps:
        line = _line(step, actions)
        change = blueprint.change_of(step.goal)
        if step.kind == "change" and change:
            others = {action.id: action for action in change.actions}
            line = replace(
                line,
                facts=tuple(change.instead.values()),
                text=change.at,
                else_=tuple(_line(each, others) for each in change.steps),
            )
        lines.append(line)
    return lines


def _line(step: Step, actions: Mapping[str, Action]) -> Line:
    action = actions.get(step.action)
    call = action if step.kind == "call" else None
    return Line(
        kind=step.kind,
        goal=step.goal,
        key=step.key,
        facts=step.facts,
        slots=dict(step.slots),
        tool=call.tool if call else "",
        arguments=msgspec.json.encode(call.arguments).decode() if call else "",
        writes=bool(call and call.writes),
        batch=step.batch,
        careless=bool(call and call.error),
    )


class Script:
    """The lines, and how far the agent has come. ``goal`` is the one that is worked on; the next one
    is begun only after the user has raised it."""

    def __init__(self, lines: Sequence[Line], goal: str) -> None:
        self.goal = goal
        self._lines = list(lines)
        self._at = 0
        self._tries: Counter[int] = Counter()

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self._at >= len(self._lines)

    @property
    def line(self) -> Line:
        """The line that is next."""
        return self._lines[self._at]

    @property
    def last(self) -> Line:
        """The line before."""
        return self._lines[self._at - 1]

    def advance(self) -> None:
        """The line is done."""
        self._at += 1

    def change_ahead(self) -> Line | None:
        """The change of mind that the user may come out with now."""
        for line in self._lines[self._at : self._at + 2]:
            if line.kind == "change" and line.goal == self.goal:
                return line
            if line.kind != "confirm":
                break
        return None

    def deaf(self) -> bool:
        """Whether the answer to the present question does not matter."""
        return any(line.kind == "deaf" for line in self._lines[self._at + 1 : self._at + 2])

    def change(self, line: Line) -> None:
        """The user has changed its mind."""
        self._at = self._lines.index(line, self._at) + 1

    def stay(self) -> None:
        """The user has not changed its mind, though it might have: it goes on as if that had been
        out of the question."""
        line = self._lines[self._at]
        end = self._at + 1
        while end < len(self._lines) and self._lines[end].goal == line.goal:
            end += 1
        self._lines[self._at : end] = line.else_

    def end(self) -> None:
        """Nothing more is to be done."""
        self._at = len(self._lines)

    def wish_raised(self) -> None:
        """The user has raised something new: the goal that is next in the lines."""
        if not self.done:
            self.goal = self.line.goal or self.goal

    def waits_for_wish(self) -> bool:
        """Whether all that the user has raised is settled."""
        return self.done or self.line.goal not in ("", self.goal)

    def missing(self, told: Collection[str]) -> list[str]:
        """The facts that the question which is next, and those right after it, ask for and that are
        not among the ``told``; none when the question itself needs none."""
        found: list[str] = []
        for line in self._lines[self._at :]:
            if line.kind != "ask" or line.goal not in ("", self.goal):
                break
            found += [key for key in line.facts if key not in told and key not in found]
        return found if any(key in self.line.facts for key in found) else []

    def take_batch(self) -> list[Line]:
        """The call that is next, with all that may be made at once with it."""
        first = self.line
        batch = [first]
        for line in self._lines[self._at + 1 :]:
            if not first.batch or line.kind != "call" or line.batch != first.batch:
                break
            batch.append(line)
        self._at += len(batch)
        return batch

    def tried(self) -> int:
        """Counts another try at the line; returns how many there were before."""
        self._tries[self._at] += 1
        return self._tries[self._at] - 1

    def give_up(self, line: Line) -> None:
        """Skips what is left of the line's goal. Without knowing who calls, all is given up."""
        while not self.done and line.goal in ("", self.line.goal):
            self._at += 1
