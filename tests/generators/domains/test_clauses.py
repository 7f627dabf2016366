"""What holds for the policy clauses of every shipped domain."""

from collections import Counter

import pytest

from generators.domains.registry import domain_named
from tests.every_domain import EVERY_DOMAIN

LEAST = {
    "clinic": (20, 12, 5),
    "cloakroom": (5, 2, 1),
    "datadesk": (40, 28, 2),
    "energy": (20, 12, 5),
    "insurance": (43, 13, 5),
    "library": (40, 25, 3),
    "permits": (30, 15, 3),
}
"""Clauses of the manual, and those that code checks on calls and on talk: at least so many."""
_IN_ANY_DIALOGUE = {"C04", "E01", "E02", "B04", "B21"}
"""Clauses that no wish tests more than another."""


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_there_are_enough_clauses_of_both_kinds(name: str):
    domain, (manual, calls, talk) = domain_named(name), LEAST[name]
    kinds = Counter(clause.looks_at for clause in domain.clauses.values())
    assert len(domain.policy.clauses) >= manual
    assert kinds["calls"] >= calls
    assert kinds["talk"] >= talk


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_manual_has_every_clause_that_code_or_an_intent_names(name: str):
    domain = domain_named(name)
    named = {clause for intent in domain.intents.values() for clause in intent.clauses}
    assert {*domain.clauses, *named} <= set(domain.policy.clauses)
    assert all(clause.id == key for key, clause in domain.clauses.items())


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_checkable_clause_is_put_to_the_test_by_some_intent(name: str):
    domain = domain_named(name)
    named = {clause for intent in domain.intents.values() for clause in intent.clauses}
    assert set(domain.clauses) - named <= _IN_ANY_DIALOGUE
