"""The released splits on disk, as ``datasets.load_from_disk`` reads them.

``Dataset.save_to_disk`` writes the same layout from a dataset that already is a file; here the rows
arrive one by one, so the Arrow files are written once and directly. Fingerprints come from the content
hash instead of the clock: the same rows give the same bytes.
"""

from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from outputs.schema import ROW_SCHEMA
from outputs.tables import arrow_table
from personas.record import content_id

SPLITS = ("train", "validation", "test")


class SplitWriter:
    """Writes accepted rows into one folder per split. Every split is there, also an empty one."""

    def __init__(self, folder: Path) -> None:
        from datasets import Features

        self._folder = folder
        self._features = Features.from_arrow_schema(ROW_SCHEMA)
        schema = self._features.arrow_schema
        self._tables = {split: arrow_table(folder / split, schema) for split in SPLITS}

    @property
    def counts(self) -> dict[str, int]:
        """Rows per split."""
        return {split: table.count for split, table in self._tables.items()}

    @property
    def files(self) -> dict[str, int]:
        """Path within the version -> rows, once finished."""
        return {
            f"{split}/{name}": rows
            for split, table in self._tables.items()
            for name, rows in table.files
        }

    def add(self, split: str, row: dict[str, Any]) -> None:
        """Takes one row. Raises ``KeyError`` for an unknown split."""
        self._tables[split].add(row)

    def finish(self, name: str, content_hash: str) -> None:
        """Closes the files and writes what ``datasets`` needs to find them."""
        from datasets import DatasetInfo

        for split, table in self._tables.items():
            table.close()
            place = self._folder / split
            # The library insists on a folder of its own for its description of the columns.
            DatasetInfo(features=self._features, dataset_name=name).write_to_directory(str(place))
            state = {
                "_data_files": [{"filename": file} for file, _ in table.files],
                "_fingerprint": content_id((content_hash, split)),
                "_format_columns": None,
                "_format_kwargs": {},
                "_format_type": None,
                "_output_all_columns": False,
                "_split": split,
            }
            (place / "state.json").write_bytes(_text(state))
        (self._folder / "dataset_dict.json").write_bytes(_text({"splits": list(SPLITS)}))

    def __enter__(self) -> "SplitWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            for table in self._tables.values():
                table.__exit__(kind, error, trace)


def _text(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
