"""The driver's eye on a build while dialogues are played: figures, live line, metrics, budget."""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from generators.models.meter import Reading, summed
from pipelines.calls.build_reading import BuildReading
from pipelines.calls.journal import JOURNAL, DamagedJournal, Spent, spent
from pipelines.calls.live import Live, since
from pipelines.calls.spending import Spending
from pipelines.cancelling import end
from pipelines.executor import Executor
from pipelines.progress import Progress
from pipelines.recipe import Recipe

EVERY_SECONDS = 1.0


def spent_before(folder: Path, say: Callable[[str], None]) -> Spent:
    """What earlier runs of the build in ``folder`` have spent. Damaged journals are told to ``say`` and
    set aside. To be asked while no worker asks any model. Raises ``JournalError``."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DamagedJournal)
        before = spent(folder / JOURNAL)
    for each in caught:
        say(f"warning: {each.message}")
    return before


class Watch:
    """Looks at workers now and then. Made by ``watching``.

    ``outcomes`` is a mapping that the caller keeps up to date; ``limit`` says how many dialogues may be
    under way now.
    """

    def __init__(
        self,
        executor: Executor,
        spending: Spending,
        progress: Progress,
        outcomes: Mapping[str, int],
        planned: int,
        limit: Callable[[], int],
    ) -> None:
        self.spending = spending
        self._executor = executor
        self._progress = progress
        self._outcomes = outcomes
        self._planned = planned
        self._limit = limit
        self._live = Live()
        self._earlier = Reading()
        self._now = BuildReading(planned=planned)
        self._blind = False

    def now(self) -> BuildReading:
        """The figures of the last look."""
        return self._now

    def stop(self) -> bool:
        """Whether no item may be begun any more, for the dispatcher: because the budget is used up, or
        because nobody looks after it."""
        return self._blind or bool(self.spending.reached())

    async def begin(self) -> None:
        """Leaves out what workers have counted so far: their journals say it too."""
        self._earlier = summed(await self._executor.readings())

    async def look(self) -> None:
        """Asks the workers, and shows what they say."""
        counted = summed(await self._executor.readings())
        self.spending.learn([since(self._earlier, counted)])
        self._now = BuildReading(
            outcomes=dict(self._outcomes),
            planned=self._planned,
            in_flight=self._executor.in_flight,
            limit=self._limit(),
            reading=self.spending.reading,
            accounts=self.spending.accounts(),
            at=time.monotonic(),
        )
        self._progress.gauge(self._live.line(self._now))

    async def keep_looking(self, every: float) -> None:
        """Looks every so many seconds. Never returns. Raises what a look does."""
        while True:
            try:
                await self.look()
            except Exception:
                self._blind = True
                raise
            await asyncio.sleep(every)


@asynccontextmanager
async def watching(
    recipe: Recipe,
    executor: Executor,
    before: Spent,
    progress: Progress,
    *,
    outcomes: Mapping[str, int],
    planned: int,
    limit: Callable[[], int],
    every: float = EVERY_SECONDS,
) -> AsyncIterator[Watch]:
    """Watches until it is left, and then looks a last time. Serves metrics where the recipe wants them.

    ``before`` is ``spent_before``'s. Raises ``RequestError`` when the metrics' port is taken.
    """
    watch = Watch(executor, Spending(recipe, before), progress, outcomes, planned, limit)
    with ExitStack() as open_ones:
        if recipe.play.metrics_port:
            # Loaded late: few builds serve metrics.
            from pipelines.calls.metrics import served_metrics

            serving = served_metrics(recipe.play.metrics_port, watch.now)
            progress.say(f"metrics are at {open_ones.enter_context(serving)}")
        await watch.begin()
        looking = asyncio.create_task(watch.keep_looking(every))
        try:
            yield watch
        finally:
            await end(looking)
        await watch.look()
