"""What was paid for is found again, by whoever asks, after whatever happened; and nothing else is."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.models.meter import Meter
from pipelines.calls.journal import DamagedJournal, Found, Journal, JournalError, Paid, spent
from pipelines.mishap import YOUR_MACHINE, MachineError, mishap_of

CHECKOUT = Path(__file__).resolve().parents[2]

dialogues = st.sampled_from(["a:00", "a:01", "b:00", "", "ü ' \"; --"])
calls = st.tuples(
    dialogues,
    st.integers(0, 40),
    st.binary(min_size=16, max_size=16),
    st.binary(max_size=9000),
    st.floats(0, 1e6),
)


def journal(folder: Path) -> Journal:
    return Journal(folder, Meter())


async def written(folder: Path, *calls: tuple[str, int, bytes, bytes, float]) -> None:
    """The calls, kept by a journal that is closed again."""
    here = journal(folder)
    for dialogue, turn, payload, reply, latency in calls:
        here.write(dialogue, turn, payload, Paid(reply, latency))
    here.close()


def hashed(number: int) -> bytes:
    return number.to_bytes(16, "big")


@settings(max_examples=40)
@given(batches=st.lists(st.lists(calls, max_size=6), max_size=4), closed=st.booleans())
async def test_what_was_committed_is_found_under_its_dialogue_and_under_no_other(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple]], closed: bool
):
    folder = tmp_path_factory.mktemp("journal")
    expected: dict[str, Found] = {}
    writers = [journal(folder) for _ in batches]
    for writer, batch in zip(writers, batches, strict=True):
        for dialogue, turn, payload, reply, latency in batch:
            if (turn, payload) not in expected.setdefault(dialogue, {}):
                expected[dialogue][turn, payload] = Paid(reply, latency)
                writer.write(dialogue, turn, payload, Paid(reply, latency))
        await asyncio.sleep(0)
        if closed:
            writer.close()
    reader = journal(folder)
    for dialogue in ("a:00", "a:01", "b:00", "", "ü ' \"; --", "nobody:00"):
        assert reader.lookup(dialogue) == expected.get(dialogue, {})
    for each in (reader, *writers):
        each.close()


async def test_a_call_is_durable_when_the_tick_that_wrote_it_is_over(tmp_path: Path):
    writer, reader = journal(tmp_path), journal(tmp_path)
    for number in range(3):
        writer.write("a:00", number, hashed(number), Paid(b"reply", 1.0))
    assert reader.lookup("a:00") == {}
    await asyncio.sleep(0)
    assert len(reader.lookup("a:00")) == 3
    writer.close()
    reader.close()


async def test_a_journal_finds_what_it_has_written_itself(tmp_path: Path):
    here = journal(tmp_path)
    here.write("a:00", 1, hashed(1), Paid(b"reply", 1.0))
    assert here.lookup("a:00") == {(1, hashed(1)): Paid(b"reply", 1.0)}
    here.close()


async def test_calls_that_finish_together_are_committed_together(tmp_path: Path):
    commits: list[int] = []
    writer = journal(tmp_path)
    commit = writer._commit
    writer._commit = lambda rows: (commits.append(len(rows)), commit(rows))[1]

    async def dialogue(number: int) -> None:
        for turn in range(6):
            writer.lookup(f"{number}:0{turn}")
            await asyncio.sleep(0)
            writer.write(f"{number}:00", turn, hashed(turn), Paid(b"reply", 1.0))

    await asyncio.gather(*(dialogue(number) for number in range(16)))
    await asyncio.sleep(0)
    writer.close()
    assert sum(commits) == 96
    assert len([each for each in commits if each]) <= 18


async def test_without_a_call_there_is_no_file(tmp_path: Path):
    here = journal(tmp_path / "journal")
    assert here.lookup("a:00") == {}
    here.close()
    assert spent(tmp_path / "journal").reading.calls == {}
    assert not (tmp_path / "journal").exists()


WRITES = """
import asyncio, sys
from pathlib import Path
from generators.models.meter import Meter
from pipelines.calls.journal import Journal, Paid

async def main():
    meter = Meter()
    journal = Journal(Path(sys.argv[1]), meter)
    for number in range(int(sys.argv[2])):
        meter.add("calls", "agent")
        journal.write(f"{number % 7}:00", number, number.to_bytes(16, "big"), Paid(b"r" * 900, 1.0))
        await asyncio.sleep(0)
        print(number, flush=True)
        await asyncio.sleep(float(sys.argv[3]))
    print("done", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Callable[[int, float], "subprocess.Popen[str]"]]:
    """Starts processes that write calls and say each one that is durable; ends them afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(count: int, pause: float) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", WRITES, str(tmp_path), str(count), str(pause)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=20)


def all_found(reader: Journal) -> set[int]:
    return {turn for each in range(7) for turn, _ in reader.lookup(f"{each}:00")}


@pytest.mark.parametrize("moment", [1, 40, 333])
def test_a_process_killed_while_it_writes_loses_no_finished_call(
    tmp_path: Path, writing: Callable[[int, float], "subprocess.Popen[str]"], moment: int
):
    process = writing(100_000, 0.0)
    assert process.stdout
    said = -1
    for _ in range(moment):
        said = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    # What it said before it died; a last line may be cut.
    rest = process.stdout.read().split("\n")[:-1]
    said = max([said, *(int(each) for each in rest)])
    reader = journal(tmp_path)
    found = all_found(reader)
    reader.close()
    assert set(range(said + 1)) <= found
    assert len(found) - (said + 1) <= 1, "at most the call that was finished but not said yet"
    assert spent(tmp_path).reading.calls == {"agent": len(found)}


def test_a_journal_is_read_while_another_process_writes_it(
    tmp_path: Path, writing: Callable[[int, float], "subprocess.Popen[str]"]
):
    process = writing(400, 0.001)
    assert process.stdout
    reader, before = journal(tmp_path), 0
    for line in process.stdout:
        if line == "done\n":
            break
        found = all_found(reader)
        assert len(found) >= max(before, int(line) + 1)
        before = len(found)
    assert all_found(reader) == set(range(400))
    reader.close()


async def test_the_readings_of_all_processes_add_up_and_overlapping_seconds_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    now = 1000.0
    monkeypatch.setattr("pipelines.calls.journal.time.time", lambda: now)
    meters = [Meter(), Meter()]
    writers = [Journal(tmp_path, meter) for meter in meters]
    for second, writer, meter in ((0, 0, 3), (4, 1, 5), (10, 0, 7), (12, 1, 11)):
        now = 1000.0 + second
        meters[writer].add("tokens", "agent/prompt", meter)
        writers[writer].write("a:00", second, hashed(second), Paid(b"", 1.0))
        await asyncio.sleep(0)
    for each in writers:
        each.close()
    now = 2000.0
    await written(tmp_path, ("b:00", 1, hashed(1), b"", 1.0))
    told = spent(tmp_path)
    assert told.reading.tokens == {"agent/prompt": 26}
    assert told.seconds == 12.0


def ruined_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 300)


def ruined_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:12288] = os.urandom(8192)
    path.write_bytes(data)


def cut(path: Path) -> None:
    os.truncate(path, 6000)


@pytest.mark.parametrize("ruin", [ruined_head, ruined_middle, cut])
async def test_a_damaged_journal_is_set_aside_with_a_word_and_the_others_go_on(
    tmp_path: Path, ruin: Callable[[Path], None]
):
    await written(tmp_path, *(("a:00", n, hashed(n), b"x" * 500, 1.0) for n in range(50)))
    (damaged,) = tmp_path.glob("*.sqlite")
    ruin(damaged)
    await written(tmp_path, ("a:00", 99, hashed(99), b"whole", 1.0))
    with pytest.warns(DamagedJournal, match=damaged.name):
        spent(tmp_path)
    assert (tmp_path / "damaged" / damaged.name).exists()
    reader = journal(tmp_path)
    assert reader.lookup("a:00") == {(99, hashed(99)): Paid(b"whole", 1.0)}
    reader.close()


async def test_a_journal_that_is_damaged_while_a_build_runs_is_left_alone_with_a_word(
    tmp_path: Path,
):
    await written(tmp_path, ("a:00", 1, hashed(1), b"x", 1.0))
    (damaged,) = tmp_path.glob("*.sqlite")
    ruined_head(damaged)
    reader = journal(tmp_path)
    with pytest.warns(DamagedJournal, match="made again"):
        assert reader.lookup("a:00") == {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert reader.lookup("a:00") == {}
    reader.close()


async def test_a_reply_with_a_flipped_bit_counts_as_never_paid(tmp_path: Path):
    await written(
        tmp_path, ("a:00", 1, hashed(1), b"the tulip", 1.0), ("a:00", 2, hashed(2), b"", 1)
    )
    (path,) = tmp_path.glob("*.sqlite")
    path.write_bytes(path.read_bytes().replace(b"the tulip", b"the turip"))
    reader = journal(tmp_path)
    assert set(reader.lookup("a:00")) == {(2, hashed(2))}
    reader.close()


async def test_a_file_whose_process_died_before_its_first_call_holds_nothing(tmp_path: Path):
    sqlite3.connect(tmp_path / "1-00.sqlite").close()
    (tmp_path / "2-00.sqlite").touch()
    reader = journal(tmp_path)
    assert reader.lookup("a:00") == {}
    assert spent(tmp_path).seconds == 0.0
    reader.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine does not allow mounting")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(disk: Path) -> None:
    """Leaves no byte free."""
    ballast = os.open(disk / "ballast", os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(ballast, bytes(4096)):
            pass
    os.close(ballast)


async def fills(writer: Journal, kept: list[int]) -> None:
    """Writes calls until that fails; ``kept`` are those that were durable."""
    for number in range(2000):
        writer.write("a:00", number, hashed(number), Paid(os.urandom(900), 1.0))
        await asyncio.sleep(0)
        kept.append(number)


async def test_a_full_disk_is_said_and_what_was_kept_before_stays_whole(small_disk: Path):
    folder, kept = small_disk / "journal", list[int]()
    writer = journal(folder)
    with pytest.raises(JournalError, match="no space left on the disk") as caught:
        await fills(writer, kept)
    with pytest.raises(JournalError):
        writer.lookup("b:00")
    writer.close()
    mishap = mishap_of(caught.value, folder)
    assert isinstance(mishap, MachineError)
    assert mishap.exit_code == YOUR_MACHINE
    assert "same command again" in mishap.remedy
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    reader = journal(folder)
    assert {turn for turn, _ in reader.lookup("a:00")} == set(kept[:-1])
    spent(folder)
    await written(folder, ("b:00", 1, hashed(1), b"more room", 1.0))
    assert len(reader.lookup("b:00")) == 1
    reader.close()


async def test_a_disk_that_was_full_from_the_beginning_is_said(small_disk: Path):
    fill(small_disk)
    writer = journal(small_disk / "journal")
    writer.write("a:00", 1, hashed(1), Paid(b"x", 1.0))
    await asyncio.sleep(0)
    with pytest.raises(JournalError, match="no space left on the disk"):
        writer.write("a:00", 2, hashed(2), Paid(b"x", 1.0))
    writer.close()


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "journal").write_text("a file stands where the folder should be")
    writer = journal(tmp_path / "journal")
    writer.write("a:00", 1, hashed(1), Paid(b"x", 1.0))
    await asyncio.sleep(0)
    with pytest.raises(JournalError, match="journal"):
        writer.write("a:00", 2, hashed(2), Paid(b"x", 1.0))
    writer.close()
