from random import Random
from typing import Any

import pytest

from generators.domains.insurance import DOMAIN
from generators.domains.insurance.accounts import invented_iban, is_valid
from generators.domains.insurance.database import (
    AssistanceCase,
    Claim,
    ClaimDocument,
    Client,
    Paper,
    PhoneCode,
    Policy,
    PolicyCover,
    Upload,
)
from generators.domains.insurance.seed import TODAY
from generators.domains.insurance.tools.quoting import reduced_refund
from generators.domains.world import Outcome, World
from generators.event import AGENT, USER
from personas.record import canonical_json


@pytest.fixture
def world() -> World:
    return World(DOMAIN, 0, DOMAIN.clock)


def _call(world: World, tool: str, party: str = AGENT, **arguments: object) -> Outcome:
    return world.call(party, tool, canonical_json(arguments).decode())


def _policy(world: World, product: str = "wayfarer") -> Policy:
    return next(row for row in world.db[Policy].where(product=product) if row.starts_on > TODAY)


def _missing(world: World, blurred: int) -> ClaimDocument:
    paper = next(row for row in world.db[Paper] if row.blurred_shots == blurred)
    return world.db[ClaimDocument].get(paper.id)


def test_number_and_birth_date_must_belong_together(world: World):
    client = next(iter(world.db[Client]))
    wish = {"client_number": client.number}
    assert not _call(world, "identify_client", birth_date=client.birth_date, **wish).error
    assert _call(world, "identify_client", birth_date="1901-01-01", **wish).error == "no_match"


def test_a_loss_is_looked_up_with_its_days(world: World):
    policy = _policy(world)
    cover = world.db[PolicyCover].get(f"{policy.number}:cancellation")
    found = _call(
        world,
        "check_event",
        policy_number=policy.number,
        cover="cancellation",
        event_on="2025-07-01",
    ).value
    assert (found["held"], found["report_by"]) == (True, "2025-07-11")
    assert found["covered_from"] == cover.covered_from.isoformat()


def test_a_delay_is_paid_by_the_hour_up_to_the_limit(world: World):
    policy = _policy(world)
    pays = {
        hours: _call(world, "quote_delay", policy_number=policy.number, hours=hours).value["pays"]
        for hours in (4, 5, 30)
    }
    assert pays == {4: 0.0, 5: 72.5, 30: 250.0}


def test_a_claim_is_opened_once_and_under_a_held_cover_only(world: World):
    policy = next(
        row
        for row in world.db[Policy].where(product="wayfarer")
        if not world.db[PolicyCover].find(f"{row.number}:sports_gear")
    )
    wish = {"policy_number": policy.number, "event_on": "2025-07-01", "amount": 200.0}
    opened = _call(world, "open_claim", cover="medical", **wish)
    assert [each["kind"] for each in opened.value["documents"]] == ["medical_bill", "doctor_letter"]
    assert _call(world, "open_claim", cover="medical", **wish).error == "already_exists"
    assert _call(world, "open_claim", cover="sports_gear", **wish).error == "not_covered"


def test_a_bad_photograph_is_followed_by_a_good_one(world: World):
    row = _missing(world, blurred=1)
    wish = {"claim_number": row.claim, "kind": row.kind}
    assert _call(world, "check_upload", **wish).error == "nothing_sent"
    assert _call(world, "accept_document", **wish).error == "nothing_sent"
    seen = []
    for _ in range(2):
        _call(world, "photograph_document", USER, **wish)
        seen.append(_call(world, "check_upload", **wish).value["legible"])
    assert seen == [False, True]
    assert world.db[Upload].get(row.id).shots == 2
    assert _call(world, "accept_document", **wish).value["still_missing"] == []
    assert _call(world, "accept_document", **wish).error == "no_change"


def test_a_paper_that_no_claim_needs_cannot_be_sent(world: World):
    row = next(each for each in world.db[Claim] if each.cover == "delay")
    wish = {"claim_number": row.number, "kind": "medical_bill"}
    assert _call(world, "photograph_document", USER, **wish).error == "not_wanted"


def test_only_open_claims_are_paid_or_withdrawn_and_go_to_the_account_on_file(world: World):
    claim = world.db[Claim].where(status="open")[0]
    client = world.db[Client].get(world.db[Policy].get(claim.policy).holder)
    paid = _call(world, "approve_payout", claim_number=claim.number, amount=10.0)
    assert paid.value["iban_ending"] == client.iban[-4:]
    assert _call(world, "approve_payout", claim_number=claim.number, amount=10.0).error
    assert _call(world, "withdraw_claim", claim_number=claim.number).error == "not_open"


def test_only_refused_claims_are_appealed_against_and_once(world: World):
    refused = world.db[Claim].where(status="refused")[0]
    paid = world.db[Claim].where(status="paid")[0]
    wish = {"ground": "new_evidence"}
    assert _call(world, "file_appeal", claim_number=paid.number, **wish).error == "not_refused"
    assert not _call(world, "file_appeal", claim_number=refused.number, **wish).error
    assert _call(world, "file_appeal", claim_number=refused.number, **wish).error == (
        "already_exists"
    )


def test_a_cancelled_policy_can_neither_be_cancelled_nor_changed(world: World):
    policy = _policy(world)
    wish = {"policy_number": policy.number}
    assert _call(world, "cancel_policy", refund=policy.premium + 1, **wish).error == "too_much"
    assert not _call(world, "cancel_policy", refund=policy.premium, **wish).error
    assert _call(world, "cancel_policy", refund=policy.premium, **wish).error == "not_active"
    assert _call(world, "send_certificate", language="french", **wish).error == "not_active"


def test_after_the_cooling_off_period_a_part_is_paid_back():
    assert reduced_refund(100.0) == 58.0
    assert reduced_refund(10.0) == 0.0


def test_what_is_added_is_charged_as_quoted(world: World):
    policy = next(
        row
        for row in world.db[Policy].where(product="wayfarer")
        if not world.db[PolicyCover].find(f"{row.number}:sports_gear")
    )
    wish, cover = {"policy_number": policy.number}, "sports_gear"
    quoted = _call(world, "quote_cover", cover=cover, **wish).value["premium"]
    assert _call(world, "add_cover", cover=cover, **wish).value["charged"] == quoted
    assert _call(world, "add_cover", cover=cover, **wish).error == "already_exists"
    later = {"new_end": policy.ends_on.replace(year=policy.ends_on.year + 1).isoformat()}
    extra = _call(world, "quote_extension", **later, **wish).value["premium"]
    assert _call(world, "extend_trip", **later, **wish).value["charged"] == extra
    assert _call(world, "extend_trip", **later, **wish).error == "not_later"
    premium = world.db[Policy].get(policy.number).premium
    assert premium == pytest.approx(policy.premium + quoted + extra)


def test_the_old_cost_twice_as_much(world: World):
    policy = _policy(world)
    young, old = (
        _call(world, "quote_person", policy_number=policy.number, birth_date=born).value["premium"]
        for born in ("1990-01-01", "1955-01-01")
    )
    assert old == pytest.approx(2 * young, abs=0.011)


def test_a_cover_that_a_product_cannot_have_is_an_error(world: World):
    policy = _policy(world, product="daytripper")
    wish = {"policy_number": policy.number, "cover": "sports_gear"}
    assert _call(world, "quote_cover", **wish).error == "not_offered"


def test_a_code_is_read_only_after_it_was_sent_and_must_be_the_right_one(world: World):
    row = next(iter(world.db[PhoneCode]))
    wish = {"client_number": row.client}
    assert _call(world, "read_code", USER, **wish).error == "nothing_received"
    assert _call(world, "check_code", code=row.code, **wish).value["matches"] is False
    _call(world, "send_code", **wish)
    assert _call(world, "read_code", USER, **wish).value == {"code": row.code}
    assert _call(world, "check_code", code=row.code, **wish).value["matches"] is True
    assert _call(world, "check_code", code="000000", **wish).value["matches"] is False


def test_an_account_number_with_a_wrong_digit_is_refused(world: World):
    client = next(iter(world.db[Client]))
    iban = invented_iban(Random(1), bank="QZRB")
    wish = {"client_number": client.number}
    assert is_valid(iban)
    wrong = iban[:-1] + str((int(iban[-1]) + 1) % 10)
    assert _call(world, "change_bank_details", iban=wrong, **wish).error == "bad_iban"
    assert _call(world, "change_bank_details", iban=client.iban, **wish).error == "no_change"
    done = _call(world, "change_bank_details", iban=iban, **wish)
    assert done.value["iban_ending"] == iban[-4:]


def test_approvals_eat_up_the_cover(world: World):
    case = next(iter(world.db[AssistanceCase]))
    before = _call(world, "get_case", case_number=case.number).value
    done = _call(
        world, "approve_treatment", case_number=case.number, treatment="x_ray", amount=50.0
    )
    assert done.value["remaining"] == pytest.approx(before["remaining"] - 50.0)
    assert before["limit"] == pytest.approx(before["approved_so_far"] + before["remaining"])


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_claim", {"claim_number": "4711"}),
        ("change_bank_details", {"client_number": "CU-1234567", "iban": "my bank"}),
        ("approve_payout", {"claim_number": "CL-1234567", "amount": -5.0}),
        ("hand_over", {"client_number": "CU-1234567", "queue": "the boss", "reason": "complaint"}),
    ],
)
def test_malformed_arguments_are_refused(world: World, tool: str, arguments: dict[str, Any]):
    assert _call(world, tool, **arguments).error == "invalid_arguments"


def test_unknown_rows_are_errors_and_leave_no_trace(world: World):
    before = world.state_hash()
    for tool, arguments in (
        ("get_policy", {"policy_number": "TP-0000000"}),
        ("withdraw_claim", {"claim_number": "CL-0000000"}),
        ("get_case", {"case_number": "AC-0000000"}),
        ("send_code", {"client_number": "CU-0000000"}),
    ):
        assert _call(world, tool, **arguments).error == "not_found"
    assert world.state_hash() == before
