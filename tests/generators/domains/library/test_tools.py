from collections.abc import Callable
from typing import Any

import pytest

from generators.domains.library import DOMAIN
from generators.domains.library.database import (
    Charge,
    Copy,
    Event,
    Keepsake,
    Loan,
    Member,
    PartnerOffer,
    Reservation,
    RoomSlot,
    Title,
)
from generators.domains.library.rules import fine, kind_of, replacement, waiting_for
from generators.domains.table import Row
from generators.domains.world import Outcome, World
from generators.event import AGENT, USER
from personas.record import canonical_json


@pytest.fixture
def world() -> World:
    return World(DOMAIN, 0, DOMAIN.clock)


def _call(world: World, tool: str, **given: object) -> Outcome:
    return world.call(AGENT, tool, canonical_json(given).decode())


def _do(world: World, tool: str, **given: object) -> Outcome:
    return world.call(USER, tool, canonical_json(given).decode())


def _row(world: World, kind: type[Row], where: Callable[[Any], bool]) -> Any:
    return next(row for row in world.db[kind] if where(row))


def _loan(world: World, where: Callable[[Loan], bool] = lambda _: True) -> Loan:
    return _row(world, Loan, lambda row: row.status == "open" and row.copy and where(row))


def _somebody(world: World) -> str:
    return DOMAIN.subjects(world.db)[0]


def test_card_and_birth_date_must_belong_together(world: World):
    member = world.db[Member].get(_somebody(world))
    given = {"card": member.card, "birth_date": member.birth_date}
    assert _call(world, "verify_member", **given).value["card"] == member.card
    assert _call(world, "verify_member", **{**given, "birth_date": "1900-01-01"}).error


def test_a_renewal_of_an_overdue_loan_charges_the_lateness(world: World):
    loan = _loan(world, lambda row: fine(world.db, row, world.db.now.date()) > 0)
    owed = fine(world.db, loan, world.db.now.date())
    done = _call(world, "renew_loan", loan_id=loan.id).value
    assert done["late_charge"] == owed
    assert world.db[Charge].get(done["charge_id"]).amount == owed
    assert done["due_on"] > world.db.now.date().isoformat()


def test_lateness_never_costs_more_than_the_cap(world: World):
    for loan in world.db[Loan].where(status="open"):
        kind = kind_of(world.db, loan.member)
        assert fine(world.db, loan, world.db.now.date()) <= kind.fine_cap


def test_an_old_copy_costs_less_than_a_new_one(world: World):
    for loan in world.db[Loan].where(status="open"):
        if loan.copy:
            price = world.db[Title].get(loan.title).price
            assert 0.45 * price + 6.49 < replacement(world.db, loan) <= price + 6.51


def test_what_is_charged_for_an_item_is_what_was_quoted(world: World):
    loan = _loan(world)
    for cause, grade in (("damaged", "C"), ("lost", "A")):
        given = {"loan_id": loan.id, "cause": cause, "label_grade": grade}
        quote = _call(world, "quote_item_fee", **given).value["fee"]
        assert _call(world, "charge_item", **given).value["fee"] == quote
    assert world.db[Copy].get(loan.copy).status == "lost"
    assert _call(world, "renew_loan", loan_id=loan.id).error == "not_on_loan"


def test_a_receipt_clears_its_own_loan_only(world: World):
    paper = world.db[Keepsake].where(kind="receipt")[0]
    other = _loan(world, lambda row: row.id != paper.loan)
    wrong = _call(world, "clear_loan", loan_id=other.id, receipt=paper.code)
    assert wrong.error == "wrong_receipt"
    done = _call(world, "clear_loan", loan_id=paper.loan, receipt=paper.code).value
    assert done["returned_on"] == paper.printed_on.isoformat()
    assert world.db[Loan].get(paper.loan).status == "returned"


def test_a_member_finds_the_receipt_and_reads_the_label(world: World):
    paper = world.db[Keepsake].where(kind="receipt")[0]
    name = world.db[Title].get(world.db[Loan].get(paper.loan).title).name
    given = {"card": paper.member, "title_name": name}
    assert _do(world, "find_receipt", **given).value["receipt"] == paper.code
    assert _do(world, "read_label", **given).value["grade"] in "ABCD"
    assert _do(world, "read_label", card=paper.member, title_name="Nothing").error == "not_found"


def test_a_reservation_stands_at_the_end_of_the_queue(world: World):
    card = _somebody(world)
    mine = {row.title for row in world.db[Reservation].where(member=card)}
    title = _row(
        world, Title, lambda row: row.id not in mine and len(waiting_for(world.db, row.id)) > 0
    )
    before = len(waiting_for(world.db, title.id))
    given = {"card": card, "title_id": title.id, "branch": "harbour"}
    done = _call(world, "place_reservation", **given).value
    assert done["position"] == before + 1
    assert done["fee"] == kind_of(world.db, card).reservation_fee
    assert _call(world, "place_reservation", **given).error == "already_reserved"


def test_a_copy_is_sent_from_a_shelf_elsewhere_only(world: World):
    card = _somebody(world)
    copy = _row(world, Copy, lambda row: row.status == "on_shelf" and row.branch != "harbour")
    there = {"card": card, "barcode": copy.barcode, "branch": copy.branch}
    assert _call(world, "request_transfer", **there).error == "there_already"
    done = _call(world, "request_transfer", **{**there, "branch": "harbour"}).value
    assert (done["status"], done["arrives_on"]) == ("coming", "2025-10-17")
    again = _call(world, "request_transfer", **{**there, "branch": "harbour"})
    assert again.error == "not_on_shelf"


def test_cancelling_what_lies_ready_costs_and_what_waits_does_not(world: World):
    for status, fee in (("ready", 1.2), ("waiting", 0.0)):
        row = world.db[Reservation].where(status=status)[0]
        assert _call(world, "cancel_reservation", reservation_id=row.id).value["fee"] == fee
        again = _call(world, "cancel_reservation", reservation_id=row.id)
        assert again.error == "cancelled"


def test_what_lies_ready_is_kept_three_days_longer(world: World):
    row = world.db[Reservation].where(status="ready")[0]
    done = _call(world, "extend_hold", reservation_id=row.id).value
    assert done["ready_until"] > row.ready_until.isoformat()  # type: ignore[union-attr]
    waiting = world.db[Reservation].where(status="waiting")[0]
    assert _call(world, "extend_hold", reservation_id=waiting.id).error == "not_ready"


def test_a_payment_needs_the_code_that_approval_shows(world: World):
    charge = world.db[Charge].where(status="open")[0]
    assert _do(world, "approve_payment", card=charge.member).error == "nothing_there"
    request = _call(world, "send_payment_request", charge_id=charge.id).value["request_id"]
    assert _call(world, "complete_payment", request_id=request, code="000000").error == "wrong_code"
    code = _do(world, "approve_payment", card=charge.member).value["code"]
    done = _call(world, "complete_payment", request_id=request, code=code).value
    assert done["paid"] == charge.amount
    assert world.db[Charge].get(charge.id).status == "paid"
    assert _call(world, "forgive_charge", charge_id=charge.id, ground="amnesty").error == "not_open"


def test_a_membership_is_renewed_from_its_end_or_from_today(world: World):
    today = world.db.now.date()
    for member in (
        _row(world, Member, lambda row: row.expires_on < today),
        _row(world, Member, lambda row: row.expires_on > today),
    ):
        done = _call(world, "renew_membership", card=member.card).value
        first = max(member.expires_on, today)
        assert done["expires_on"][:4] in (str(first.year), str(first.year + 1))
        assert done["expires_on"] > first.isoformat()


def test_a_postcards_code_counts_for_its_own_address_only(world: World):
    one, two = world.db[Keepsake].where(kind="postcard")[:2]
    wrong = _call(world, "renew_membership", card=one.member, address_code=two.code)
    assert wrong.error == "wrong_code"
    code = _do(world, "read_postcard", card=one.member).value["code"]
    assert not _call(world, "renew_membership", card=one.member, address_code=code).error
    assert world.db[Member].get(one.member).address_checked_on == world.db.now.date()


def test_a_slot_is_booked_once_and_the_smallest_room_comes_first(world: World):
    given = {"kind": "study", "branch": "harbour", "day": "2025-10-21"}
    slots = _call(world, "search_rooms", **given).value["slots"]
    assert slots == sorted(slots, key=lambda row: (row["start"], row["seats"]))
    first = {"card": _somebody(world), "slot_id": slots[0]["slot_id"]}
    assert not _call(world, "book_room", **first).error
    assert _call(world, "book_room", **first).error == "not_free"
    assert world.db[RoomSlot].get(slots[0]["slot_id"]).status == "booked"


def test_a_full_event_has_only_a_waiting_list(world: World):
    full = _row(world, Event, lambda row: row.taken == row.seats)
    given = {"card": _somebody(world), "event_id": full.id}
    assert _call(world, "register_for_event", **given, waiting_list=False).error == "full"
    done = _call(world, "register_for_event", **given, waiting_list=True).value
    assert (done["position"], done["fee"]) == (full.waiting + 1, 0.0)
    again = _call(world, "register_for_event", **given, waiting_list=True)
    assert again.error == "already_registered"


def test_partners_titles_are_not_ours_and_the_quicker_is_the_dearer(world: World):
    names = {row.title_name for row in world.db[PartnerOffer]}
    assert not names & {row.name for row in world.db[Title]}
    for name in sorted(names)[:10]:
        offers = _call(world, "find_partner_offers", title_name=name).value
        by_day = sorted(offers, key=lambda row: row["arrives_on"])
        assert [row["fee"] for row in by_day] == sorted((r["fee"] for r in offers), reverse=True)
        assert _call(world, "find_title", name=name).value == []


def test_a_matter_is_handed_over_once(world: World):
    given = {"card": _somebody(world), "queue": "branch_manager", "reason": "complaint"}
    assert _call(world, "hand_over", **given).value["answer_by"] == "2025-10-22"
    assert _call(world, "hand_over", **given).error == "already_exists"
