"""A build that is killed at any moment, by any means, ends as if nobody had touched it.

Batches are immutable, so the files that a killed build has left are the record of what it had
finished: whatever is in them must be there at the end, unchanged and once.
"""

import json
import os
import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipelines.mishap import INTERRUPTED, YOUR_MACHINE
from tests.builds import (
    SMALLEST,
    all_gone,
    batches,
    descendants,
    ended,
    finished,
    lines_of,
    running,
    until,
)

pytestmark = pytest.mark.slow

SIZE = ("--set", "blueprints.count=150", "--set", "play.commit.size=8", "--keep-work")
STAGES = ("personas", "blueprints", "dialogues", "decisions", "placements")


def build(root: Path, workers: int) -> list[str]:
    return ["build", str(SMALLEST), "--root", str(root), "--workers", str(workers), "--json", *SIZE]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    done = finished(*build(tmp_path_factory.mktemp("undisturbed"), 0))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["content_hash"]


def finished_work(root: Path) -> dict[str, str]:
    """Key -> batch, for every record on disk. No key is in two batches."""
    found: dict[str, str] = {}
    for stage in STAGES:
        for path in batches(root, "smallest", stage):
            for line in lines_of({path}):
                key = f"{stage} {json.loads(line)['key']}"
                assert key not in found, f"{key} was done twice"
                found[key] = path.name
    return found


def ends_well(root: Path, workers: int, undisturbed: str, earlier: dict[str, str]) -> None:
    """The same command again completes the build: nothing twice, nothing lost, the same content."""
    done = finished(*build(root, workers))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == undisturbed
    now = finished_work(root)
    assert earlier.items() <= now.items()
    for stage, count in (("dialogues", 300), ("decisions", 300)):
        assert sum(key.startswith(f"{stage} ") for key in now) == count


def has(root: Path, stage: str, count: int) -> Callable[[], bool]:
    return lambda: len(batches(root, "smallest", stage)) >= count


def unfinished_version(root: Path) -> Callable[[], bool]:
    return lambda: bool(list(root.glob("smallest/.0.1.0.*.tmp/*")))


@pytest.mark.parametrize(
    ("stage", "count"),
    [("personas", 1), ("blueprints", 1), ("dialogues", 3), ("decisions", 2), ("placements", 1)],
)
def test_a_driver_killed_while_a_stage_is_under_way(
    tmp_path: Path, undisturbed: str, stage: str, count: int
):
    process = running(*build(tmp_path, 0))
    assert until(has(tmp_path, stage, count), process)
    ended(process, signal.SIGKILL)
    ends_well(tmp_path, 0, undisturbed, finished_work(tmp_path))


def test_a_driver_killed_while_the_version_is_written(tmp_path: Path, undisturbed: str):
    process = running(*build(tmp_path, 0))
    assert until(unfinished_version(tmp_path), process)
    ended(process, signal.SIGKILL)
    assert not (tmp_path / "smallest" / "0.1.0").exists()
    ends_well(tmp_path, 0, undisturbed, finished_work(tmp_path))
    assert not unfinished_version(tmp_path)()


def test_a_driver_killed_again_and_again_at_random_moments(tmp_path: Path, undisturbed: str):
    chance = random.Random("kills")
    for _ in range(6):
        process = running(*build(tmp_path, 0))
        try:
            process.wait(chance.uniform(0.4, 3.0))
        except subprocess.TimeoutExpired:
            ended(process, signal.SIGKILL)
    ends_well(tmp_path, 0, undisturbed, finished_work(tmp_path))


@pytest.mark.parametrize(("stage", "count"), [("blueprints", 1), ("dialogues", 4)])
def test_a_driver_killed_with_its_ray_workers_busy_leaves_no_process(
    tmp_path: Path, undisturbed: str, stage: str, count: int
):
    process = running(*build(tmp_path, 2))
    assert until(has(tmp_path, stage, count), process)
    family = descendants(process.pid)
    assert any("raylet" in each.name() for each in family)
    ended(process, signal.SIGKILL)
    assert all_gone(family)
    ends_well(tmp_path, 2, undisturbed, finished_work(tmp_path))


def workers_of(pid: int) -> list[psutil.Process]:
    return [each for each in descendants(pid) if "ray::Worker" in " ".join(each.cmdline())]


@pytest.mark.parametrize("stage", ["blueprints", "dialogues", "decisions"])
def test_workers_killed_while_the_build_goes_on(tmp_path: Path, undisturbed: str, stage: str):
    process = running(*build(tmp_path, 2))
    assert until(has(tmp_path, stage, 1), process)
    for worker in workers_of(process.pid)[: 2 if stage == "dialogues" else 1]:
        worker.kill()
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert json.loads(out)["content_hash"] == undisturbed
    finished_work(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_makes_the_same(tmp_path: Path, undisturbed: str, workers: int):
    done = finished(*build(tmp_path, workers))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == undisturbed


@pytest.mark.parametrize("workers", [0, 2])
def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(tmp_path: Path, undisturbed: str, workers: int):
    process = running(*build(tmp_path, workers))
    assert until(has(tmp_path, "dialogues", 2), process)
    family = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "Go on with the same command" in err
    assert json.loads(out)["exit_code"] == INTERRUPTED
    assert all_gone(family)
    ends_well(tmp_path, workers, undisturbed, finished_work(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_real_disk_that_is_full_stops_the_build_and_more_room_completes_it(
    tmp_path: Path, undisturbed: str
):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        stopped = finished(*build(disk, 0))
        assert stopped.returncode == YOUR_MACHINE
        told = json.loads(stopped.stdout)
        assert "no space left on the disk while writing" in told["error"]
        assert str(disk) in told["error"]
        assert "same command again" in told["remedy"]
        assert finished_work(disk)
        subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
        ends_well(disk, 0, undisturbed, finished_work(disk))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a read-only disk takes root")
def test_a_root_on_a_read_only_disk_is_named(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        stopped = finished(*build(disk, 0))
        assert stopped.returncode == YOUR_MACHINE
        assert "cannot write" in json.loads(stopped.stdout)["error"]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
