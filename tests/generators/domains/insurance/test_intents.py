import pytest

from generators.domains.insurance.intents.drawing import _VARIANTS
from generators.sources.request import PlanSpec
from tests.generators.domains.drawn import plans
from tests.generators.domains.insurance.talk import blueprints

pytestmark = pytest.mark.slow


def test_clients_have_to_act_for_some_wishes_to_end_well():
    acting = {
        goal.intent
        for plan in plans("insurance")
        for goal in plan.goals
        for action in plan.actions
        if action.goal == goal.id and action.party == "user"
    }
    assert len(acting) >= 5


def test_variants_of_one_wish_never_meet_and_nothing_follows_an_emergency():
    for blueprint in blueprints(120, PlanSpec(goals={3: 0.5, 4: 0.5})):
        for group in _VARIANTS:
            assert len(set(group) & set(blueprint.intents)) <= 1
        assert "emergency" not in blueprint.intents[:-1]
