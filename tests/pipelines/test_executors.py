"""Executors do every item once, whichever they are and whatever dies under them."""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path

import psutil
import pytest

from generators.models.meter import Reading, summed
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import LocalExecutor, executor_for
from pipelines.mishap import EngineError
from pipelines.shards import open_shards
from pipelines.workbench import Station, Workbench
from tests.pipelines.counting import Number, make, station
from tests.pipelines.deeds import Deed, deeds_at, diary_of, most_at_a_time


def done_by(workers: int, work: Path, place: Station, count: int) -> list[Outcome]:
    taken: list[Outcome] = []

    async def run() -> None:
        async with executor_for(workers, {"count": place}, work) as executor:
            await executor.run("count", range(count), taken.append)

    asyncio.run(run())
    return taken


def test_in_this_process_every_item_is_done_and_durable(tmp_path: Path):
    taken = done_by(0, tmp_path, station(tmp_path / "out"), 100)
    assert Counter(each.item for each in taken) == Counter(range(100))
    assert [each.value for each in open_shards(tmp_path / "out", Number)] == list(range(100))


def test_a_receipt_means_that_the_record_is_on_disk(tmp_path: Path):
    bench = Workbench(station(tmp_path / "out"))

    async def run() -> None:
        for receipts in asyncio.as_completed([bench.do(item) for item in range(40)]):
            for receipt in await receipts:
                assert (tmp_path / "out" / receipt.location.file).exists()

    asyncio.run(run())


def test_results_are_committed_in_groups(tmp_path: Path):
    done_by(0, tmp_path, station(tmp_path / "out"), 160)
    assert len(list((tmp_path / "out").glob("*.jsonl"))) <= 20


def test_slow_items_are_committed_in_time_though_the_group_is_not_full(tmp_path: Path):
    place = station(tmp_path / "out", seconds=0.0)
    bench = Workbench(place)

    async def run() -> None:
        quick = asyncio.ensure_future(bench.do(1))
        bench._busy += 1  # Something else is under way for ever.
        await asyncio.wait_for(quick, timeout=5)

    asyncio.run(run())
    assert len(open_shards(tmp_path / "out", Number)) == 1


def test_a_full_disk_reaches_everybody_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(folder: Path, lines: object, announce: object) -> None:
        raise OSError(28, "No space left on device", str(folder))

    monkeypatch.setattr("pipelines.workbench.commit", full)
    with pytest.raises(OSError, match="No space left"):
        done_by(0, tmp_path, station(tmp_path / "out"), 10)


def test_what_is_finished_is_committed_when_the_build_is_interrupted(tmp_path: Path):
    place = station(tmp_path / "out", seconds=0.0)

    async def run() -> None:
        async with executor_for(0, {"count": place}, tmp_path) as executor:
            bench_ready = asyncio.Event()

            def take(outcome: Outcome) -> None:
                bench_ready.set()

            task = asyncio.ensure_future(executor.run("count", range(500), take))
            await bench_ready.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    shards = open_shards(tmp_path / "out", Number)
    assert len(shards) > 0


def test_a_job_is_made_once_per_process(tmp_path: Path):
    made = []

    def counted() -> object:
        made.append(1)
        return make(frozenset(), 0.0)

    place = Station(counted, tmp_path, 4, 8, 0.5, 12)  # pyright: ignore[reportArgumentType]
    done_by(0, tmp_path, place, 50)
    assert made == [1]


async def test_readings_and_what_is_in_flight_can_be_asked_at_any_time(tmp_path: Path):
    async with LocalExecutor({"do": deeds_at(tmp_path)}) as executor:
        assert sum_of(await executor.readings()) == 0
        items = [Deed(number=number, seconds=0.02) for number in range(40)]
        run = asyncio.ensure_future(executor.run("do", items, lambda outcome: None))
        await asyncio.sleep(0.03)
        assert executor.in_flight == 8
        assert 8 <= sum_of(await executor.readings()) < 40
        await run
        assert executor.in_flight == 0
        assert sum_of(await executor.readings()) == 40
    assert sum_of(await executor.readings()) == 40
    assert [each.what for each in diary_of(tmp_path)].count("closed") == 1


def sum_of(readings: list[Reading]) -> int:
    return sum(summed(readings).calls.values())


async def test_fewer_at_a_time_and_a_stop_in_this_process(tmp_path: Path):
    taken: list[Outcome] = []
    async with LocalExecutor({"do": deeds_at(tmp_path)}) as executor:
        await executor.limit("do", 3)
        items = (Deed(number=number, seconds=0.005) for number in range(1000))
        await executor.run("do", items, taken.append, lambda: len(taken) >= 50)
    assert most_at_a_time(diary_of(tmp_path)) == 3
    assert 50 <= len(taken) <= 50 + 3 + 16
    assert len(open_shards(tmp_path / "out", Deed)) == len(taken)


async def test_a_limit_stays_between_one_and_what_the_station_allows(tmp_path: Path):
    async with asyncio.timeout(20), LocalExecutor({"do": deeds_at(tmp_path)}) as executor:
        for wanted, held in ((0, 1), (1000, 8)):
            await executor.limit("do", wanted)
            (tmp_path / "diary").write_text("")
            items = [Deed(number=number, seconds=0.005) for number in range(30)]
            await executor.run("do", items, lambda outcome: None)
            assert most_at_a_time(diary_of(tmp_path)) == held


@pytest.mark.slow
def test_ray_workers_leave_the_same_records_and_no_process_behind(tmp_path: Path):
    before = {each.pid for each in psutil.Process().children(recursive=True)}
    taken = done_by(2, tmp_path, station(tmp_path / "out"), 300)
    assert Counter(each.item for each in taken) == Counter(range(300))
    assert [each.value for each in open_shards(tmp_path / "out", Number)] == list(range(300))
    left = [each for each in psutil.Process().children(recursive=True) if each.pid not in before]
    _, alive = psutil.wait_procs(left, timeout=10)
    assert alive == []


@pytest.mark.slow
def test_ray_survives_killed_workers_and_loses_only_what_kills_even_alone(tmp_path: Path):
    place = station(tmp_path / "out", poison=frozenset({13}), seconds=0.01)
    taken: list[Outcome] = []

    async def run() -> None:
        async with executor_for(2, {"count": place}, tmp_path) as executor:
            work = asyncio.ensure_future(executor.run("count", range(2000), taken.append))
            while len(taken) < 200:
                await asyncio.sleep(0.01)
            workers = [
                each
                for each in psutil.Process().children(recursive=True)
                if "ray::Worker" in " ".join(each.cmdline())
            ]
            os.kill(workers[0].pid, signal.SIGKILL)
            await work

    asyncio.run(run())
    assert Counter(each.item for each in taken) == Counter(range(2000))
    assert [each.item for each in taken if isinstance(each, Lost)] == [13]
    values = [each.value for each in open_shards(tmp_path / "out", Number)]
    assert values == [item for item in range(2000) if item != 13]


def test_when_ray_cannot_start_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from pipelines import ray_cluster

    def broken(**settings: object) -> None:
        raise ConnectionError("no socket")

    monkeypatch.setattr(ray_cluster.ray, "init", broken)
    with pytest.raises(EngineError, match="Ray cannot start") as caught:
        done_by(1, tmp_path, station(tmp_path / "out"), 3)
    assert "--workers 0" in caught.value.remedy


def test_folders_of_killed_drivers_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from pipelines import ray_cluster

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = tmp_path / "duologue-ray-4194304-x"
    living = tmp_path / f"duologue-ray-{os.getpid()}-x"
    other = tmp_path / "something-else"
    for folder in (dead, living, other):
        folder.mkdir()
    ray_cluster._own_folder()
    assert not dead.exists()
    assert living.exists()
    assert other.exists()
