"""The line that says what goes on while dialogues are played: load, speed, cache, latency, budget."""

from collections import deque

from generators.models.meter import Reading
from pipelines.calls.build_reading import BuildReading, hit_rates, latencies, quantile

WINDOW = 10.0
"""Seconds over which speeds, hit rates and latencies are measured."""


class Live:
    """Remembers the readings of the last seconds, to tell how fast things are going now."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._seen: deque[BuildReading] = deque()

    def line(self, build: BuildReading) -> str:
        """The line for a reading, which is no older than the one before."""
        seen = self._seen
        seen.append(build)
        # One reading from before the window stays: from there to now is at least the window.
        while len(seen) > 2 and seen[1].at <= build.at - self._window:
            seen.popleft()
        parts = [f"in flight {build.in_flight:,}/{build.limit:,}"]
        lately, seconds = since(seen[0].reading, build.reading), build.at - seen[0].at
        if seconds > 0 and lately.calls:
            parts += _speeds(lately, seconds)
            rates = hit_rates(lately)
            if any(rates.values()):
                told = ", ".join(f"{slot} {rate:.0%}" for slot, rate in rates.items())
                parts.append(f"cached {told}")
            parts.append(f"p50 {quantile(latencies(lately), 0.5):.2f} s")
        parts += [
            f"{name} {account.used / account.limit:.0%} used"
            for name, account in build.accounts.items()
            if account.limit
        ]
        return " | ".join(parts)


def _speeds(lately: Reading, seconds: float) -> list[str]:
    tokens = lately.tokens.items()
    into = sum(count for key, count in tokens if key.endswith("/prompt")) / seconds
    out = sum(count for key, count in tokens if key.endswith("/completion")) / seconds
    calls = sum(lately.calls.values()) / seconds
    return [f"{_short(calls)} calls/s", f"tokens/s {_short(into)} in, {_short(out)} out"]


def since(earlier: Reading, now: Reading) -> Reading:
    """What was counted between two readings. Counts that a worker took with it when it died are 0."""

    def more(name: str) -> dict[str, float]:
        before = getattr(earlier, name)
        grown = {key: count - before.get(key, 0) for key, count in getattr(now, name).items()}
        return {key: count for key, count in grown.items() if count > 0}

    return Reading(**{name: more(name) for name in Reading.__struct_fields__})  # type: ignore[arg-type]


def _short(number: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= size:
            return f"{number / (1e3 if unit == 'k' else size):.3g}{unit}"
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"
