"""The rules against dialogues whose faults are known: what they let through, and what they invent."""

import pytest

from generators.domains.registry import DOMAINS
from generators.faults import FAULTS
from tests.verifiers.cloakroom_talk import findings
from tests.verifiers.played import blueprints, case_of, caught, dialogue

NO_CLAUSE = {("agent", "skips_confirmation")}
"""The cloakroom's K03 takes any answered question for the one about the fee."""

HARD_TO_SEE = {
    # Said with a value that another goal gives as well.
    ("agent", "does_nothing"): 0.8,
    # A fact in plain words (``in the morning``) proves nothing when it is used.
    ("agent", "uses_unrevealed_fact"): 0.75,
    # Not every confirmation is checked by a clause.
    ("agent", "skips_confirmation"): 0.75,
    # Some of these values are the user's own (its phone number), or tomorrow's date.
    ("user", "knows_too_much"): 0.7,
    # Two plain words (``electricity``, ``gas``) prove nothing, even together.
    ("user", "tells_all_at_once"): 0.85,
    # A single figure (``11 instalments``) is below what is compared.
    ("user", "changes_fact"): 0.85,
}
"""Least share of dialogues with a fault that get its code; 0.95 for all others."""


def test_right_dialogues_at_the_cloakroom_pass_every_rule():
    for blueprint, persona in blueprints("cloakroom", 30):
        trajectory = dialogue(blueprint, persona)
        assert findings(case_of(trajectory, blueprint)) == []


@pytest.mark.parametrize(("party", "kind"), sorted(set(FAULTS) - NO_CLAUSE))
def test_each_fault_at_the_cloakroom_is_seen(party: str, kind: str):
    catch = caught("cloakroom", 12, party, kind)
    if catch.fired:
        assert catch.expected / catch.fired >= HARD_TO_SEE.get((party, kind), 0.95), catch
        assert catch.blamed >= catch.expected - 1, catch


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_right_dialogues_of_every_domain_pass_every_rule(name: str):
    wrong = []
    for blueprint, persona in blueprints(name, 100):
        for attempt in range(2):
            trajectory = dialogue(blueprint, persona, attempt)
            wrong += findings(case_of(trajectory, blueprint))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DOMAINS))
@pytest.mark.parametrize(("party", "kind"), sorted(FAULTS))
def test_each_fault_in_every_domain_is_seen(name: str, party: str, kind: str):
    if (name, party, kind) == ("cloakroom", "agent", "skips_confirmation"):
        pytest.skip("its clause K03 does not see this")
    catch = caught(name, 40, party, kind)
    if catch.fired >= 5:
        assert catch.expected / catch.fired >= HARD_TO_SEE.get((party, kind), 0.95), catch
        assert catch.blamed / catch.fired >= min(0.9, HARD_TO_SEE.get((party, kind), 1.0)), catch
