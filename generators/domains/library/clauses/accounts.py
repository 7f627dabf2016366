"""Clauses about who may have what done on which account."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from generators.domains.domain import Clause
from generators.domains.library.database import (
    Charge,
    Keepsake,
    Loan,
    Member,
    PaymentRequest,
    Reservation,
    RoomBooking,
    Suggestion,
    Tie,
)
from generators.domains.library.rules import (
    ADDRESS_DAYS,
    AMNESTY_BEFORE,
    GOODWILL_LIMIT,
    MAX_SUGGESTIONS,
    QUEUES,
    is_blocked,
    kind_of,
    last_goodwill,
    overdue,
    owed,
)
from generators.domains.said import argument
from generators.domains.table import Row
from generators.domains.timeline import Breach, Entry, Timeline

_GENERAL = ("verify_member", "find_title", "find_event", "find_partner_offers", "search_rooms")
_OWNED: dict[str, type[Row]] = {
    "loan_id": Loan,
    "receipt": Keepsake,
    "reservation_id": Reservation,
    "charge_id": Charge,
    "request_id": PaymentRequest,
    "booking_id": RoomBooking,
}
_BARRED = (
    "renew_loan",
    "place_reservation",
    "request_transfer",
    "book_room",
    "register_for_event",
    "order_from_partner",
)


def account_of(timeline: Timeline, call: Entry) -> str:
    """The card whose account a call is about; empty when it is nobody's."""
    if argument(call, "card"):
        return argument(call, "card")
    db = timeline.database_before(call)
    for name, kind in _OWNED.items():
        row: Any = db[kind].find(argument(call, name))
        if row is not None:
            return row.member
    return ""


def verified_first(timeline: Timeline) -> Iterator[Breach]:
    """B01: verify_member has succeeded before any call about an account."""
    for call in timeline.calls():
        if call.tool not in _GENERAL and not timeline.earlier(call, "verify_member"):
            yield Breach(call.index, f"{call.tool} before the caller was verified")


def own_or_ward(timeline: Timeline) -> Iterator[Breach]:
    """B02: calls are about a verified caller's account, or a member in the caller's care."""
    for call in timeline.calls():
        callers = {argument(each, "card") for each in timeline.earlier(call, "verify_member")}
        card = account_of(timeline, call)
        if call.tool in _GENERAL or not card or not callers or card in callers:
            continue
        db = timeline.database_before(call)
        ties = db[Tie].where(other=card, scope="guardian")
        if not any(tie.member in callers and tie.valid_until >= db.now.date() for tie in ties):
            yield Breach(call.index, f"{call.tool} for {card}, which is not the caller's to ask")


def nothing_new_when_blocked(timeline: Timeline) -> Iterator[Breach]:
    """B10: nothing is renewed, reserved, booked or ordered on a blocked account."""
    for call in timeline.calls(*_BARRED):
        card = account_of(timeline, call)
        if card and is_blocked(timeline.database_before(call), card):
            yield Breach(call.index, f"{call.tool} on the blocked account {card}")


def amnesty_for_old_ones(timeline: Timeline) -> Iterator[Breach]:
    """B27: only late charges from before the day, and only when nothing is overdue."""
    for call in timeline.calls("forgive_charge"):
        if argument(call, "ground") != "amnesty":
            continue
        db = timeline.database_before(call)
        row = db[Charge].get(argument(call, "charge_id"))
        if row.kind != "late" or row.raised_on >= AMNESTY_BEFORE:
            yield Breach(call.index, f"{row.id} does not fall under the amnesty")
        elif overdue(db, row.member):
            yield Breach(call.index, "the amnesty although something is overdue")


def goodwill_within_limits(timeline: Timeline) -> Iterator[Breach]:
    """B28: only small late charges from after the amnesty's day, once in 365 days."""
    for call in timeline.calls("forgive_charge"):
        if argument(call, "ground") != "goodwill":
            continue
        db = timeline.database_before(call)
        row = db[Charge].get(argument(call, "charge_id"))
        if row.kind != "late" or row.raised_on < AMNESTY_BEFORE or row.amount > GOODWILL_LIMIT:
            yield Breach(call.index, f"{row.id} is not one for goodwill")
        elif last_goodwill(db, row.member):
            yield Breach(call.index, "a second waiver within 365 days")


def renewed_in_time(timeline: Timeline) -> Iterator[Breach]:
    """B31: within 60 days of the end, and not while too much is owed."""
    for call in timeline.calls("renew_membership"):
        db, card = timeline.database_before(call), argument(call, "card")
        until = db[Member].get(card).expires_on
        if until > db.now.date() + timedelta(days=60):
            yield Breach(call.index, f"the membership runs until {until}")
        elif owed(db, card) >= kind_of(db, card).block_at:
            yield Breach(call.index, f"{owed(db, card):.2f} are owed on {card}")


def address_checked(timeline: Timeline) -> Iterator[Breach]:
    """B32: where the address check is old, a membership is renewed with the postcard's code."""
    for call in timeline.calls("renew_membership"):
        db = timeline.database_before(call)
        checked = db[Member].get(argument(call, "card")).address_checked_on
        old = (db.now.date() - checked).days > ADDRESS_DAYS
        if old and not argument(call, "address_code"):
            yield Breach(call.index, f"renewed on an address checked on {checked}")


def suggestions_looked_up(timeline: Timeline) -> Iterator[Breach]:
    """B26: not more than three a year, and only after a search that found nothing."""
    for call in timeline.calls("suggest_purchase"):
        db, wanted = timeline.database_before(call), argument(call, "title_name").casefold()
        rows = db[Suggestion].where(member=argument(call, "card"))
        if sum(row.made_on.year == db.now.year for row in rows) >= MAX_SUGGESTIONS:
            yield Breach(call.index, "a fourth suggestion this year")
        searches = timeline.earlier(call, "find_title")
        if not any(not each.value and _same(argument(each, "name"), wanted) for each in searches):
            yield Breach(call.index, f"{wanted} was not looked up first")


def _same(name: str, other: str) -> bool:
    name = name.casefold()
    return name in other or other in name


def right_queue_once(timeline: Timeline) -> Iterator[Breach]:
    """B39: a hand-over goes where its matter belongs. A second one for it fails as a call."""
    for call in timeline.calls("hand_over", failed=True):
        if call.error == "already_exists":
            yield Breach(call.index, "handed over twice")
        elif not call.error and QUEUES[argument(call, "reason")] != argument(call, "queue"):
            yield Breach(call.index, f"{argument(call, 'reason')} went to the wrong queue")


ACCOUNT_CLAUSES = (
    Clause("B01", "calls", verified_first),
    Clause("B02", "calls", own_or_ward),
    Clause("B10", "calls", nothing_new_when_blocked),
    Clause("B26", "calls", suggestions_looked_up),
    Clause("B27", "calls", amnesty_for_old_ones),
    Clause("B28", "calls", goodwill_within_limits),
    Clause("B31", "calls", renewed_in_time),
    Clause("B32", "calls", address_checked),
    Clause("B39", "calls", right_queue_once),
)
