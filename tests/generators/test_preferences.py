"""Preferences that users never state: they show once they are asked about, or something is proposed."""

from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.brief import user_brief
from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from generators.faults import Fault
from generators.planning import plan_blueprint
from generators.scripted.values import facts_in, hints_in
from generators.sources.request import PlanSpec
from personas.persona import Persona
from tests.people import person
from tests.verifiers.cloakroom_talk import findings
from tests.verifiers.played import case_of, dialogue
from verifiers.asking import asked_in
from verifiers.disclosure import ledger_of

CHOOSING = {
    "clinic": (1, ("book_visit", "book_specialist", "book_for_child", "reschedule")),
    "library": (1, ("book_room",)),
    "insurance": (2, ("add_cover", "certificate")),
}
"""Wishes with a preference that can be hinted at, and how many goals it takes to come to them."""
USED = {"clinic": "search_slots", "library": "search_rooms", "insurance": "send_certificate"}


@cache
def hinting(name: str = "clinic") -> tuple[tuple[Blueprint, Persona], ...]:
    domain, (goals, wishes) = domain_named(name), CHOOSING[name]
    weights = {intent: float(intent in wishes) for intent in domain.intents}
    spec = PlanSpec(goals={goals: 1.0}, intents=weights, uncertainty={1: 1.0}, implied=1.0)
    drawn = (
        (plan_blueprint(domain, person(index), spec, seed=5, index=index), person(index))
        for index in range(8)
    )
    return tuple((plan, who) for plan, who in drawn if isinstance(plan, Blueprint))


def preference(plan: Blueprint):
    return next(fact for fact in plan.facts if fact.reveal == "implied")


@pytest.mark.parametrize("name", CHOOSING)
def test_a_withheld_fact_that_can_be_hinted_at_is_implied_as_often_as_asked_for(name: str):
    assert len(hinting(name)) >= 4
    assert all(preference(plan).hints for plan, _ in hinting(name))
    goals, wishes = CHOOSING[name]
    domain = domain_named(name)
    weights = {intent: float(intent in wishes) for intent in domain.intents}
    spec = PlanSpec(goals={goals: 1.0}, intents=weights, uncertainty={1: 1.0})
    plans = [plan_blueprint(domain, person(n), spec, seed=5, index=n) for n in range(6)]
    assert not any(
        fact.reveal == "implied"
        for plan in plans
        if isinstance(plan, Blueprint)
        for fact in plan.facts
    )


@pytest.mark.parametrize("name", CHOOSING)
def test_no_preference_shows_before_its_trigger_and_none_is_ever_stated(name: str):
    shown = 0
    for plan, persona in hinting(name):
        fact, asked = preference(plan), False
        told = dialogue(plan, persona)
        for event in told.events:
            if event.kind == "say" and event.party == AGENT:
                asked = asked or bool(asked_in(event.text, (fact,)))
            elif event.kind == "say" and event.party == USER:
                assert not facts_in(event.text, (fact,))
                assert asked or not hints_in(event.text, (fact,))
                shown += bool(hints_in(event.text, (fact,)))
        assert findings(case_of(told, plan)) == []
    assert shown >= len(hinting(name))


@pytest.mark.parametrize("name", CHOOSING)
def test_the_agent_takes_the_hint_and_the_ledger_has_it(name: str):
    for plan, persona in hinting(name)[:4]:
        told, fact = dialogue(plan, persona), preference(plan)
        (entry,) = [e for e in ledger_of(plan, told.events).revealed if e.fact == fact.key]
        assert entry.how == "elicited"
        assert hints_in(told.events[entry.event].text, (fact,))
        used = [e.call.arguments for e in told.events if e.call and e.call.name == USED[name]]
        assert used
        assert all(f':"{fact.value}"' in each for each in used)


def test_a_proposal_that_nobody_asked_about_brings_a_reaction_and_no_consent():
    plan, persona = next(p for p in hinting() if p[0].goals[0].intent == "book_visit")
    fact = preference(plan)
    told = dialogue(plan, persona, faults=(Fault(kind="guesses", party=AGENT, at="goal:1"),))
    said = [event for event in told.events if event.kind == "say"]
    reactions = [i for i, event in enumerate(said) if hints_in(event.text, (fact,))]
    if not reactions:
        pytest.skip("this guess finds nothing to propose")
    assert "?" in said[reactions[0] - 1].text
    assert "turns.acted_on_ambiguous" in {each.code for each in findings(case_of(told, plan))}


def test_a_model_is_told_to_let_it_show():
    plan, persona = hinting()[0]
    brief = user_brief(plan, domain_named("clinic"), persona)
    assert "Never say this outright" in brief
    assert preference(plan).hints[0] in brief
