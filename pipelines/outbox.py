"""The items that a worker has in hand, and what became of those that have ended, until it is collected.

Results reach the disk in groups, so they are told in groups: who collects waits for the next news and
gets all that there is.
"""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from personas.record import Record
from pipelines.begun import Kept
from pipelines.cancelling import cancel_all
from pipelines.shards import Receipt


class Parcel(Record):
    """The receipts of items whose results are on disk, and the tickets of items that have failed."""

    done: tuple[Kept, ...] = ()
    failed: tuple[int, ...] = ()


class Outbox:
    """What one worker does for whoever has given it items. One collects at a time."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[list[Receipt]]] = set()
        self._done: list[Kept] = []
        self._failures: dict[int, BaseException] = {}
        self._news = asyncio.Event()

    def begin(self, ticket: int, work: Coroutine[Any, Any, list[Receipt]]) -> None:
        """Has an item done: ``work`` returns its receipts once they are durable."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, ticket))

    def _ended(self, ticket: int, task: asyncio.Task[list[Receipt]]) -> None:
        if task not in self._tasks:
            return  # It was dropped.
        self._tasks.remove(task)
        try:
            self._done.append(Kept(ticket=ticket, receipts=tuple(task.result())))
        except BaseException as error:
            self._failures[ticket] = error
        self._news.set()

    async def collected(self) -> Parcel:
        """Waits for news. What is done is told once; a failure until it has been asked for."""
        await self._news.wait()
        self._news.clear()
        done, self._done = self._done, []
        return Parcel(done=tuple(done), failed=tuple(self._failures))

    def failure(self, ticket: int) -> BaseException:
        """What an item has raised. Raises ``KeyError`` for one that has not failed."""
        return self._failures.pop(ticket)

    async def drop(self) -> None:
        """Cancels what is in hand, forgets what has ended, and lets nobody wait any longer."""
        dropped, self._tasks = self._tasks, set()
        self._done, self._failures = [], {}
        await cancel_all(dropped)
        self._news.set()
