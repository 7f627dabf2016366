from random import Random

import pytest

from generators.domains.domain import breaches
from generators.domains.energy import DOMAIN
from generators.sources.request import PlanSpec
from tests.generators.domains.desk import spoken_timeline
from tests.generators.domains.energy.talk import blueprints

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_dialogues_keep_every_clause(seed: int):
    spec = PlanSpec(goals={1: 0.5, 2: 0.3, 3: 0.2})
    for number, blueprint in enumerate(blueprints(60, spec, seed)):
        timeline = spoken_timeline(blueprint, Random(number))
        found = [(name, breach.message) for name, breach in breaches(DOMAIN, timeline)]
        assert found == [], blueprint.intents
