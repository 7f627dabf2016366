from collections import Counter
from functools import cache
from random import Random

import pytest

from generators.blueprint import Blueprint
from generators.domains.domain import Situation
from generators.domains.permits import DOMAIN
from generators.domains.world import World
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from tests.generators.domains.permits.cases import case
from tests.people import person

pytestmark = pytest.mark.slow

_SPEC = PlanSpec(goals={1: 0.1, 2: 0.3, 3: 0.3, 4: 0.3}, worlds=12)


@cache
def _candidates() -> tuple[Blueprint | Refusal, ...]:
    return tuple(plan_blueprint(DOMAIN, person(index), _SPEC, 8, index) for index in range(200))


def _blueprints() -> list[Blueprint]:
    return [each for each in _candidates() if isinstance(each, Blueprint)]


def test_blueprints_come_about_in_many_worlds_and_no_intent_is_missing():
    refused = [each for each in _candidates() if not isinstance(each, Blueprint)]
    assert refused == []
    assert {intent for each in _blueprints() for intent in each.intents} == set(DOMAIN.intents)


def test_there_are_enough_intents_of_every_kind():
    outcomes = Counter(intent.outcome for intent in DOMAIN.intents.values())
    assert len(DOMAIN.intents) >= 24
    assert outcomes["fulfilled"] >= 14
    assert outcomes["refused"] >= 6
    assert outcomes["partial"] >= 2
    assert outcomes["informed"] >= 3
    assert outcomes["handed_over"] >= 3
    assert sum(bool(intent.after) for intent in DOMAIN.intents.values()) >= 2


def test_every_tool_is_used_by_a_right_dialogue():
    used = {(action.party, action.tool) for each in _blueprints() for action in each.actions}
    assert {tool for party, tool in used if party == "agent"} == set(DOMAIN.agent_tools)
    assert {tool for party, tool in used if party == "user"} == set(DOMAIN.user_tools)


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_an_intent_changes_the_world_unless_it_informs_or_refuses(intent: str):
    blueprint = case(intent)
    changed = blueprint.start_hash != blueprint.end_hash
    assert changed == (DOMAIN.intents[intent].outcome not in ("refused", "informed"))


@pytest.mark.parametrize(
    "intent", sorted(name for name, each in DOMAIN.intents.items() if not each.after)
)
def test_many_callers_have_a_case(intent: str):
    world, someone = World(DOMAIN, 1, DOMAIN.clock), person()
    having = 0
    for subject in DOMAIN.subjects(world.db):
        drawn = DOMAIN.intents[intent].draw(
            Situation(world.db, subject, someone, Random(subject), {})
        )
        having += drawn is not None
    assert having >= 20


def test_goals_that_do_not_need_one_another_commute():
    for blueprint in _blueprints():
        orders = [probe.passes for probe in blueprint.probes if probe.name == "another_order"]
        assert all(orders), blueprint.intents


def test_a_danger_comes_alone():
    for blueprint in _blueprints():
        if "danger" in blueprint.intents:
            assert blueprint.intents == ("danger",)


def test_no_two_goals_ask_for_the_same_thing():
    for blueprint in _blueprints():
        goals: dict[str, set[str]] = {}
        for step in blueprint.steps:
            for key in step.facts:
                goals.setdefault(key, set()).add(step.goal)
        assert all(len(each) == 1 for each in goals.values()), blueprint.intents


def test_every_value_that_a_caller_must_give_is_a_fact_with_cues():
    for blueprint in _blueprints():
        asked = {key for step in blueprint.steps for key in step.facts}
        for fact in blueprint.facts:
            assert fact.reveal == "never" or fact.cues
            assert fact.slip != fact.value
        assert asked <= {fact.key for fact in blueprint.facts}


def test_the_user_is_told_all_details_in_the_need():
    for blueprint in _blueprints():
        for goal in blueprint.goals:
            for fact in blueprint.facts:
                if fact.goal == goal.id:
                    words = fact.saying.replace("I have", "you have")
                    assert words in goal.need, (goal.intent, fact.key)
