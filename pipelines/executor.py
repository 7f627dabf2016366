"""Who does the work of a stage: this process, or workers. The results are the same."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from pipelines.dispatch import Outcome, dispatch
from pipelines.shards import Receipt
from pipelines.workbench import Stations, Workbench


class Executor(Protocol):
    """Does the items of any of its stations. An async context manager: leaving it commits what is
    finished and ends every process that it has started."""

    workers: int

    async def ready(self) -> None:
        """Returns once workers are up. ``run`` sees to that itself; this is for those who measure."""
        ...

    async def run(
        self, station: str, items: Iterable[Any], take: Callable[[Outcome], None]
    ) -> None:
        """Does every item and gives ``take`` one outcome for each, as they come."""
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
        self._bench: Workbench | None = None

    async def ready(self) -> None:
        """See ``Executor``."""

    async def run(
        self, station: str, items: Iterable[Any], take: Callable[[Outcome], None]
    ) -> None:
        """See ``Executor``."""
        self._bench = Workbench(self._stations[station])
        await dispatch(items, [_Here(self._bench, self._stations[station].width)], take)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bench:
            self._bench.commit()


class _Here:
    """A lane in this process. It dies only when this process does."""

    def __init__(self, bench: Workbench, width: int) -> None:
        self.width = width
        self._bench = bench

    async def do(self, item: Any) -> list[Receipt]:
        return await self._bench.do(item)

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
