"""How many composed blueprints, checked by execution, a core makes per second, and how many differ.

Two are the same when they come to the same goals, entities and factors in the same world, whoever is to
play them (``generators.signature``). Run ``python -m benchmarks.blueprints [--count N] [--worlds N]
[--seconds N] [--domain NAME]``: so many candidates of all domains together, in turn, or as many as there
is time for. Speed goes by the process's own time, so that other work on the machine does not count.
Measured, never asserted.
"""

import argparse
import math
import resource
from collections import Counter
from collections.abc import Iterable
from time import monotonic, process_time

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.registry import DOMAINS, domain_named
from generators.domains.world import World
from generators.planning import plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from personas.persona import Persona
from personas.sampler import sample_personas

GOALS = {1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1}
_PEOPLE = 2_000
_STEP = 6_000
_AT_ONCE = 100


class Made:
    """What came of the candidates of one domain."""

    def __init__(self, domain: Domain, worlds: int, seed: int) -> None:
        self.domain = domain
        self.spec = PlanSpec(goals=GOALS, worlds=worlds)
        self.seed = seed
        self.planned = 0
        self.seconds = 0.0
        self.seen: set[bytes] = set()
        self.refused: Counter[str] = Counter()

    def plan(self, candidates: Iterable[tuple[int, Persona]]) -> None:
        """So many candidates more. To look at the clock takes a while as well: once for all of them."""
        began = process_time()
        found = [
            plan_blueprint(self.domain, persona, self.spec, self.seed, number)
            for number, persona in candidates
        ]
        self.seconds += process_time() - began
        for planned in found:
            if isinstance(planned, Blueprint):
                self.planned += 1
                self.seen.add(bytes.fromhex(signature(planned))[:12])
            else:
                self.refused[planned.code] += 1

    def line(self) -> str:
        """The domain's row of the table."""
        repeated = self.planned - len(self.seen)
        refused = ", ".join(f"{code} {n}" for code, n in self.refused.most_common()) or "none"
        return (
            f"{self.domain.name:12} {self.planned:>9,} {self.planned / self.seconds:>13,.0f} "
            f"{len(self.seen):>9,} {repeated:>9,} {repeated / max(self.planned, 1):>7.2%}  {refused}"
        )


def megabytes() -> float:
    """What the process holds at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--count", type=int, default=6_000, help="candidates of all domains together"
    )
    asked.add_argument("--worlds", type=int, default=3, help="worlds that each domain draws from")
    asked.add_argument("--seconds", type=float, default=math.inf, help="stop after so many")
    asked.add_argument("--domain", action="append", choices=sorted(DOMAINS), help="only these")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    people = sample_personas(min(_PEOPLE, given.count), seed=given.seed).personas
    made = [
        Made(domain_named(name), given.worlds, given.seed)
        for name in given.domain or sorted(DOMAINS)
    ]
    for each in made:
        for world in range(min(given.worlds, 16)):
            World(each.domain, world, each.domain.clock)
    end = monotonic() + given.seconds
    step = _AT_ONCE * len(made)
    for first in range(0, given.count, step):
        numbers = range(first, min(first + step, given.count))
        for at, each in enumerate(made):
            if monotonic() > end:
                break
            own = numbers[at :: len(made)]
            each.plan((number, people[number % len(people)]) for number in own)
        if numbers.stop // _STEP > first // _STEP:
            distinct = sum(len(one.seen) for one in made)
            print(
                f"{numbers.stop:>9,} candidates, {distinct:>9,} distinct, {megabytes():,.0f} MiB",
                flush=True,
            )
    print(
        f"\n{'domain':12} {'planned':>9} {'blueprints/s':>13} {'distinct':>9} {'repeated':>9} "
        f"{'':>7}  refused"
    )
    for each in made:
        print(each.line())
    seconds = sum(each.seconds for each in made)
    planned = sum(each.planned for each in made)
    distinct = sum(len(each.seen) for each in made)
    print(
        f"{'all':12} {planned:>9,} {planned / seconds:>13,.0f} {distinct:>9,} {planned - distinct:>9,} "
        f"{(planned - distinct) / planned:>7.2%}"
    )


if __name__ == "__main__":
    main()
