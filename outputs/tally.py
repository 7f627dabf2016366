"""Counts over judged rows as they are released: the ledger, and every reason there was."""

from collections import Counter

from outputs.judged import Judged
from verifiers.ledger import Ledger, entry


class Tally:
    """Counts rows one at a time. What curation dropped counts as rejected for that reason.

    ``reasons`` counts every reason of every row not accepted, ``languages`` the accepted rows of each;
    ``domains`` maps a domain to the hash of the files that its plans were made for.
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.domains: dict[str, str] = {}
        self._accepted = 0
        self._rejected: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def add(self, judged: Judged) -> None:
        """Counts one judged dialogue. Raises ``ValueError`` for one rejected without a reason."""
        part = entry(judged.trajectory, judged.decision)
        dropped = part.accepted and judged.dropped
        self._accepted += 0 if dropped else part.accepted
        self._rejected.update([judged.dropped] if dropped else part.rejected)
        self._failed.update(part.failed)
        self.reasons.update([judged.dropped] if dropped else judged.decision.reasons)
        if judged.accepted:
            self.languages[judged.blueprint.language] += 1
        self.domains[judged.blueprint.domain] = judged.blueprint.domain_hash

    def ledger(self, attempted: int) -> Ledger:
        """The ledger of a build that attempted so many dialogues; it may not balance."""
        return Ledger(
            attempted=attempted,
            accepted=self._accepted,
            rejected=dict(sorted(self._rejected.items())),
            failed=dict(sorted(self._failed.items())),
        )
