from datetime import date
from random import Random

import pytest

from generators.domains.domain import breaches
from generators.domains.insurance import DOMAIN
from generators.domains.insurance.clauses.talk import says_code, says_day, says_number
from generators.domains.insurance.database import Authorisation
from generators.event import AGENT, USER
from generators.sources.request import PlanSpec
from tests.generators.domains.desk import spoken_timeline
from tests.generators.domains.insurance.talk import blueprints, case
from tests.generators.domains.insurance.wrongs import WRONGS

pytestmark = pytest.mark.slow


def test_every_checkable_clause_has_a_wrong_dialogue():
    assert set(WRONGS) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONGS))
def test_a_wrong_dialogue_breaks_its_clause_and_no_other(clause: str):
    desk = WRONGS[clause]()
    assert {name for name, _ in desk.breaches()} == {clause}
    assert [entry.error for entry in desk.entries if entry.error] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_dialogues_keep_every_clause(seed: int):
    spec = PlanSpec(goals={1: 0.5, 2: 0.3, 3: 0.2})
    for number, blueprint in enumerate(blueprints(60, spec, seed)):
        timeline = spoken_timeline(blueprint, Random(number))
        found = [(name, breach.message) for name, breach in breaches(DOMAIN, timeline)]
        assert found == [], blueprint.intents


def test_the_manual_is_numbered_and_checks_name_their_clauses():
    assert sorted(DOMAIN.policy.clauses) == [f"T{number:02d}" for number in range(1, 44)]
    for name, clause in DOMAIN.clauses.items():
        assert (clause.check.__doc__ or "").startswith(f"{name}: ")


def test_an_authorisation_for_policies_opens_no_claims_and_no_bank_details():
    desk = case("other_refused", where=lambda it: it.draw.slots["why"] == "scope").known()
    grantor = desk.fact("principal_number")
    assert desk.db[Authorisation].where(grantor=grantor)
    desk.call("list_policies", client_number=grantor)
    assert desk.breaches() == []
    desk.call("send_code", client_number=grantor)
    assert [name for name, _ in desk.breaches()] == ["T03"]


def test_an_emergency_may_be_told_before_the_caller_is_known():
    desk = case("emergency")
    desk.say(USER, "My friend has chest pain, please help!")
    desk.known().call(
        "hand_over",
        client_number=desk.subject,
        queue="assistance_line",
        reason="life_threatening",
    )
    desk.call("list_policies", client_number=desk.subject)
    assert desk.breaches() == []


def test_a_second_legible_photograph_may_be_accepted():
    desk = case("send_document").known()
    number = desk.fact("doc_claim")
    documents = desk.call("get_claim", claim_number=number)["documents"]
    kind = next(each["kind"] for each in documents if each["state"] == "missing")
    wish = {"claim_number": number, "kind": kind}
    legible = False
    while not legible:
        desk.act("photograph_document", **wish)
        legible = desk.call("check_upload", **wish)["legible"]
    desk.call("accept_document", **wish)
    assert desk.breaches() == []


def test_the_yes_must_come_after_the_question():
    desk = case("withdraw_claim").known()
    number = desk.fact("dropped_claim")
    desk.say(USER, "Yes, go ahead.")
    desk.say(AGENT, f"Shall I withdraw {number}?")
    desk.call("withdraw_claim", claim_number=number)
    assert [name for name, _ in desk.breaches()] == ["T06"]


@pytest.mark.parametrize(
    "text", ["1250 euros?", "1,250.00 it is", "(1.250,00)", "1 250 euros", "1250.00."]
)
def test_an_amount_may_be_said_in_any_way(text: str):
    assert says_number(text, 1250.0)


@pytest.mark.parametrize("text", ["125 euros", "1250.50", "12500", "none"])
def test_another_amount_does_not_count_as_said(text: str):
    assert not says_number(text, 1250.0)


@pytest.mark.parametrize("text", ["184.5 euros", "184,50", "EUR 184.50"])
def test_cents_may_be_cut_short(text: str):
    assert says_number(text, 184.5)


@pytest.mark.parametrize("text", ["11 August", "August 11th", "the 11th of August", "2025-08-11"])
def test_a_day_may_be_said_in_any_way(text: str):
    assert says_day(f"Until {text}, shall I?", date(2025, 8, 11))
    assert not says_day(f"Until {text}, shall I?", date(2025, 8, 12))


def test_numbers_with_letters_may_be_grouped():
    assert says_code("your claim CL 441 0938, then", "CL-4410938")
    assert not says_code("your claim CL-4410939", "CL-4410938")
