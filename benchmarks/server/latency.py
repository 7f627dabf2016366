"""How long a call takes: ``none``, ``fixed:SECONDS`` or ``lognormal:MEAN:SIGMA``."""

from dataclasses import dataclass
from math import exp, log
from statistics import NormalDist

from benchmarks.server.draw import Draw

_PURPOSE = 1
_NORMAL = NormalDist()
_SMALLEST = 2.0**-53


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds per call: ``exp(location + spread * z)`` with a standard normal ``z``; with no spread
    always ``mean``."""

    mean: float = 0.0
    location: float = 0.0
    spread: float = 0.0

    def seconds(self, payload: int) -> float:
        """The latency of one payload, always the same."""
        if not self.spread:
            return self.mean
        unit = max(_SMALLEST, Draw(payload, _PURPOSE).unit())
        return exp(self.location + self.spread * _NORMAL.inv_cdf(unit))


def latency_of(text: str) -> Latency:
    """Reads a latency as the command line says it. ``MEAN`` is the mean of the latencies themselves and
    ``SIGMA`` the spread of their logarithms. Raises ``ValueError``."""
    kind, *numbers = text.split(":")
    values = [float(each) for each in numbers]
    if any(value < 0 for value in values):
        raise ValueError(f"a latency cannot be negative: {text}")
    if kind == "none" and not values:
        return Latency()
    if kind == "fixed" and len(values) == 1:
        return Latency(mean=values[0])
    if kind == "lognormal" and len(values) == 2 and values[0] and values[1]:
        mean, sigma = values
        return Latency(mean=mean, location=log(mean) - sigma**2 / 2, spread=sigma)
    raise ValueError(f"a latency is none, fixed:SECONDS or lognormal:MEAN:SIGMA, not {text}")
