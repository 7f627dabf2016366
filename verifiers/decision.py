"""What the committee decided about one dialogue, with every vote kept."""

from typing import Literal

from personas.record import Record
from verifiers.verdict import Verdict


class Vote(Record):
    """One member's verdict and its weight. A ``veto`` member's failure alone rejects."""

    verdict: Verdict
    weight: float = 1.0
    veto: bool = False


class Decision(Record):
    """``reasons`` are finding codes (or ``committee.*`` codes), first the one that counts in the ledger.

    ``score`` is the weighted share of passing votes among those that did not abstain; ``party`` is who
    is to blame for a rejection.
    """

    trajectory_id: str
    outcome: Literal["accept", "reject", "revise"]
    score: float
    votes: tuple[Vote, ...]
    reasons: tuple[str, ...] = ()
    party: str = ""
