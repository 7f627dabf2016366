"""The rules against dialogues whose faults are known: what they let through, and what they invent."""

from random import Random

import pytest
from msgspec.structs import replace

from generators.domains.registry import domain_named
from generators.faults import FAULTS
from generators.scripted.phrasebook import manners, phrases_of
from generators.scripted.wording import plain
from tests.every_domain import EVERY_DOMAIN
from tests.verifiers.cloakroom_talk import findings
from tests.verifiers.played import blueprints, case_of, caught, dialogue
from verifiers.rules.user_contract import UserContract

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


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_nothing_that_a_user_may_say_sounds_like_agents_talk(name: str):
    domain = phrases_of(domain_named(name).folder)
    users = [key for key in manners().keys("manners") if key.startswith("user_")]
    said = [
        plain(template.render(Random(1), dict.fromkeys(template.slots, "that")))
        for book, sections in (
            (domain, [(s, domain.keys(s)) for s in ("openings", "followups", "state", "report")]),
            (manners(), [("manners", users)]),
        )
        for section, keys in sections
        for key in keys
        for template in book.all(section, key)
    ]
    blueprint, persona = blueprints(name, 3)[0]
    right = dialogue(blueprint, persona)
    events = tuple(
        replace(right.events[0], index=number, turn=number, text=text)
        for number, text in enumerate(said)
    )
    found = UserContract().judge(case_of(replace(right, events=events), blueprint)).findings
    assert [each for each in found if each.code == "user.answered_for_agent"] == []


@pytest.mark.parametrize(("party", "kind"), sorted(set(FAULTS) - NO_CLAUSE))
def test_each_fault_at_the_cloakroom_is_seen(party: str, kind: str):
    catch = caught("cloakroom", 12, party, kind)
    if catch.fired:
        assert catch.expected / catch.fired >= HARD_TO_SEE.get((party, kind), 0.95), catch
        assert catch.blamed >= catch.expected - 1, catch


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_right_dialogues_of_every_domain_pass_every_rule(name: str):
    wrong = []
    for blueprint, persona in blueprints(name, 100):
        for attempt in range(2):
            trajectory = dialogue(blueprint, persona, attempt)
            wrong += findings(case_of(trajectory, blueprint))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
@pytest.mark.parametrize(("party", "kind"), sorted(FAULTS))
def test_each_fault_in_every_domain_is_seen(name: str, party: str, kind: str):
    if (name, party, kind) == ("cloakroom", "agent", "skips_confirmation"):
        pytest.skip("its clause K03 does not see this")
    catch = caught(name, 40, party, kind)
    if catch.fired >= 5:
        assert catch.expected / catch.fired >= HARD_TO_SEE.get((party, kind), 0.95), catch
        assert catch.blamed / catch.fired >= min(0.9, HARD_TO_SEE.get((party, kind), 1.0)), catch
