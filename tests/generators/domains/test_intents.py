"""What holds for the intents of every shipped domain."""

from collections import Counter
from random import Random

import pytest

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.domain import Situation
from generators.domains.registry import domain_named
from generators.domains.world import World
from generators.event import AGENT, USER
from generators.sources.request import PlanSpec
from tests.every_domain import EVERY_DOMAIN
from tests.generators.domains.drawn import blueprints, candidates, plans
from tests.people import person

LEAST = {
    "clinic": {"fulfilled": 10, "refused": 3, "partial": 2, "informed": 2, "handed_over": 1},
    "cloakroom": {"fulfilled": 1, "refused": 1, "informed": 1},
    "datadesk": {"fulfilled": 18, "refused": 15, "partial": 1, "informed": 15, "handed_over": 2},
    "energy": {"fulfilled": 10, "refused": 3, "partial": 2, "informed": 2, "handed_over": 1},
    "insurance": {"fulfilled": 12, "refused": 8, "partial": 3, "informed": 4, "handed_over": 3},
    "library": {"fulfilled": 15, "refused": 7, "partial": 2, "informed": 4, "handed_over": 2},
    "permits": {"fulfilled": 14, "refused": 6, "partial": 2, "informed": 3, "handed_over": 3},
}
"""How many intents of each outcome a domain has at least."""
_NOT_IN_THE_NEED = (
    *("matter", "turn", "birth_date"),
    *("prepare_visit", "reminder_visit", "confirmation_visit"),
)
"""Facts that the need says in words of its own, or that come up with a question only."""


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_there_are_enough_intents_of_every_kind(name: str):
    intents = domain_named(name).intents.values()
    outcomes = Counter(intent.outcome for intent in intents)
    assert all(outcomes[outcome] >= count for outcome, count in LEAST[name].items())
    assert sum(bool(intent.after) for intent in intents) >= 2 or name == "cloakroom"


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_caller_in_twelve_has_a_case_of_any_intent(name: str):
    domain, having, callers = domain_named(name), Counter[str](), 0
    for seed in (1, 2):
        world = World(domain, seed, domain.clock)
        for subject in domain.subjects(world.db):
            callers += 1
            for intent in domain.intents.values():
                if not intent.after:
                    drawn = intent.draw(Situation(world.db, subject, person(), Random(subject), {}))
                    having[intent.name] += drawn is not None
    assert {intent for intent, count in having.items() if count * 12 < callers} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_candidate_becomes_a_blueprint(name: str):
    assert [each for each in candidates(name) if not isinstance(each, Blueprint)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_plans_are_right_and_end_as_their_intents_say(name: str):
    domain, found = domain_named(name), Counter[str]()
    for plan in plans(name):
        for goal in plan.goals:
            intent = _intent(name, goal.intent)
            assert goal.outcome == intent.outcome
            found[goal.intent] += 1
            if found[goal.intent] == 3:
                assert defects(plan, domain) == []
    assert set(domain.intents) <= set(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_wish_changes_the_world_unless_it_is_refused_or_answered(name: str):
    for plan in plans(name):
        # A ticket that is lost is noted down, whoever asked for the things.
        if len(plan.goals) == 1 and plan.intents != ("lost_ticket",):
            changed = plan.start_hash != plan.end_hash
            assert changed == (plan.goals[0].outcome not in ("refused", "informed")), plan.intents


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "danger"), [("clinic", "urgent"), ("energy", "gas_smell"), ("permits", "danger")]
)
def test_a_danger_comes_alone(name: str, danger: str):
    often = PlanSpec(goals={3: 0.5, 4: 0.5}, intents={danger: 5.0})
    met = [plan for plan in blueprints(name, 60, often) if danger in plan.intents]
    assert len(met) >= 3
    assert {plan.intents for plan in met} == {(danger,)}


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_goals_that_do_not_need_one_another_commute(name: str):
    orders = Counter(
        probe.passes
        for plan in plans(name)
        for probe in plan.probes
        if probe.name == "another_order"
    )
    assert orders[True] >= 20
    assert orders[False] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_tool_is_used_by_a_right_dialogue(name: str):
    domain = domain_named(name)
    used = {(action.party, action.tool) for plan in plans(name) for action in plan.actions}
    assert used == {(p, tool) for p in (AGENT, USER) for tool in domain.tools_of(p)}


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_value_that_a_caller_must_give_is_a_fact_with_cues(name: str):
    for plan in plans(name):
        asked = {key for step in plan.steps for key in step.facts}
        assert asked <= {fact.key for fact in plan.facts}
        for fact in plan.facts:
            assert fact.reveal == "never" or fact.cues
            assert fact.slip != fact.value


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_user_is_told_all_details_in_the_need_and_in_the_second_person(name: str):
    for plan in plans(name):
        for goal in plan.goals:
            assert not {"I", "my"} & set(goal.need.replace(",", " ").split()), goal.need
            for fact in plan.facts:
                # At the insurer needs have words of their own for what has happened.
                if fact.goal == goal.id and not fact.hints and name != "insurance":
                    if fact.key not in _NOT_IN_THE_NEED:
                        assert _told(fact.saying) in goal.need, (goal.intent, fact.key)


def _told(saying: str) -> str:
    """How the need says to somebody what they would say themselves."""
    words = saying.replace("my ", "your ").replace("I have", "you have").replace(" I ", " you ")
    return words.removeprefix("the ")


def _intent(name: str, intent: str):
    domain = domain_named(name)
    mended = {atom.intent.name: atom.intent for atom in domain.faults.values()}
    return domain.intents.get(intent) or mended[intent]
