"""How many dialogues at a time the servers can take, found out while they are played.

Too few leave an engine idle; too many push each other out of its cache. The number grows while the
servers' own figures say that there is room, and shrinks when they say that there is too much.
"""

import asyncio
import os
from pathlib import Path

import aiohttp

from generators.models.meter import Reading, summed
from personas.record import Record
from pipelines.engines.figures import EngineFigures, figures_in
from pipelines.engines.fleet import Fleet, read_fleet
from pipelines.executor import Executor

_LOOK_EVERY = 1.0
_LOOK_SECONDS = 5.0
_SIGN = "vllm:num_requests_running"

_GROWTH = 1.25
_STEPS_TO_THE_TOP = 8
_FULL = 0.9
_ROOMY_CACHE = 0.6
_QUEUE = 0.25
"""Requests that wait for each that runs: up to here they keep the engine's batch full."""
_OVERLOADS = 0.5
"""Attempts turned away for each call answered."""


class Bounds(Record):
    """``workers`` do at least one dialogue and at most ``in_flight`` at a time, each."""

    workers: int
    in_flight: int


class Load(Record):
    """One look at everything. ``in_flight`` are dialogues under way. Of the servers: ``cache_used`` is
    the fullest KV cache, 0 to 1; ``queue`` the requests that wait for each that runs, where most do;
    ``preemptions`` all that were ever pushed out. Of our own calls, ever: ``calls`` that were answered
    and ``overloads``, attempts that were turned away."""

    in_flight: int = 0
    cache_used: float = 0.0
    queue: float = 0.0
    preemptions: float = 0.0
    calls: float = 0.0
    overloads: float = 0.0


def adjusted(limit: int, before: Load, now: Load, bounds: Bounds) -> int:
    """How many dialogues each worker does at a time after a look, when it was ``limit`` before it.

    A change must have come to pass before the next one in its direction: what is under way is left to
    end, and a window that is not full shows nothing.
    """
    everywhere = limit * bounds.workers
    factor = _factor(before, now)
    if factor < 1 and now.in_flight <= everywhere:
        limit = min(limit - 1, int(limit * factor))
    elif factor > 1 and now.in_flight >= _FULL * everywhere:
        most = max(1, bounds.in_flight // _STEPS_TO_THE_TOP)
        limit += max(1, min(most, int(limit * (factor - 1))))
    return max(1, min(limit, bounds.in_flight))


def _factor(before: Load, now: Load) -> float:
    """Below 1 for too much, above 1 for room."""
    overloads, calls = now.overloads - before.overloads, now.calls - before.calls
    pressing = (
        (0.8, now.preemptions > before.preemptions),
        (0.85, now.cache_used > 0.9),
        (0.9, min(before.queue, now.queue) > _QUEUE),
        (0.9, overloads > _OVERLOADS * max(1.0, calls)),
        (0.95, now.cache_used > 0.8),
    )
    worst = min((factor for factor, pressed in pressing if pressed), default=1.0)
    if worst < 1 or now.queue > 0:
        return worst
    # Dialogues that have just begun fill the cache later: the fuller it is, the slower.
    return 1 + (_GROWTH - 1) * max(0.0, 1 - now.cache_used / _ROOMY_CACHE)


def load_of(figures: list[EngineFigures], readings: list[Reading], in_flight: int) -> Load:
    """What servers and workers say, as one."""
    reading = summed(readings)
    return Load(
        in_flight=in_flight,
        cache_used=max((each.cache_used for each in figures), default=0.0),
        queue=max((each.waiting / max(1.0, each.running) for each in figures), default=0.0),
        preemptions=sum(each.preemptions for each in figures),
        calls=sum(reading.calls.values()),
        overloads=sum(reading.retries.values()),
    )


class Pressure:
    """Keeps an executor's station at what the servers named in ``folder`` can take.

    It starts at half of what the recipe allows; at all of it where no server has figures to show, and
    then only attempts that are turned away make it less.
    """

    def __init__(self, executor: Executor, station: str, in_flight: int, folder: Path) -> None:
        self._executor = executor
        self._station = station
        self._bounds = Bounds(workers=max(1, executor.workers), in_flight=in_flight)
        self._folder = folder
        self._each = in_flight

    @property
    def limit(self) -> int:
        """How many dialogues may be under way now, over all workers."""
        return self._each * self._bounds.workers

    async def watch(self, every: float = _LOOK_EVERY) -> None:
        """Looks and adjusts every so many seconds. Never returns: cancel it when the run is over."""
        timeout = aiohttp.ClientTimeout(total=_LOOK_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            figures = await figures_of_fleet(session, read_fleet(self._folder))
            if figures:
                await self._set(max(1, self._bounds.in_flight // 2))
            before = load_of(figures, await self._executor.readings(), self._executor.in_flight)
            while True:
                await asyncio.sleep(every)
                figures = await figures_of_fleet(session, read_fleet(self._folder))
                now = load_of(figures, await self._executor.readings(), self._executor.in_flight)
                await self._set(adjusted(self._each, before, now, self._bounds))
                before = now

    async def _set(self, each: int) -> None:
        if each != self._each:
            self._each = each
            await self._executor.limit(self._station, each)


async def figures_of_fleet(session: aiohttp.ClientSession, fleet: Fleet) -> list[EngineFigures]:
    """The figures of every server that has some to show and answers now."""
    keys = {url: each.api_key_env for each in fleet.berths.values() for url in each.urls}
    found = await asyncio.gather(*(_figures(session, url, key) for url, key in keys.items()))
    return [each for each in found if each]


async def _figures(session: aiohttp.ClientSession, url: str, key_env: str) -> EngineFigures | None:
    key = os.environ.get(key_env, "") if key_env else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    page = f"{url.rstrip('/').removesuffix('/v1')}/metrics"
    try:
        async with session.get(page, headers=headers) as response:
            text = await response.text() if response.status == 200 else ""
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError):
        return None
    return figures_in(text) if _SIGN in text else None
