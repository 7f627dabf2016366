"""Clauses about what is said: before changes, and never. They go by values, order and question marks."""

from collections.abc import Callable, Iterator
from datetime import datetime

from generators.domains.domain import Clause
from generators.domains.library.database import (
    Charge,
    Copy,
    Event,
    Loan,
    PartnerOffer,
    Reservation,
    RoomBooking,
    RoomSlot,
    Title,
)
from generators.domains.said import (
    amount_said,
    answered,
    argument,
    says,
    ways_of_day,
    ways_of_time,
)
from generators.domains.table import Database
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT
from generators.spoken import forms

_UNASKED = ("complete_payment", "send_confirmation", "hand_over")

Ways = list[list[str]]
"""For each value that must be named, the ways to name it."""


def _title(db: Database, key: str) -> Ways:
    return [[db[Title].get(key).name]]


def _time(db: Database, start: datetime) -> Ways:
    return [ways_of_day(start.date(), db.now.date()), ways_of_time(start)]


def _by_loan(db: Database, call: Entry) -> Ways:
    return _title(db, db[Loan].get(argument(call, "loan_id")).title)


def _by_reservation(db: Database, call: Entry) -> Ways:
    return _title(db, db[Reservation].get(argument(call, "reservation_id")).title)


def _by_charge(db: Database, call: Entry) -> Ways:
    amount = db[Charge].get(argument(call, "charge_id")).amount
    return [[*forms(amount), f"{amount:.2f}".replace(".", ",")]]


_NAMED: dict[str, Callable[[Database, Entry], Ways]] = {
    "renew_loan": _by_loan,
    "charge_item": _by_loan,
    "clear_loan": _by_loan,
    "place_reservation": lambda db, call: _title(db, argument(call, "title_id")),
    "request_transfer": lambda db, call: _title(db, db[Copy].get(argument(call, "barcode")).title),
    "cancel_reservation": _by_reservation,
    "extend_hold": _by_reservation,
    "order_from_partner": lambda db, call: [
        [db[PartnerOffer].get(argument(call, "offer_id")).title_name]
    ],
    "suggest_purchase": lambda db, call: [[argument(call, "title_name")]],
    "book_room": lambda db, call: _time(db, db[RoomSlot].get(argument(call, "slot_id")).start),
    "cancel_booking": lambda db, call: [
        ways_of_day(db[RoomBooking].get(argument(call, "booking_id")).start.date(), db.now.date())
    ],
    "register_for_event": lambda db, call: [[db[Event].get(argument(call, "event_id")).name]],
    "send_payment_request": _by_charge,
    "forgive_charge": _by_charge,
}
"""What the question before a change must name; a membership's renewal names its fee, by B07."""


def agreed_first(timeline: Timeline) -> Iterator[Breach]:
    """B06: before a change the agent has named it and asked, and the caller has answered."""
    for call in timeline.calls():
        if not call.writes or call.tool in _UNASKED:
            continue
        named = _NAMED.get(call.tool)
        wanted = named(timeline.database_before(call), call) if named else []
        asked = [text for text in answered(timeline, call) if "?" in text]
        if call.tool == "renew_membership":
            asked = [text for text in asked if amount_said(text, call.value["fee"])]
        if not any(all(says(text, ways) for ways in wanted) for text in asked):
            yield Breach(call.index, f"{call.tool} without having been named and agreed to")


def fee_named_first(timeline: Timeline) -> Iterator[Breach]:
    """B07: the amount of a charge is said before the caller agrees to what raises it."""
    for call in timeline.calls():
        value = call.value if call.writes and isinstance(call.value, dict) else {}
        fee = value.get("fee") or value.get("late_charge") or 0.0
        if fee and not any(amount_said(text, fee) for text in answered(timeline, call)):
            yield Breach(call.index, f"{call.tool} costs {fee:.2f}, which was not said before")


def staff_lines_kept(timeline: Timeline) -> Iterator[Breach]:
    """B04: no staff line that a tool has shown is said."""
    lines = {each.value["home_branch_staff_line"] for each in timeline.calls("verify_member")}
    for entry in timeline.says(AGENT):
        if says(entry.text, sorted(lines)):
            yield Breach(entry.index, "a branch's staff line was given out")


TALK_CLAUSES = (
    Clause("B04", "talk", staff_lines_kept),
    Clause("B06", "talk", agreed_first),
    Clause("B07", "talk", fee_named_first),
)
