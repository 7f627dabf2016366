"""Counts of what model calls took, in one process; added up over processes and runs."""

from collections import Counter
from collections.abc import Iterable

from personas.record import Record

LATENCY_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper bounds of the latency classes, in seconds; one more class holds what takes longer."""


class Reading(Record):
    """What a meter has counted. Keys join their parts with ``/``.

    ``calls``, ``journalled``, ``retries`` are by slot; ``tokens`` by slot and kind (``prompt``,
    ``cached``, ``completion``); ``errors`` by slot and kind of error; ``repairs`` by slot and what
    was repaired; ``rejects`` by slot and the code of the check that rejected a draft; ``latency`` by
    slot and index into ``LATENCY_BOUNDS``; ``seconds`` of latency by slot.
    """

    calls: dict[str, int] = {}
    journalled: dict[str, int] = {}
    retries: dict[str, int] = {}
    tokens: dict[str, int] = {}
    errors: dict[str, int] = {}
    repairs: dict[str, int] = {}
    rejects: dict[str, int] = {}
    latency: dict[str, int] = {}
    seconds: dict[str, float] = {}


class Meter:
    """Counts in place. Cheap enough for every call."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in Reading.__struct_fields__
        }

    def add(self, what: str, key: str, amount: float = 1) -> None:
        """Counts something under one of the fields of ``Reading``. Raises ``KeyError``."""
        self._counts[what][key] += amount  # type: ignore[assignment]

    def reading(self) -> Reading:
        """What has been counted so far."""
        return Reading(**{name: dict(counts) for name, counts in self._counts.items()})  # type: ignore[arg-type]


def summed(readings: Iterable[Reading]) -> Reading:
    """Several readings as one."""
    meter = Meter()
    for reading in readings:
        for name in Reading.__struct_fields__:
            for key, amount in getattr(reading, name).items():
                meter.add(name, key, amount)
    return meter.reading()
