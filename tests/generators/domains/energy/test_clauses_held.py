from collections import Counter
from random import Random

import pytest

from generators.domains.domain import breaches
from generators.domains.energy import DOMAIN
from generators.sources.request import PlanSpec
from tests.generators.domains.energy.talk import blueprints, spoken_timeline

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_dialogues_keep_every_clause(seed: int):
    spec = PlanSpec(goals={1: 0.5, 2: 0.3, 3: 0.2})
    for number, blueprint in enumerate(blueprints(60, spec, seed)):
        timeline = spoken_timeline(blueprint, Random(number))
        found = [(name, breach.message) for name, breach in breaches(DOMAIN, timeline)]
        assert found == [], blueprint.intents


def test_right_dialogues_put_most_clauses_to_the_test():
    named = Counter(
        clause
        for blueprint in blueprints(120)
        for goal in blueprint.goals
        for clause in goal.clauses
    )
    assert len(named) >= 30


def test_the_manual_has_every_clause_that_code_or_an_intent_names():
    clauses = DOMAIN.policy.clauses
    assert len(clauses) >= 20
    assert len(DOMAIN.clauses) >= 12
    assert set(DOMAIN.clauses) <= set(clauses)
    assert {name for name, clause in DOMAIN.clauses.items() if clause.id != name} == set()
    for intent in DOMAIN.intents.values():
        assert set(intent.clauses) <= set(clauses), intent.name


def test_clauses_look_at_calls_and_at_talk():
    kinds = Counter(clause.looks_at for clause in DOMAIN.clauses.values())
    assert kinds["calls"] >= 12
    assert kinds["talk"] >= 5
