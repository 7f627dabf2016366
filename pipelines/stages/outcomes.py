"""What has become of the dialogues so far, counted as they come back."""

from collections import Counter

from generators.trajectory import StopReason, Trajectory
from pipelines.dispatch import Lost, Outcome
from pipelines.mishap import EngineError
from pipelines.shards import Receipt, Shards
from pipelines.stages.attempt import given_up, line_for
from pipelines.workspace import Workspace

HOPELESS = 24
"""So many dialogues, all of them ended by the engine in the same way, and no others, are enough."""


class Outcomes:
    """Counts the dialogues on disk: ``ends`` by stop reason, ``failures`` by who broke and how."""

    def __init__(self, work: Workspace, shards: Shards[Trajectory]) -> None:
        self.ends: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self._work = work
        self._shards = shards
        self._count(list(shards.receipts.values()))

    def take(self, outcome: Outcome) -> None:
        """Takes in what became of one attempt. Raises ``EngineError`` when it is plain that every
        dialogue will end in the same failure of the engine: that is no news for as long again."""
        work = self._work
        if isinstance(outcome, Lost):
            work.progress.say(f"{outcome.item.key} killed its worker three times and is given up")
            lost = given_up(work.recipe, work.folder, outcome.item)
            receipts = self._shards.add([line_for(outcome.item.key, lost)])
        else:
            receipts = outcome.receipts
            self._shards.learn(receipts)
        self._count(receipts)
        work.progress.step()
        self._hope(receipts)

    def _count(self, receipts: list[Receipt]) -> None:
        self.ends.update(str(each.note[0]) for each in receipts)
        self.failures.update(str(each.note[1]) for each in receipts if each.note[1])

    def _hope(self, receipts: list[Receipt]) -> None:
        if self.ends.total() < HOPELESS or self.ends[StopReason.ERROR] < self.ends.total():
            return
        (kind, _), *others = self.failures.most_common()
        if others or not kind.startswith("engine.") or not receipts:
            return
        failure = self._shards.read(receipts[-1].key).failure
        said = failure.message if failure else kind
        raise EngineError(
            f"the first {self.ends.total()} dialogues all ended by {kind}: {said}",
            "Correct what the server refuses (the slot's sampling and model, the length of its "
            "context), and run the same command again; --set version=... begins afresh.",
        )
