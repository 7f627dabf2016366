"""A worker: what runs in an async Ray actor, with a workbench per stage.

It writes its results to disk itself and answers with receipts, so no dialogue travels through Ray.
"""

import fcntl
import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generators.models.meter import summed
from pipelines.begun import BegunLog
from pipelines.life import Life, own_life
from pipelines.outbox import Outbox, Parcel
from pipelines.workbench import Pulse, Stations, Workbench
from pipelines.workspace import WORKERS_LOCK

_COLLECT_AFTER = (50_000, 20, 50)
"""A worker makes a thousand short-lived objects per call and hardly a cycle: looking for cycles as often
as Python does by itself takes a tenth of its time."""


Errand = tuple[str, int, Any]
"""A station, the item's ticket, and the item."""


class OtherLife(Exception):
    """What was asked was meant for a process that the worker no longer is."""


class Worker:
    """One process that does items of any station, many at a time. ``number`` tells it from its
    siblings."""

    def __init__(self, stations: Stations, work: Path, number: int) -> None:
        gc.set_threshold(*_COLLECT_AFTER)
        self._stations = stations
        self._benches: dict[str, Workbench] = {}
        self._log = BegunLog(begun_file(work, number))
        self._outbox = Outbox()
        self._alive = open(work / WORKERS_LOCK, "a")  # noqa: SIM115 - held until the process ends
        fcntl.flock(self._alive, fcntl.LOCK_SH)

    async def give(self, errands: Sequence[Errand], process: int) -> None:
        """Takes items in hand, in this order. Raises ``OtherLife`` when this is not ``process``, as
        ``collect`` and ``explain`` do."""
        _mine(process)
        for station, ticket, item in errands:
            self._outbox.begin(ticket, self._bench(station).do(item, ticket))

    async def collect(self, process: int) -> Parcel:
        """Waits until results are on disk or an item has failed, or the worker is halted."""
        _mine(process)
        return await self._outbox.collected()

    async def explain(self, ticket: int, process: int) -> None:
        """Raises what an item has raised."""
        _mine(process)
        raise self._outbox.failure(ticket)

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
        """Cancels what is in hand and puts what is finished on disk."""
        await self._outbox.drop()
        for bench in self._benches.values():
            await bench.halt()

    async def close(self) -> Pulse:
        """Halts, closes what jobs have open, and tells what they have counted."""
        await self.halt()
        for bench in self._benches.values():
            await bench.aclose()
        return await self.pulse()

    def _bench(self, station: str) -> Workbench:
        if station not in self._benches:
            self._benches[station] = Workbench(self._stations[station], self._log)
        return self._benches[station]


def _mine(process: int) -> None:
    if process != os.getpid():
        raise OtherLife


def begun_file(work: Path, number: int) -> Path:
    """Where a worker notes what it begins."""
    return work / f"begun.{number}"
