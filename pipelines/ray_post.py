"""The traffic with one life of a worker: items go out together, and what became of them comes back so.

A call of Ray's costs about as much as a model call of ours. What is handed over in one turn of the event
loop goes in one call; one call waits in the worker for the next results on disk.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from pipelines.ray_worker import Errand
from pipelines.shards import Receipt


class Post:
    """Hands items to one ``process`` of an actor."""

    def __init__(self, actor: Any, process: int) -> None:
        self._actor = actor
        self._process = process
        self._going: list[Errand] = []
        self._open: dict[int, asyncio.Future[list[Receipt]]] = {}
        self._collecting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def do(self, station: str, ticket: int, item: Any) -> list[Receipt]:
        """Has one item done; returns when its results are on disk.

        Raises what Ray does: ``RayActorError`` and the like for a worker that dies meanwhile, and a
        ``RayTaskError`` whose cause is what the job has raised, or ``OtherLife``.
        """
        future = self._open[ticket] = asyncio.get_running_loop().create_future()
        if not self._going:
            self._start(self._send())
        self._going.append((station, ticket, item))
        if self._collecting is None or self._collecting.done():
            self._collecting = self._start(self._collect())
        try:
            return await future
        finally:
            self._open.pop(ticket, None)

    async def _send(self) -> None:
        going, self._going = self._going, []
        errands = [each for each in going if each[1] in self._open]
        try:
            await self._actor.give.remote(errands, self._process)
        except Exception as error:
            self._fail(error, [ticket for _, ticket, _ in errands])

    async def _collect(self) -> None:
        """Waits for what becomes of items as long as there are any."""
        while self._open:
            try:
                parcel = await self._actor.collect.remote(self._process)
            except Exception as error:
                self._fail(error, list(self._open))
                return
            for each in parcel.done:
                future = self._open.pop(each.ticket, None)
                if future and not future.done():
                    future.set_result(list(each.receipts))
            for ticket in parcel.failed:
                if ticket in self._open:
                    await self._explain(ticket)

    async def _explain(self, ticket: int) -> None:
        try:
            await self._actor.explain.remote(ticket, self._process)
        except Exception as error:
            self._fail(error, [ticket])

    def _fail(self, error: Exception, tickets: Iterable[int]) -> None:
        for ticket in tickets:
            future = self._open.pop(ticket, None)
            if future and not future.done():
                future.set_exception(error)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def close(self) -> None:
        """Waits for nothing any more. Call it when nobody has anything done."""
        for task in self._tasks:
            task.cancel()
