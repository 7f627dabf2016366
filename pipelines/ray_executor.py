"""Workers as Ray actors: a few long-lived ones on this node, each with a workbench per stage."""

import asyncio
import os
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# First: it settles what Ray reads when it is imported.
from pipelines.ray_cluster import RayCluster, cluster_for, here  # isort: skip

import ray
from ray.exceptions import OutOfMemoryError, RayActorError, RayError, RayTaskError

from generators.models.meter import Reading
from generators.player import EngineDown
from pipelines.begun import forget
from pipelines.dispatch import Outcome, WorkerCrashed, dispatch, never
from pipelines.engines.fleet import read_fleet
from pipelines.mishap import EngineError, Mishap
from pipelines.ray_hand import Hand
from pipelines.ray_worker import OtherLife, Worker, begun_file
from pipelines.shards import Receipt
from pipelines.window import Window
from pipelines.workbench import Station, Stations

_CALLS = 16
"""So many calls a worker answers at a time; one always waits for results."""
_WATCH_SECONDS = 1.0


class _ActorLane:
    """A lane whose worker is a Ray actor."""

    def __init__(
        self, hand: Hand, name: str, station: Station, in_flight: int, tickets: Iterable[int]
    ) -> None:
        self.width = station.width
        self.window = Window(station.width)
        self.window.resize(station.room(in_flight))
        self._hand = hand
        self._name = name
        self._folder = station.folder
        self._tickets = iter(tickets)

    async def do(self, item: Any) -> list[Receipt]:
        post = await self._hand.up()
        ticket, life = next(self._tickets), self._hand.lives
        try:
            return await post.do(self._name, ticket, item)
        except (RayActorError, OutOfMemoryError) as error:
            begun = await self._hand.had_begun(life, ticket)
            # It may have died between putting the item on disk and telling so.
            if (receipts := self._hand.kept(ticket, self._folder)) is not None:
                return receipts
            raise WorkerCrashed(str(error).splitlines()[0], begun) from error
        except RayTaskError as error:
            if isinstance(error.cause, OtherLife):
                begun = await self._hand.had_begun(life, ticket)
                raise WorkerCrashed("the worker had died before", begun) from error
            if isinstance(error.cause, EngineDown | Mishap):
                raise error.cause from None
            raise

    async def ready(self) -> None:
        await self._hand.up()


class RayExecutor:
    """Does items in ``workers`` actors on this node. See ``pipelines.executor.Executor``."""

    def __init__(
        self, workers: int, stations: Stations, work: Path, say: Callable[[str], None]
    ) -> None:
        self.workers = workers
        self._stations = stations
        self._work = work
        self._say = say
        self._cluster: RayCluster | None = None
        self._hands: list[Hand] = []
        self._gone: list[Reading] = []
        self._lanes: list[_ActorLane] = []
        self._running = ""
        self._limits: dict[str, int] = {}
        self._tickets = count(1)

    @property
    def in_flight(self) -> int:
        """See ``Executor``."""
        return sum(hand.in_flight for hand in self._hands)

    async def ready(self) -> None:
        """See ``Executor``."""
        if not self._hands:
            self._say(f"starting {self.workers} Ray workers")
            await self._start()

    async def run(
        self,
        station: str,
        items: Iterable[Any],
        take: Callable[[Outcome], None],
        stop: Callable[[], bool] = never,
    ) -> None:
        """See ``Executor``."""
        await self.ready()
        place = self._stations[station]
        self._running = station
        in_flight = self._limits.get(station, place.in_flight)
        self._lanes = [
            _ActorLane(hand, station, place, in_flight, self._tickets) for hand in self._hands
        ]
        keys = self._keys()
        await asyncio.gather(*(hand.lend(keys) for hand in self._hands))
        for hand in self._hands:
            hand.attend()
        watch = asyncio.ensure_future(self._watch(place.deadline))
        try:
            await dispatch(items, self._lanes, take, stop)
        except BaseException as error:
            await asyncio.gather(*(hand.halt() for hand in self._hands))
            if isinstance(error, EngineError):
                self._stop()  # So that another try starts from nothing.
            elif isinstance(error, RayError) and not isinstance(error, RayTaskError):
                self._stop()
                raise EngineError(
                    f"Ray failed: {type(error).__name__}: {error}",
                    "Run the same command again: finished work is kept. With --workers 0 Ray is not "
                    "used.",
                ) from error
            raise
        finally:
            watch.cancel()
            self._lanes, self._running = [], ""

    def _keys(self) -> dict[str, str]:
        """The models' keys. Workers started from here have them in their environment already."""
        if not self._cluster or not self._cluster.joined:
            return {}
        names = {berth.api_key_env for berth in read_fleet(self._work).berths.values()}
        return {name: os.environ[name] for name in names if name in os.environ}

    async def _watch(self, deadline: float) -> None:
        """Ends workers that hang."""
        while deadline:
            await asyncio.sleep(min(_WATCH_SECONDS, deadline / 4))
            await asyncio.gather(*(hand.listen() for hand in self._hands))
            for hand in self._hands:
                if hand.overdue(deadline):
                    self._say(f"a worker hangs for more than {deadline:.0f} s and is ended")
                    await hand.kill()

    async def readings(self) -> list[Reading]:
        """See ``Executor``."""
        await asyncio.gather(*(hand.listen() for hand in self._hands))
        return [*self._gone, *(hand.reading for hand in self._hands)]

    async def limit(self, station: str, in_flight: int) -> None:
        """See ``Executor``."""
        place = self._stations[station]
        self._limits[station] = in_flight
        if station == self._running:
            for lane in self._lanes:
                lane.window.resize(place.room(in_flight))
        await asyncio.gather(*(hand.limit(station, in_flight) for hand in self._hands))

    async def _start(self) -> None:
        self._cluster = cluster_for(self.workers)
        options = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=0)(Worker).options(
            max_concurrency=_CALLS, scheduling_strategy=here()
        )
        for number in range(self.workers):
            log = begun_file(self._work, number)
            forget(log)
            actor = options.remote(self._stations, self._work, number)
            self._hands.append(Hand(actor, log, self._say))
        for hand in self._hands:
            for station, in_flight in self._limits.items():
                await hand.limit(station, in_flight)
        await asyncio.gather(*(hand.up() for hand in self._hands))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await asyncio.gather(*(hand.close() for hand in self._hands))
        finally:
            self._stop()

    def _stop(self) -> None:
        """Ends every worker, and every process of Ray's that was started here."""
        for hand in self._hands:
            hand.leave()
        self._gone += [hand.reading for hand in self._hands]
        self._hands = []
        if self._cluster:
            self._cluster.stop()
            self._cluster = None
