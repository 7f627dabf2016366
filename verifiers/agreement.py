"""How far voters agree, corrected for chance.

Agreement says that voters see the same, not that they are right. Abstentions are missing values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from personas.record import Record
from verifiers.decision import Decision


class Agreement(Record):
    """``pairwise`` is the mean share of equal verdicts over pairs of voters that both had an opinion;
    ``alpha`` is Krippendorff's alpha for nominal data, 1 for perfect agreement, 0 for chance. Both are
    None where no dialogue has two opinions; ``alpha`` also where all opinions are the same."""

    units: int
    pairwise: float | None
    alpha: float | None


def agreement(decisions: Iterable[Decision]) -> Agreement:
    """The agreement of the voters on these dialogues. Vetoes are no votes."""
    units = [
        {
            vote.verdict.verifier: vote.verdict.outcome
            for vote in decision.votes
            if not vote.veto and vote.verdict.outcome != "abstain"
        }
        for decision in decisions
    ]
    units = [unit for unit in units if len(unit) >= 2]
    return Agreement(units=len(units), pairwise=_pairwise(units), alpha=_alpha(units))


def _pairwise(units: Sequence[Mapping[str, str]]) -> float | None:
    """The mean over pairs of voters, each pair counted once however many dialogues it shares."""
    equal: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for unit in units:
        for pair in combinations(sorted(unit), 2):
            both[pair] += 1
            equal[pair] += unit[pair[0]] == unit[pair[1]]
    return sum(equal[pair] / both[pair] for pair in sorted(both)) / len(both) if both else None


def _alpha(units: Sequence[Mapping[str, str]]) -> float | None:
    """1 - observed / expected disagreement, over all pairs of opinions (Krippendorff 2011)."""
    totals: Counter[str] = Counter()
    observed = 0.0
    for unit in units:
        counts = Counter(unit.values())
        size = len(unit)
        totals.update(counts)
        observed += (size**2 - sum(count**2 for count in counts.values())) / (size - 1)
    opinions = sum(totals.values())
    unequal = opinions**2 - sum(count**2 for count in totals.values())
    if not unequal:
        return None
    return 1 - (opinions - 1) * observed / unequal
