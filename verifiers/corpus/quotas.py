"""Upper limits on shares: no more than so much of one domain, intent, register, ...

Only dropping is possible here, so a share that is too small cannot be raised; ask for it when
planning. What goes is the lowest-scored, and of equals the one with the largest id.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import floor

from personas.record import Record


class Cap(Record):
    """No value of ``field`` may have more than ``share`` of the dialogues that stay; with ``value``,
    only that one is limited. ``share`` lies in (0, 1]."""

    field: str
    share: float
    value: str = ""


class Counted(Record):
    """One dialogue as quotas see it: its score, and its value for each field that a cap names."""

    id: str
    fields: dict[str, str]
    score: float = 1.0


class QuotaError(ValueError):
    """A cap that cannot be met; the message says which one and why."""


def over_quota(dialogues: Iterable[Counted], caps: Sequence[Cap]) -> dict[str, str]:
    """Dropped id -> why, in id order, such that every cap holds for what stays.

    Caps are met in turn until all hold, so with several caps more may go than the least possible.
    Raises ``QuotaError`` for a share outside (0, 1], a field that a dialogue does not have, and a cap
    that only an empty set could meet.
    """
    kept = sorted(dialogues, key=lambda each: (-each.score, each.id))
    for cap in caps:
        if not 0 < cap.share <= 1:
            raise QuotaError(f"{cap.field}: share {cap.share} is not in (0, 1]")
        if any(cap.field not in each.fields for each in kept):
            raise QuotaError(f"{cap.field}: not every dialogue has this field")
    dropped: dict[str, str] = {}
    size = -1
    while size != len(kept):
        size = len(kept)
        for cap in caps:
            kept = _capped(kept, cap, dropped)
    return dict(sorted(dropped.items()))


def _capped(kept: list[Counted], cap: Cap, dropped: dict[str, str]) -> list[Counted]:
    counts = Counter(each.fields[cap.field] for each in kept)
    limits = _limits(counts, cap)
    if kept and not sum(limits.values()):
        raise QuotaError(
            f"{cap.field}: no value may have more than {cap.share:.0%}, but there are only "
            f"{len(counts)} values ({', '.join(sorted(counts)[:8])})"
        )
    stays: list[Counted] = []
    taken: Counter[str] = Counter()
    for each in kept:
        value = each.fields[cap.field]
        taken[value] += 1
        if taken[value] <= limits[value]:
            stays.append(each)
        else:
            dropped[each.id] = f"{cap.field} {value!r} is limited to {cap.share:.0%}"
    return stays


def _limits(counts: Mapping[str, int], cap: Cap) -> dict[str, int]:
    """How many of each value may stay, for the largest set in which the cap holds."""
    total = sum(counts.values())
    while True:
        # A hair more than the exact share, since 0.1 * 30 is less than 3 for a computer.
        most = floor(cap.share * total + 1e-9)
        limits = {
            value: min(count, most) if cap.value in ("", value) else count
            for value, count in counts.items()
        }
        if sum(limits.values()) == total:
            return limits
        total = sum(limits.values())
