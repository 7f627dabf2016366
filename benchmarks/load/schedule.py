"""The best that can be done with given latencies: no barriers, no pauses, no work besides waiting."""

from collections.abc import Iterable
from heapq import heapify, heapreplace


def makespan(dialogues: Iterable[float], in_flight: int) -> float:
    """Seconds until the last dialogue ends when ``in_flight`` of them are always under way, begun in
    this order. ``dialogues`` are their seconds."""
    free = [0.0] * in_flight
    heapify(free)
    last = 0.0
    for seconds in dialogues:
        ends = free[0] + seconds
        heapreplace(free, ends)
        last = max(last, ends)
    return last
