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


class TableWriter:
    """Writes rows into numbered files of one folder. ``files`` are their names with their row counts.

    Use as a context manager. Rows are dictionaries with the schema's columns; a value that does not
    fit raises ``pa.ArrowInvalid`` or ``pa.ArrowTypeError``.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder = folder
        self.schema = schema
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
        """Writes what is left. A table without rows is one file without rows."""
        if self._rows or not self.files:
            self._flush()
        self._end_file()

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
        if self._sink is None or self._full(self.files[-1][1]):
            self._end_file()
            name = self._name(len(self.files))
            self._sink, self._bytes = self._opened(self.folder / name), 0
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

    def _full(self, rows: int) -> bool:
        raise NotImplementedError

    def _name(self, number: int) -> str:
        raise NotImplementedError

    def _opened(self, path: Path) -> _Sink:
        raise NotImplementedError


class ParquetTable(TableWriter):
    """Parquet with zstd: ``part-00000.parquet`` and so on."""

    def _full(self, rows: int) -> bool:
        return rows >= PARQUET_ROWS

    def _name(self, number: int) -> str:
        return f"part-{number:05d}.parquet"

    def _opened(self, path: Path) -> _Sink:
        return pq.ParquetWriter(
            path,
            self.schema,
            compression="zstd",
            write_page_index=True,
            write_page_checksum=True,
        )


class ArrowTable(TableWriter):
    """Arrow streams, to be memory-mapped: ``data-00000-of-00002.arrow`` and so on, once closed."""

    def _full(self, rows: int) -> bool:
        return self._bytes >= ARROW_BYTES

    def _name(self, number: int) -> str:
        return f"data-{number:05d}.arrow"

    def _opened(self, path: Path) -> _Sink:
        return pa.ipc.new_stream(str(path), self.schema)

    def close(self) -> None:
        """Writes what is left and gives the files their final names."""
        super().close()
        total = len(self.files)
        for number, (name, rows) in enumerate(self.files):
            final = f"data-{number:05d}-of-{total:05d}.arrow"
            os.replace(self.folder / name, self.folder / final)
            self.files[number] = (final, rows)
