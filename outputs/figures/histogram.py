"""Counts of whole numbers, from which exact means and quantiles can be read at any time.

Merging two histograms adds counts, so quantiles over shards equal those over the whole.
"""

from collections import Counter
from collections.abc import Iterable

from personas.record import Record


class Distribution(Record):
    """A histogram to be read: ``counts`` maps a value to how often it occurred.

    A quantile is the smallest value that at least that share of the values does not exceed. All are 0
    when ``count`` is 0.
    """

    count: int
    mean: float
    low: int
    p10: int
    p50: int
    p90: int
    high: int
    counts: dict[int, int]


class Histogram:
    """How often each whole number occurred."""

    __slots__ = ("counts",)

    def __init__(self, values: Iterable[int] = ()) -> None:
        self.counts: Counter[int] = Counter(values)

    def add(self, value: int) -> None:
        """Counts one value."""
        self.counts[value] += 1

    def merge(self, other: "Histogram") -> None:
        """Adds the counts of another histogram."""
        self.counts.update(other.counts)

    def summary(self) -> Distribution:
        """Mean, quantiles and the counts in order."""
        ordered = dict(sorted(self.counts.items()))
        count = sum(ordered.values())
        return Distribution(
            count=count,
            mean=sum(value * times for value, times in ordered.items()) / count if count else 0.0,
            low=min(ordered, default=0),
            p10=_quantile(ordered, count, 10),
            p50=_quantile(ordered, count, 50),
            p90=_quantile(ordered, count, 90),
            high=max(ordered, default=0),
            counts=ordered,
        )


def _quantile(ordered: dict[int, int], count: int, percent: int) -> int:
    seen = 0
    for value, times in ordered.items():
        seen += times
        if seen * 100 >= count * percent:
            return value
    return 0
