import pytest

from generators.sources.request import PlanSpec
from tests.generators.domains.library.cases import blueprints

pytestmark = pytest.mark.slow


def test_whatever_the_seed_four_goals_fit_together():
    spec = PlanSpec(goals={4: 1.0}, worlds=1)
    for seed in range(3):
        assert len(blueprints(12, spec, seed)) == 12
