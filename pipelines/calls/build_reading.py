"""What a build that plays dialogues looks like at one moment; all that shows figures is made from it."""

from itertools import accumulate
from typing import Any

from generators.models.meter import LATENCY_BOUNDS, Reading
from personas.record import Record
from pipelines.calls.spending import Account

CLASSES = len(LATENCY_BOUNDS) + 1


class BuildReading(Record):
    """``outcomes`` counts finished dialogues by stop reason, earlier runs included, out of ``planned``.
    ``limit`` is how many may be in flight now, over all workers. ``reading`` sums up all processes of
    all runs; ``accounts`` are the budget's. ``at`` is a moment in seconds, of any monotonic clock."""

    outcomes: dict[str, int] = {}
    planned: int = 0
    in_flight: int = 0
    limit: int = 0
    reading: Reading = Reading()
    accounts: dict[str, Account] = {}
    at: float = 0.0


def slots_of(reading: Reading) -> list[str]:
    """The slots that have asked or been answered anything, sorted."""
    counted = (reading.calls, reading.journalled, reading.errors, reading.repairs, reading.rejects)
    return sorted({key.partition("/")[0] for counts in counted for key in counts})


def hit_rates(reading: Reading) -> dict[str, float]:
    """By slot, the share of prompt tokens that servers said they had cached."""
    tokens = reading.tokens
    prompts = {slot: tokens.get(f"{slot}/prompt", 0) for slot in slots_of(reading)}
    return {
        slot: tokens.get(f"{slot}/cached", 0) / count for slot, count in prompts.items() if count
    }


def latencies(reading: Reading, slot: str = "") -> list[int]:
    """How many calls fell into each class of ``LATENCY_BOUNDS``, of one slot or of all."""
    counts = [0] * CLASSES
    for key, count in reading.latency.items():
        name, _, index = key.partition("/")
        if slot in ("", name):
            counts[int(index)] += count
    return counts


def quantile(counts: list[int], share: float) -> float:
    """The seconds within which this share of the calls was answered, read off the classes: between a
    class's bounds calls count as evenly spread, beyond the last bound as being at it. 0 for no calls."""
    wanted = share * sum(counts)
    if not wanted:
        return 0.0
    bounds = (0.0, *LATENCY_BOUNDS, LATENCY_BOUNDS[-1])
    for index, until in enumerate(accumulate(counts)):
        if until >= wanted and counts[index]:
            low, high = bounds[index], bounds[index + 1]
            return high - (high - low) * (until - wanted) / counts[index]
    return bounds[-1]


def snapshot(reading: Reading) -> dict[str, Any]:
    """What model calls took, by slot, for a manifest's notes. Seconds are rounded to milliseconds."""
    rates = hit_rates(reading)
    return {slot: _of_slot(reading, slot, rates.get(slot)) for slot in slots_of(reading)}


def _of_slot(reading: Reading, slot: str, rate: float | None) -> dict[str, Any]:
    calls = reading.calls.get(slot, 0)
    counts = latencies(reading, slot)
    parts = {
        name: {
            key.partition("/")[2]: count
            for key, count in sorted(getattr(reading, name).items())
            if key.partition("/")[0] == slot
        }
        for name in ("tokens", "errors", "repairs", "rejects")
    }
    return {
        "calls": calls,
        "journalled": reading.journalled.get(slot, 0),
        "retries": reading.retries.get(slot, 0),
        "prefix_cache_hit_rate": None if rate is None else round(rate, 4),
        "latency_seconds": {
            "mean": round(reading.seconds.get(slot, 0.0) / calls, 3) if calls else 0.0,
            "p50": round(quantile(counts, 0.5), 3),
            "p95": round(quantile(counts, 0.95), 3),
        },
        **parts,
    }
