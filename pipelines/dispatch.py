"""Handing items to workers: a bounded window, no barrier, and an answer for every item.

A worker that dies costs only time: its items go to whoever is free. An item that was under way in two
deaths is done alone on a worker afterwards, so that it can take no others with it; if the worker dies
even then, the item is given up as lost. Knows no Ray: a lane is anything that does items and may crash.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.shards import Receipt

CRASHES_BEFORE_ALONE = 2


class WorkerCrashed(Exception):
    """The worker died while it had the item."""


@dataclass(frozen=True)
class Done:
    """An item whose results are on disk."""

    item: Any
    receipts: list[Receipt]


@dataclass(frozen=True)
class Lost:
    """An item that kills its worker even when it is done alone."""

    item: Any
    reason: str


Outcome = Done | Lost


class Lane(Protocol):
    """One worker: takes ``width`` items at a time."""

    width: int

    async def do(self, item: Any) -> list[Receipt]:
        """Does one item. Raises ``WorkerCrashed`` when the worker dies meanwhile."""
        ...

    async def ready(self) -> None:
        """Returns once the worker is up (again). Raises ``MachineError`` when it stays down."""
        ...


async def dispatch(
    items: Iterable[Any], lanes: Sequence[Lane], take: Callable[[Outcome], None]
) -> None:
    """Has every item done, in the order given as far as windows allow, and gives ``take`` exactly one
    outcome for each. Lanes are filled evenly. An exception that is no crash ends the whole."""
    queue = enumerate(items)
    again: deque[tuple[int, Any]] = deque()
    alone: deque[Any] = deque()
    crashes: Counter[int] = Counter()

    def following() -> tuple[int, Any] | None:
        return again.popleft() if again else next(queue, None)

    async def slot(lane: Lane) -> None:
        while (work := following()) is not None:
            number, item = work
            try:
                take(Done(item, await lane.do(item)))
            except WorkerCrashed:
                crashes[number] += 1
                if crashes[number] < CRASHES_BEFORE_ALONE:
                    again.append(work)
                else:
                    alone.append(item)
                await lane.ready()

    async def one_by_one(lane: Lane) -> None:
        while alone:
            take(await _alone(alone.popleft(), lane))

    await _together(
        slot(lane)
        for place in range(max(lane.width for lane in lanes))
        for lane in lanes
        if place < lane.width
    )
    await _together(one_by_one(lane) for lane in lanes)


async def _alone(item: Any, lane: Lane) -> Outcome:
    try:
        return Done(item, await lane.do(item))
    except WorkerCrashed as crash:
        await lane.ready()
        return Lost(item, str(crash))


async def _together(slots: Iterable[Any]) -> None:
    """Runs the slots to their end; the first exception stops them all and is raised as it is."""
    tasks = [asyncio.ensure_future(slot) for slot in slots]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
