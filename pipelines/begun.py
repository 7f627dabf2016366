"""Which items a worker had really begun when it died: a file that outlives it.

Each worker appends to one file, whichever process it is by then: a ticket when it begins an item, the
same negated when it has done it. The kernel keeps what a killed process has written. Tickets are given
out once each, so a file is never cleared between two lives of its worker.
"""

import os
from pathlib import Path


class BegunLog:
    """The file of one worker, as it is written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def begin(self, ticket: int) -> None:
        """Notes that an item is begun. Raises ``OSError``."""
        os.write(self._file, b"%d\n" % ticket)

    def end(self, ticket: int) -> None:
        """Notes that it is done. Raises ``OSError``."""
        os.write(self._file, b"%d\n" % -ticket)


def under_way(path: Path) -> frozenset[int]:
    """The tickets that were begun and never done."""
    try:
        lines = path.read_bytes().split()
    except FileNotFoundError:
        return frozenset()
    numbers = {int(line) for line in lines}
    return frozenset(each for each in numbers if each > 0 and -each not in numbers)
