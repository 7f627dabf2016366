"""What a worker had begun can be read after its death, through all of its lives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.begun import BegunLog, Kept, forget, kept, under_way
from pipelines.life import Life, alive, ended, own_life, within_reach
from pipelines.shards import Location, Receipt


def test_what_is_begun_and_not_done_is_under_way(tmp_path: Path):
    log = BegunLog(tmp_path / "begun.0")
    for ticket in (1, 2, 3):
        log.begin(ticket)
    log.end(2)
    assert under_way(tmp_path / "begun.0") == {1, 3}
    again = BegunLog(tmp_path / "begun.0")
    again.begin(4)
    again.end(4)
    assert under_way(tmp_path / "begun.0") == {1, 3}


def test_a_worker_that_never_began_anything_has_nothing_under_way(tmp_path: Path):
    assert under_way(tmp_path / "begun.0") == frozenset()


def test_what_was_noted_outlives_a_kill(tmp_path: Path):
    script = (
        "import sys, time; from pathlib import Path; from pipelines.begun import BegunLog\n"
        "log = BegunLog(Path(sys.argv[1])); log.begin(7); log.begin(8); log.end(7)\n"
        "print('noted', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "begun.0")], stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"noted\n"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert under_way(tmp_path / "begun.0") == {8}


def receipt(key: str) -> Receipt:
    location = Location(file=f"{key}.jsonl", offset=0, length=1, checksum=0)
    return Receipt(key=key, location=location, note=("accept", 3))


def test_what_was_kept_can_be_told_and_long_lists_do_not_grow_for_ever(tmp_path: Path):
    path = tmp_path / "begun.0"
    log = BegunLog(path)
    for ticket in range(1, 30_000, 3):
        log.keep(Kept(ticket=ticket + each, receipts=(receipt(str(ticket)),)) for each in range(3))
    found = kept(path)
    assert found[29_998] == [receipt("29998")]
    assert all(ticket in found for ticket in range(28_000, 29_998))
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) < 3 * 2**20
    again = BegunLog(path)
    again.keep([Kept(ticket=40_000, receipts=())])
    assert kept(path)[40_000] == []
    forget(path)
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_was_cut_off_hides_no_other(tmp_path: Path):
    log = BegunLog(tmp_path / "begun.0")
    log.keep([Kept(ticket=1, receipts=(receipt("a"),))])
    with open(tmp_path / "begun.0.kept", "ab") as file:
        file.write(b'{"ticket":2,"rec')
    assert kept(tmp_path / "begun.0") == {1: [receipt("a")]}


async def test_a_process_is_ended_for_certain():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    text = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    life = Life(process=process.pid, began=text, namespace=own_life().namespace)
    assert within_reach(life)
    assert alive(life)
    await ended(life)
    assert not alive(life)
    assert process.wait(10) == -signal.SIGKILL


async def test_another_process_with_the_same_number_is_left_alone():
    assert alive(own_life())
    stranger = Life(process=os.getpid(), began="1", namespace=own_life().namespace)
    assert not alive(stranger)
    await ended(stranger)


@pytest.mark.parametrize("life", [Life(process=1), Life(process=1, began="5", namespace="pid:[1]")])
def test_a_number_of_another_namespace_means_nothing_here(life: Life):
    assert not within_reach(life)
