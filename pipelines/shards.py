"""The results of one stage on disk: immutable batches of records, read back one at a time by seek.

A batch is a JSONL file named by the hash of its bytes, written whole or not at all, so a stage that is
killed anywhere keeps every batch it has committed and never holds half a one. Only an index stays in
memory. What a record means, and whether the stage is complete, is not this module's business.
"""

import hashlib
import os
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from personas.record import Record
from pipelines.mishap import MachineError

AnyRecord = TypeVar("AnyRecord", bound=msgspec.Struct)

_ENCODER = msgspec.json.Encoder()
_SUFFIX = ".jsonl"


class Location(Record):
    """Where one record lies: the batch file's name, byte offset and length, and its checksum."""

    file: str
    offset: int
    length: int
    checksum: int


class Receipt(Record):
    """A record that is on disk for good. ``note`` is the few facts about it worth keeping in memory."""

    key: str
    location: Location
    note: tuple[str | int, ...] = ()


class Line(Record):
    """One record on its way to disk: its key, its note, and its JSON."""

    key: str
    record: msgspec.Raw
    note: tuple[str | int, ...] = ()


class _Head(msgspec.Struct):
    """A line without its record: what the index is made of."""

    key: str
    note: tuple[str | int, ...] = ()


class DamagedBatch(UserWarning):
    """A batch whose bytes are not those it was named for; its records will be made again."""


def line_of(key: str, record: msgspec.Struct, note: tuple[str | int, ...] = ()) -> Line:
    """A record, ready to be committed under its key."""
    return Line(key=key, record=msgspec.Raw(_ENCODER.encode(record)), note=note)


def commit(
    folder: Path,
    lines: list[Line],
    announce: Callable[[list[Receipt]], None] = lambda receipts: None,
) -> list[Receipt]:
    """Writes one batch and returns its receipts once it is durable. ``announce`` gets them beforehand:
    they hold if the batch's file is ever seen. Raises ``OSError``."""
    encoded = [_ENCODER.encode(line) + b"\n" for line in lines]
    body = b"".join(encoded)
    name = hashlib.sha256(body).hexdigest() + _SUFFIX
    receipts, offset = [], 0
    for line, data in zip(lines, encoded, strict=True):
        location = Location(file=name, offset=offset, length=len(data), checksum=zlib.crc32(data))
        receipts.append(Receipt(key=line.key, location=location, note=line.note))
        offset += len(data)
    announce(receipts)
    _write(folder, name, body)
    return receipts


def _write(folder: Path, name: str, body: bytes) -> None:
    unfinished = folder / f"{name}.{os.getpid()}.tmp"
    try:
        with open(unfinished, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, folder / name)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    synced(folder)


def synced(folder: Path) -> None:
    """Makes renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_at(folder: Path, location: Location, kind: type[AnyRecord]) -> AnyRecord:
    """The record at a location. Raises ``MachineError`` when its bytes are not those written."""
    path = folder / location.file
    try:
        with open(path, "rb") as file:
            file.seek(location.offset)
            data = file.read(location.length)
    except FileNotFoundError:
        raise MachineError(f"{path} is gone since it was opened", _AGAIN) from None
    if zlib.crc32(data) != location.checksum:
        what = f"{path} has changed since it was opened, at byte {location.offset}"
        raise MachineError(what, _AGAIN)
    return msgspec.json.decode(msgspec.json.decode(data, type=Line).record, type=kind)


_AGAIN = "Run the same command again: damaged work is found and made again."


@dataclass
class Shards(Generic[AnyRecord]):
    """The records of one stage, by key. Made by ``open_shards``; grows with ``add`` and ``note``."""

    folder: Path
    kind: type[AnyRecord]
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def __contains__(self, key: object) -> bool:
        return key in self.receipts

    def __len__(self) -> int:
        return len(self.receipts)

    def ordered(self) -> list[str]:
        """All keys in sorted order."""
        return sorted(self.receipts)

    def read(self, key: str) -> AnyRecord:
        """One record. Raises ``KeyError``, or ``MachineError`` when the file has changed."""
        return read_at(self.folder, self.receipts[key].location, self.kind)

    def __iter__(self) -> Iterator[AnyRecord]:
        """All records in the order of their keys, one in memory at a time."""
        return (self.read(key) for key in self.ordered())

    def learn(self, receipts: list[Receipt]) -> None:
        """Takes in what a writer has made durable."""
        self.receipts.update((receipt.key, receipt) for receipt in receipts)

    def add(self, lines: list[Line]) -> list[Receipt]:
        """Commits one batch from this process."""
        receipts = commit(self.folder, lines) if lines else []
        self.learn(receipts)
        return receipts


def open_shards(folder: Path, kind: type[Any]) -> Shards[Any]:
    """The stage at ``folder`` as its files have it, every batch checked against its name.

    A damaged batch is moved to ``damaged/`` with a ``DamagedBatch`` warning and counts as never
    written. Call while nobody writes. Raises ``OSError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shards = Shards(folder, kind)
    for path in sorted(folder.iterdir()):
        if path.suffix == ".tmp":
            path.unlink()
        elif path.suffix == _SUFFIX:
            receipts = _index(path)
            if receipts is None:
                _set_aside(path)
            else:
                shards.learn(receipts)
    return shards


def _index(path: Path) -> list[Receipt] | None:
    digest, receipts, offset = hashlib.sha256(), [], 0
    try:
        with open(path, "rb") as file:
            for data in file:
                digest.update(data)
                head = msgspec.json.decode(data, type=_Head)
                location = Location(
                    file=path.name, offset=offset, length=len(data), checksum=zlib.crc32(data)
                )
                receipts.append(Receipt(key=head.key, location=location, note=head.note))
                offset += len(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return receipts if digest.hexdigest() == path.stem else None


def _set_aside(path: Path) -> None:
    place = path.parent / "damaged"
    place.mkdir(exist_ok=True)
    os.replace(path, place / path.name)
    warnings.warn(
        f"{path} is damaged; moved to {place}, its records will be made again",
        DamagedBatch,
        stacklevel=3,
    )
