from datetime import timedelta

from generators.domains.library import DOMAIN
from generators.domains.library.database import (
    Charge,
    Copy,
    Keepsake,
    Loan,
    Member,
    Reservation,
    RoomBooking,
    RoomSlot,
    Tie,
    age_on,
)
from generators.domains.library.desk import settle
from generators.domains.library.rules import AMNESTY_BEFORE, held, kind_of, why_not_renewed
from generators.domains.library.seed import NOW, TODAY, seed
from generators.domains.table import Database
from generators.domains.world import World
from tests.people import person


def _db(number: int = 0) -> Database:
    return Database(seed(number), NOW)


def test_every_copy_on_loan_is_in_exactly_one_pair_of_hands():
    db = _db()
    out = [row.copy for row in db[Loan].where(status="open") if row.copy]
    assert sorted(out) == sorted(row.barcode for row in db[Copy].where(status="on_loan"))
    for row in db[Loan]:
        if row.copy:
            assert db[Copy].get(row.copy).title == row.title


def test_nobody_has_a_title_twice_or_more_reservations_than_allowed():
    db = _db()
    for member in db[Member]:
        loans = [row.title for row in db[Loan].where(member=member.card, status="open")]
        reserved = [row.title for row in held(db, member.card)]
        assert len({*loans, *reserved}) == len(loans) + len(reserved)
        assert len(reserved) <= kind_of(db, member.card).max_reservations


def test_what_is_reserved_stands_on_no_shelf():
    db = _db()
    for row in db[Reservation]:
        assert not db[Copy].where(title=row.title, status="on_shelf")
        assert (row.status == "ready") == (row.ready_until is not None)


def test_every_rule_about_loans_has_cases_on_both_sides():
    db = _db()
    reasons = [why_not_renewed(db, row) for row in db[Loan].where(status="open") if row.copy]
    for reason in ("", "short_loan", "reserved", "renewed_out", "too_late"):
        assert reasons.count(reason) > 10, reason


def test_charges_lie_on_both_sides_of_the_amnesty():
    late = _db()[Charge].where(kind="late", status="open")
    assert sum(row.raised_on < AMNESTY_BEFORE for row in late) > 15
    assert sum(row.raised_on >= AMNESTY_BEFORE for row in late) > 15
    for row in _db()[Charge]:
        assert row.amount > 0
        assert (row.status == "open") == (row.settled_on is None)
        assert row.settled_on is None or row.settled_on <= TODAY


def test_receipts_are_for_things_that_are_still_on_the_account():
    db = _db()
    receipts = db[Keepsake].where(kind="receipt")
    assert len(receipts) > 30
    for paper in receipts:
        loan = db[Loan].get(paper.loan)
        assert (loan.member, loan.status) == (paper.member, "open")
        assert paper.printed_on < TODAY


def test_booked_rooms_hold_their_own_slots_on_both_sides_of_a_day():
    db = _db()
    rows = list(db[RoomBooking])
    assert len({row.slot for row in rows}) == len(rows)
    for row in rows:
        slot = db[RoomSlot].get(row.slot)
        assert (slot.status, slot.start) == ("booked", row.start)
    late = sum(row.start - NOW < timedelta(hours=24) for row in rows)
    assert 8 < late < len(rows) - 20


def test_care_ends_at_eighteen():
    db = _db()
    for tie in db[Tie].where(scope="guardian"):
        child = db[Member].get(tie.other)
        assert (tie.valid_until <= TODAY) == (age_on(child.birth_date, TODAY) >= 18)


def test_a_caller_gets_the_persona_and_the_children_the_family_name():
    db = _db()
    tie = next(each for each in db[Tie] if each.scope == "guardian" and each.valid_until > TODAY)
    world = World(DOMAIN, 0, DOMAIN.clock, settle(db, tie.member, person(3)))
    caller, child = world.db[Member].get(tie.member), world.db[Member].get(tie.other)
    assert (caller.family_name, caller.birth_date) == ("Halloran3", "1983-05-06")
    assert (child.family_name, child.phone) == ("Halloran3", caller.phone)
    assert child.birth_date == db[Member].get(tie.other).birth_date
