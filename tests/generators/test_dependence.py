"""Whether goals need one another is tried out, whatever a plan says of it."""

import asyncio
from functools import cache

import pytest
from msgspec.structs import replace

from generators.authored import Authors, plan_authored
from generators.blueprint import Blueprint
from generators.dependence import dependencies, dependent
from generators.domains.registry import domain_named
from generators.one_factor.variation import Variation
from generators.perturbation import PerturbSpec
from generators.perturbed.view import in_environment
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from tests.people import person

MERGED = {"add_person": 40.0, "certificate": 40.0}


@cache
def chained(name: str, first: str, second: str) -> Blueprint:
    """A plan in which a goal is followed by one that says it needs it."""
    spec = PlanSpec(goals={2: 1.0}, intents={first: 60.0, second: 60.0})
    plans = (plan_blueprint(domain_named(name), person(n % 40), spec, 7, n) for n in range(200))
    return next(
        plan for plan in plans if isinstance(plan, Blueprint) and plan.intents == (first, second)
    )


def shown(plan: Blueprint) -> list[bool]:
    domain = in_environment(domain_named(plan.domain), plan.perturbation)
    return [each for *_, each in dependencies(plan, domain)]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("energy", "submit_reading", "advance_after_reading"),  # comes to another end
        ("energy", "move_out", "closure_letter"),  # fails without it
        ("permits", "street_party", "notice_up"),
    ],
)
def test_a_goal_that_is_not_reached_without_the_first_depends_on_it(
    name: str, first: str, second: str
):
    plan = chained(name, first, second)
    assert shown(plan) == [True]
    assert dependent(plan, domain_named(name))


def test_a_goal_that_comes_out_the_same_without_the_first_does_not():
    plan = chained("insurance", "add_person", "certificate")
    assert plan.goals[1].after == ("g0",)
    assert shown(plan) == [False]
    assert not dependent(plan, domain_named("insurance"))


def test_two_wishes_that_are_merely_merged_are_not_dependent_for_saying_so():
    spec = PlanSpec(goals={2: 1.0}, intents={"lost_ticket": 9.0})
    domain = domain_named("cloakroom")
    found = (plan_blueprint(domain, person(n), spec, 7, n) for n in range(40))
    plans = [plan for plan in found if isinstance(plan, Blueprint) and len(plan.goals) == 2]
    assert len(plans) > 20
    for plan in plans:
        one, two = plan.goals
        merged = replace(plan, goals=(one, replace(two, after=(one.id,))))
        assert shown(merged) == [False]
        assert not dependent(merged, domain)


def test_merged_wishes_are_refused_where_dependent_goals_are_asked_for():
    domain = domain_named("insurance")

    def planned(n: int, asked: bool) -> Blueprint | Refusal:
        spec = PlanSpec(goals={2: 1.0}, intents=MERGED, dependent=asked)
        return asyncio.run(plan_authored(domain, person(n), spec, 7, n, Authors())).planned

    merely = 0
    for n in range(10):
        free, asked = planned(n, False), planned(n, True)
        if isinstance(free, Blueprint) and False in shown(free):
            merely += 1
            assert isinstance(asked, Refusal)
            assert asked.code == "merely_merged"
            assert asked.ledger.counts == {"check.merely_merged": 1}
        else:
            assert asked == free
    assert merely > 2


@pytest.mark.slow
def test_in_other_environments_goals_need_the_same():
    domain, seen = domain_named("library"), 0
    chances = {"renamed": 1.0, "timeouts": 1.0, "stale": 1.0}
    spec = PlanSpec(
        goals={2: 1.0},
        perturb=PerturbSpec(chances=chances, variants=2),
        intents={"pay_new": 20.0},
        one_factor=(Variation(factor="environment", level="drawn"),),
    )
    for n in range(0, 120, 2):
        pair = [plan_blueprint(domain, person(n % 40), spec, 7, at) for at in (n, n + 1)]
        plans = [each for each in pair if isinstance(each, Blueprint)]
        if len(plans) == 2:
            assert shown(plans[0]) == shown(plans[1])
            seen += bool(shown(plans[0]))
    assert seen > 3


@pytest.mark.slow
def test_that_references_are_numbered_makes_no_request_need_another():
    domain, seen = domain_named("library"), 0
    perturb = PerturbSpec(chances={"missing": 1.0, "outages": 1.0}, variants=2)
    spec = PlanSpec(goals={2: 1.0}, perturb=perturb)
    for n in range(60):
        plan = plan_blueprint(domain, person(n % 40), spec, 7, n)
        if isinstance(plan, Blueprint):
            left = [each.goal for each in plan.actions if each.tool == "leave_request"]
            if len(left) == 2 and plan.goals[1].after:
                assert shown(plan) == [False]
                seen += 1
    assert seen > 3
