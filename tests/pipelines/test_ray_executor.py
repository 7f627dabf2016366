"""Real Ray workers that die, hang, and lose their engine: every item comes back exactly once."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import psutil
import pytest

from generators.models.meter import Reading, summed
from generators.player import EngineDown
from pipelines.dispatch import Done, Lost, Outcome, WorkerCrashed, never
from pipelines.executor import Executor, executor_for
from pipelines.shards import open_shards
from pipelines.workbench import Station
from tests.pipelines.deeds import (
    Deed,
    deeds_at,
    diary_of,
    dying_at_its_first_commit,
    most_at_a_time,
)

pytestmark = pytest.mark.slow


def done_by(
    workers: int,
    work: Path,
    station: Station,
    items: Iterable[Deed],
    stop: Callable[[], bool] = never,
    beside: Callable[[Executor, list[Outcome]], Any] | None = None,
) -> list[Outcome]:
    """What became of the items; ``beside`` runs meanwhile."""
    taken: list[Outcome] = []

    async def run() -> None:
        async with asyncio.timeout(120), executor_for(workers, {"do": station}, work) as executor:
            await executor.ready()
            other = asyncio.ensure_future(beside(executor, taken)) if beside else None
            await executor.run("do", items, taken.append, stop)
            if other:
                await other

    asyncio.run(run())
    return taken


def kept(work: Path) -> list[int]:
    """The numbers on disk, each as often as it is there."""
    return sorted(each.number for each in open_shards(work / "out", Deed))


def worker_processes() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [each for each in children if "ray::Worker" in " ".join(each.cmdline())]


def test_a_killed_worker_gives_everything_back_and_only_what_it_had_begun_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    crashes: list[bool] = []

    class Noted(WorkerCrashed):
        def __init__(self, reason: str, begun: bool = True) -> None:
            super().__init__(reason, begun)
            crashes.append(begun)

    monkeypatch.setattr("pipelines.ray_executor.WorkerCrashed", Noted)
    totals: list[int] = []

    async def kill(executor: Executor, taken: list[Outcome]) -> None:
        while len(taken) < 30:
            await asyncio.sleep(0.02)
        totals.append(calls_in(await executor.readings()))
        os.kill(worker_processes()[0].pid, signal.SIGKILL)
        while len(taken) < 300:
            totals.append(calls_in(await executor.readings()))
            await asyncio.sleep(0.05)

    items = [Deed(number=number, seconds=0.05) for number in range(300)]
    taken = done_by(2, tmp_path, deeds_at(tmp_path), items, beside=kill)
    assert Counter(each.item.number for each in taken) == Counter(range(300))
    assert all(isinstance(each, Done) for each in taken)
    assert kept(tmp_path) == list(range(300))
    assert 1 <= sum(crashes) <= 8 < len(crashes) <= 24
    assert totals == sorted(totals)
    assert totals[0] > 0


def calls_in(readings: list[Reading]) -> int:
    return sum(summed(readings).calls.values())


def test_one_that_kills_its_worker_costs_itself_and_no_other(tmp_path: Path):
    items = [
        Deed(number=number, what="die" if number == 20 else "wait", seconds=0.05)
        for number in range(50)
    ]
    taken = done_by(2, tmp_path, deeds_at(tmp_path, in_flight=16), items)
    assert Counter(each.item.number for each in taken) == Counter(range(50))
    assert [each.item.number for each in taken if isinstance(each, Lost)] == [20]
    assert kept(tmp_path) == [number for number in range(50) if number != 20]
    begun = Counter(each.number for each in diary_of(tmp_path) if each.what == "begin")
    assert begun[20] == 3
    done = Counter(each.number for each in diary_of(tmp_path) if each.what == "done")
    assert max(done.values()) <= 3


def test_what_a_worker_had_put_on_disk_before_it_died_is_not_done_again(tmp_path: Path):
    station = replace(deeds_at(tmp_path), make=partial(dying_at_its_first_commit, tmp_path))
    taken = done_by(1, tmp_path, station, [Deed(number=number) for number in range(60)])
    assert (tmp_path / "died").exists()
    assert Counter(each.item.number for each in taken) == Counter(range(60))
    batches = [path.read_text() for path in (tmp_path / "out").glob("*.jsonl")]
    assert sum(text.count("\n") for text in batches) == 60
    done = Counter(each.number for each in diary_of(tmp_path) if each.what == "done")
    assert sum(times == 1 for times in done.values()) >= 60 - 8
    shards = open_shards(tmp_path / "out", Deed)
    for outcome in taken:
        assert isinstance(outcome, Done)
        assert [shards.receipts[each.key] for each in outcome.receipts] == outcome.receipts


@pytest.mark.parametrize("what", ["hang", "hang_in_c"])
def test_one_that_hangs_is_given_up_and_the_others_come_back(tmp_path: Path, what: str):
    items = [Deed(number=number, what=what if number == 5 else "wait") for number in range(40)]
    taken = done_by(2, tmp_path, deeds_at(tmp_path, deadline=2.0), items)
    assert Counter(each.item.number for each in taken) == Counter(range(40))
    assert [each.item.number for each in taken if isinstance(each, Lost)] == [5]
    assert kept(tmp_path) == [number for number in range(40) if number != 5]


def test_a_stop_finishes_what_is_under_way_and_a_new_window_holds_at_once(tmp_path: Path):
    stopped: list[int] = []

    async def narrow(executor: Executor, taken: list[Outcome]) -> None:
        while len(taken) < 40:
            await asyncio.sleep(0.02)
        assert max(await flights(executor)) > 4
        await executor.limit("do", 2)
        await asyncio.sleep(0.5)  # What was under way ends.
        (tmp_path / "diary").rename(tmp_path / "earlier")
        (tmp_path / "diary").touch()
        count = len(taken)
        while len(taken) < count + 40:
            await asyncio.sleep(0.02)
        assert max(await flights(executor)) <= 4
        stopped.append(len(taken))

    async def flights(executor: Executor) -> list[int]:
        seen = []
        for _ in range(10):
            await executor.readings()
            seen.append(executor.in_flight)
            await asyncio.sleep(0.02)
        return seen

    items = (Deed(number=number, seconds=0.05) for number in range(10_000))
    taken = done_by(2, tmp_path, deeds_at(tmp_path), items, lambda: bool(stopped), narrow)
    assert all(isinstance(each, Done) for each in taken)
    assert kept(tmp_path) == sorted(each.item.number for each in taken)
    assert stopped[0] <= len(taken) <= stopped[0] + 2 * 18
    assert (
        most_at_a_time(diary_of(tmp_path)) <= 3
    )  # One may have been begun before the diary was new.
    assert [each.what for each in diary_of(tmp_path)].count("closed") == 2


@pytest.mark.parametrize("workers", [0, 2])
def test_when_the_engine_is_gone_the_run_ends_with_that_and_keeps_what_is_finished(
    tmp_path: Path, workers: int
):
    quick = [Deed(number=number) for number in range(20)]
    gone = Deed(number=20, what="down", seconds=0.5)
    slow = [Deed(number=number, seconds=60) for number in range(21, 26)]
    taken: list[Outcome] = []

    async def run() -> None:
        station = deeds_at(tmp_path, in_flight=16)
        async with (
            asyncio.timeout(60),
            executor_for(workers, {"do": station}, tmp_path) as executor,
        ):
            with pytest.raises(EngineDown, match="nobody answers") as caught:
                await executor.run("do", [*quick, gone, *slow], taken.append)
            assert type(caught.value) is EngineDown
            assert executor.in_flight == 0 or await idle(executor)
            await executor.run("do", [Deed(number=99)], taken.append)

    async def idle(executor: Executor) -> bool:
        await executor.readings()
        return executor.in_flight == 0

    asyncio.run(run())
    assert kept(tmp_path) == [*range(20), 99]
    assert {each.item.number for each in taken} == {*range(20), 99}


def test_a_bug_and_what_cannot_be_sent_come_out_as_they_are_and_end_no_later_run(tmp_path: Path):
    taken: list[Outcome] = []

    async def run() -> None:
        async with (
            asyncio.timeout(60),
            executor_for(1, {"do": deeds_at(tmp_path)}, tmp_path) as executor,
        ):
            with pytest.raises(AttributeError, match="no attribute 'number'"):
                await executor.run("do", ["no deed", Deed(number=1, seconds=60)], taken.append)
            with pytest.raises(TypeError, match="pickle"):
                await executor.run("do", [Lock(), Deed(number=2, seconds=60)], taken.append)
            await executor.run("do", [Deed(number=3)], taken.append)

    asyncio.run(run())
    assert kept(tmp_path) == [3]
    assert [each.item.number for each in taken] == [3]


def test_any_number_of_workers_leaves_the_same_records(tmp_path: Path):
    found = []
    for workers in (0, 1, 3):
        work = tmp_path / str(workers)
        work.mkdir()
        done_by(workers, work, deeds_at(work), [Deed(number=number) for number in range(60)])
        found.append(kept(work))
    assert found == [list(range(60))] * 3


def test_what_ray_starts_here_listens_on_loopback_only(tmp_path: Path):
    found: list[str] = []

    async def look(executor: Executor, taken: list[Outcome]) -> None:
        for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
            for each in process.net_connections("inet"):
                if each.status == psutil.CONN_LISTEN:
                    found.append(f"{each.laddr.ip} {process.name()}")

    done_by(1, tmp_path, deeds_at(tmp_path), [Deed(number=0, seconds=1)], beside=look)
    assert len(found) >= 5
    assert [each for each in found if "127.0.0.1 " not in each and "::1 " not in each] == []
