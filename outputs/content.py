"""What a version contains, as one hash that neither sharding nor library versions can change.

A row's hash covers the row and leaves out what depends on how it was made: the version it was released
in, and what the model calls cost. A set's hash covers the rows' ids and hashes in id order.
"""

import hashlib
from typing import Any

from personas.record import content_hash

_NOT_CONTENT = ("row_hash", "dataset_version")


def row_hash(row: dict[str, Any]) -> str:
    """The hash of a canonical row's content, 64 hexadecimal digits."""
    kept = {name: value for name, value in row.items() if name not in _NOT_CONTENT}
    kept["events"] = [
        {name: value for name, value in event.items() if name != "usage"} for event in row["events"]
    ]
    return content_hash(kept)


class ContentHash:
    """The hash of a set of rows, fed one row at a time: it never holds more than the last id."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._last = ""

    def add(self, row_id: str, hashed: str) -> None:
        """Takes the next row. Raises ``ValueError`` unless ids come in strictly rising order."""
        if row_id <= self._last:
            raise ValueError(f"row {row_id!r} comes after {self._last!r}: rows go in id order")
        self._last = row_id
        self._digest.update(f"{row_id} {hashed}\n".encode())

    def hexdigest(self) -> str:
        """The hash of the rows so far, 64 hexadecimal digits."""
        return self._digest.hexdigest()
