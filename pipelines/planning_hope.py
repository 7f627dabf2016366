"""When to stop asking models about plans: nobody could be asked, again and again."""

from typing import Any

from pipelines.mishap import EngineError
from pipelines.shards import Receipt, Shards

HOPELESS = 24
"""So many candidates that nobody could write or judge, and no others, are enough."""
_NOBODY = ("writer_failed", "review_no_quorum")


class PlanningHope:
    """Counts the candidates of this run."""

    def __init__(self) -> None:
        self._count = 0
        self._lost = 0

    def take(self, receipts: list[Receipt], shards: Shards[Any]) -> None:
        """Takes in candidates that have come back, and are in the shards. Raises ``EngineError`` when
        it is plain that the others will end like them."""
        lost = [each for each in receipts if not each.note[0] and each.note[1] in _NOBODY]
        self._count += len(receipts)
        self._lost += len(lost)
        if lost and self._lost == self._count >= HOPELESS:
            refusal = shards.read(lost[-1].key).refusal
            said = refusal.message if refusal else str(lost[-1].note[1])
            raise EngineError(
                f"the first {self._count} candidates were all refused because no model could be "
                f"asked about them ({lost[-1].note[1]}): {said}",
                "Correct what the server refuses (the slot's sampling and model, the length of its "
                "context), and run the same command again; --set version=... begins afresh.",
            )
