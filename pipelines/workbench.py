"""Where a worker does its items: so many at a time, their results committed to disk in groups.

A workbench lives in one process, be it this one or a Ray actor's. It knows neither the queue it is fed
from nor what becomes of its receipts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.shards import Line, Receipt, commit

Job = Callable[[Any], Awaitable[list[Line]]]
"""Turns one item into the records that it results in."""


@dataclass(frozen=True)
class Station:
    """One stage's work, as plain data that can be sent to another process.

    ``make`` builds the job once per process, when its first item comes; it is a module-level function
    or a ``functools.partial`` of one. ``folder`` takes the results. ``in_flight`` items are done at a
    time; records are committed when there are ``commit_size`` of them, after ``commit_seconds``, or
    when nothing else is under way. ``width`` items are given out at a time: it must exceed
    ``in_flight`` by those that wait for a commit, or the worker idles meanwhile.
    """

    make: Callable[[], Job]
    folder: Path
    in_flight: int
    commit_size: int
    commit_seconds: float
    width: int


Stations = Mapping[str, Station]


class Workbench:
    """Does the items of one station in this process."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._job = station.make()
        self._slots = asyncio.Semaphore(station.in_flight)
        self._busy = 0
        self._finished: list[tuple[list[Line], asyncio.Future[list[Receipt]]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def do(self, item: Any) -> list[Receipt]:
        """Does one item. Returns only when its results are durable; raises what the job raises, and
        ``OSError`` when they cannot be written."""
        self._busy += 1
        try:
            async with self._slots:
                lines = await self._job(item)
        except BaseException:
            self._busy -= 1
            raise
        receipts: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        self._finished.append((lines, receipts))
        self._busy -= 1
        if not self._busy or self._waiting() >= self._station.commit_size:
            self.commit()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._station.commit_seconds, self.commit)
        return await receipts

    def commit(self) -> None:
        """Writes what is finished. Safe to call at any time; a failure goes to those who wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        finished, self._finished = self._finished, []
        if not finished:
            return
        lines = [line for batch, _ in finished for line in batch]
        try:
            receipts = iter(commit(self._station.folder, lines) if lines else [])
        except OSError as error:
            for _, future in finished:
                if not future.done():
                    future.set_exception(error)
            return
        for batch, future in finished:
            mine = [next(receipts) for _ in batch]
            if not future.done():
                future.set_result(mine)

    def _waiting(self) -> int:
        return sum(len(lines) for lines, _ in self._finished)
