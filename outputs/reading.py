"""Reading a released version back, from its files alone.

Every file is checked against the manifest before its first row is read: a damaged one is refused by
name, never read on. Rows come one small batch at a time.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from generators.blueprint import Blueprint
from outputs.judged import Judged
from outputs.manifest import DamagedVersion, FileEntry
from outputs.row import from_row
from outputs.store import Version
from personas.persona import Persona

JUDGED, BLUEPRINTS, PERSONAS = "judged", "blueprints", "personas"

UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError, KeyError, TypeError, ValueError)
"""What reading a file that is no table of ours can raise."""

_BATCH = 64


def judged_of(version: Version) -> Iterator[Judged]:
    """Every judged dialogue in id order. Raises ``DamagedVersion``."""
    return (from_row(row) for row in rows_of(version, JUDGED))


def blueprints_of(version: Version) -> Iterator[Blueprint]:
    """Every plan of the build. Raises ``DamagedVersion``."""
    for row in rows_of(version, BLUEPRINTS):
        yield msgspec.json.decode(row["blueprint"], type=Blueprint)


def personas_of(version: Version) -> Iterator[Persona]:
    """Every persona of the build. Raises ``DamagedVersion``."""
    for row in rows_of(version, PERSONAS):
        yield msgspec.json.decode(row["persona"], type=Persona)


def rows_of(version: Version, table: str) -> Iterator[dict[str, Any]]:
    """The rows of one of the tables as they are stored. Raises ``DamagedVersion``."""
    for entry in table_files(version, table):
        problem = damage(version.folder, entry)
        if problem:
            raise DamagedVersion(f"{version.folder / entry.path} {problem}. {_REMEDY}")
        yield from parquet_rows(version.folder / entry.path)


_REMEDY = "Nothing was read from it: copy it again from where it came from, or build a new version."


def table_files(version: Version, table: str) -> list[FileEntry]:
    """The files of a table or a split that hold its rows, in order."""
    return [
        entry
        for entry in version.manifest.files
        if entry.path.startswith(f"{table}/") and entry.path.endswith((".parquet", ".arrow"))
    ]


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one Parquet file."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(batch_size=_BATCH):
            yield from batch.to_pylist()


def arrow_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one file of a split."""
    with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as stream:
        for batch in stream:
            yield from batch.to_pylist()


def damage(folder: Path, entry: FileEntry) -> str:
    """What is wrong with a file, or nothing: ``is missing``, ``has changed``."""
    path = folder / entry.path
    if not path.is_file():
        return "is missing"
    size = path.stat().st_size
    if size != entry.bytes:
        return f"has {size} bytes where {entry.bytes} were released"
    return "" if file_hash(path) == entry.sha256 else "has changed since its release"


def file_hash(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
