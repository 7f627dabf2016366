import pytest

from tests.generators.domains.drawn import plans

pytestmark = pytest.mark.slow


def test_no_two_goals_ask_for_the_same_thing():
    for plan in plans("permits"):
        goals: dict[str, set[str]] = {}
        for step in plan.steps:
            for key in step.facts:
                goals.setdefault(key, set()).add(step.goal)
        assert all(len(each) == 1 for each in goals.values()), plan.intents
