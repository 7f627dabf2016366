"""How fast personas are sampled, and whether they are all different.

Run ``python -m benchmarks.personas [COUNT]``: one core, no quotas and then four quotas. Measured,
never asserted.
"""

import resource
import sys
import time

from personas.quota import unmet
from personas.sampler import sample_personas

QUOTAS = {
    "style.register": {"terse": 0.25, "chatty": 0.25, "formal": 0.25, "impatient": 0.25},
    "demographics.locale": {"en_US": 0.5, "en_GB": 0.3, "de_DE": 0.2},
    "demographics.age_band": {"20-29": 0.3, "40-49": 0.4, "70-79": 0.3},
    "expertise.technology": {"low": 0.5, "medium": 0.3, "high": 0.2},
}


def measure(count: int, quotas: dict[str, dict[str, float]], title: str) -> None:
    began = time.perf_counter()
    sample = sample_personas(count, seed=1, quotas=quotas)
    seconds = time.perf_counter() - began
    distinct = len({each.id for each in sample.personas})
    names = len({each.name for each in sample.personas})
    print(
        f"{title:<12} {count:>8,} personas {seconds:7.1f} s {count / seconds:8,.0f} personas/s "
        f"{distinct:>8,} distinct {names:>8,} names, {len(unmet(sample.report))} quota lines unmet"
    )


def main() -> None:
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 100_000
    measure(count, {}, "no quotas")
    measure(count, QUOTAS, "four quotas")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
