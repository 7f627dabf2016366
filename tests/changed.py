"""Plans in which the user changes its mind, for tests."""

from functools import cache

from generators.blueprint import Blueprint, Change, ChangeKind
from generators.domains.registry import domain_named
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from personas.persona import Persona
from tests.people import person


@cache
def changed(name: str, count: int, share: float = 1.0) -> tuple[tuple[Blueprint, Persona], ...]:
    """The plans that come of so many candidates of a domain, with their personas."""
    spec = PlanSpec(goals={1: 0.5, 2: 0.3, 3: 0.2}, changes=share)
    domain = domain_named(name)
    found = [(plan_blueprint(domain, person(n), spec, 5, n), person(n)) for n in range(count)]
    return tuple((plan, persona) for plan, persona in found if isinstance(plan, Blueprint))


def change_in(plan: Blueprint) -> Change:
    """Its one change of mind."""
    (change,) = plan.changes
    return change


def one_with(name: str, kind: ChangeKind, goals: int = 0) -> tuple[Blueprint, Persona]:
    """A plan with a change of this kind before a yes, and so many goals, or any number."""
    return next(
        (plan, persona)
        for plan, persona in changed(name, 24)
        if (change_in(plan).kind, change_in(plan).at) == (kind, "confirm")
        and len(plan.goals) == (goals or len(plan.goals))
    )
