"""Measured figures beside what they are held against, as one table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. ``condition`` says what was run; ``beside`` is the figure that it is compared
    with and ``ratio`` their quotient; ``aim`` what the ratio or the value should be."""

    condition: str
    what: str
    value: str
    beside: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None


_HEADS: tuple[str, ...] = ("condition", "figure", "measured", "beside", "ratio", "aim", "met")
_MET = {None: "", True: "yes", False: "NO"}


def table(figures: Sequence[Figure]) -> str:
    """The figures in aligned columns. A condition is named on its first line only."""
    lines, before = [_HEADS], ""
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:.3f}"
        condition = "" if each.condition == before else each.condition
        before = each.condition
        met = _MET[each.met]
        lines.append((condition, each.what, each.value, each.beside, ratio, each.aim, met))
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    rows = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([rows[0], "-" * (sum(widths) + 2 * len(widths) - 2), *rows[1:]])
