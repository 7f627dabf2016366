"""What became of every attempt: attempted = accepted + rejected + failed.

Parts of a build keep ledgers of their own, which add up in any order. ``attempted`` comes from the
plan and the rest from what was decided, so a dialogue that got lost on the way shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from generators.trajectory import StopReason, Trajectory
from personas.record import Record
from verifiers.decision import Decision


class LedgerError(ValueError):
    """The ledger does not add up; the message has the numbers."""


class Ledger(Record):
    """Counts of attempts. ``rejected`` is by finding code (the first reason of each decision, or what
    curation dropped it for); ``failed``, by party, is of dialogues in which somebody broke, so that
    there was nothing to judge."""

    attempted: int = 0
    accepted: int = 0
    rejected: dict[str, int] = {}
    failed: dict[str, int] = {}

    @property
    def accounted(self) -> int:
        """Attempts of which the ledger says what became of them."""
        return self.accepted + sum(self.rejected.values()) + sum(self.failed.values())

    def balanced(self) -> bool:
        """Whether every attempt is accounted for, and no count is negative."""
        counts = [self.accepted, *self.rejected.values(), *self.failed.values()]
        return self.attempted == self.accounted and min(counts) >= 0

    def check(self) -> None:
        """Raises ``LedgerError`` when it does not add up."""
        if not self.balanced():
            raise LedgerError(
                f"attempted {self.attempted} is not accepted {self.accepted} + rejected "
                f"{sum(self.rejected.values())} {self.rejected} + failed "
                f"{sum(self.failed.values())} {self.failed} = {self.accounted}"
            )


def planned(attempts: int) -> Ledger:
    """The ledger of attempts that are to be made: it balances when all are accounted for."""
    return Ledger(attempted=attempts)


def entry(trajectory: Trajectory, decision: Decision) -> Ledger:
    """What one judged dialogue adds.

    Raises ``ValueError`` when the decision is about another dialogue, and when it rejects without
    giving a reason.
    """
    if decision.trajectory_id != trajectory.id:
        raise ValueError(f"decision on {decision.trajectory_id}, dialogue {trajectory.id}")
    if trajectory.stop_reason == StopReason.ERROR:
        party = trajectory.failure.party if trajectory.failure else decision.party
        return Ledger(failed={party or "engine": 1})
    if decision.outcome == "accept":
        return Ledger(accepted=1)
    if not decision.reasons:
        raise ValueError(f"{decision.trajectory_id} is rejected without a reason")
    return Ledger(rejected={decision.reasons[0]: 1})


def curated(drops: Mapping[str, str]) -> Ledger:
    """What curation changes: accepted dialogues, by id, that are dropped for a code."""
    reasons = Counter(drops.values())
    return Ledger(accepted=-len(drops), rejected=dict(sorted(reasons.items())))


def merged(ledgers: Iterable[Ledger]) -> Ledger:
    """The sum; order does not matter."""
    attempted = accepted = 0
    rejected: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for ledger in ledgers:
        attempted += ledger.attempted
        accepted += ledger.accepted
        rejected.update(ledger.rejected)
        failed.update(ledger.failed)
    return Ledger(
        attempted=attempted,
        accepted=accepted,
        rejected=dict(sorted(rejected.items())),
        failed=dict(sorted(failed.items())),
    )
