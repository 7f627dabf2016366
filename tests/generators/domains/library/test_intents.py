from collections import Counter
from functools import cache
from random import Random

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.domain import Situation
from generators.domains.library import DOMAIN
from generators.domains.world import World
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from personas.record import identified
from tests.generators.domains.library.cases import case
from tests.people import person

pytestmark = pytest.mark.slow

_RARE = {"renew_membership": 3.0, "waive": 3.0, "extend_refused": 3.0}
_SPEC = PlanSpec(goals={1: 0.2, 2: 0.2, 3: 0.3, 4: 0.3}, intents=_RARE)
_FIRST = sorted(name for name, each in DOMAIN.intents.items() if not each.after)


@cache
def _candidates() -> tuple[Blueprint | Refusal, ...]:
    """The first candidates of a build whose callers are of every grown-up age."""
    found = []
    for index in range(110):
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
    assert outcomes["fulfilled"] >= 15
    assert outcomes["refused"] >= 7
    assert outcomes["partial"] >= 2
    assert outcomes["informed"] >= 4
    assert outcomes["handed_over"] >= 2
    assert sum(bool(intent.after) for intent in DOMAIN.intents.values()) >= 2


@pytest.mark.parametrize("intent", _FIRST)
def test_an_intent_changes_the_world_unless_it_informs_or_refuses(intent: str):
    blueprint = case(intent)
    changed = blueprint.start_hash != blueprint.end_hash
    assert changed == (DOMAIN.intents[intent].outcome not in ("refused", "informed"))


@pytest.mark.parametrize("intent", _FIRST)
def test_many_callers_have_a_case(intent: str):
    someone, having = person(), 0
    for seed in (1, 2):
        world = World(DOMAIN, seed, DOMAIN.clock)
        for subject in DOMAIN.subjects(world.db):
            situation = Situation(world.db, subject, someone, Random(subject), {})
            having += DOMAIN.intents[intent].draw(situation) is not None
    assert having >= 20


def test_goals_that_do_not_need_one_another_commute():
    for blueprint in _blueprints():
        orders = [probe.passes for probe in blueprint.probes if probe.name == "another_order"]
        assert all(orders), blueprint.intents


def test_members_act_themselves_where_only_they_can():
    acts = Counter(
        action.tool
        for blueprint in _blueprints()
        for action in blueprint.actions
        if action.party == "user"
    )
    assert set(acts) == set(DOMAIN.user_tools)


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
                if fact.goal == goal.id and fact.key != "matter":
                    assert fact.saying in goal.need, (goal.intent, fact.key)


def test_no_need_is_about_somebody_in_the_first_person():
    for blueprint in _blueprints():
        for goal in blueprint.goals:
            assert not {"I", "my"} & set(goal.need.replace(",", " ").split()), goal.need


def test_whatever_the_seed_four_goals_fit_together():
    spec = PlanSpec(goals={4: 1.0}, worlds=1)
    for seed in range(3):
        found = [plan_blueprint(DOMAIN, person(n), spec, seed, n) for n in range(12)]
        assert sum(isinstance(each, Blueprint) for each in found) >= 12
