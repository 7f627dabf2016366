"""The window follows what the engine can take: within bounds, down under pressure, up again after it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.models.meter import Meter, Reading
from pipelines.calls.pressure import Bounds, Load, Pressure, adjusted, load_of
from pipelines.engines.figures import EngineFigures
from pipelines.engines.fleet import Berth, Fleet, write_fleet
from pipelines.executor import LocalExecutor
from pipelines.shards import Line
from pipelines.workbench import Station

BOUNDS = Bounds(workers=2, in_flight=64)

loads = st.builds(
    Load,
    in_flight=st.integers(0, 200),
    cache_used=st.floats(0, 1),
    queue=st.floats(0, 50),
    preemptions=st.floats(0, 5),
    calls=st.floats(0, 100),
    overloads=st.floats(0, 100),
)
bounds = st.builds(Bounds, workers=st.integers(1, 8), in_flight=st.integers(1, 512))


@given(st.integers(1, 512), loads, loads, bounds)
def test_bounds_are_kept(limit: int, before: Load, now: Load, bounds: Bounds):
    assert 1 <= adjusted(limit, before, now, bounds) <= bounds.in_flight


@given(st.integers(1, 64), loads, loads)
def test_a_step_up_is_small_and_a_step_down_leaves_most(limit: int, before: Load, now: Load):
    after = adjusted(limit, before, now, BOUNDS)
    assert after - limit <= BOUNDS.in_flight // 8
    assert after >= int(limit * 0.8) or after == limit - 1 or after == 1


@given(
    st.integers(1, 64),
    loads,
    loads,
    st.sampled_from(["cache_used", "queue", "preemptions", "overloads"]),
    st.floats(0, 1),
)
def test_more_pressure_never_allows_more(
    limit: int, before: Load, now: Load, what: str, more: float
):
    worse = msgspec.structs.replace(now, **{what: getattr(now, what) + more})
    assert adjusted(limit, before, worse, BOUNDS) <= adjusted(limit, before, now, BOUNDS)


@given(st.integers(1, 64), st.integers(1, 8), st.integers(1, 512))
def test_without_pressure_it_recovers_to_the_top(limit: int, workers: int, most: int):
    bounds = Bounds(workers=workers, in_flight=most)
    for _ in range(100):
        limit = adjusted(limit, Load(), Load(in_flight=limit * workers), bounds)
    assert limit == most


def test_a_cut_comes_to_pass_before_the_next_one():
    crowded = Load(in_flight=80, queue=3.0)
    limit = adjusted(40, crowded, crowded, BOUNDS)
    assert limit == 36
    assert adjusted(limit, crowded, crowded, BOUNDS) == 36
    fewer = Load(in_flight=72, queue=2.5)
    assert adjusted(limit, crowded, fewer, BOUNDS) < 36


def test_a_window_that_is_not_full_does_not_grow():
    assert adjusted(40, Load(), Load(in_flight=20), BOUNDS) == 40


def test_a_queue_of_a_moment_is_no_reason():
    queue = Load(in_flight=80, queue=3.0)
    assert adjusted(40, Load(in_flight=80), queue, BOUNDS) == 40


def test_some_refused_calls_are_no_overload_and_many_are():
    some = Load(in_flight=80, calls=100, overloads=25)
    many = Load(in_flight=80, calls=100, overloads=80)
    assert adjusted(40, Load(), some, BOUNDS) > 40
    assert adjusted(40, Load(), many, BOUNDS) == 36


def test_the_server_in_most_trouble_counts():
    calm = EngineFigures(running=10, cache_used=0.2, preemptions=1)
    crowded = EngineFigures(running=4, waiting=6, cache_used=0.7, preemptions=2)
    readings = [Reading(calls={"user": 3}, retries={"user": 1}), Reading(calls={"agent": 4})]
    assert load_of([calm, crowded], readings, 9) == Load(
        in_flight=9, cache_used=0.7, queue=1.5, preemptions=3, calls=7, overloads=1
    )
    assert load_of([], [], 0) == Load()


class Engine:
    """An engine of ``slots`` and ``blocks`` of cache: a dialogue takes ever more of them as it goes on,
    asks two calls in three looks, and starts anew at its end. Runs in looks, not in time."""

    def __init__(self, slots: int, blocks: float) -> None:
        self.slots = slots
        self.blocks = blocks
        self.preemptions = 0
        self.done = 0.0
        self._lengths: list[int] = []
        self._rng = Random(7)

    def look(self, allowed: int) -> Load:
        ended = [each for each in self._lengths if each >= 12]
        self._lengths = [each for each in self._lengths if each < 12]
        del ended
        while len(self._lengths) < allowed:
            self._lengths.append(self._rng.randrange(3))
        asking = [each for each in self._lengths if self._rng.random() < 2 / 3]
        running = asking[: self.slots]
        used = sum(each + 1 for each in running) / self.blocks
        if used > 1:
            self.preemptions += 1
        self.done += len(running) / max(1.0, used)
        grown = len(running)
        self._lengths = [
            each + 1 if number < grown else each for number, each in enumerate(self._lengths)
        ]
        self._rng.shuffle(self._lengths)
        return Load(
            in_flight=len(self._lengths),
            cache_used=min(1.0, used),
            queue=(len(asking) - len(running)) / max(1, len(running)),
            preemptions=self.preemptions,
        )


def limits_over_time(engine: Engine, looks: int, bounds: Bounds, start: int) -> list[int]:
    limit, before, limits = start, Load(), []
    for _ in range(looks):
        now = engine.look(limit * bounds.workers)
        limit = adjusted(limit, before, now, bounds)
        before = now
        limits.append(limit * bounds.workers)
    return limits


@pytest.mark.parametrize("start", [1, 64, 256])
def test_it_settles_where_the_engine_is_full_and_few_wait(start: int):
    engine = Engine(slots=32, blocks=10_000)
    bounds = Bounds(workers=1, in_flight=256)
    settled = limits_over_time(engine, 300, bounds, start)[150:]
    # 48 dialogues keep 32 slots asked on average.
    assert min(settled) >= 40
    assert max(settled) <= 90
    assert engine.done > 0.9 * 32 * 300 - 32 * 20


def test_it_keeps_the_cache_from_overflowing():
    engine = Engine(slots=1000, blocks=400)
    settled = limits_over_time(engine, 400, Bounds(workers=1, in_flight=512), 256)
    assert max(settled[200:]) < 150
    assert engine.preemptions < 40


@pytest.fixture
def bench() -> Iterator[str]:
    """A server of eight slots that takes 50 ms for a call."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", "--slots", "8", "--latency", "fixed:0.05"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdin
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(20)


class Asking:
    """A job that asks the server ten times for every item."""

    def __init__(self, url: str) -> None:
        self.meter = Meter()
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, item: int) -> list[Line]:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        for turn in range(10):
            body = {"model": "bench", "messages": [{"role": "user", "content": f"{item} {turn}"}]}
            async with self._session.post(f"{self._url}/chat/completions", json=body) as response:
                assert response.status == 200
                await response.read()
            self.meter.add("calls", "user")
        return []

    async def aclose(self) -> None:
        if self._session:
            await self._session.close()


def asking_at(url: str, folder: Path, in_flight: int) -> Station:
    return Station(partial(Asking, url), folder, in_flight, 16, 0.2, in_flight + 16)


@pytest.mark.slow
async def test_against_a_real_server_it_comes_down_to_what_the_server_works_on(
    tmp_path: Path, bench: str
):
    write_fleet(tmp_path, Fleet(berths={"user": Berth(urls=(bench,), model="bench")}))
    seen: list[int] = []
    async with (
        asyncio.timeout(60),
        LocalExecutor({"ask": asking_at(bench, tmp_path, 128)}) as executor,
    ):
        pressure = Pressure(executor, "ask", 128, tmp_path)
        watch = asyncio.ensure_future(pressure.watch(every=0.1))

        def take(outcome: object) -> None:
            seen.append(pressure.limit)

        await executor.run("ask", range(400), take, stop=lambda: len(seen) >= 300)
        watch.cancel()
        assert sum((await executor.readings())[0].calls.values()) >= 3000
    assert max(seen) <= 128
    assert 8 <= seen[-1] <= 24


@pytest.mark.slow
async def test_a_server_without_figures_leaves_it_at_the_top(tmp_path: Path, bench: str):
    plain = f"{os.path.dirname(bench)}/nothing/v1"
    write_fleet(tmp_path, Fleet(berths={"user": Berth(urls=(plain,), model="bench")}))
    async with (
        asyncio.timeout(30),
        LocalExecutor({"ask": asking_at(bench, tmp_path, 32)}) as executor,
    ):
        pressure = Pressure(executor, "ask", 32, tmp_path)
        watch = asyncio.ensure_future(pressure.watch(every=0.05))
        await executor.run("ask", range(64), lambda outcome: None)
        watch.cancel()
        assert pressure.limit == 32
