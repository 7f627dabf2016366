"""How what users keep to themselves came out, by how much they were to keep: a table of levels.

Counts are whole numbers, so that parts of a set add up to the same figures in any order.
"""

from collections import Counter

from generators.hiding import uncertainty_of
from outputs.figures.decisions import outcome_of
from outputs.judged import Judged
from outputs.told import Told, told_in
from personas.record import Record

_FINE = 10_000
"""Shares and rewards are summed in such parts."""


class LevelFigure(Record):
    """The dialogues of one level of uncertainty, those that broke off left out.

    ``completed``, ``reward`` and the clarities are means over dialogues: the task done; the whole
    reward; how clear a wish was when it was raised, and when it was left, over the wishes of a
    dialogue. The others are sums: withheld facts, those of them that were elicited, volunteered or
    found out, and questions.
    """

    level: str
    dialogues: int
    completed: float
    reward: float
    clarity_raised: float
    clarity_left: float
    withheld: int
    elicited: int
    volunteered: int
    found: int
    useful: int
    needless: int

    @property
    def gained(self) -> float:
        """How much clearer wishes became: the score that stands beside that of the task."""
        return self.clarity_left - self.clarity_raised

    @property
    def coverage(self) -> float | None:
        """The share of withheld facts that came out."""
        out = self.elicited + self.volunteered + self.found
        return out / self.withheld if self.withheld else None


class DisclosureSummary(Record):
    """The levels, from open to closed, and how many turns of users are of each type."""

    levels: tuple[LevelFigure, ...] = ()
    turns: dict[str, int] = {}


class Disclosure:
    """Counts what came out. Keys are (place of the level, level, name)."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[int, str, str]] = Counter()
        self.turns: Counter[str] = Counter()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        told = told_in(row.trajectory)
        if told is None or outcome_of(row) == "failed":
            return
        self.turns.update(turn.type for turn in told.turns)
        for name, count in _counts(told).items():
            self.counts[(*_level(row), name)] += count

    def merge(self, other: "Disclosure") -> None:
        """Adds the counts of another part."""
        self.counts.update(other.counts)
        self.turns.update(other.turns)

    def summary(self) -> DisclosureSummary:
        """The figures."""
        places = sorted({key[:2] for key in self.counts})
        return DisclosureSummary(
            levels=tuple(self._figure(place, level) for place, level in places),
            turns=dict(sorted(self.turns.items())),
        )

    def _figure(self, place: int, level: str) -> LevelFigure:
        def total(name: str) -> int:
            return self.counts[place, level, name]

        def mean(name: str) -> float:
            return total(name) / _FINE / total("dialogues")

        return LevelFigure(
            level=level,
            dialogues=total("dialogues"),
            completed=total("completed") / total("dialogues"),
            reward=mean("reward"),
            clarity_raised=mean("raised"),
            clarity_left=mean("left"),
            **{
                name: total(name)
                for name in ("withheld", "elicited", "volunteered", "found", "useful", "needless")
            },
        )


_BETWEEN = ((33, "1–33%"), (66, "34–66%"), (99, "67–99%"))


def _level(row: Judged) -> tuple[int, str]:
    """The planned level; where the plan has none, in which third the share lies that came about."""
    percent = uncertainty_of(row.blueprint)
    if row.blueprint.uncertainty is None and 0 < percent < 100:
        return next((upto, name) for upto, name in _BETWEEN if percent <= upto)
    return percent, f"{percent}%"


def _counts(told: Told) -> dict[str, int]:
    by_goal: dict[str, list[float]] = {}
    for turn in told.turns:
        by_goal.setdefault(turn.goal, []).append(turn.clarity)
    goals = list(by_goal.values())
    return {
        "dialogues": 1,
        "completed": told.rewards.get("completion", 0.0) > 0,
        "reward": round(_FINE * told.rewards.get("total", 0.0)),
        "raised": _mean([clarities[0] for clarities in goals]),
        "left": _mean([max(clarities) for clarities in goals]),
        "withheld": len(told.ledger.withheld),
        "elicited": told.ledger.covered("elicited"),
        "volunteered": told.ledger.covered("volunteered"),
        "found": told.ledger.covered("found"),
        "useful": told.useful,
        "needless": told.needless,
    }


def _mean(shares: list[float]) -> int:
    return round(_FINE * sum(shares) / len(shares)) if shares else 0
