from collections import Counter

import pytest

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.energy import DOMAIN
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from tests.generators.domains.energy.talk import SPEC, blueprints
from tests.people import person

pytestmark = pytest.mark.slow

ACTED = {"read_meter", "restart_gateway", "set_main_switch", "close_gas_valve", "read_inverter"}


def test_there_is_a_case_for_every_kind_of_ending():
    intents = DOMAIN.intents.values()
    outcomes = Counter(intent.outcome for intent in intents)
    assert outcomes["fulfilled"] >= 10
    assert outcomes["refused"] >= 3
    assert outcomes["partial"] >= 2
    assert outcomes["informed"] >= 2
    assert outcomes["handed_over"] >= 1
    assert sum(bool(intent.after) for intent in intents) >= 2


def test_candidates_become_blueprints():
    candidates = [plan_blueprint(DOMAIN, person(n), SPEC, 31, n) for n in range(200)]
    refused = Counter((each.code, each.message) for each in candidates if isinstance(each, Refusal))
    assert refused == {}


@pytest.mark.parametrize("name", sorted(DOMAIN.intents))
def test_an_intent_alone_or_with_what_it_follows_makes_right_blueprints(name: str):
    intent = DOMAIN.intents[name]
    wanted = {name, *intent.after}
    spec = PlanSpec(
        goals={len(wanted) if intent.after else 1: 1.0},
        intents={other: float(other in wanted) for other in DOMAIN.intents},
    )
    found = [each for each in blueprints(60, spec) if name in each.intents]
    assert len(found) >= 3
    for blueprint in found[:6]:
        assert defects(blueprint, DOMAIN) == []
        outcome = next(goal.outcome for goal in blueprint.goals if goal.intent == name)
        assert outcome == intent.outcome


def test_what_is_refused_or_told_leaves_the_world_as_it_was():
    for blueprint in blueprints(150, PlanSpec(goals={1: 1.0})):
        unchanged = blueprint.start_hash == blueprint.end_hash
        assert unchanged == (blueprint.goals[0].outcome in ("refused", "informed"))


def test_the_customer_has_to_act_for_some_wishes_to_end_well():
    acting = {
        goal.intent
        for blueprint in blueprints(250)
        for goal in blueprint.goals
        for action in blueprint.actions
        if action.goal == goal.id and action.party == "user" and action.tool in ACTED
    }
    assert len(acting) >= 6


def test_variants_of_one_wish_never_meet_in_a_dialogue():
    for blueprint in blueprints(200, PlanSpec(goals={3: 0.5, 4: 0.5})):
        intents = set(blueprint.intents)
        assert not {"payment_plan", "plan_refused"} <= intents
        assert not {"bank_change", "bank_unverified"} <= intents
        if "gas_smell" in intents:
            assert intents == {"gas_smell"}


def test_independent_goals_commute():
    probes = Counter(
        probe.passes
        for blueprint in blueprints(150, PlanSpec(goals={2: 0.5, 3: 0.5}))
        for probe in blueprint.probes
        if probe.name == "another_order"
    )
    assert probes[True] > 50
    assert probes[False] == 0


def test_what_the_user_knows_is_nothing_that_only_the_database_knows():
    for blueprint in blueprints(120):
        said = {fact.value for fact in blueprint.facts}
        for action in _by_agent(blueprint):
            for name in ("contract_id", "bill_id", "slot_id", "visit_id", "tariff_id"):
                assert action.get(name) not in said


def _by_agent(blueprint: Blueprint) -> list[dict[str, object]]:
    return [action.arguments for action in blueprint.actions if action.party == "agent"]
