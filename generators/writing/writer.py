"""Who writes plans: asked once per round, shown what was said against the rounds before."""

from collections.abc import Sequence
from typing import Protocol

from generators.reviewing.round import Round
from generators.writing.assignment import Assignment
from personas.record import Record


class Attempt(Record):
    """What a writer wrote in one round. ``asked`` is the call of a model, as JSON; ``planned`` are the
    flaws that a script has put in on purpose; ``cut`` says that the text ends where the model was
    stopped."""

    text: str
    asked: str = ""
    planned: tuple[str, ...] = ()
    cut: bool = False


class Writer(Protocol):
    """Writes plans."""

    @property
    def name(self) -> str:
        """Who wrote, for the provenance."""
        ...

    async def write(
        self, assignment: Assignment, rounds: Sequence[Round], take: int = 0
    ) -> Attempt | None:
        """A proposal of the next round; None when it has nothing for this caller. Those of one round
        are told apart by ``take``, and unlike as far as chance makes them so. Raises ``ModelError`` and
        ``EngineDown`` from a model's calls."""
        ...
