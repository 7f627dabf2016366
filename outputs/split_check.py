"""Walking a released split along with the judged rows it was taken from: both are in id order."""

from collections.abc import Iterator
from typing import Any

from outputs.reading import UNREADABLE, arrow_rows, table_files
from outputs.store import Version
from personas.record import Record


class Problem(Record):
    """One thing that is wrong: a file of the version or ``row ID``, and why."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class SplitCheck:
    """Where the walk through one split has come to. ``damaged`` files are not read."""

    def __init__(self, version: Version, split: str, damaged: dict[str, str]) -> None:
        files = table_files(version, split)
        self._split = split
        # Arrow is used as it lies in the file, unchecked: a damaged one could take the process down.
        self._readable = bool(files) and not any(entry.path in damaged for entry in files)
        self._rows = (row for entry in files for row in arrow_rows(version.folder / entry.path))
        self._next: dict[str, Any] | None = None
        self._count = 0
        self._expected = version.manifest.rows.get(split, 0)
        self._broken = ""
        self._advance()

    def _advance(self) -> None:
        try:
            self._next = next(self._rows, None) if self._readable else None
        except UNREADABLE as error:
            self._readable, self._next, self._broken = False, None, str(error)
        self._count += self._next is not None

    def expect(self, row: dict[str, Any]) -> Iterator[Problem]:
        """The accepted row must come next."""
        if not self._readable:
            return
        while self._next is not None and self._next["id"] < row["id"]:
            yield Problem(
                where=f"row {self._next['id']}",
                reason=f"it is in {self._split} and not accepted among the judged rows",
            )
            self._advance()
        if self._next is None or self._next["id"] != row["id"]:
            yield Problem(where=f"row {row['id']}", reason=f"it is missing from {self._split}")
            return
        if self._next != row:
            names = ", ".join(name for name in row if self._next.get(name) != row[name])
            reason = f"it differs between {self._split} and judged in {names}"
            yield Problem(where=f"row {row['id']}", reason=reason)
        self._advance()

    def rest(self) -> Iterator[Problem]:
        """Nothing may come after the last accepted row."""
        while self._next is not None:
            yield Problem(
                where=f"row {self._next['id']}",
                reason=f"it is in {self._split} and not accepted among the judged rows",
            )
            self._advance()
        if self._broken:
            yield Problem(where=self._split, reason=f"it cannot be read: {self._broken}")
        if self._readable and self._count != self._expected:
            reason = f"{self._count} rows where {self._expected} were released"
            yield Problem(where=self._split, reason=reason)
