"""Who does the work of a stage: this process, or workers. The results are the same."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from generators.models.meter import Reading, summed
from pipelines.dispatch import Outcome, dispatch, never
from pipelines.shards import Receipt
from pipelines.window import Window
from pipelines.workbench import Station, Stations, Workbench


class Executor(Protocol):
    """Does the items of any of its stations. An async context manager: leaving it commits what is
    finished, closes the jobs, and ends every process that it has started."""

    workers: int

    @property
    def in_flight(self) -> int:
        """How many items workers were doing when they were last asked for their readings."""
        ...

    async def ready(self) -> None:
        """Returns once workers are up. ``run`` sees to that itself; this is for those who measure."""
        ...

    async def run(
        self,
        station: str,
        items: Iterable[Any],
        take: Callable[[Outcome], None],
        stop: Callable[[], bool] = never,
    ) -> None:
        """Does every item and gives ``take`` one outcome for each, as they come.

        Once ``stop()`` is true no more items are handed out; those under way are finished and taken.
        What a job raises ends the run: the other items under way are cancelled, what is finished is
        committed. ``EngineDown`` and ``Mishap`` come out as they were raised. No two runs at a time.
        """
        ...

    async def readings(self) -> list[Reading]:
        """What each worker's jobs have counted, over all lives of the worker. Cheap; meant to be asked
        about once a second while ``run`` is under way. A worker that does not answer in time counts as
        it was when last asked, so that totals never go down."""
        ...

    async def limit(self, station: str, in_flight: int) -> None:
        """Has each worker do so many items of the station at a time, at least 1 and at most what the
        station allows, from now on and in runs to come. Items under way are left in peace."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class LocalExecutor:
    """Does everything in this process: for tests, small builds, and machines without Ray."""

    workers = 0

    def __init__(self, stations: Stations) -> None:
        self._stations = stations
        self._here: dict[str, _Here] = {}

    @property
    def in_flight(self) -> int:
        """See ``Executor``."""
        return sum(each.bench.pulse().in_flight for each in self._here.values())

    async def ready(self) -> None:
        """See ``Executor``."""

    async def run(
        self,
        station: str,
        items: Iterable[Any],
        take: Callable[[Outcome], None],
        stop: Callable[[], bool] = never,
    ) -> None:
        """See ``Executor``."""
        here = self._at(station)
        try:
            await dispatch(items, [here], take, stop)
        finally:
            await here.bench.halt()

    async def readings(self) -> list[Reading]:
        """See ``Executor``."""
        return [summed(each.bench.pulse().reading for each in self._here.values())]

    async def limit(self, station: str, in_flight: int) -> None:
        """See ``Executor``."""
        here = self._at(station)
        here.bench.limit(in_flight)
        here.window.resize(self._stations[station].room(in_flight))

    def _at(self, station: str) -> "_Here":
        if station not in self._here:
            self._here[station] = _Here(self._stations[station])
        return self._here[station]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self._here.values():
            await each.bench.aclose()


class _Here:
    """A lane in this process. It dies only when this process does."""

    def __init__(self, station: Station) -> None:
        self.width = station.width
        self.window = Window(station.width)
        self.bench = Workbench(station)

    async def do(self, item: Any) -> list[Receipt]:
        return await self.bench.do(item)

    async def ready(self) -> None:
        return None


def executor_for(
    workers: int, stations: Stations, work: Path, say: Callable[[str], None] = lambda text: None
) -> Executor:
    """Ray workers, or this process when ``workers`` is 0. ``work`` is the build's folder; ``say`` is
    told what users should know."""
    if workers == 0:
        return LocalExecutor(stations)
    # Ray takes a second to import: only builds that use it pay for it.
    from pipelines.ray_executor import RayExecutor

    return RayExecutor(workers, stations, work, say)
