"""Where a worker does its items: so many at a time, their results committed to disk in groups.

A workbench lives in one process, be it this one or a Ray actor's. It knows neither the queue it is fed
from nor what becomes of its receipts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from generators.models.meter import Meter, Reading
from personas.record import Record
from pipelines.begun import BegunLog, Kept
from pipelines.cancelling import cancel_all
from pipelines.shards import Line, Receipt, commit
from pipelines.window import Window

Job = Callable[[Any], Awaitable[list[Line]]]
"""Turns one item into the records that it results in. Raises ``EngineDown`` when no item could be done
any more; any other exception is a bug or the machine's fault. Both end the whole run."""


@runtime_checkable
class ModelJob(Protocol):
    """A job that asks models: it counts what they took, and holds connections until it is closed."""

    meter: Meter

    async def __call__(self, item: Any) -> list[Line]:
        """See ``Job``."""
        ...

    async def aclose(self) -> None:
        """Closes what the job has open. It is called once, when no item is under way any more."""
        ...


@dataclass(frozen=True)
class Station:
    """One stage's work, as plain data that can be sent to another process.

    ``make`` builds the job once per process, when its first item comes; it is a module-level function
    or a ``functools.partial`` of one. ``folder`` takes the results. ``in_flight`` items are done at a
    time, at most; records are committed when there are ``commit_size`` of them, after
    ``commit_seconds``, or when nothing else is under way. ``width`` items are given out at a time: it
    must exceed ``in_flight`` by those that wait for a commit, or the worker idles meanwhile.

    An item that has been under way for ``deadline`` seconds, or has kept its worker from answering for
    that long, costs the worker its life; 0 for no such limit. In this process nothing can end it.
    """

    make: Callable[[], Job]
    folder: Path
    in_flight: int
    commit_size: int
    commit_seconds: float
    width: int
    deadline: float = 0.0

    def room(self, in_flight: int) -> int:
        """How many items a worker that does ``in_flight`` at a time is given: those, and as many as may
        wait for a commit."""
        return self.width - self.in_flight + max(1, min(in_flight, self.in_flight))


Stations = Mapping[str, Station]


class Pulse(Record):
    """How a worker is: the items that it does now, for how many seconds the oldest of them has been
    under way, and what its jobs have counted."""

    in_flight: int = 0
    oldest: float = 0.0
    reading: Reading = Reading()


class Workbench:
    """Does the items of one station in this process. ``log`` is told what is begun and done."""

    def __init__(self, station: Station, log: BegunLog | None = None) -> None:
        self._station = station
        self._log = log
        self._job: Job | None = None
        self._window = Window(station.in_flight)
        self._busy = 0
        self._unfinished: set[asyncio.Task[Any]] = set()
        self._begun: dict[asyncio.Task[Any], float] = {}
        self._finished: list[tuple[int, list[Line], asyncio.Future[list[Receipt]]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, item: Any, ticket: int = 0) -> list[Receipt]:
        """Does one item. Returns only when its results are durable; raises what the job raises, and
        ``OSError`` when they cannot be written. ``ticket`` is the item's name in the log."""
        task = asyncio.current_task()
        assert task is not None
        self._busy += 1
        self._unfinished.add(task)
        try:
            async with self._window:
                lines = await self._done(item, ticket, task)
        except BaseException:
            self._busy -= 1
            raise
        finally:
            self._unfinished.discard(task)
        receipts: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        self._finished.append((ticket, lines, receipts))
        self._busy -= 1
        if not self._busy or self._waiting() >= self._station.commit_size:
            self.commit()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._station.commit_seconds, self.commit)
        return await receipts

    async def _done(self, item: Any, ticket: int, task: asyncio.Task[Any]) -> list[Line]:
        self._begun[task] = time.monotonic()
        if self._log:
            self._log.begin(ticket)
        try:
            if self._job is None:
                self._job = self._station.make()
            return await self._job(item)
        finally:
            del self._begun[task]
            if self._log:
                self._log.end(ticket)

    def limit(self, in_flight: int) -> None:
        """Does so many at a time from now on, from 1 to the station's ``in_flight``."""
        self._window.resize(max(1, min(in_flight, self._station.in_flight)))

    def pulse(self) -> Pulse:
        """How it goes."""
        began = min(self._begun.values(), default=None)
        return Pulse(
            in_flight=len(self._begun),
            oldest=0.0 if began is None else time.monotonic() - began,
            reading=self._job.meter.reading() if isinstance(self._job, ModelJob) else Reading(),
        )

    async def halt(self) -> None:
        """Cancels what is under way or waits for its turn, and commits what is finished."""
        await cancel_all(self._unfinished)
        self.commit()

    async def aclose(self) -> None:
        """Halts, and closes the job. Its last reading can still be had."""
        await self.halt()
        if isinstance(self._job, ModelJob):
            await self._job.aclose()

    def commit(self) -> None:
        """Writes what is finished. Safe to call at any time; a failure goes to those who wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        finished, self._finished = self._finished, []
        if not finished:
            return
        lines = [line for _, batch, _ in finished for line in batch]

        def announce(receipts: list[Receipt]) -> None:
            if self._log:
                left = iter(receipts)
                self._log.keep(
                    Kept(ticket=ticket, receipts=tuple(islice(left, len(batch))))
                    for ticket, batch, _ in finished
                )

        try:
            receipts = iter(commit(self._station.folder, lines, announce) if lines else [])
        except OSError as error:
            for _, _, future in finished:
                if not future.done():
                    future.set_exception(error)
            return
        for _, batch, future in finished:
            mine = list(islice(receipts, len(batch)))
            if not future.done():
                future.set_result(mine)

    def _waiting(self) -> int:
        return sum(len(lines) for _, lines, _ in self._finished)
