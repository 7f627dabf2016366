"""Tables on disk, written as rows come in: a bounded number of rows is in memory at any time."""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 128
PARQUET_ROWS = 4096
"""Rows per Parquet file: small enough that a damaged one costs little, and large enough to compress."""
ARROW_BYTES = 400_000_000
"""Bytes per Arrow file, before the next is begun: viewers and downloads like them moderate."""


class _Sink(Protocol):
    def write_batch(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...


class _Format(Protocol):
    """How rows become files."""

    def name(self, number: int, of: int | None = None) -> str:
        """The name of a file, and its final one once it is known how many there are."""
        ...

    def full(self, rows: int, size: int) -> bool:
        """Whether a file with so many rows and bytes of data takes no more."""
        ...

    def opened(self, path: Path, schema: pa.Schema) -> _Sink:
        """A file to write to."""
        ...


class _Parquet:
    def name(self, number: int, of: int | None = None) -> str:
        return f"part-{number:05d}.parquet"

    def full(self, rows: int, size: int) -> bool:
        return rows >= PARQUET_ROWS

    def opened(self, path: Path, schema: pa.Schema) -> _Sink:
        return pq.ParquetWriter(
            path, schema, compression="zstd", write_page_index=True, write_page_checksum=True
        )


class _Arrow:
    def name(self, number: int, of: int | None = None) -> str:
        return f"data-{number:05d}.arrow" if of is None else f"data-{number:05d}-of-{of:05d}.arrow"

    def full(self, rows: int, size: int) -> bool:
        return size >= ARROW_BYTES

    def opened(self, path: Path, schema: pa.Schema) -> _Sink:
        return pa.ipc.new_stream(str(path), schema)


def parquet_table(folder: Path, schema: pa.Schema) -> "TableWriter":
    """Parquet with zstd: ``part-00000.parquet`` and so on."""
    return TableWriter(folder, schema, _Parquet())


def arrow_table(folder: Path, schema: pa.Schema) -> "TableWriter":
    """Arrow streams, to be memory-mapped: ``data-00000-of-00002.arrow`` and so on, once closed."""
    return TableWriter(folder, schema, _Arrow())


class TableWriter:
    """Writes rows into numbered files of one folder. ``files`` are their names with their row counts.
    Made by ``parquet_table`` and ``arrow_table``.

    Use as a context manager. Rows are dictionaries with the schema's columns; a value that does not
    fit raises ``pa.ArrowInvalid`` or ``pa.ArrowTypeError``.
    """

    def __init__(self, folder: Path, schema: pa.Schema, format: _Format) -> None:
        self.folder = folder
        self.schema = schema
        self._format = format
        self.files: list[tuple[str, int]] = []
        self._rows: list[dict[str, Any]] = []
        self._sink: _Sink | None = None
        self._bytes = 0
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def count(self) -> int:
        """Rows taken so far."""
        return sum(rows for _, rows in self.files) + len(self._rows)

    def add(self, row: dict[str, Any]) -> None:
        """Takes one row."""
        self._rows.append(row)
        if len(self._rows) >= BATCH_ROWS:
            self._flush()

    def add_all(self, rows: Iterable[dict[str, Any]]) -> None:
        """Takes all rows."""
        for row in rows:
            self.add(row)

    def close(self) -> None:
        """Writes what is left and gives the files their final names. A table without rows is one file
        without rows."""
        if self._rows or not self.files:
            self._flush()
        self._end_file()
        for number, (name, rows) in enumerate(self.files):
            final = self._format.name(number, len(self.files))
            os.replace(self.folder / name, self.folder / final)
            self.files[number] = (final, rows)

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._end_file()

    def _flush(self) -> None:
        batch = pa.RecordBatch.from_pylist(self._rows, schema=self.schema)
        if self._sink is None or self._format.full(self.files[-1][1], self._bytes):
            self._end_file()
            name = self._format.name(len(self.files))
            self._sink, self._bytes = self._format.opened(self.folder / name, self.schema), 0
            self.files.append((name, 0))
        self._sink.write_batch(batch)
        self._bytes += batch.nbytes
        name, rows = self.files[-1]
        self.files[-1] = (name, rows + batch.num_rows)
        self._rows.clear()

    def _end_file(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None
