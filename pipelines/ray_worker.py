"""A worker: what runs in an async Ray actor, with a workbench per stage.

It writes its results to disk itself and answers with receipts, so no dialogue travels through Ray.
"""

import fcntl
import gc
import os
from pathlib import Path
from typing import Any

from generators.models.meter import summed
from pipelines.begun import BegunLog
from pipelines.life import Life, own_life
from pipelines.shards import Receipt
from pipelines.workbench import Pulse, Stations, Workbench
from pipelines.workspace import WORKERS_LOCK

_COLLECT_AFTER = (50_000, 20, 50)
"""A worker makes a thousand short-lived objects per call and hardly a cycle: looking for cycles as often
as Python does by itself takes a tenth of its time."""


class OtherLife(Exception):
    """The item was meant for a process that the worker no longer is."""


class Worker:
    """One process that does items of any station, many at a time. ``number`` tells it from its
    siblings."""

    def __init__(self, stations: Stations, work: Path, number: int) -> None:
        gc.set_threshold(*_COLLECT_AFTER)
        self._stations = stations
        self._benches: dict[str, Workbench] = {}
        self._log = BegunLog(begun_file(work, number))
        self._alive = open(work / WORKERS_LOCK, "a")  # noqa: SIM115 - held until the process ends
        fcntl.flock(self._alive, fcntl.LOCK_SH)

    async def do(self, station: str, item: Any, ticket: int, process: int) -> list[Receipt]:
        """Does one item; the answer means that its results are on disk. Raises ``OtherLife`` when this
        is not ``process``."""
        if process != os.getpid():
            raise OtherLife
        return await self._bench(station).do(item, ticket)

    async def ready(self) -> Life:
        """Which process the worker is."""
        return own_life()

    async def lend(self, variables: dict[str, str]) -> None:
        """Environment variables that the driver has and a cluster's own workers have not."""
        os.environ.update(variables)

    async def limit(self, station: str, in_flight: int) -> None:
        """See ``Workbench.limit``."""
        self._bench(station).limit(in_flight)

    async def pulse(self) -> Pulse:
        """How the worker is, over all stations."""
        pulses = [bench.pulse() for bench in self._benches.values()]
        return Pulse(
            in_flight=sum(each.in_flight for each in pulses),
            oldest=max((each.oldest for each in pulses), default=0.0),
            reading=summed(each.reading for each in pulses),
        )

    async def halt(self) -> None:
        """Cancels what is under way and puts what is finished on disk."""
        for bench in self._benches.values():
            await bench.halt()

    async def close(self) -> Pulse:
        """Halts, closes what jobs have open, and tells what they have counted."""
        for bench in self._benches.values():
            await bench.aclose()
        return await self.pulse()

    def _bench(self, station: str) -> Workbench:
        if station not in self._benches:
            self._benches[station] = Workbench(self._stations[station], self._log)
        return self._benches[station]


def begun_file(work: Path, number: int) -> Path:
    """Where a worker notes what it begins."""
    return work / f"begun.{number}"
