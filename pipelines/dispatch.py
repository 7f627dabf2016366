"""Handing items to workers: a bounded window, no barrier, and an answer for every item.

A worker that dies costs only time: its items go to whoever is free. An item that had been begun in two
deaths is done alone on a worker afterwards, so that it can take no others with it; if the worker dies
even then, the item is given up as lost. What only waited for its turn has no part in a death. Knows no
Ray: a lane is anything that does items and may crash.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.cancelling import cancel_all
from pipelines.shards import Receipt
from pipelines.window import Window

CRASHES_BEFORE_ALONE = 2


def never() -> bool:
    """The ``stop`` of what is to run to its end."""
    return False


class WorkerCrashed(Exception):
    """The worker died while it had the item, and had ``begun`` it or not."""

    def __init__(self, reason: str, begun: bool = True) -> None:
        super().__init__(reason)
        self.begun = begun


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
    """One worker: takes ``width`` items at a time at most, and as many as its ``window`` lets in."""

    width: int
    window: Window

    async def do(self, item: Any) -> list[Receipt]:
        """Does one item. Raises ``WorkerCrashed`` when the worker dies meanwhile."""
        ...

    async def ready(self) -> None:
        """Returns once the worker is up (again). Raises ``MachineError`` when it stays down."""
        ...


async def dispatch(
    items: Iterable[Any],
    lanes: Sequence[Lane],
    take: Callable[[Outcome], None],
    stop: Callable[[], bool] = never,
) -> None:
    """Has every item done, in the order given as far as windows allow, and gives ``take`` exactly one
    outcome for each. Lanes are filled evenly. An exception that is no crash ends the whole.

    Once ``stop()`` is true nothing more is handed out, not even again after a crash: what is under way
    gets its outcome, the rest gets none.
    """
    queue = enumerate(items)
    again: deque[tuple[int, Any]] = deque()
    alone: deque[Any] = deque()
    crashes: Counter[int] = Counter()

    def following() -> tuple[int, Any] | None:
        if stop():
            return None
        return again.popleft() if again else next(queue, None)

    async def slot(lane: Lane) -> None:
        while True:
            async with lane.window:
                if (work := following()) is None:
                    return
                number, item = work
                try:
                    take(Done(item, await lane.do(item)))
                except WorkerCrashed as crash:
                    crashes[number] += crash.begun
                    if crashes[number] < CRASHES_BEFORE_ALONE:
                        again.append(work)
                    else:
                        alone.append(item)
                    await lane.ready()

    async def one_by_one(lane: Lane) -> None:
        while alone and not stop():
            item = alone.popleft()
            try:
                take(Done(item, await lane.do(item)))
            except WorkerCrashed as crash:
                if crash.begun:
                    take(Lost(item, str(crash)))
                else:
                    alone.append(item)
                await lane.ready()

    await _together(
        slot(lane)
        for place in range(max(lane.width for lane in lanes))
        for lane in lanes
        if place < lane.width
    )
    await _together(one_by_one(lane) for lane in lanes)


async def _together(slots: Iterable[Any]) -> None:
    """Runs the slots to their end; the first exception stops them all and is raised as it is."""
    tasks = [asyncio.ensure_future(slot) for slot in slots]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        await cancel_all(tasks)
