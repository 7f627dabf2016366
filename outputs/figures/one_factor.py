"""Which factor makes an agent fail: members of sets beside the bases from which they differ in it.

An attempt at a member is paired with the attempt of the same number at its base, which had the same
persona, the same chances and, but for the factor, the same plan. An attempt passes when the committee
accepted it, whatever curation dropped since. One that broke off for another reason than the agent, or
that was rejected for what the user did, says nothing about the agent, and its pair is left out.
"""

from collections import Counter
from math import sqrt

from generators.event import AGENT, USER
from generators.one_factor.factors import FACTORS
from outputs.figures.faults import Rate, rate, wilson
from outputs.judged import Judged
from personas.record import Record


class Difference(Record):
    """A difference of two shares, and its 95% interval."""

    value: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether the interval leaves out that there is none."""
        return self.low > 0 or self.high < 0


class FactorFigure(Record):
    """One factor at one level, as one player of the agent's part met it in so many ``sets``.

    Of the ``pairs`` of attempts, ``both`` passed, ``only_base`` or ``only_member`` did, or ``neither``;
    ``left_out`` are those that say nothing. ``difference`` is the member's share less the base's.
    """

    factor: str
    level: str
    does: str
    player: str
    sets: int
    pairs: int
    both: int
    only_base: int
    only_member: int
    neither: int
    left_out: int
    base: Rate
    member: Rate
    difference: Difference

    @property
    def name(self) -> str:
        """The factor and its level."""
        return f"{self.factor}={self.level}"


class OneFactorSummary(Record):
    """Figures by factor and level, for each player; none where there are no sets."""

    figures: tuple[FactorFigure, ...] = ()
    players: tuple[str, ...] = ()

    @property
    def factors(self) -> dict[str, list[FactorFigure]]:
        """The figures by factor."""
        found: dict[str, list[FactorFigure]] = {}
        for each in self.figures:
            found.setdefault(each.factor, []).append(each)
        return found


Plan = tuple[str, str]
"""A player, and the id of a plan that it played."""


class OneFactor:
    """Keeps two small numbers per plan and player: which attempts say something, and which passed."""

    def __init__(self) -> None:
        self.played: dict[Plan, tuple[int, int, int]] = {}
        self.members: dict[str, tuple[str, str]] = {}

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        plan, trajectory = row.blueprint, row.trajectory
        if plan.variation:
            self.members[plan.id] = (plan.base_id, plan.variation)
        passed = row.decision.outcome == "accept"
        failure = trajectory.failure
        tells = (failure is None or failure.party == AGENT) and (passed or _to_blame(row) != USER)
        bit = 1 << trajectory.attempt
        self._count((_player(row), plan.id), (bit, bit * tells, bit * (tells and passed)))

    def merge(self, other: "OneFactor") -> None:
        """Adds the counts of another part; a plan may have attempts in both."""
        self.members.update(other.members)
        for key, theirs in other.played.items():
            self._count(key, theirs)

    def _count(self, key: Plan, bits: tuple[int, int, int]) -> None:
        there = self.played.get(key, (0, 0, 0))
        self.played[key] = (there[0] | bits[0], there[1] | bits[1], there[2] | bits[2])

    def summary(self) -> OneFactorSummary:
        """The figures."""
        cells: dict[tuple[str, str], list[Counter[str]]] = {}
        for player, plan in sorted(self.played):
            base, variation = self.members.get(plan, ("", ""))
            if variation and (player, base) in self.played:
                pairs = _pairs(self.played[player, base], self.played[player, plan])
                cells.setdefault((variation, player), []).append(pairs)
        figures = [_figure(*cell, sets) for cell, sets in cells.items()]
        return OneFactorSummary(
            figures=tuple(sorted(figures, key=_place)),
            players=tuple(sorted({player for _, player in cells})),
        )


def _to_blame(row: Judged) -> str:
    return row.decision.party if row.decision.outcome == "reject" else ""


def _player(row: Judged) -> str:
    members = row.trajectory.members
    return next((each.model or each.player for each in members if each.party == AGENT), "")


def _pairs(base: tuple[int, int, int], member: tuple[int, int, int]) -> Counter[str]:
    """The pairs of one plan and its base."""
    tell, (one, other) = base[1] & member[1], (base[2], member[2])
    found = {
        "both": one & other,
        "only_base": tell & one & ~other,
        "only_member": tell & other & ~one,
        "neither": tell & ~one & ~other,
        "left_out": (base[0] & member[0]) & ~tell,
    }
    return Counter({name: bits.bit_count() for name, bits in found.items()})


def _figure(variation: str, player: str, sets: list[Counter[str]]) -> FactorFigure:
    factor, _, level = variation.partition("=")
    total: Counter[str] = sum(sets, Counter())
    both, only_base, only_member = total["both"], total["only_base"], total["only_member"]
    pairs = both + only_base + only_member + total["neither"]
    telling = sum(1 for each in sets if each.total() > each["left_out"])
    return FactorFigure(
        factor=factor,
        level=level,
        does=FACTORS[factor].does if factor in FACTORS else "",
        player=player,
        sets=telling,
        pairs=pairs,
        both=both,
        only_base=only_base,
        only_member=only_member,
        neither=total["neither"],
        left_out=total["left_out"],
        base=rate(both + only_base, pairs),
        member=rate(both + only_member, pairs),
        difference=difference(both, only_base, only_member, total["neither"], telling),
    )


def _place(figure: FactorFigure) -> tuple[int, float, str, str]:
    known = list(FACTORS)
    place = known.index(figure.factor) if figure.factor in known else len(known)
    try:
        number = float(figure.level)
    except ValueError:
        number = 0.0
    return place, number, figure.name, figure.player


def difference(
    both: float, first: float, second: float, neither: float, of: float | None = None
) -> Difference:
    """How much oftener the second passes than the first, out of pairs of which ``both`` pass, only the
    ``first``, only the ``second`` or ``neither``.

    The interval is Newcombe's (1998, his tenth method) for paired proportions, which stays honest near
    0 and 1. Several attempts at one plan are no independent cases: ``of`` is how many there are.
    """
    total = both + first + second + neither
    if not total:
        return Difference(value=0.0, low=0.0, high=0.0)
    of = total if of is None else of
    a, b, c, d = (each * of / total for each in (both, first, second, neither))
    p, q = (a + c) / of, (a + b) / of
    (p_low, p_high), (q_low, q_high) = wilson(p, of), wilson(q, of)
    margins, excess = (a + b) * (c + d) * (a + c) * (b + d), a * d - b * c
    if excess > 0:
        # Newcombe's correction for continuity, for pairs that go together.
        excess = max(excess - of / 2, 0.0)
    phi = excess / sqrt(margins) if margins else 0.0

    def reach(below: float, above: float) -> float:
        return sqrt(max(below * below - 2 * phi * below * above + above * above, 0.0))

    value = p - q
    low = value - reach(p - p_low, q_high - q)
    high = value + reach(p_high - p, q - q_low)
    return Difference(value=value, low=max(low, -1.0), high=min(high, 1.0))
