from collections import Counter

import pytest

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.registry import domain_named
from generators.planning import Refusal, plan_blueprint
from generators.replay import rehearse
from generators.sources.request import PlanSpec
from personas.record import identified
from tests.every_domain import EVERY_DOMAIN
from tests.people import person

SPEC = PlanSpec(goals={1: 0.4, 2: 0.35, 3: 0.2, 4: 0.05}, withheld=0.5)


def planned(name: str, count: int, spec: PlanSpec = SPEC) -> list[Blueprint | Refusal]:
    domain = domain_named(name)
    return [plan_blueprint(domain, person(n), spec, 11, n) for n in range(count)]


def blueprints(name: str, count: int, spec: PlanSpec = SPEC) -> list[Blueprint]:
    return [each for each in planned(name, count, spec) if isinstance(each, Blueprint)]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_nearly_every_candidate_becomes_a_blueprint(name: str):
    candidates = planned(name, 60)
    refused = Counter(each.message for each in candidates if isinstance(each, Refusal))
    assert sum(refused.values()) <= 6, refused


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_intent_gets_its_turn(name: str):
    spec = PlanSpec(goals={3: 0.5, 4: 0.5})
    seen = Counter(goal.intent for plan in blueprints(name, 250, spec) for goal in plan.goals)
    assert set(seen) == set(domain_named(name).intents)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_expected_actions_reach_the_recorded_end_state(name: str):
    domain = domain_named(name)
    for plan in blueprints(name, 30):
        run = rehearse(plan, domain, plan.actions)
        assert run.end_hash == plan.end_hash
        assert run.world.diff() == plan.end_diff
        assert defects(plan, domain) == []


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_blueprint_tells_spoiled_agents_from_right_ones(name: str):
    outcomes = Counter(
        (probe.name, probe.should_pass, probe.passes)
        for plan in blueprints(name, 60)
        for probe in plan.probes
    )
    assert all(should == does for _, should, does in outcomes)
    assert {name for name, _, _ in outcomes} >= {
        "does_nothing",
        "drops_last_write",
        "drops_every_write",
        "changes_one_argument",
        "another_order",
    }


def test_a_plan_is_the_same_whenever_it_is_made():
    assert planned("cloakroom", 20) == planned("cloakroom", 20)


def test_an_id_is_the_hash_of_the_plan():
    plan = blueprints("cloakroom", 1)[0]
    assert identified(plan) == plan


def test_the_share_of_withheld_facts_is_the_one_asked_for():
    for share in (0.0, 0.5, 1.0):
        plans = blueprints("cloakroom", 200, PlanSpec(goals={2: 1.0}, withheld=share))
        rules = [
            fact.reveal
            for plan in plans
            for fact in plan.facts
            if fact.cues and fact.reveal in ("upfront", "when_asked")
        ]
        assert rules.count("when_asked") / len(rules) == pytest.approx(share, abs=0.07)


def test_one_to_four_goals_come_as_weighted():
    plans = blueprints("cloakroom", 300, PlanSpec(goals={1: 0.5, 2: 0.5}))
    counts = Counter(len(plan.goals) for plan in plans)
    assert set(counts) == {1, 2}
    assert counts[1] / len(plans) == pytest.approx(0.5, abs=0.1)


def test_an_intent_with_weight_zero_is_left_out():
    spec = PlanSpec(goals={2: 1.0}, intents={"count": 0.0})
    assert all("count" not in plan.intents for plan in blueprints("cloakroom", 50, spec))


def test_the_caller_in_the_world_is_the_persona():
    plan = blueprints("cloakroom", 1)[0]
    assert plan.setup[0].fields["name"] == person(0).name


def test_every_blueprint_hides_a_canary():
    for plan in blueprints("cloakroom", 20):
        assert [fact.key for fact in plan.facts if fact.reveal == "never"] == ["private_word"]


def test_an_oracle_that_breaks_is_a_refusal_with_its_reason(monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    domain = domain_named("cloakroom")

    def broken(plan):
        plan.call("return_item", ticket="T999")

    for name, intent in domain.intents.items():
        monkeypatch.setitem(domain.intents, name, replace(intent, oracle=broken))
    refusal = plan_blueprint(domain, person(), SPEC, 11, 0)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "oracle_broken"
    assert "return_item answered not_found" in refusal.message
    assert refusal.ledger.counts == {"draft.oracle_broken": 1}


def test_an_oracle_that_changes_the_world_behind_its_calls_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
):
    from dataclasses import replace

    from generators.domains.cloakroom.database import Guest

    domain = domain_named("cloakroom")

    def sly(oracle):
        def solve(plan):
            oracle(plan)
            plan.db[Guest].change(plan.subject, name="Nobody")

        return solve

    for name, intent in domain.intents.items():
        monkeypatch.setitem(domain.intents, name, replace(intent, oracle=sly(intent.oracle)))
    refusal = plan_blueprint(domain, person(), SPEC, 11, 0)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not_reproducible"


def test_an_oracle_that_raises_costs_its_candidate_and_not_the_build(
    monkeypatch: pytest.MonkeyPatch,
):
    from dataclasses import replace

    domain = domain_named("cloakroom")

    def raises(plan):
        raise KeyError("shelf")

    for name, intent in domain.intents.items():
        monkeypatch.setitem(domain.intents, name, replace(intent, oracle=raises))
    refusal = plan_blueprint(domain, person(), SPEC, 11, 0)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.message) == ("oracle_raised", "KeyError: 'shelf'")
