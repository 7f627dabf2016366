"""The environment in which a plan plays, as a factor."""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.plan import PlanBroken
from generators.one_factor.variation import CannotVary
from generators.perturbation import KINDS, Perturbation, perturbation_of, variant_of
from generators.perturbed.cuts import NotPerturbable
from generators.perturbed.plan import perturbed_plan
from generators.sources.request import PlanRequest

DRAWN = "drawn"
"""The environment that the recipe's shares give the persona."""


def environment(
    base: Blueprint, request: PlanRequest, level: str, rng: Random
) -> Iterator[Blueprint]:
    """The plan carried out again in an environment of these kinds, joined by a plus. See ``Vary``."""
    spec, of = request.spec.perturb, (request.seed, request.persona.id)
    if level == DRAWN:
        perturbation = perturbation_of(spec, *of)
    else:
        kinds = tuple(level.split("+"))
        perturbation = Perturbation(kinds=kinds, variant=variant_of(spec, *of))
    if perturbation is None:
        raise CannotVary("the persona meets the domain as it is", "no_perturbation")
    try:
        draft = perturbed_plan(base, request.domain, perturbation)
    except (NotPerturbable, PlanBroken) as reason:
        raise CannotVary(str(reason), "not_perturbable") from None
    # The state that the base came to was that of the world as it is.
    yield replace(draft, end_hash="")


def mistake_in_environment(level: str) -> str:
    """What is wrong with a level; nothing if it is right."""
    kinds = tuple(kind for kind in KINDS if kind in level.split("+"))
    if level == DRAWN or (kinds and "+".join(kinds) == level):
        return ""
    return f"right would be {DRAWN}, or some of {', '.join(KINDS)} in this order, joined by +"
