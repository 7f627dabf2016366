"""How many dialogues of each kind were asked for, accepted, and released."""

from collections import Counter

from generators.coverage import Cell, Targets, cells, kind_of
from outputs.judged import Judged
from personas.record import Record


class TargetFigure(Record):
    """One target: at least ``asked`` accepted dialogues whose ``facet`` has this value. ``released`` are
    those of them that curation kept."""

    facet: str
    value: str
    asked: int
    accepted: int
    released: int


class TargetCounts:
    """Counts the dialogues that count for targets."""

    def __init__(self, targets: Targets) -> None:
        self.targets = targets
        self.accepted: Counter[Cell] = Counter()
        self.released: Counter[Cell] = Counter()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        if not self.targets or row.decision.outcome != "accept":
            return
        turns = row.trajectory.events[-1].turn + 1
        found = cells(kind_of(row.blueprint, row.persona, turns, self.targets), self.targets)
        self.accepted.update(found)
        if row.accepted:
            self.released.update(found)

    def merge(self, other: "TargetCounts") -> None:
        """Adds the counts of another part."""
        self.accepted.update(other.accepted)
        self.released.update(other.released)

    def summary(self) -> tuple[TargetFigure, ...]:
        """One figure per target, in the recipe's order."""
        return tuple(
            TargetFigure(
                facet=facet,
                value=value,
                asked=asked,
                accepted=self.accepted[facet, value],
                released=self.released[facet, value],
            )
            for facet, values in self.targets.items()
            for value, asked in values.items()
        )
