from collections import Counter

import pytest

from generators.blueprint_check import defects
from generators.domains.insurance import DOMAIN
from generators.domains.insurance.intents.drawing import _VARIANTS
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from tests.generators.domains.insurance.talk import SPEC, blueprints
from tests.people import person

pytestmark = pytest.mark.slow


def test_there_is_a_case_for_every_kind_of_ending():
    intents = DOMAIN.intents.values()
    outcomes = Counter(intent.outcome for intent in intents)
    assert len(intents) >= 30
    assert outcomes["fulfilled"] >= 12
    assert outcomes["refused"] >= 8
    assert outcomes["partial"] >= 3
    assert outcomes["informed"] >= 4
    assert outcomes["handed_over"] >= 3
    assert sum(bool(intent.after) for intent in intents) >= 2


def test_candidates_become_blueprints():
    candidates = [plan_blueprint(DOMAIN, person(n), SPEC, 31, n) for n in range(150)]
    refused = Counter((each.code, each.message) for each in candidates if isinstance(each, Refusal))
    assert refused == {}


@pytest.mark.parametrize("name", sorted(DOMAIN.intents))
def test_an_intent_alone_or_with_what_it_follows_makes_right_blueprints(name: str):
    intent = DOMAIN.intents[name]
    wanted = {name, *intent.after[:1]}
    spec = PlanSpec(
        goals={len(wanted): 1.0},
        intents={other: float(other in wanted) for other in DOMAIN.intents},
    )
    found = [each for each in blueprints(45, spec) if name in each.intents]
    assert len(found) >= 2
    for blueprint in found[:5]:
        assert defects(blueprint, DOMAIN) == []
        assert DOMAIN.intents[name].outcome in {goal.outcome for goal in blueprint.goals}


def test_what_is_refused_or_told_leaves_the_world_as_it_was():
    for blueprint in blueprints(80, PlanSpec(goals={1: 1.0})):
        unchanged = blueprint.start_hash == blueprint.end_hash
        assert unchanged == (blueprint.goals[0].outcome in ("refused", "informed"))


def test_clients_have_to_act_for_some_wishes_to_end_well():
    acting = {
        (goal.intent, action.tool)
        for blueprint in blueprints(150)
        for goal in blueprint.goals
        for action in blueprint.actions
        if action.goal == goal.id and action.party == "user"
    }
    assert {tool for _, tool in acting} == set(DOMAIN.user_tools)
    assert len({intent for intent, _ in acting}) >= 5


def test_variants_of_one_wish_never_meet_and_nothing_follows_an_emergency():
    for blueprint in blueprints(120, PlanSpec(goals={3: 0.5, 4: 0.5})):
        for group in _VARIANTS:
            assert len(set(group) & set(blueprint.intents)) <= 1
        assert "emergency" not in blueprint.intents[:-1]


def test_every_tool_of_the_desk_is_used_by_some_right_agent():
    used = {action.tool for blueprint in blueprints(200) for action in blueprint.actions}
    assert used == {*DOMAIN.agent_tools, *DOMAIN.user_tools}
