"""Planning that is steered to what is still missing among accepted dialogues.

A round starts when everything planned so far has been judged. It says how many plans of which kind each
domain still owes, which intents are worth trying, and who may call. Which candidates a round takes
follows from their numbers alone, as in the first planning.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil
from statistics import linear_regression

from msgspec import field

from generators.coverage import (
    CLAUSES,
    INTENTS,
    Cell,
    Kind,
    Targets,
    cells,
    persona_facets,
)
from generators.domains.domain import Domain
from personas.allocation import whole_numbers
from personas.record import Record

_LIKELIER = 8.0
"""An intent that is missing, or tests a missing clause, is drawn so much more often."""
_LEAST_RATE = 0.1
"""However few dialogues were accepted, a round plans for no lower rate: the next one knows more."""

_SPREAD = 0.2
"""Two dialogues of one plan differ in length by about so much."""

Gaps = dict[str, dict[str, int]]
"""Facet -> value -> how many plans are missing."""


class Pace(Record):
    """How many turns plans take: ``start``, and ``each`` for every step."""

    start: float = 0.0
    each: float = 1.0

    def turns(self, steps: int) -> tuple[int, int]:
        """From how many to how many turns a plan of so many steps is thought to take."""
        likely = max(1.0, self.start + self.each * steps)
        return int(likely * (1 - _SPREAD)), ceil(likely * (1 + _SPREAD))


def pace_of(played: Iterable[tuple[int, int]]) -> Pace:
    """The pace that fits (steps, turns) of played dialogues best: a line by least squares, or through
    the origin where all plans were of one length."""
    pairs = list(played)
    if not pairs:
        return Pace()
    steps, turns = zip(*pairs, strict=True)
    if len(set(steps)) == 1:
        return Pace(each=sum(turns) / sum(steps))
    each, start = linear_regression(steps, turns)
    return Pace(start=round(start, 6), each=round(each, 6))


class Round(Record):
    """One further round of planning. ``gaps`` are by domain, and so are ``first``, the number of its
    first candidate, ``last``, the number before which it ends, and ``intents``, multipliers. ``people``
    are the positions of the personas that may call, in order; ``pace`` tells turns from steps."""

    gaps: dict[str, Gaps]
    first: dict[str, int]
    last: dict[str, int]
    intents: dict[str, dict[str, float]] = field(default_factory=dict)
    people: tuple[int, ...] = ()
    pace: Pace = Pace()

    def persona_at(self, domain: str, number: int) -> int:
        """The position of the persona of a candidate."""
        return self.people[(number - self.first[domain]) % len(self.people)]


class Wanting:
    """What one domain still owes in one round."""

    def __init__(self, gaps: Gaps) -> None:
        self._targets: Targets = gaps
        self._left = Counter(
            {(name, value): n for name, row in gaps.items() for value, n in row.items()}
        )

    def takes(self, kind: Kind) -> bool:
        """Whether a plan of this kind is of use; it is counted then."""
        found = cells(kind, self._targets)
        if not any(self._left[cell] > 0 for cell in found):
            return False
        self._left.subtract(found)
        return True

    @property
    def missing(self) -> int:
        """How many plans are still missing, at least."""
        return max(0, *self._left.values(), 0)


def shortfall(targets: Targets, achieved: Mapping[Cell, int]) -> dict[Cell, int]:
    """The cells that are under-filled, with how many accepted dialogues they lack."""
    return {
        (name, value): wanted - achieved.get((name, value), 0)
        for name, values in targets.items()
        for value, wanted in values.items()
        if achieved.get((name, value), 0) < wanted
    }


def round_of(
    lacking: Mapping[Cell, int],
    domains: Mapping[str, Domain],
    weights: Mapping[str, float],
    upto: Mapping[str, int],
    *,
    per_plan: float,
    before: int,
    candidates: int,
    people: Iterable[tuple[int, tuple[Cell, ...]]],
    pace: Pace,
) -> Round:
    """The next round.

    ``per_plan`` is how many accepted dialogues a plan has given so far; kinds differ, so a round asks
    for twice as many plans as the one ``before`` it for what is missing still. ``candidates`` is how
    many may be tried for each plan wanted, ``upto`` how many each domain has had. ``people`` are the
    positions of personas with the cells that each counts for.
    """
    rate = max(per_plan, _LEAST_RATE)
    plans = {cell: ceil(n / rate) * 2**before for cell, n in lacking.items()}
    gaps: dict[str, Gaps] = {name: {} for name in domains}
    for (facet, value), n in plans.items():
        home = value.partition("/")[0] if facet in (INTENTS, CLAUSES) else ""
        shares = {home: n} if home in domains else whole_numbers(weights, n)
        for name, share in shares.items():
            if share:
                gaps[name].setdefault(facet, {})[value] = share
    wanted = {name: Wanting(gaps[name]).missing for name in domains}
    asked = set(persona_facets({facet: {} for facet, _ in lacking}))
    open_cells = {cell for cell in lacking if cell[0] in asked}
    everybody = list(people)
    fitting = [at for at, has in everybody if not open_cells or open_cells.intersection(has)]
    return Round(
        gaps=gaps,
        first=dict(upto),
        last={name: upto[name] + n * candidates for name, n in wanted.items()},
        intents={name: _multipliers(domains[name], gaps[name]) for name in domains},
        people=tuple(fitting or [at for at, _ in everybody]),
        pace=pace,
    )


def _multipliers(domain: Domain, gaps: Gaps) -> dict[str, float]:
    """How much likelier the intents are that fill gaps. Those that others build on are likelier too."""
    missing = {
        intent.name
        for intent in domain.intents.values()
        if f"{domain.name}/{intent.name}" in gaps.get(INTENTS, {})
        or any(f"{domain.name}/{clause}" in gaps.get(CLAUSES, {}) for clause in intent.clauses)
    }
    before = {name for each in missing for name in domain.intents[each].after}
    return dict.fromkeys(sorted(missing | before), _LIKELIER)
