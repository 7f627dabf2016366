"""A request in between that is none of the desk's business, as a factor."""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint, Distractor
from generators.distractors import DISTRACTORS
from generators.one_factor.variation import CannotVary
from generators.sources.request import PlanRequest


def distractor(
    base: Blueprint, request: PlanRequest, level: str, rng: Random
) -> Iterator[Blueprint]:
    """One distractor, after any of the goals. See ``Vary``."""
    if base.distractors:
        raise CannotVary("the base has a distractor")
    key, after = rng.choice(sorted(DISTRACTORS)), rng.choice(base.goals).id
    yield replace(base, distractors=(Distractor(key=key, after=after),))
