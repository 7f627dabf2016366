"""Plans in perturbed environments for tests, each beside the plan that it was made from."""

from functools import cache

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.one_factor.environment import DRAWN
from generators.one_factor.variation import Variation
from generators.perturbation import PerturbSpec
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from personas.persona import Persona
from tests.people import person

Case = tuple[Blueprint, Blueprint, Persona]
"""A perturbed plan, its parent, and the persona of both."""


@cache
def perturbed_cases(
    name: str, kinds: str, count: int, variants: int = 3, source: str = "composed"
) -> tuple[Case, ...]:
    """``count`` plans of a domain, perturbed in all of the ``kinds``, which are joined by a plus."""
    domain, found = domain_named(name), []
    chances = dict.fromkeys(kinds.split("+"), 1.0)
    spec = PlanSpec(
        goals={1: 0.4, 2: 0.4, 3: 0.2},
        sources={source: 1.0},
        perturb=PerturbSpec(chances=chances, variants=variants),
        one_factor=(Variation(factor="environment", level=DRAWN),),
    )
    for number in range(10 * count):
        persona = person(number)
        parent, child = (
            plan_blueprint(domain, persona, spec, 5, index)
            for index in (2 * number, 2 * number + 1)
        )
        if isinstance(parent, Blueprint) and isinstance(child, Blueprint):
            found.append((child, parent, persona))
        if len(found) == count:
            return tuple(found)
    raise LookupError(f"{name} gives too few plans with {kinds}")
