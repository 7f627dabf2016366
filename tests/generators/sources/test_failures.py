from collections import Counter
from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.registry import domain_named
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import FailedPlan, PlanSpec
from tests.people import person

BOTH = ["cloakroom", pytest.param("energy", marks=pytest.mark.slow)]
KINDS = ("easier", "harder", "sibling")


@cache
def parents(name: str, count: int) -> tuple[Blueprint, ...]:
    domain, spec = domain_named(name), PlanSpec(goals={1: 0.4, 2: 0.4, 3: 0.2})
    found = [plan_blueprint(domain, person(n), spec, 3, n) for n in range(count)]
    return tuple(each for each in found if isinstance(each, Blueprint))


def withheld(plan: Blueprint) -> int:
    return sum(fact.reveal == "when_asked" for fact in plan.facts)


def failed(plan: Blueprint) -> FailedPlan:
    return FailedPlan(
        id=plan.id,
        intents=plan.intents,
        withheld=withheld(plan),
        caller=plan.setup[0].key,
        world_seed=plan.world_seed,
        pass_rate=0.0,
        generation=plan.provenance.generation,
    )


def grown(
    name: str, kind: str, count: int = 30, seeds: tuple[FailedPlan, ...] | None = None
) -> list[Blueprint | Refusal]:
    if seeds is None:
        seeds = tuple(map(failed, parents(name, 30)))
    spec = PlanSpec(
        goals={1: 1.0}, sources={"failures": 1.0}, failed=seeds, kinds={kind: 1.0}, withheld=0.5
    )
    domain = domain_named(name)
    return [plan_blueprint(domain, person(n), spec, 5, n) for n in range(count)]


def pairs(name: str, kind: str) -> list[tuple[Blueprint, Blueprint]]:
    """Plans that have grown, each with its parent."""
    known = {plan.id: plan for plan in parents(name, 30)}
    found = [each for each in grown(name, kind) if isinstance(each, Blueprint)]
    assert len(found) >= 6
    return [(known[plan.provenance.parents[0]], plan) for plan in found]


@pytest.mark.parametrize("name", BOTH)
def test_an_easier_plan_has_a_goal_less_or_tells_more_by_itself(name: str):
    for parent, plan in pairs(name, "easier"):
        assert set(plan.intents) <= set(parent.intents)
        assert len(plan.goals) < len(parent.goals) or withheld(plan) < withheld(parent)
        assert withheld(plan) <= withheld(parent)


@pytest.mark.parametrize("name", BOTH)
def test_a_harder_plan_has_one_goal_more_and_tells_no_more_by_itself(name: str):
    for parent, plan in pairs(name, "harder"):
        assert plan.intents[:-1] == parent.intents
        assert withheld(plan) >= withheld(parent)


@pytest.mark.parametrize("name", BOTH)
def test_a_sibling_has_the_same_wishes_of_another_caller(name: str):
    for parent, plan in pairs(name, "sibling"):
        assert plan.intents == parent.intents
        assert (plan.world_seed, plan.setup[0].key) != (parent.world_seed, parent.setup[0].key)


@pytest.mark.parametrize("kind", KINDS)
def test_what_grows_is_checked_like_any_other_and_says_where_it_comes_from(kind: str):
    for parent, plan in pairs("cloakroom", kind):
        assert defects(plan, domain_named("cloakroom")) == []
        came = plan.provenance
        assert (came.source, came.note, came.parents) == ("failures", kind, (parent.id,))
        assert came.generation == parent.provenance.generation + 1


def test_what_cannot_be_easier_is_a_case_of_none():
    plan = next(p for p in parents("cloakroom", 30) if len(p.goals) == 1 and not withheld(p))
    found = grown("cloakroom", "easier", 3, (failed(plan),))
    assert [each.code for each in found if isinstance(each, Refusal)] == ["no_case"] * 3


def test_a_plan_with_wishes_that_the_domain_no_longer_knows_grows_nothing():
    stale = FailedPlan(
        id="x", intents=("gone",), withheld=1, caller="G001", world_seed=0, pass_rate=0.0
    )
    found = grown("cloakroom", "sibling", 3, (stale,))
    assert Counter(each.code for each in found if isinstance(each, Refusal)) == {"no_case": 3}
