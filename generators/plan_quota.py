"""How many plans of which kind are wanted: by difficulty, and by the factors that make it up.

A quota maps values to shares: ``difficulty: {easy: 0.4, medium: 0.4, hard: 0.2}``, or for a factor
numbers, the last of which may stand for all above it: ``user_acts: {"0": 0.7, "1+": 0.3}``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from generators.difficulty import DIFFICULTIES, FACTORS
from personas.allocation import whole_numbers

Quotas = Mapping[str, Mapping[str, float]]
"""Facet of a plan -> value -> share; the shares of a facet sum to 1."""

Cells = tuple[str | None, ...]
"""The values of quotas that a plan falls under, facet by facet."""

FACETS = ("difficulty", *FACTORS)
_NUMBER = re.compile(r"(\d{1,3})(\+?)")


def mistake_in(facet: str, values: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a quota's values and what would be right; empty when nothing is."""
    values = list(values)
    if facet == "difficulty":
        unknown = [each for each in values if each not in DIFFICULTIES]
        return (
            (f"found {unknown[0]!r}", f"known here: {', '.join(DIFFICULTIES)}")
            if unknown
            else ("", "")
        )
    numbers = {each: _NUMBER.fullmatch(each) for each in values}
    for value, match in numbers.items():
        if match is None:
            return f"found {value!r}", 'a number, or one and all above it ("2+")'
    lows = {int(match[1]): match[2] for match in numbers.values() if match}
    if len(lows) < len(values) or any(plus for low, plus in lows.items() if low < max(lows)):
        return f"found {', '.join(values)}", "different numbers, of which only the last has a plus"
    return "", ""


def cell_of(value: str | int, values: Iterable[str]) -> str | None:
    """The value of a quota that a plan's own falls under; None when there is none."""
    for each in values:
        if each == str(value):
            return each
        if each.endswith("+") and isinstance(value, int) and value >= int(each[:-1]):
            return each
    return None


class Shortlist:
    """The plans that fill the quotas of ``count`` plans, chosen from those that are offered.

    A plan for which there is no room is kept in mind: one that was chosen makes way as soon as two that
    were not can take its place. So quotas that pull against each other are filled too, and what is
    chosen follows from the order of the offers alone.
    """

    def __init__(self, quotas: Quotas, count: int) -> None:
        self._count = count
        self._left = {facet: whole_numbers(shares, count) for facet, shares in quotas.items()}
        self._chosen: dict[Cells, list[int]] = {}
        self._spare: dict[Cells, list[int]] = {}

    @property
    def chosen(self) -> list[int]:
        """The numbers of the plans that are chosen."""
        return sorted(number for numbers in self._chosen.values() for number in numbers)

    @property
    def full(self) -> bool:
        """Whether there are as many as are wanted."""
        return sum(map(len, self._chosen.values())) == self._count

    def offer(self, number: int, facets: Mapping[str, str | int]) -> None:
        """Takes a plan into account."""
        cells = tuple(cell_of(facets[facet], left) for facet, left in self._left.items())
        if None in cells:
            return
        self._spare.setdefault(cells, []).append(number)
        if self._fits((cells,)):
            self._choose(cells)
        elif exchange := self._exchange(cells):
            out, other = exchange
            self._spare.setdefault(out, []).append(self._chosen[out].pop())
            self._count_down(out, -1)
            self._choose(cells)
            self._choose(other)

    def _exchange(self, cells: Cells) -> tuple[Cells, Cells] | None:
        """What may go so that a plan with these cells and another spare one can come."""
        for out in (each for each, numbers in self._chosen.items() if numbers):
            for other in (each for each, numbers in self._spare.items() if numbers):
                enough = other != cells or len(self._spare[cells]) > 1
                if enough and out not in (cells, other) and self._fits((cells, other), out):
                    return out, other
        return None

    def _fits(self, coming: tuple[Cells, ...], going: Cells | None = None) -> bool:
        for place, left in enumerate(self._left.values()):
            wanted = Counter(cells[place] for cells in coming)
            if going:
                wanted[going[place]] -= 1
            if any(n > left[cell] for cell, n in wanted.items() if cell is not None):
                return False
        return not self.full

    def _choose(self, cells: Cells) -> None:
        self._chosen.setdefault(cells, []).append(self._spare[cells].pop(0))
        self._count_down(cells, 1)

    def _count_down(self, cells: Cells, by: int) -> None:
        for cell, left in zip(cells, self._left.values(), strict=True):
            assert cell is not None
            left[cell] -= by

    def short(self) -> list[str]:
        """The kinds of which there are too few yet."""
        return [
            f"{facet} {value}"
            for facet, left in self._left.items()
            for value, n in left.items()
            if n
        ]
