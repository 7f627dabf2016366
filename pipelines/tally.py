"""The numbers of one stage while it runs: done, rate, time left, share accepted."""

import time
from collections.abc import Callable


class Tally:
    """The numbers of one stage, and the line that says them."""

    def __init__(
        self, stage: str, total: int, done: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.stage = stage
        self.total = total
        self.done = done
        self.good: int | None = None
        self._earlier = done
        self._judged = 0
        self._clock = clock
        self._started = clock()

    def step(self, done: int, good: int | None) -> None:
        """Counts items. The total grows when it was too low."""
        self.done += done
        self.total = max(self.total, self.done)
        if good is not None:
            self.good = (self.good or 0) + good
            self._judged += done

    @property
    def seconds(self) -> float:
        """Since the stage began."""
        return self._clock() - self._started

    @property
    def rate(self) -> float:
        """Items per second in this run; 0 before the first."""
        new = self.done - self._earlier
        return new / self.seconds if new and self.seconds > 0 else 0.0

    def figures(self) -> str:
        """Rate, time left and accept rate, as far as they are known."""
        parts = []
        if self.rate:
            parts.append(f"{self.rate:,.0f}/s" if self.rate >= 10 else f"{self.rate:.1f}/s")
            left = (self.total - self.done) / self.rate
            if left >= 1:
                parts.append(f"{span(left)} left")
        if self.good is not None and self._judged:
            parts.append(f"{self.good / self._judged:.0%} accepted")
        return ", ".join(parts)


def span(seconds: float) -> str:
    """A stretch of time for people: ``2 h 5 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
