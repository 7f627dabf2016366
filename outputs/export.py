"""Writing one trainer's view of judged rows: a file per split, and a report of what was left out."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from outputs.formats import format_named
from outputs.formats.format import Format, Left, Options, Rows, resolved
from outputs.migrations import migrated
from outputs.splits import SPLITS
from outputs.tables import parquet_table
from personas.record import Record, canonical_json

Sink = Callable[[dict[str, Any]], object]

REPORT = "export.json"
_EXAMPLES = 10


class ExportExists(Exception):
    """There is something at the place to export to, and it is left alone."""


class ExportReport(Record):
    """What was written and what was not. ``rows`` counts lines by split; ``shortened`` the lines that
    end before their dialogue does; ``left`` what is in no line, by reason, with a few ids each."""

    format: str
    options: dict[str, str]
    rows: dict[str, int]
    shortened: int
    left: dict[str, int]
    examples: dict[str, tuple[str, ...]]
    files: tuple[str, ...]


def export(rows: Rows, name: str, out: Path, options: Options | None = None) -> ExportReport:
    """Writes canonical rows, rejected ones among them, in the format called ``name`` into the folder
    ``out``, whole or not at all. Rows come in id order; those of a version are
    ``lambda: rows_of(version, "judged")``.

    Raises ``UnknownOption``, ``ExportExists``, ``OSError``.
    """
    format = format_named(name)
    chosen = resolved(format, options or {})
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportExists(f"{out} is not empty: name a new folder, or empty that one.")
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.parent / f".{out.name}.{os.getpid()}.tmp"
    try:
        unfinished.mkdir()
        report = _written(lambda: map(migrated, rows()), format, chosen, unfinished)
        text = msgspec.json.format(canonical_json(report), indent=2) + b"\n"
        (unfinished / REPORT).write_bytes(text)
        os.replace(unfinished, out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return report


def _written(rows: Rows, format: Format, options: Options, folder: Path) -> ExportReport:
    counts: Counter[str] = Counter()
    left: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    shortened = 0
    with ExitStack() as stack:
        sinks: dict[str, Sink] = {}
        for item in format.convert(rows, options):
            if isinstance(item, Left):
                left[item.reason] += 1
                if len(examples.setdefault(item.reason, [])) < _EXAMPLES:
                    examples[item.reason].append(item.id)
                continue
            if item.split not in sinks:
                sinks[item.split] = _sink(stack, folder, item.split, format)
            sinks[item.split](item.content)
            counts[item.split] += 1
            shortened += item.shortened
    paths = (path for path in folder.rglob("*") if path.is_file())
    return ExportReport(
        format=format.name,
        options=dict(options),
        rows={split: counts[split] for split in SPLITS},
        shortened=shortened,
        left=dict(sorted(left.items())),
        examples={reason: tuple(ids) for reason, ids in examples.items()},
        files=tuple(sorted(path.relative_to(folder).as_posix() for path in paths)),
    )


def _sink(stack: ExitStack, folder: Path, split: str, format: Format) -> Sink:
    """Where the lines of one split go: ``train.jsonl``, or Parquet parts in ``train/``."""
    if format.schema is not None:
        return stack.enter_context(parquet_table(folder / split, format.schema)).add
    file = stack.enter_context((folder / f"{split}.jsonl").open("wb"))
    return lambda content: file.write(msgspec.json.encode(content) + b"\n")
