"""What planning may cost: where models write or review plans, their calls count as players' calls do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pipelines.calls.watch import Watch, spent_before, watching
from pipelines.executor import Executor
from pipelines.mishap import RequestError
from pipelines.model_slots import author_slots
from pipelines.workspace import Workspace


class PlanningBudget:
    """Says when no candidate may be begun any more. Made by ``within_budget``."""

    def __init__(self, wanted: int, watch: Watch | None = None) -> None:
        self._wanted = wanted
        self._watch = watch

    def reached(self) -> bool:
        """Whether there is nothing left, for the dispatcher."""
        return self._watch is not None and self._watch.stop()

    def complain(self, planned: int) -> None:
        """Raises ``RequestError`` where that is why only so many blueprints are there: it is not the
        dataset that was asked for."""
        reached = self._watch.spending.reached() if self._watch else ""
        if reached:
            raise RequestError(
                f"{reached} by writing and reviewing plans: {planned:,} of {self._wanted:,} "
                "blueprints are there",
                "Raise the budget in the recipe (or with --set) and run the same command again: "
                "finished candidates and paid model calls are kept. Or ask for fewer blueprints.",
            )


@asynccontextmanager
async def within_budget(
    work: Workspace, executor: Executor, begins: bool
) -> AsyncIterator[PlanningBudget]:
    """Watches while models are asked about plans, and shows what they take. ``begins`` says whether
    there is anything left to plan."""
    recipe = work.recipe
    wanted = recipe.blueprints.at_most
    if not begins or not author_slots(recipe):
        yield PlanningBudget(wanted)
        return
    before = spent_before(work.folder, work.progress.say)
    at_a_time = recipe.play.in_flight * max(1, executor.workers)
    async with watching(
        recipe,
        executor,
        before,
        work.progress,
        outcomes={},
        planned=wanted * recipe.attempts,
        limit=lambda: at_a_time,
    ) as watch:
        yield PlanningBudget(wanted, watch)
