"""How many planted flaws the checks that need no model find, and how many sound plans they reject.

Run: ``python -m benchmarks.review [COUNT]``: so many sound and so many flawed blueprints, 500 each when
nothing is said, over all domains.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from generators.blueprint_check import defects
from generators.domains.registry import DOMAINS, domain_named
from generators.planting.planted import FLAWS, Planted, planted
from generators.signature import signature

REPEATED = "repeated"


@dataclass
class Tally:
    """What became of the plans of one kind: how many there were, how many were found, how many that no
    execution shows were not, and which codes found them, the first of each plan."""

    planted: int = 0
    caught: int = 0
    missed: list[str] = field(default_factory=list)
    unshown: int = 0
    codes: Counter[str] = field(default_factory=Counter)


def codes_of(case: Planted, seen: set[str]) -> list[str]:
    """What the checks find in one plan; ``seen`` are the signatures of those that came before and were
    found sound, to which it is added when it is."""
    found = [
        each.code
        for each in defects(case.blueprint, domain_named(case.blueprint.domain), case.persona)
    ]
    signed = signature(case.blueprint)
    if signed in seen:
        found.append(REPEATED)
    if not found:
        seen.add(signed)
    return found


def review(cases: Iterable[Planted]) -> dict[str, Tally]:
    """Kind -> what became of its plans; the sound ones are under the empty kind, where ``caught`` are
    false alarms."""
    tallies = {kind: Tally() for kind in ("", *FLAWS)}
    seen: set[str] = set()
    for case in cases:
        tally, found = tallies[case.kind], codes_of(case, seen)
        tally.planted += 1
        if found:
            tally.caught += 1
            tally.codes[case.kind if case.kind in found else found[0]] += 1
        elif not case.shown:
            tally.unshown += 1
        else:
            tally.missed.append(case.way)
    return tallies


def report(tallies: dict[str, Tally]) -> Iterable[str]:
    """The table, line by line."""
    yield f"{'kind':20} {'planted':>8} {'caught':>7} {'missed':>7} {'for readers':>12}  caught by"
    for kind, tally in tallies.items():
        if kind:
            codes = ", ".join(f"{code} {n}" for code, n in tally.codes.most_common())
            yield (
                f"{kind:20} {tally.planted:8} {tally.caught:7} {len(tally.missed):7} "
                f"{tally.unshown:12}  {codes}"
            )
            for way, n in Counter(tally.missed).items():
                yield f"{'':20} missed: {way} {n}"
    sound = tallies[""]
    alarms = ", ".join(f"{code} {n}" for code, n in sound.codes.items()) or "none"
    yield f"{'sound':20} {sound.planted:8}  false alarms {sound.caught}: {alarms}"


def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0].replace("_", "")) if arguments else 500
    began = perf_counter()
    for line in report(review(planted(sorted(DOMAINS), seed=1, n=count))):
        print(line)
    print(f"{perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
