"""Rewards for asking: who asks what has to be asked is best off, and nobody else."""

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, Reward, view_of
from generators.faults import Fault
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from generators.trajectory import Trajectory
from personas.persona import Persona
from tests.people import person
from tests.verifiers.cloakroom_talk import FetchTalk, findings
from tests.verifiers.played import case_of, dialogue
from verifiers.disclosure import ledger_of
from verifiers.fact_talk import distinctive
from verifiers.rewards import SOURCE, Weights, accounted

FACTS = 3
"""What a plan for these tests withholds."""


def plan_with(domain: str, intent: str, level: float, withheld: int) -> tuple[Blueprint, Persona]:
    """The first plan of this one intent with so many withheld facts, and its persona."""
    world = domain_named(domain)
    weights = {name: float(name == intent) for name in world.intents}
    spec = PlanSpec(goals={1: 1.0}, intents=weights, uncertainty={level: 1.0})
    for index in range(100):
        plan = plan_blueprint(world, person(index), spec, seed=2, index=index)
        if isinstance(plan, Blueprint):
            if sum(fact.reveal == "when_asked" for fact in plan.facts) == withheld:
                return plan, person(index)
    raise LookupError


def played_by(kind: str, plan: Blueprint, persona: Persona, at: str = "goal:1") -> Trajectory:
    faults = (Fault(kind=kind, party=AGENT, at=at),) if kind else ()
    return accounted(dialogue(plan, persona, faults=faults), plan, Weights())


def reward(trajectory: Trajectory, name: str = "total") -> float:
    return next(each.value for each in trajectory.rewards if each.name == name)


@pytest.mark.parametrize(("domain", "intent"), [("clinic", "book_visit"), ("cloakroom", "fetch")])
def test_on_an_ambiguous_plan_the_one_who_asks_rightly_ranks_top(domain: str, intent: str):
    facts = {"clinic": 6, "cloakroom": 2}[domain]
    plan, persona = plan_with(domain, intent, 1.0, facts)
    right = played_by("", plan, persona)
    guesser = played_by("guesses", plan, persona)
    over_asker = played_by("asks_needlessly", plan, persona)
    assert reward(right) > reward(over_asker) > reward(guesser)
    assert reward(right) == pytest.approx(1 + 0.1 * facts)
    assert reward(guesser, "completion") == 0
    assert reward(over_asker, "needless_questions") <= -0.2


def test_on_a_fully_specified_plan_acting_at_once_is_best():
    plan, persona = plan_with("clinic", "book_visit", 0.0, 0)
    acts_now = played_by("guesses", plan, persona)
    over_asker = played_by("asks_needlessly", plan, persona)
    assert reward(acts_now) == reward(played_by("", plan, persona)) == 1.0
    assert reward(acts_now, "useful_questions") == 0
    assert reward(over_asker) < reward(acts_now)


def test_who_asks_gets_all_facts_and_who_answers_generically_none_and_fails():
    plan, persona = plan_with("clinic", "book_visit", 0.5, FACTS)
    asking, generic = played_by("", plan, persona), played_by("answers_generically", plan, persona)
    assert ledger_of(plan, asking.events).covered("elicited") == FACTS
    assert findings(case_of(asking, plan)) == []
    assert ledger_of(plan, generic.events).covered() == 0
    assert {"information.missing", "replay.end_state"} <= {
        each.code for each in findings(case_of(generic, plan))
    }
    # Nothing that was withheld is in what the agent got to see before it was told.
    for each in ledger_of(plan, asking.events).revealed:
        fact = next(fact for fact in plan.facts if fact.key == each.fact)
        if each.withheld and distinctive(fact.value):
            before = view_of(asking.events[: each.event], AGENT)
            assert fact.value not in msgspec.json.encode(before).decode()


def test_the_users_canary_and_latent_state_are_in_no_prompt_of_the_agents():
    plan, persona = plan_with("clinic", "book_visit", 1.0, 6)
    told = played_by("", plan, persona)
    canary = next(fact.value for fact in plan.facts if fact.reveal == "never")
    brief = briefs_of(plan, domain_named("clinic"), persona)
    seen = msgspec.json.encode([brief[AGENT], view_of(told.events, AGENT)]).decode()
    assert canary in brief[USER]
    assert canary not in seen
    assert "latent_state" not in seen


def test_every_turn_of_the_users_has_its_latent_state():
    plan, persona = plan_with("clinic", "book_visit", 0.5, FACTS)
    told = played_by("", plan, persona)
    turns = {}
    for event in told.events:
        if event.kind == "say" and event.party == USER:
            turns.setdefault(event.turn, []).extend(event.annotations)
    for notes in turns.values():
        (state,) = [msgspec.json.decode(n.value) for n in notes if n.name == "latent_state"]
        assert {"goals", "clarity", "type", "expected"} <= set(state)


def test_turns_add_up_to_the_whole():
    plan, persona = plan_with("cloakroom", "fetch", 1.0, 2)
    told = played_by("asks_needlessly", plan, persona)
    for name in ("useful_questions", "needless_questions"):
        given = [e.value for event in told.events for e in event.rewards if e.name == name]
        assert sum(given) == pytest.approx(reward(told, name))
    parts = ("completion", "useful_questions", "needless_questions")
    assert reward(told) == pytest.approx(sum(reward(told, name) for name in parts))
    gained = [
        e.value for event in told.events for e in event.rewards if e.name == "information_gained"
    ]
    assert sum(gained) == pytest.approx(1)


def test_accounting_twice_changes_nothing_and_weights_do():
    plan, persona = plan_with("cloakroom", "fetch", 1.0, 2)
    once = played_by("", plan, persona)
    assert accounted(once, plan, Weights()) == once
    doubled = accounted(once, plan, Weights(completion=2.0, useful=0.5))
    assert reward(doubled) == 3.0
    assert doubled.id == once.id


def test_rewards_of_others_are_left_alone():
    talk = FetchTalk()
    other = Reward(name="style", value=0.5, source="critic")
    told = accounted(replace(talk.trajectory(), rewards=(other,)), talk.blueprint, Weights())
    assert told.rewards[0] == other
    assert {each.source for each in told.rewards[1:]} == {SOURCE}
