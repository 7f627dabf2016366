import pytest

from generators.blueprint import Blueprint
from generators.sources.request import PlanSpec
from tests.generators.domains.drawn import plans
from tests.generators.domains.energy.talk import blueprints

pytestmark = pytest.mark.slow

ACTED = {"read_meter", "restart_gateway", "set_main_switch", "close_gas_valve", "read_inverter"}


def test_the_customer_has_to_act_for_some_wishes_to_end_well():
    acting = {
        goal.intent
        for plan in plans("energy")
        for goal in plan.goals
        for action in plan.actions
        if action.goal == goal.id and action.party == "user" and action.tool in ACTED
    }
    assert len(acting) >= 6


def test_variants_of_one_wish_never_meet_in_a_dialogue():
    for blueprint in blueprints(200, PlanSpec(goals={3: 0.5, 4: 0.5})):
        intents = set(blueprint.intents)
        assert not {"payment_plan", "plan_refused"} <= intents
        assert not {"bank_change", "bank_unverified"} <= intents


def test_what_the_user_knows_is_nothing_that_only_the_database_knows():
    for blueprint in plans("energy"):
        said = {fact.value for fact in blueprint.facts}
        for action in _by_agent(blueprint):
            for name in ("contract_id", "bill_id", "slot_id", "visit_id", "tariff_id"):
                assert action.get(name) not in said


def _by_agent(blueprint: Blueprint) -> list[dict[str, object]]:
    return [action.arguments for action in blueprint.actions if action.party == "agent"]
