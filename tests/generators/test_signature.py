from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.planning import plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from tests.people import person

SPEC = PlanSpec(goals={2: 1.0}, worlds=1)


def plan(number: int) -> Blueprint:
    planned = plan_blueprint(domain_named("energy"), person(number), SPEC, 5, number)
    assert isinstance(planned, Blueprint)
    return planned


def test_the_same_errand_is_the_same_whoever_runs_it():
    one = plan(0)
    secret = tuple(
        replace(fact, value="heron-1234") if fact.reveal == "never" else fact for fact in one.facts
    )
    other = replace(one, persona_id="somebody", facts=secret, locale="de", id="another")
    assert signature(other) == signature(one)


def test_plans_that_differ_in_order_or_in_which_fact_is_withheld_are_duplicates():
    one = plan(0)
    turned = {"upfront": "when_asked", "when_asked": "upfront"}
    facts = tuple(replace(fact, reveal=turned.get(fact.reveal, "never")) for fact in one.facts)
    assert facts != one.facts
    assert signature(replace(one, facts=facts)) == signature(one)
    other = replace(one, goals=one.goals[::-1], actions=one.actions[::-1])
    assert signature(other) == signature(one)


def test_another_goal_entity_or_factor_makes_another_plan():
    one = plan(0)
    changed = (
        replace(one, goals=one.goals[:1]),
        replace(one, actions=one.actions[1:]),
        replace(one, factors={**one.factors, "withheld": 9}),
        replace(one, world_seed=one.world_seed + 1),
    )
    assert len({signature(each) for each in (one, *changed)}) == 1 + len(changed)


def test_different_candidates_are_rarely_duplicates():
    assert len({signature(plan(number)) for number in range(60)}) >= 59
