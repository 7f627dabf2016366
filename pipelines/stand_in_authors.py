"""What models that write and review plans would be asked, without asking any: a script writes, everybody
is for it, and real prompts are measured.
"""

from collections.abc import Sequence
from dataclasses import replace

from generators.authored import Authors
from generators.models.chat import ChatReply, ChatRequest, Slot
from generators.reviewing.committee import Case, Panel, Reviewer
from generators.reviewing.model import ModelReviewer
from generators.reviewing.round import Ballot, Round
from generators.writing.assignment import Assignment
from generators.writing.constraints import complexity_of, proposals_for
from generators.writing.scripted import ScriptedWriter
from generators.writing.writer import Attempt, Writer
from pipelines.authors import authors_of
from pipelines.model_slots import author_slots
from pipelines.players import Models
from pipelines.recipe import Recipe
from pipelines.recipe_authors import ModelWriter
from pipelines.stand_in import Measured, sampling_of

_FOR = '{"verdict": "accept", "comment": ""}'


class StandInAuthor:
    """The ``ChatModel`` of a slot that writes or reviews. It answers what it is told to; ``times`` is
    how often it would be asked if every proposal were turned down."""

    revision = ""

    def __init__(self, model: str, measured: Measured) -> None:
        self.model = model
        self.answer = _FOR
        self.times = 1
        self._measured = measured

    async def chat(self, request: ChatRequest) -> ChatReply:
        """See ``ChatModel``. Raises nothing."""
        self._measured.add(request, self.answer, self.times)
        return ChatReply(content=self.answer)


def stand_in_authors(recipe: Recipe, measured: Measured) -> Authors:
    """The recipe's authors with a script for every model; ``measured`` counts what models would have
    been asked."""
    stand_ins = {name: StandInAuthor(name, measured) for name in author_slots(recipe)}
    slots = {
        name: Slot(name=name, chat=chat, sampling=sampling_of(recipe, name))
        for name, chat in stand_ins.items()
    }
    authors = authors_of(recipe, Models(slots=slots))
    wanted, writer, panel = recipe.blueprints.writer, authors.writer, authors.panel
    times: dict[str, int] = {}
    if isinstance(wanted, ModelWriter) and writer:
        script = ScriptedWriter(flaws={}, seed=recipe.seed)
        writer = _ShadowWriter(script, writer, stand_ins[wanted.slot], authors, times)
    if panel:
        shadows = tuple(_ShadowReviewer(each, stand_ins, times) for each in panel.reviewers)
        panel = Panel(reviewers=shadows, threshold=panel.threshold, quorum=panel.quorum)
    return replace(authors, writer=writer, panel=panel)


class _ShadowWriter:
    """A script that writes while the model that it stands for is asked. ``times`` is how often a model
    may be asked about a candidate, by its key."""

    def __init__(
        self,
        script: ScriptedWriter,
        model: Writer,
        stand_in: StandInAuthor,
        authors: Authors,
        times: dict[str, int],
    ) -> None:
        self.name = model.name
        self._script = script
        self._model = model
        self._stand_in = stand_in
        self._authors = authors
        self._times = times

    async def write(
        self, assignment: Assignment, rounds: Sequence[Round], take: int = 0
    ) -> Attempt | None:
        """See ``Writer``."""
        attempt = await self._script.write(assignment, rounds, take)
        if attempt:
            takes = proposals_for(complexity_of(assignment), self._authors.best_of)
            self._times[assignment.key] = self._authors.rounds * takes
            self._stand_in.answer = attempt.text
            self._stand_in.times = self._times[assignment.key]
            await self._model.write(assignment, rounds, take)
            self._stand_in.answer = _FOR
        return attempt


class _ShadowReviewer:
    """A reviewer, asked about a plan as often as it may be written."""

    def __init__(
        self, reviewer: Reviewer, stand_ins: dict[str, StandInAuthor], times: dict[str, int]
    ) -> None:
        self.name = reviewer.name
        self._reviewer = reviewer
        self._stand_ins = list(stand_ins.values())
        self._times = times

    async def review(self, case: Case) -> Ballot:
        """See ``Reviewer``."""
        for each in self._stand_ins if isinstance(self._reviewer, ModelReviewer) else ():
            each.times = self._times.get(case.key, 1)
        return await self._reviewer.review(case)
