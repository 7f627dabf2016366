"""Reading a schema-guided service description and its rows: what is malformed is named and passed over.

The format is that of the Schema-Guided Dialogue dataset (Rastogi et al., 2020): a JSON list of services
with slots and intents, and JSON lines of rows by service and intent, plain or gzipped.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from generators.domains.services.mistakes import ImportFailed
from generators.domains.services.spec import Note

MOST_BYTES = 256 * 2**20
"""How large a file may be, unpacked: a schema of thousands of services is smaller by far."""
MOST_ROWS = 50_000
_SHORT = 200


class Slot(msgspec.Struct, frozen=True):
    """One slot, as published."""

    name: str
    description: str = ""
    is_categorical: bool = False
    possible_values: tuple[str, ...] = ()


class SchemaIntent(msgspec.Struct, frozen=True):
    """One intent, as published. ``optional_slots`` are slot -> default; ``dontcare`` is none."""

    name: str
    is_transactional: bool
    description: str = ""
    required_slots: tuple[str, ...] = ()
    optional_slots: dict[str, str] = {}
    result_slots: tuple[str, ...] = ()


class SchemaService(msgspec.Struct, frozen=True):
    """One service, as published."""

    service_name: str
    slots: tuple[Slot, ...]
    intents: tuple[SchemaIntent, ...]
    description: str = ""


RowsOf = dict[tuple[str, str], list[Any]]


def read_schema(path: Path) -> tuple[list[SchemaService], list[Note]]:
    """The services of a schema, and what was wrong with those that are left out. Raises
    ``ImportFailed`` when the file holds no list of services."""
    try:
        data = msgspec.json.decode(_bytes_of(path))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportFailed(f"{path}: found no JSON ({error}); right would be a list") from None
    if not isinstance(data, list):
        raise ImportFailed(
            f"{path}: found {type(data).__name__}; right would be a list of services"
        )
    services, notes = [], []
    for number, each in enumerate(data):
        name = each.get("service_name") if isinstance(each, dict) else None
        where = str(name)[:_SHORT] if isinstance(name, str) else f"service {number + 1}"
        try:
            services.append(msgspec.convert(each, SchemaService))
        except (msgspec.ValidationError, RecursionError) as error:
            notes.append(_note(where, str(error)))
    return services, notes


def read_rows(path: Path) -> tuple[RowsOf, list[Note]]:
    """The rows by service and intent, and the lines that hold none. Raises ``ImportFailed`` when the
    file cannot be read."""
    rows: RowsOf = {}
    notes = []
    for number, line in enumerate(_bytes_of(path).splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            table = msgspec.json.decode(line, type=_Table)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            notes.append(_note(where, str(error)))
            continue
        held = rows.setdefault((table.service, table.intent), [])
        held.extend(table.rows[: MOST_ROWS - len(held)])
        if len(held) >= MOST_ROWS:
            notes.append(_note(where, f"more than {MOST_ROWS} rows", "the first ones are taken"))
    return rows, notes


class _Table(msgspec.Struct, frozen=True):
    service: str
    intent: str
    rows: list[Any]


def _bytes_of(path: Path) -> bytes:
    """A file's bytes, unpacked when it is gzipped."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ImportFailed(f"{path}: there is no such file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ImportFailed(f"{path}: it cannot be read ({error})") from None
    if len(found) > MOST_BYTES:
        raise ImportFailed(f"{path}: found over {MOST_BYTES} bytes; right would be fewer")
    return found


def _note(where: str, found: str, done: str = "left out") -> Note:
    return Note(where=where, found=found[:_SHORT], done=done)


def distinct(notes: list[Note]) -> Iterator[Note]:
    """The notes, each once."""
    seen: set[Note] = set()
    for each in notes:
        if each not in seen:
            seen.add(each)
            yield each
