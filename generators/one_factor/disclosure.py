"""How much of what it knows a user tells, and how it begins: as a factor each."""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.hiding import hidden_count, hinted, labelled, telling, withholdable
from generators.one_factor.variation import CannotVary
from generators.sources.request import PlanRequest


def uncertainty(
    base: Blueprint, request: PlanRequest, level: str, rng: Random
) -> Iterator[Blueprint]:
    """Another share is withheld. Of two levels the higher withholds all that the lower does. See
    ``Vary``."""
    if base.uncertainty is None:
        raise CannotVary("the base has no level of uncertainty")
    order: list[str] = []
    for reveal in ("when_asked", "upfront"):
        keys = [fact.key for fact in withholdable(base) if fact.reveal == reveal]
        order += rng.sample(keys, len(keys))
    facts = telling(base.facts, order, order[: hidden_count(float(level), len(order))])
    if facts == base.facts:
        raise CannotVary(f"of {len(order)} facts, {level} withholds as many as the base")
    yield labelled(replace(base, facts=facts, uncertainty=float(level)), request.domain)


def opening(base: Blueprint, request: PlanRequest, level: str, rng: Random) -> Iterator[Blueprint]:
    """Another manner of opening. See ``Vary``."""
    if base.opening == level:
        raise CannotVary(f"the base opens {level}")
    yield replace(base, opening=level)  # pyright: ignore[reportArgumentType]


def implied(base: Blueprint, request: PlanRequest, level: str, rng: Random) -> Iterator[Blueprint]:
    """Preferences are hinted at instead of told. See ``Vary``."""
    facts = tuple(hinted(fact) for fact in base.facts)
    if facts == base.facts:
        raise CannotVary("the base withholds nothing that can be hinted at")
    yield labelled(replace(base, facts=facts), request.domain)
