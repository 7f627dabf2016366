"""Plans of the shipped domains for tests: what the first candidates of a build become, and cases of one
intent."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domain_check.solving import spec_of
from generators.domains.registry import domain_named
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from personas.persona import Persona
from personas.record import identified
from tests.people import person

_TRIES = 500


def blueprints(name: str, count: int, spec: PlanSpec, seed: int = 5) -> list[Blueprint]:
    """The blueprints among the first candidates of a build."""
    found = [plan_blueprint(domain_named(name), person(n), spec, seed, n) for n in range(count)]
    return [each for each in found if isinstance(each, Blueprint)]


@cache
def case(name: str, intent: str, where: Callable[[Blueprint], bool] = lambda _: True) -> Blueprint:
    """The first blueprint of this intent alone, or with the one before it that it needs, that ``where``
    accepts. Raises ``LookupError``."""
    domain = domain_named(name)
    before = domain.intents[intent].after[:1]
    weights = {other: float(other in (intent, *before)) for other in domain.intents}
    spec = PlanSpec(goals={2 if before else 1: 1.0}, intents=weights)
    for index in range(_TRIES):
        found = plan_blueprint(domain, person(index), spec, 9, index)
        if isinstance(found, Blueprint) and intent in found.intents and where(found):
            return found
    raise LookupError(f"no blueprint of {intent}")


_SEVERAL = PlanSpec(goals={2: 0.2, 3: 0.4, 4: 0.4}, worlds=12)
_VARIED = (
    "renew_refused",
    "reserve_refused",
    "pause_or_resume",
    "specialist_refused",
    "bring_copy",
)
"""Intents with many outcomes, some of them seldom."""
_MENDED = PlanSpec(goals={1: 0.5, 2: 0.5}, sources={"fault_fix": 1.0})


@cache
def candidates(name: str) -> tuple[Blueprint | Refusal, ...]:
    """The first candidates of several goals. Callers are of every grown-up age."""
    return tuple(_drawn(name, _SEVERAL, 100))


@cache
def plans(name: str) -> tuple[Blueprint, ...]:
    """Enough plans of a domain to meet all that its oracles say and do: some of several goals, some
    about each intent, some that mend a fault."""
    domain = domain_named(name)
    found = [each for each in candidates(name) if isinstance(each, Blueprint)]
    for intent in domain.intents.values():
        wanted = 40 if intent.name in _VARIED else 4
        about = _drawn(name, spec_of(domain, intent, worlds=12), 20 * wanted)
        found += islice((each for each in about if isinstance(each, Blueprint)), wanted)
    if domain.faults:
        found += [each for each in _drawn(name, _MENDED, 40) if isinstance(each, Blueprint)]
    return tuple(found)


def _drawn(name: str, spec: PlanSpec, count: int) -> Iterator[Blueprint | Refusal]:
    for index in range(count):
        yield plan_blueprint(domain_named(name), _of_any_age(index), spec, 23, index)


def _of_any_age(number: int) -> Persona:
    rng, someone = Random(number), person(number)
    born = f"{rng.randint(1935, 2006)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    demographics = replace(someone.demographics, birth_date=born)
    return identified(replace(someone, demographics=demographics))
