"""Sets of plans that differ in one factor, for tests."""

from functools import cache
from typing import NamedTuple

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.one_factor.variation import Variation
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from personas.persona import Persona
from tests.people import person

EVERY = (
    "uncertainty=0.5",
    "uncertainty=1",
    "opening=vague",
    "distractor=1",
    "width=1",
    "depth=1",
    "environment=renamed",
)


class PlanSet(NamedTuple):
    """A base, its members by variation, and what was said of those that there are not."""

    base: Blueprint
    members: dict[str, Blueprint]
    refused: dict[str, Refusal]
    persona: Persona


@cache
def plan_sets(
    name: str,
    count: int,
    variations: tuple[str, ...] = EVERY,
    level: float = 0.0,
    seed: int = 5,
    source: str = "composed",
) -> tuple[PlanSet, ...]:
    """``count`` sets of a domain, whose bases withhold the share ``level``."""
    domain, found = domain_named(name), []
    spec = PlanSpec(
        goals={1: 0.5, 2: 0.5},
        sources={source: 1.0},
        uncertainty={level: 1.0},
        one_factor=tuple(Variation(factor=f, level=at) for f, at in map(_parts, variations)),
    )
    for number in range(10 * count):
        persona = person(number)
        base, *others = (
            plan_blueprint(domain, persona, spec, seed, number * spec.set_size + place)
            for place in range(spec.set_size)
        )
        if isinstance(base, Blueprint):
            named = dict(zip(variations, others, strict=True))
            members = {key: each for key, each in named.items() if isinstance(each, Blueprint)}
            refused = {key: each for key, each in named.items() if isinstance(each, Refusal)}
            found.append(PlanSet(base, members, refused, persona))
        if len(found) == count:
            return tuple(found)
    raise LookupError(f"{name} gives too few sets")


def _parts(variation: str) -> tuple[str, str]:
    factor, _, level = variation.partition("=")
    return factor, level
