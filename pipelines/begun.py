"""What a worker had really begun when it died, and what it had kept: files that outlive it.

Each worker appends to files of its own, whichever process it is by then: a ticket when it begins an
item, the same negated when it has done it; and before a batch goes to disk, the receipts of its items.
The kernel keeps what a killed process has written. Tickets are given out once each, so nothing has to
be cleared between two lives of a worker; the driver reads when one has ended, before the next gets work.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from personas.record import Record
from pipelines.shards import Receipt

_ENOUGH = 2**20


class Kept(Record):
    """The receipts of one item. They hold if the file that they name is there."""

    ticket: int
    receipts: tuple[Receipt, ...]


class BegunLog:
    """The files of one worker, as they are written."""

    def __init__(self, path: Path) -> None:
        self._file = _opened(path)
        self._places = _kept_files(path)
        self._kept = _opened(self._places[0])

    def begin(self, ticket: int) -> None:
        """Notes that an item is begun. Raises ``OSError``."""
        os.write(self._file, b"%d\n" % ticket)

    def end(self, ticket: int) -> None:
        """Notes that it is done. Raises ``OSError``."""
        os.write(self._file, b"%d\n" % -ticket)

    def keep(self, items: Iterable[Kept]) -> None:
        """Notes what is about to be kept. Of what was noted long ago, only the latest matters: two files
        take turns. Raises ``OSError``."""
        if os.fstat(self._kept).st_size > _ENOUGH:
            os.close(self._kept)
            self._places = self._places[::-1]
            self._kept = _opened(self._places[0], os.O_TRUNC)
        os.write(self._kept, b"".join(msgspec.json.encode(each) + b"\n" for each in items))


def under_way(path: Path) -> frozenset[int]:
    """The tickets that were begun and never done."""
    try:
        lines = path.read_bytes().split()
    except FileNotFoundError:
        return frozenset()
    numbers = {int(line) for line in lines}
    return frozenset(each for each in numbers if each > 0 and -each not in numbers)


def kept(path: Path) -> dict[int, list[Receipt]]:
    """By ticket, the receipts of what was lately kept, or about to be."""
    found: dict[int, list[Receipt]] = {}
    for place in _kept_files(path):
        for line in place.read_bytes().splitlines() if place.exists() else ():
            try:
                each = msgspec.json.decode(line, type=Kept)
            except msgspec.DecodeError:
                continue  # The disk was full, or the worker died in the middle of the line.
            found[each.ticket] = list(each.receipts)
    return found


def forget(path: Path) -> None:
    """Removes what the workers of an earlier driver have left."""
    for place in (path, *_kept_files(path)):
        place.unlink(missing_ok=True)


def _kept_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}.kept"), path.with_name(f"{path.name}.kept2")


def _opened(path: Path, flags: int = 0) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | flags, 0o644)
