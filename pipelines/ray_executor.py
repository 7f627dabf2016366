"""Workers as Ray actors: the only file that imports Ray.

A few long-lived async actors, each with a workbench per stage. Ray restarts a dead actor but repeats
none of its calls: what was under way is handed out again here, where attempts are counted. Actors write
their results to disk themselves and answer with receipts, so no dialogue travels through Ray.
"""

import asyncio
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# Ray reads these when it is imported.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")

import ray
from ray.exceptions import ActorDiedError, OutOfMemoryError, RayActorError, RayError, RayTaskError

from pipelines.dispatch import Outcome, WorkerCrashed, dispatch
from pipelines.guard import Guard, descendants
from pipelines.mishap import EngineError
from pipelines.shards import Receipt
from pipelines.workbench import Stations, Workbench
from pipelines.workspace import WORKERS_LOCK

_OBJECT_STORE = 100 * 2**20
_SPARE_CALLS = 4
_PATIENCE = 120.0
_TEMPORARY = "duologue-ray-"


class Worker:
    """One process that does items of any station, many at a time."""

    def __init__(self, stations: Stations, work: Path) -> None:
        self._stations = stations
        self._benches: dict[str, Workbench] = {}
        self._alive = open(work / WORKERS_LOCK, "a")  # noqa: SIM115 - held until the process ends
        fcntl.flock(self._alive, fcntl.LOCK_SH)

    async def do(self, station: str, item: Any) -> list[Receipt]:
        """Does one item; the answer means that its results are on disk."""
        if station not in self._benches:
            self._benches[station] = Workbench(self._stations[station])
        return await self._benches[station].do(item)

    async def ready(self) -> int:
        """The worker's process id."""
        return os.getpid()

    async def close(self) -> None:
        """Puts what is finished on disk."""
        for bench in self._benches.values():
            bench.commit()


class _ActorLane:
    """A lane whose worker is a Ray actor."""

    def __init__(self, actor: Any, station: str, width: int, say: Callable[[str], None]) -> None:
        self.width = width
        self._actor = actor
        self._station = station
        self._say = say
        self._down = False

    async def do(self, item: Any) -> list[Receipt]:
        try:
            return await self._actor.do.remote(self._station, item)
        except (RayActorError, OutOfMemoryError) as error:
            raise WorkerCrashed(str(error).splitlines()[0]) from error

    async def ready(self) -> None:
        if not self._down:
            self._down = True
            self._say("a worker died; it is started again, and what it had in hand is done again")
        await _up(self._actor)
        self._down = False


class RayExecutor:
    """Does items in ``workers`` actors on this machine. See ``pipelines.executor.Executor``."""

    def __init__(
        self, workers: int, stations: Stations, work: Path, say: Callable[[str], None]
    ) -> None:
        self.workers = workers
        self._stations = stations
        self._work = work
        self._say = say
        self._actors: list[Any] = []
        self._folder: Path | None = None
        self._guard: Guard | None = None

    async def ready(self) -> None:
        """See ``Executor``."""
        if not self._actors:
            self._say(f"starting {self.workers} Ray workers")
            await self._start()

    async def run(
        self, station: str, items: Iterable[Any], take: Callable[[Outcome], None]
    ) -> None:
        """See ``Executor``."""
        await self.ready()
        width = self._stations[station].width
        lanes = [_ActorLane(actor, station, width, self._say) for actor in self._actors]
        try:
            await dispatch(items, lanes, take)
        except EngineError:
            self._stop()  # So that another try starts from nothing.
            raise
        except RayTaskError:
            raise  # What the work itself raised.
        except RayError as error:
            self._stop()
            raise EngineError(
                f"Ray failed: {type(error).__name__}: {error}",
                "Run the same command again: finished work is kept. With --workers 0 Ray is not used.",
            ) from error

    async def _start(self) -> None:
        self._folder = _own_folder()
        # In the main thread on purpose: Ray's processes die with the thread that has started them.
        try:
            ray.init(
                address="local",
                num_cpus=self.workers,
                object_store_memory=_OBJECT_STORE,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                _temp_dir=str(self._folder),
            )
        except Exception as error:
            self._stop()
            raise EngineError(
                f"Ray cannot start its workers: {type(error).__name__}: {error}",
                "Build in this process instead, with --workers 0: the result is the same.",
            ) from error
        width = max(station.width for station in self._stations.values())
        actor = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=0)(Worker).options(
            max_concurrency=width + _SPARE_CALLS
        )
        self._actors = [actor.remote(self._stations, self._work) for _ in range(self.workers)]
        await asyncio.gather(*(_up(each) for each in self._actors))
        # Most of Ray's processes end with this one; its agents take a minute to notice.
        self._guard = Guard("ray", descendants(os.getpid()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._actors and error is not None:
                ray.wait(
                    [actor.close.remote() for actor in self._actors],
                    num_returns=len(self._actors),
                    timeout=5,
                )
        except RayError:
            pass  # What could not be put on disk is done again by the next build.
        finally:
            self._stop()

    def _stop(self) -> None:
        """Ends every process of Ray's that was started here."""
        self._actors = []
        if self._guard:
            self._guard.release()
            self._guard = None
        if self._folder:
            ray.shutdown()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


async def _up(actor: Any) -> None:
    """Waits for an actor to be (again) up. Raises ``EngineError`` when it stays down."""
    for _ in range(int(_PATIENCE / 0.5)):
        try:
            await actor.ready.remote()
            return
        except ActorDiedError as error:
            raise EngineError(
                f"a worker cannot start: {error}",
                "Build in this process instead, with --workers 0: the result is the same.",
            ) from error
        except RayActorError:
            await asyncio.sleep(0.5)
    raise EngineError(
        f"a worker is not back after {_PATIENCE:.0f} s",
        "Run the same command again: finished work is kept.",
    )


def _own_folder() -> Path:
    """A short path, since sockets in it must stay under 108 bytes; those of builds that were killed
    are removed on the way."""
    for old in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*"):
        owner = old.name.removeprefix(_TEMPORARY).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-"))
