"""Users who change their minds: plans, players, and what becomes of agents that take no notice."""

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.brief import user_brief
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, Event
from generators.faults import Fault, places
from generators.perturbation import KINDS, PerturbSpec
from generators.perturbed.view import domain_of
from generators.planning import plan_blueprint
from generators.scripted import hearing
from generators.scripted.phrasebook import manners
from generators.scripted.values import facts_in
from generators.signature import signature
from generators.sources.request import PlanSpec
from generators.trajectory import Trajectory
from personas.record import canonical_json
from tests.changed import change_in, changed, one_with
from tests.every_domain import EVERY_DOMAIN
from tests.people import person
from tests.played import scripted
from verifiers.changes import changed_at
from verifiers.rules import RULES
from verifiers.verdict import Finding, evidence

COUNT = 9


def errors(told: Trajectory, plan: Blueprint) -> list[Finding]:
    case = evidence(told, plan, domain_of(plan))
    found = (each for rule in RULES.values() for each in rule.judge(case).findings)
    return [each for each in found if each.severity == "error"]


def says(told: Trajectory, party: str) -> list[Event]:
    return [event for event in told.events if event.kind == "say" and event.party == party]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_right_dialogues_with_a_change_of_mind_pass_every_rule(name: str):
    plans = changed(name, COUNT)
    assert len(plans) >= 0.7 * COUNT
    for plan, persona in plans:
        told = scripted(plan, persona)
        assert errors(told, plan) == []
        assert told.end_hash == plan.end_hash
        assert list(changed_at(plan, told.events)) == [change_in(plan).goal]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_an_agent_that_ignores_the_change_is_caught_by_its_code_and_by_the_end_state(name: str):
    fired = 0
    for plan, persona in changed(name, COUNT):
        for at in places(AGENT, "ignores_change", plan):
            fault = Fault(kind="ignores_change", party=AGENT, at=at)
            told = scripted(plan, persona, faults=(fault,))
            codes = {each.code for each in errors(told, plan)}
            assert {"turns.ignored_change", "replay.end_state"} <= codes
            assert told.end_hash != plan.end_hash
            fired += 1
    assert fired >= COUNT / 3


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_plan_tells_an_agent_that_takes_no_notice_from_a_right_one(name: str):
    for plan, _ in changed(name, COUNT):
        probe = next(each for each in plan.probes if each.name == "ignores_a_change")
        assert (probe.should_pass, probe.passes) == (False, False)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_plan_says_what_is_said_first_what_counts_and_when(name: str):
    for plan, _ in changed(name, COUNT):
        change = change_in(plan)
        facts = {fact.key: fact for fact in plan.facts}
        own = [step for step in plan.steps if step.goal == change.goal]
        (at,) = [place for place, step in enumerate(own) if step.kind == "change"]
        asked = {key for step in plan.steps for key in step.facts}
        assert own[at - 1].kind == ("confirm" if change.at == "confirm" else "tell")
        assert change.instead.keys() <= asked
        assert asked.isdisjoint(change.instead.values())
        assert bool(change.instead) == (change.kind == "revise")
        for old, new in change.instead.items():
            assert facts[old].value != facts[new].value
            assert (facts[new].reveal, facts[new].goal) == ("instead", change.goal)
        if change.kind == "withdraw":
            actions = [action for action in plan.actions if action.goal == change.goal]
            assert own[at + 1 :] == []
            assert not any(action.writes for action in actions if action.party == AGENT)


def test_what_was_told_is_not_asked_again_and_what_was_looked_up_not_looked_up_again():
    for plan, _ in changed("clinic", COUNT):
        goal = change_in(plan).goal
        asked = [key for step in plan.steps if step.goal in ("", goal) for key in step.facts]
        reads = [
            canonical_json([action.tool, action.arguments])
            for action in plan.actions
            if action.goal == goal and not action.writes
        ]
        assert len(asked) == len(set(asked))
        assert len(reads) == len(set(reads))


@pytest.mark.parametrize("name", ["cloakroom", pytest.param("energy", marks=pytest.mark.slow)])
def test_the_share_of_plans_with_a_change_is_the_one_asked_for(name: str):
    found = [len(plan.changes) for plan, _ in changed(name, 200, 0.3)]
    assert sum(found) / len(found) == pytest.approx(0.3, abs=0.08)


def test_plans_without_a_change_are_what_they_are_without_the_others():
    plain = {plan.id for plan, _ in changed("cloakroom", 60, 0.0)}
    without = [plan for plan, _ in changed("cloakroom", 60, 0.5) if not plan.changes]
    assert len(without) >= 20
    assert plain >= {plan.id for plan in without}
    assert not any(b'"changes":' in canonical_json(plan) for plan in without)


def test_a_change_is_a_factor_and_makes_a_plan_harder():
    assert all(plan.factors["changes"] == 1 for plan, _ in changed("cloakroom", COUNT))
    assert all("changes" not in plan.factors for plan, _ in changed("cloakroom", COUNT, 0.0))


def test_plans_that_differ_in_what_was_wanted_first_are_no_duplicates():
    plan, _ = one_with("cloakroom", "revise")
    (change,) = plan.changes
    (first, *rest) = change.actions
    other = replace(change, actions=(replace(first, arguments={"ticket": "T999"}), *rest))
    assert signature(plan) != signature(replace(plan, changes=(other,)))


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_user_says_the_new_value_only_when_it_changes_its_mind(name: str):
    for plan, persona in changed(name, COUNT):
        told = scripted(plan, persona)
        change = change_in(plan)
        at = changed_at(plan, told.events)[change.goal]
        own = [fact for fact in plan.facts if fact.goal == change.goal and fact.reveal != "never"]
        new = set(change.instead.values())
        before = " ".join(event.text for event in says(told, USER) if event.index < at)
        assert facts_in(before, own) >= set(change.instead)
        assert new.isdisjoint(facts_in(before, own))
        turn = told.events[at].turn
        said = " ".join(event.text for event in says(told, USER) if event.turn == turn)
        assert facts_in(said, own) >= new
        assert any(
            event.kind in ("call", "say") for event in told.events[:at] if event.party == AGENT
        )


def test_after_a_withdrawal_the_next_wish_follows():
    plan, persona = next(
        (plan, persona)
        for plan, persona in changed("energy", 40)
        if plan.withdrawn(plan.goals[0].id) and len(plan.goals) > 1
    )
    told = scripted(plan, persona)
    at = changed_at(plan, told.events)["g0"]
    later = [event.call.name for event in told.events[at:] if event.call]
    assert sorted(later) == sorted(
        each.tool for each in plan.actions if each.goal not in ("", "g0")
    )


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_whoever_plays_the_user_is_taken_at_its_words(name: str):
    for plan, persona in changed(name, COUNT):
        told = scripted(plan, persona)
        bare = replace(told, events=tuple(replace(e, annotations=()) for e in told.events))
        assert changed_at(plan, bare.events) == changed_at(plan, told.events)
        assert errors(bare, plan) == []


def test_a_model_that_plays_the_user_is_told_when_and_into_what():
    for kind in ("revise", "withdraw"):
        plan, persona = one_with("energy", kind)
        change = change_in(plan)
        facts = {fact.key: fact for fact in plan.facts}
        brief = user_brief(plan, domain_named("energy"), persona)
        (line,) = [each for each in brief.splitlines() if "you change your mind" in each]
        assert "asks whether to go ahead" in line
        assert change.need in line
        for old, new in change.instead.items():
            assert f"{facts[new].saying}, not {facts[old].saying}" in line
            # It is no fact that might be told before.
            assert brief.count(facts[new].saying) == line.count(facts[new].saying)


def test_an_agent_gets_on_with_a_user_who_never_changes_its_mind():
    plan, persona = one_with("energy", "revise", goals=1)
    kept = [fact for fact in plan.facts if fact.reveal != "instead"]
    user_knows = replace(plan, facts=tuple(kept), changes=())
    told = scripted(plan, persona, user_plan=user_knows)
    made = {(event.call.name, event.call.arguments) for event in told.events if event.call}
    wanted = {(each.tool, canonical_json(each.arguments)) for each in change_in(plan).actions}
    assert {(tool, canonical_json(msgspec.json.decode(raw))) for tool, raw in made} >= wanted
    codes = {each.code: each.party for each in errors(told, plan)}
    assert codes["user.kept_its_mind"] == USER
    assert "turns.ignored_change" not in codes


def test_changes_go_along_into_perturbed_environments():
    spec = PlanSpec(
        goals={1: 0.6, 2: 0.4},
        changes=1.0,
        perturb=PerturbSpec(chances=dict.fromkeys(KINDS, 0.4)),
    )
    kept = 0
    for number in range(16):
        plan = plan_blueprint(domain_named("energy"), person(number), spec, 5, number)
        if isinstance(plan, Blueprint):
            kept += len(plan.changes)
            assert errors(scripted(plan, person(number)), plan) == []
    assert kept >= 6


def test_no_words_for_a_change_mean_something_else():
    for key in ("user_instead", "user_thinks_again", "user_asks_anew", "user_withdraws"):
        for template in manners().all("manners", key):
            assert not hearing.is_done(template.source)
            assert not hearing.is_leaving(template.source)
            assert not hearing.corrects(template.source)
            assert hearing.lets_go(template.source) or key != "user_withdraws"
    for key in ("agent_takes_change", "agent_looks_again", "agent_lets_go"):
        for template in manners().all("manners", key):
            assert "?" not in template.source
