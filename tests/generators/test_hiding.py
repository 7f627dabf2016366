"""What plans keep from the agent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.hiding import EXPECTED, hidden_count, needs
from generators.planning import plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from tests.dialogues import planned
from tests.people import person


def plans(domain: str, count: int, **wanted: object) -> list[Blueprint]:
    spec = PlanSpec(goals={1: 0.6, 2: 0.4}, **wanted)  # type: ignore[arg-type]
    drawn = (
        plan_blueprint(domain_named(domain), person(index), spec, seed=11, index=index)
        for index in range(count)
    )
    return [each for each in drawn if isinstance(each, Blueprint)]


def needed_facts(plan: Blueprint) -> list[str]:
    """The reveal rules of what the agent needs."""
    needed = {key for goal in plan.goals for key in needs(plan, goal)}
    return [fact.reveal for fact in plan.facts if fact.key in needed]


@pytest.mark.parametrize("level", [0.0, 0.4, 0.6, 1.0])
@pytest.mark.parametrize("domain", ["cloakroom", "clinic", "energy"])
def test_a_level_withholds_exactly_that_share_of_what_the_agent_needs(domain: str, level: float):
    for plan in plans(domain, 6, uncertainty={level: 1.0}):
        reveals = needed_facts(plan)
        assert reveals.count("when_asked") == hidden_count(level, len(reveals))
        assert set(reveals) <= {"when_asked", "upfront"}
        assert plan.factors["uncertainty"] == 100 * level
        assert plan.opening == "full"


@given(st.integers(0, 20), st.integers(0, 100))
def test_a_share_is_rounded_to_the_nearest_number_and_a_half_up(needed: int, percent: int):
    hidden = hidden_count(percent / 100, needed)
    assert -50 <= percent * needed - 100 * hidden < 50 or 100 * hidden - percent * needed == 50
    assert 0 <= hidden <= needed


def test_levels_are_drawn_by_their_weights():
    levels = [plan.uncertainty for plan in plans("cloakroom", 200, uncertainty={0: 0.25, 1: 0.75})]
    assert 0.15 < levels.count(0) / len(levels) < 0.35


def test_without_levels_the_chance_decides_and_the_factor_says_what_came_of_it():
    (plan, *_) = plans("clinic", 3, withheld=1.0)
    assert plan.uncertainty is None
    assert plan.opening == "free"
    assert plan.factors["uncertainty"] == 100


def test_a_level_that_withholds_the_same_facts_makes_no_other_plan():
    one = plans("cloakroom", 1, uncertainty={0.0: 1.0})[0]
    other = plans("cloakroom", 1, uncertainty={0.1: 1.0})[0]
    assert one.factors["uncertainty"] != other.factors["uncertainty"]
    assert signature(one) == signature(other)


def test_missing_details_say_what_they_are_needed_for():
    plan = planned("cloakroom", "fetch", withheld=1.0)
    assert {each.fact: each.needed_for for each in plan.goals[0].missing} == {
        "seat": "read",
        "ticket": "write",
    }
    assert planned("cloakroom", "fetch", withheld=0.0).goals[0].missing == ()


def test_wishes_are_labelled_by_what_execution_shows_and_else_by_their_intent():
    types = {
        ("cloakroom", "fetch"): "answerable",
        ("cloakroom", "lost_ticket"): "improper",
        ("clinic", "medical_question"): "unanswerable",
        ("clinic", "urgent"): "answerable",
    }
    for (domain, intent), turn in types.items():
        assert planned(domain, intent).goals[0].turn == turn
    assert set(EXPECTED) == {"answerable", "ambiguous", "unanswerable", "improper"}


def test_equal_chance_hides_equal_facts():
    assert plans("energy", 4, uncertainty={0.5: 1.0}) == plans("energy", 4, uncertainty={0.5: 1.0})
