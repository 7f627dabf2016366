"""What a training format is: a pure function from rows to lines, and the options it takes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

Row = dict[str, Any]
"""A canonical row, see ``outputs.schema``. Formats read the messages stored in it: an export of a
released version stays the same when its domain's texts have changed since."""

Rows = Callable[[], Iterable[Row]]
"""Gives the rows from the first one on, each time it is called: some formats read them twice."""

Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an export. ``shortened`` says that the dialogue went on in the row."""

    split: str
    content: dict[str, Any]
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A row, or a part of one, that the format does not take, and why (a stable code)."""

    id: str
    reason: str


@dataclass(frozen=True)
class Format:
    """One trainer's view. ``options`` maps each option to its allowed values, the default first.
    ``schema`` is given for formats that are written as Parquet, None for JSONL."""

    name: str
    summary: str
    kind: Literal["sft", "rl"]
    options: Mapping[str, tuple[str, ...]]
    convert: Callable[[Rows, Options], Iterator[Line | Left]]
    schema: pa.Schema | None = None


class UnknownOption(ValueError):
    """No such format, option or value; the message lists those there are."""


def resolved(format: Format, options: Options) -> dict[str, str]:
    """Every option of the format with its value. Raises ``UnknownOption``."""
    for name, value in options.items():
        if name not in format.options:
            there = ", ".join(sorted(format.options)) or "none"
            raise UnknownOption(f"format {format.name} has no option {name!r}; there are: {there}")
        if value not in format.options[name]:
            allowed = ", ".join(format.options[name])
            raise UnknownOption(f"option {name} of format {format.name} is one of {allowed}")
    return {name: options.get(name, allowed[0]) for name, allowed in format.options.items()}
