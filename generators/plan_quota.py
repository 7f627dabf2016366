"""How many plans of which kind are wanted: by difficulty, and by the factors that make it up.

A quota maps values to shares: ``difficulty: {easy: 0.4, medium: 0.4, hard: 0.2}``, or for a factor
numbers, the last of which may stand for all above it: ``user_acts: {"0": 0.7, "1+": 0.3}``.
"""

import re
from collections.abc import Iterable, Mapping

from generators.blueprint_check import DIFFICULTIES, FACTORS
from personas.allocation import whole_numbers

Quotas = Mapping[str, Mapping[str, float]]
"""Facet of a plan -> value -> share; the shares of a facet sum to 1."""

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


class Room:
    """How many more plans of which kind ``count`` plans have room for."""

    def __init__(self, quotas: Quotas, count: int) -> None:
        self.left = {facet: whole_numbers(shares, count) for facet, shares in quotas.items()}

    def take(self, facets: Mapping[str, str | int]) -> bool:
        """Whether a plan with these facets was wanted; it is then counted."""
        cells = {facet: cell_of(facets[facet], left) for facet, left in self.left.items()}
        if any(cell is None or not self.left[facet][cell] for facet, cell in cells.items()):
            return False
        for facet, cell in cells.items():
            assert cell is not None
            self.left[facet][cell] -= 1
        return True

    def short(self) -> list[str]:
        """The kinds of which there are too few yet."""
        return [
            f"{facet} {value}"
            for facet, left in self.left.items()
            for value, n in left.items()
            if n
        ]
