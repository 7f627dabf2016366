from collections import Counter
from functools import cache
from random import Random

import pytest

from generators.blueprint import Blueprint
from generators.domains.datadesk import DOMAIN
from generators.domains.domain import Situation
from generators.domains.world import World
from generators.sources.request import PlanSpec
from tests.generators.domains.datadesk.cases import blueprints, case
from tests.people import person

pytestmark = pytest.mark.slow

_FIRST = sorted(name for name, each in DOMAIN.intents.items() if not each.after)


@cache
def _many() -> tuple[Blueprint, ...]:
    return tuple(blueprints(150, PlanSpec(goals={3: 0.5, 4: 0.5}), seed=8))


def test_nearly_every_caller_gets_four_goals_that_fit_together():
    assert len(_many()) >= 147


def test_there_are_enough_intents_of_every_kind():
    outcomes = Counter(intent.outcome for intent in DOMAIN.intents.values())
    assert outcomes["fulfilled"] >= 18
    assert outcomes["refused"] >= 15
    assert outcomes["informed"] >= 15
    assert outcomes["partial"] >= 1
    assert outcomes["handed_over"] >= 2
    assert sum(bool(intent.after) for intent in DOMAIN.intents.values()) >= 2


def test_questions_that_cannot_just_be_answered_are_named_so():
    kinds = Counter(name.partition("_")[0] for name in DOMAIN.intents)
    assert kinds["figure"] >= 10
    assert kinds["ambiguous"] >= 4
    assert kinds["unanswerable"] >= 3
    assert kinds["improper"] >= 8
    for name, intent in DOMAIN.intents.items():
        if name.startswith(("unanswerable", "improper")):
            assert intent.outcome == "refused"


@pytest.mark.parametrize("intent", _FIRST)
def test_an_intent_changes_the_world_unless_it_informs_or_refuses(intent: str):
    blueprint = case(intent)
    changed = blueprint.start_hash != blueprint.end_hash
    assert changed == (DOMAIN.intents[intent].outcome not in ("refused", "informed"))


@pytest.mark.parametrize("intent", _FIRST)
def test_several_callers_have_a_case(intent: str):
    someone, having = person(), 0
    for seed in (1, 2):
        world = World(DOMAIN, seed, DOMAIN.clock)
        for subject in DOMAIN.subjects(world.db):
            situation = Situation(world.db, subject, someone, Random(subject), {})
            having += DOMAIN.intents[intent].draw(situation) is not None
    assert having >= 12


def test_an_ambiguous_question_waits_for_what_is_meant():
    for name in (each for each in DOMAIN.intents if each.startswith("ambiguous")):
        blueprint = case(name)
        asks = [at for at, step in enumerate(blueprint.steps) if "meaning" in step.facts]
        ids = {action.id for action in blueprint.actions if action.tool == "run_query"}
        queries = [at for at, step in enumerate(blueprint.steps) if step.action in ids]
        assert max(asks) < min(queries)
        meaning = next(fact for fact in blueprint.facts if fact.key == "meaning")
        assert meaning.reveal == "when_asked"


def test_what_cannot_be_answered_is_not_queried():
    for name in DOMAIN.intents:
        if name.startswith(("unanswerable", "improper")):
            assert all(action.tool != "run_query" for action in case(name).actions)


def test_colleagues_act_themselves_where_only_they_can():
    acts = {
        action.tool
        for name in ("personal_access", "delete_old", "cannot_connect", "old_dashboard")
        for action in case(name).actions
        if action.party == "user"
    }
    assert acts == set(DOMAIN.user_tools)


def test_every_value_that_a_caller_must_give_is_a_fact_with_cues():
    for blueprint in _many():
        asked = {key for step in blueprint.steps for key in step.facts}
        for fact in blueprint.facts:
            assert fact.reveal == "never" or fact.cues
            assert fact.slip != fact.value
        assert asked <= {fact.key for fact in blueprint.facts}


def test_the_user_is_told_all_details_in_the_need_and_in_the_second_person():
    for blueprint in _many():
        for goal in blueprint.goals:
            assert not {"I", "my"} & set(goal.need.replace(",", " ").split()), goal.need
            for fact in blueprint.facts:
                if fact.goal == goal.id and fact.key != "turn":
                    assert fact.saying in goal.need, (goal.intent, fact.key)
