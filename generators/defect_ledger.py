"""What was found wrong with a plan, and when: entries are only ever added."""

from collections import Counter
from collections.abc import Iterable

from generators.blueprint_check import Defect
from personas.record import Record


class Entry(Record):
    """One defect. ``stage`` is where it was found: ``draft`` before there was a plan, ``check`` by
    execution, or whatever later looks at plans calls itself. ``round`` counts the proposals of one
    candidate from 0."""

    stage: str
    code: str
    message: str
    round: int = 0


class DefectLedger(Record):
    """All that was found wrong with the proposals of one candidate, in order."""

    entries: tuple[Entry, ...] = ()

    def noted(self, stage: str, defects: Iterable[Defect], round: int = 0) -> "DefectLedger":
        """The ledger with these defects after the others."""
        new = tuple(
            Entry(stage=stage, code=each.code, message=each.message, round=round)
            for each in defects
        )
        return DefectLedger(entries=self.entries + new)

    @property
    def counts(self) -> Counter[str]:
        """How often each defect was found, as ``stage.code``."""
        return Counter(f"{each.stage}.{each.code}" for each in self.entries)
