"""What the driver does while dialogues are played: it counts, shows, and keeps to limits and budget."""

import asyncio
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from pipelines.build_reading import BuildReading
from pipelines.executor import Executor
from pipelines.journal import JOURNAL, DamagedJournal, Spent, spent
from pipelines.live import Live
from pipelines.metrics import served_metrics
from pipelines.model_slots import used_slots
from pipelines.pressure import Pressure
from pipelines.spending import Spending
from pipelines.workspace import Workspace

_LOOK_EVERY = 0.5


class Helm:
    """Looks at what the workers do, twice a second, for as long as its context lasts.

    ``outcomes`` counts finished dialogues by stop reason, of ``planned`` ones. ``stopped`` is for the
    dispatcher: whether no more dialogues may begin. Raises ``MachineError`` for a journal that cannot be
    read, ``RequestError`` for a metrics port that is taken.
    """

    def __init__(
        self,
        work: Workspace,
        executor: Executor,
        station: str,
        planned: int,
        outcomes: Callable[[], dict[str, int]],
    ) -> None:
        self.spending = Spending(work.recipe, _spent(work))
        self._work = work
        self._executor = executor
        self._planned = planned
        self._outcomes = outcomes
        self._live = Live()
        play = work.recipe.play
        self._pressure = Pressure(executor, station, play.in_flight, work.folder)
        self._steers = play.adapt and bool(used_slots(work.recipe))
        self._port = play.metrics_port
        self._now = BuildReading()
        self._tasks: list[asyncio.Task[None]] = []
        self._open = ExitStack()

    def stopped(self) -> bool:
        """Whether the budget is used up."""
        return bool(self.spending.reached())

    async def __aenter__(self) -> Self:
        if self._port:
            address = self._open.enter_context(served_metrics(self._port, lambda: self._now))
            self._work.progress.say(f"metrics are at {address}")
        self._tasks.append(asyncio.create_task(self._watch(), name="helm"))
        if self._steers:
            self._tasks.append(asyncio.create_task(self._pressure.watch(), name="pressure"))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._open.close()
        if error is None:
            await self._look()
            for end in ends:
                if isinstance(end, Exception):
                    raise end

    async def _watch(self) -> None:
        while True:
            await self._look()
            self._work.progress.gauge(self._live.line(self._now))
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self) -> None:
        self.spending.learn(await self._executor.readings())
        self._now = BuildReading(
            outcomes=self._outcomes(),
            planned=self._planned,
            in_flight=self._executor.in_flight,
            limit=self._pressure.limit,
            reading=self.spending.reading,
            accounts=self.spending.accounts(),
            at=time.monotonic(),
        )


def _spent(work: Workspace) -> Spent:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DamagedJournal)
        found = spent(work.folder / JOURNAL)
    for each in caught:
        work.progress.say(f"warning: {each.message}")
    return found
