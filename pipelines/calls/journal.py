"""Finished model calls on disk, so that none is paid for twice: SQLite files in WAL mode.

Every process writes a file of its own and reads all of them. What a process has written survives its
SIGKILL: calls that finish in one tick of the event loop are committed together at the end of that
tick. Replies are kept as they came. They are small, and compressing one costs more than twice what
writing it does.
"""

import asyncio
import os
import sqlite3
import time
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec

from generators.models.meter import Meter, Reading, summed
from generators.player import EngineDown
from personas.record import Record
from pipelines.mishap import MachineError, mishap_of

JOURNAL = "journal"
"""The folder of a build that holds its journals."""
_SUFFIX = ".sqlite"
_TABLES = """
CREATE TABLE calls(
    dialogue TEXT, turn INTEGER, payload BLOB, reply BLOB, latency_ms REAL, checksum INTEGER
);
CREATE INDEX by_dialogue ON calls(dialogue);
CREATE TABLE state(id INTEGER PRIMARY KEY, reading BLOB, began REAL, last REAL);
"""
_FIND = "SELECT turn, payload, reply, latency_ms, checksum FROM calls WHERE dialogue = ?"
_KEEP = "INSERT INTO calls VALUES(?, ?, ?, ?, ?, ?)"
_STATE = "INSERT OR REPLACE INTO state VALUES(1, ?, ?, ?)"


class DamagedJournal(UserWarning):
    """A journal that is not what was written; its calls will be made again."""


class JournalError(MachineError, EngineDown):
    """The journal cannot be written or read. Stops the build: what it pays for now would be lost."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A finished call: the bytes of the reply, and the milliseconds it took when it was made."""

    reply: bytes
    latency_ms: float


Found = dict[tuple[int, bytes], Paid]
"""The finished calls of one dialogue, by turn and payload hash."""


class Spent(Record):
    """What is known of all processes that ever wrote: the sum of their last readings, and the seconds
    in which at least one of them was at work, from its first to its last call."""

    reading: Reading = Reading()
    seconds: float = 0.0


class Journal:
    """The journals in ``folder``, one of which this process writes. ``meter`` counts this process's
    calls: its reading is kept beside them and is always of the same moment.

    Files and folder come with the first ``write``. Not to be used from several threads.
    """

    def __init__(self, folder: Path, meter: Meter) -> None:
        self._folder = folder
        self._meter = meter
        self._own = folder / f"{os.getpid()}-{uuid4().hex[:8]}{_SUFFIX}"
        self._files: dict[str, sqlite3.Connection] = {}
        self._ignored: set[str] = set()
        self._writer: sqlite3.Connection | None = None
        self._pending: list[tuple[str, int, bytes, bytes, float, int]] = []
        self._scheduled = False
        self._began = 0.0
        self._failure: JournalError | None = None

    def lookup(self, dialogue: str) -> Found:
        """What has been paid for a dialogue, by any process. Raises ``JournalError``."""
        if any(row[0] == dialogue for row in self._pending):
            self.flush()
        self._check()
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _failure(error, self._folder) from error
        found: Found = {}
        for name in names:
            if name.endswith(_SUFFIX) and name not in self._ignored:
                self._read(name, dialogue, found)
        return found

    def write(self, dialogue: str, turn: int, payload: bytes, paid: Paid) -> None:
        """Keeps a finished call; it is durable when this tick of the event loop is over. The meter must
        have counted it. Raises ``JournalError`` when an earlier one could not be kept."""
        self._check()
        if not self._scheduled:
            # One at a time: several would cut the batches of one tick into pieces.
            asyncio.get_running_loop().call_soon(self._on_tick)
            self._scheduled = True
        checksum = zlib.crc32(paid.reply)
        self._pending.append((dialogue, turn, payload, paid.reply, paid.latency_ms, checksum))

    def _on_tick(self) -> None:
        self._scheduled = False
        self.flush()

    def flush(self) -> None:
        """Commits what has been written. A failure is raised by whatever is asked for next."""
        pending, self._pending = self._pending, []
        if pending and self._failure is None:
            self._commit(pending)

    def close(self) -> None:
        """Commits what has been written, with the last reading, and closes all files. Never raises:
        what cannot be kept is paid for again."""
        pending, self._pending = self._pending, []
        if self._failure is None and (pending or self._writer):
            self._commit(pending)
        for connection in (*self._files.values(), self._writer):
            if connection is not None:
                try:
                    connection.close()
                except sqlite3.Error:
                    continue
        self._files, self._writer = {}, None

    def _commit(self, rows: list[tuple[str, int, bytes, bytes, float, int]]) -> None:
        try:
            writer = self._writer or self._created()
            reading = msgspec.json.encode(self._meter.reading())
            writer.execute("BEGIN")
            writer.executemany(_KEEP, rows)
            writer.execute(_STATE, (reading, self._began, time.time()))
            writer.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            if self._writer and self._writer.in_transaction:
                self._writer.rollback()
            self._failure = _failure(error, self._own)

    def _created(self) -> sqlite3.Connection:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._began = time.time()
        writer = self._writer = sqlite3.connect(self._own, isolation_level=None)
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA synchronous=NORMAL")
        writer.executescript(f"BEGIN; {_TABLES} COMMIT;")
        return writer

    def _read(self, name: str, dialogue: str, found: Found) -> None:
        path = self._folder / name
        try:
            if name == self._own.name:
                connection = self._writer
            else:
                connection = self._files.get(name) or self._files.setdefault(name, _opened(path))
            rows = connection.execute(_FIND, (dialogue,)).fetchall() if connection else ()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                return  # No tables yet: its process has only begun it.
            raise _failure(error, path) from error
        except sqlite3.DatabaseError:
            self._ignored.add(name)
            _warn(path, "left alone")
            return
        for turn, payload, reply, latency_ms, checksum in rows:
            if zlib.crc32(reply) == checksum:
                found.setdefault((turn, payload), Paid(reply, latency_ms))

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure


def spent(folder: Path) -> Spent:
    """What all journals in ``folder`` say was spent. Call while no process writes.

    Every file is checked; a damaged one is moved to ``damaged/`` with a ``DamagedJournal`` warning and
    counts as never written. Raises ``JournalError``.
    """
    readings, spans = [], []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            connection = _opened(path)
            try:
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                if verdict != "ok":
                    raise sqlite3.DatabaseError(verdict)
                row = connection.execute("SELECT reading, began, last FROM state").fetchone()
            finally:
                connection.close()
            if row:
                readings.append(msgspec.json.decode(row[0], type=Reading))
                spans.append((row[1], row[2]))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise _failure(error, path) from error
        except (sqlite3.DatabaseError, msgspec.DecodeError):
            _set_aside(path)
    return Spent(reading=summed(readings), seconds=_covered(spans))


def _opened(path: Path) -> sqlite3.Connection:
    # Not read-only: what a killed process has left in its WAL can only be read once it is recovered.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    covered, until = 0.0, 0.0
    for began, last in sorted(spans):
        covered += max(0.0, last - max(began, until))
        until = max(until, last)
    return covered


def _failure(error: Exception, path: Path) -> JournalError:
    mishap = mishap_of(error, path)
    if mishap is None:
        return JournalError(f"the journal {path} cannot be used: {error}")
    return JournalError(mishap.what, mishap.remedy)


def _set_aside(path: Path) -> None:
    place = path.parent / "damaged"
    place.mkdir(exist_ok=True)
    for each in path.parent.glob(f"{path.name}*"):
        os.replace(each, place / each.name)
    _warn(path, f"moved to {place}")


def _warn(path: Path, done: str) -> None:
    warnings.warn(
        f"the journal {path} is damaged; {done}, its model calls will be made again",
        DamagedJournal,
        stacklevel=3,
    )
