"""One judged dialogue with everything that belongs to it: what outputs are made of."""

from typing import Literal

from generators.blueprint import Blueprint
from generators.trajectory import Trajectory
from personas.persona import Persona
from personas.record import Record
from verifiers.decision import Decision

Split = Literal["train", "validation", "test", ""]


class Judged(Record):
    """A dialogue, its plan, its speaker, and what was decided about it.

    ``dropped`` is the finding code with which curation took an accepted dialogue out of the set, or
    empty; ``duplicate_of`` is the id of the trajectory it repeats, when that was the reason. ``split``
    is empty for rows that are in no split.
    """

    trajectory: Trajectory
    blueprint: Blueprint
    persona: Persona
    decision: Decision
    split: Split = ""
    dropped: str = ""
    duplicate_of: str = ""

    @property
    def id(self) -> str:
        """The trajectory's id: one row, one attempt."""
        return self.trajectory.id

    @property
    def accepted(self) -> bool:
        """Whether the dialogue is part of the released set: decided so, and not dropped since."""
        return self.decision.outcome == "accept" and not self.dropped
