import pytest

from tests.generators.domains.drawn import plans

pytestmark = pytest.mark.slow


def test_a_slip_is_no_other_value_of_the_same_goal():
    for blueprint in plans("clinic"):
        for fact in blueprint.facts:
            others = [each for each in blueprint.facts if each.goal == fact.goal != ""]
            taken = [text for each in others if each != fact for text in (each.saying, each.slip)]
            assert not fact.slip or fact.slip not in taken, (blueprint.intents, fact)
