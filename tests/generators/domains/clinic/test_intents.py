from collections import Counter
from functools import cache
from random import Random

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.clinic import DOMAIN
from generators.domains.domain import Situation
from generators.domains.world import World
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from personas.record import identified
from tests.generators.domains.clinic.cases import case
from tests.people import person

pytestmark = pytest.mark.slow

_SPEC = PlanSpec(goals={1: 0.2, 2: 0.2, 3: 0.3, 4: 0.3}, intents={"urgent": 3.0})


@cache
def _candidates() -> tuple[Blueprint | Refusal, ...]:
    """The first candidates of a build whose callers are of every grown-up age."""
    found = []
    for index in range(140):
        rng = Random(index)
        born = f"{rng.randint(1935, 2006)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        someone = person(index)
        someone = identified(
            replace(someone, demographics=replace(someone.demographics, birth_date=born))
        )
        found.append(plan_blueprint(DOMAIN, someone, _SPEC, 8, index))
    return tuple(found)


def _blueprints() -> list[Blueprint]:
    return [each for each in _candidates() if isinstance(each, Blueprint)]


def test_blueprints_come_about_for_callers_of_every_age_and_no_intent_is_missing():
    refused = [each for each in _candidates() if not isinstance(each, Blueprint)]
    assert len(refused) <= 2, refused
    assert {intent for each in _blueprints() for intent in each.intents} == set(DOMAIN.intents)


def test_there_are_enough_intents_of_every_kind():
    outcomes = Counter(intent.outcome for intent in DOMAIN.intents.values())
    assert outcomes["fulfilled"] >= 10
    assert outcomes["refused"] >= 3
    assert outcomes["partial"] >= 2
    assert outcomes["informed"] >= 2
    assert outcomes["handed_over"] >= 1
    assert sum(bool(intent.after) for intent in DOMAIN.intents.values()) >= 2


@pytest.mark.parametrize(
    "intent", sorted(name for name, each in DOMAIN.intents.items() if not each.after)
)
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
    assert having >= 10


def test_goals_that_do_not_need_one_another_commute():
    for blueprint in _blueprints():
        orders = [probe.passes for probe in blueprint.probes if probe.name == "another_order"]
        assert all(orders), blueprint.intents


def test_nothing_follows_a_warning_sign():
    for blueprint in _blueprints():
        if "urgent" in blueprint.intents:
            assert blueprint.intents == ("urgent",)


def test_every_value_that_a_caller_must_give_is_a_fact_with_cues():
    for blueprint in _blueprints():
        asked = {key for step in blueprint.steps for key in step.facts}
        for fact in blueprint.facts:
            assert fact.reveal == "never" or fact.cues
            assert fact.slip != fact.value
        assert asked <= {fact.key for fact in blueprint.facts}


def test_a_slip_is_no_other_value_of_the_same_goal():
    for blueprint in _blueprints():
        for fact in blueprint.facts:
            others = [each for each in blueprint.facts if each.goal == fact.goal != ""]
            taken = [text for each in others if each != fact for text in (each.saying, each.slip)]
            assert not fact.slip or fact.slip not in taken, (blueprint.intents, fact)


def test_the_user_is_told_all_details_in_the_need():
    for blueprint in _blueprints():
        for goal in blueprint.goals:
            for fact in blueprint.facts:
                inverted = fact.saying.replace("my ", "your ").replace(" I ", " you ")
                # What shows by hints only is not said outright.
                told = not fact.hints and not fact.key.endswith("_visit")
                if fact.goal == goal.id and told:
                    words = inverted.removeprefix("the ")
                    assert words in goal.need, (goal.intent, fact.key)
