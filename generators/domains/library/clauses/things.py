"""Clauses about things: loans, reservations, orders, rooms, events."""

from collections.abc import Iterator
from datetime import date, timedelta

from generators.domains.domain import Clause
from generators.domains.library.database import (
    Copy,
    Event,
    Loan,
    Member,
    PartnerOffer,
    PartnerRequest,
    Reservation,
    Room,
    RoomBooking,
    RoomSlot,
    Title,
    age_on,
)
from generators.domains.library.rules import (
    MAX_BOOKINGS,
    MAX_PARTNER_REQUESTS,
    held,
    kind_of,
    why_not_renewed,
)
from generators.domains.library.tools.houses import coming_rooms
from generators.domains.said import argument, flag
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import USER


def renewable_only(timeline: Timeline) -> Iterator[Breach]:
    """B11: no renewal of what is short, reserved, renewed out or long overdue."""
    for call in timeline.calls("renew_loan"):
        db = timeline.database_before(call)
        reason = why_not_renewed(db, db[Loan].get(argument(call, "loan_id")))
        if reason:
            yield Breach(call.index, f"renewed although {reason}")


def quoted_first(timeline: Timeline) -> Iterator[Breach]:
    """B13: what is charged for an item was quoted for this loan, cause and grade."""
    for call in timeline.calls("charge_item"):
        names = ("loan_id", "cause")
        quotes = timeline.earlier(call, "quote_item_fee")
        if not any(
            all(argument(each, name) == argument(call, name) for name in names)
            and each.value["fee"] == call.value["fee"]
            for each in quotes
        ):
            yield Breach(call.index, "an item was charged without this quote")


def grade_from_label(timeline: Timeline) -> Iterator[Breach]:
    """B14: the grade of a damaged item is the one that the caller has read on a label."""
    for call in timeline.calls("charge_item"):
        if argument(call, "cause") != "damaged":
            continue
        barcode = timeline.database_before(call)[Loan].get(argument(call, "loan_id")).copy
        read = timeline.earlier(call, "read_label", party=USER)
        wanted = (barcode, argument(call, "label_grade"))
        if not any((each.value["barcode"], each.value["grade"]) == wanted for each in read):
            yield Breach(call.index, f"grade {wanted[1]} was not read on the label")


def receipt_looked_up(timeline: Timeline) -> Iterator[Breach]:
    """B15: a loan is cleared with a receipt that was looked up before."""
    for call in timeline.calls("clear_loan"):
        receipts = {argument(each, "receipt") for each in timeline.earlier(call, "check_receipt")}
        if argument(call, "receipt") not in receipts:
            yield Breach(call.index, f"{argument(call, 'receipt')} was not looked up first")


def _on_shelf(timeline: Timeline, call: Entry, title: str) -> list[Copy]:
    return timeline.database_before(call)[Copy].where(title=title, status="on_shelf")


def reserved_when_all_out(timeline: Timeline) -> Iterator[Breach]:
    """B18: nothing is reserved while a copy stands on a shelf."""
    for call in timeline.calls("place_reservation"):
        if _on_shelf(timeline, call, argument(call, "title_id")):
            yield Breach(call.index, "reserved although a copy stands on a shelf")


def transferred_when_elsewhere(timeline: Timeline) -> Iterator[Breach]:
    """B19: a copy is sent only where none stands, and it is the first of those elsewhere."""
    for call in timeline.calls("request_transfer"):
        copy = timeline.database_before(call)[Copy].get(argument(call, "barcode"))
        standing = _on_shelf(timeline, call, copy.title)
        if any(each.branch == argument(call, "branch") for each in standing):
            yield Breach(call.index, "transferred although a copy stands in that branch")
        elif standing and standing[0].barcode != copy.barcode:
            yield Breach(call.index, f"{copy.barcode} is not the copy that is listed first")


def within_reservations(timeline: Timeline) -> Iterator[Breach]:
    """B20: no more reservations than the membership allows."""
    for call in timeline.calls("place_reservation", "request_transfer"):
        db, card = timeline.database_before(call), argument(call, "card")
        if len(held(db, card)) >= kind_of(db, card).max_reservations:
            yield Breach(call.index, f"{card} had {len(held(db, card))} reservations")


def of_age_for_title(timeline: Timeline) -> Iterator[Breach]:
    """B21: rated titles are for members of that age."""
    for call in timeline.calls("place_reservation", "request_transfer"):
        db = timeline.database_before(call)
        copy = db[Copy].find(argument(call, "barcode"))
        title = db[Title].get(copy.title if copy else argument(call, "title_id"))
        years = age_on(db[Member].get(argument(call, "card")).birth_date, db.now.date())
        if years < title.min_age:
            yield Breach(call.index, f"{title.name} for somebody of {years}")


def kept_longer_once(timeline: Timeline) -> Iterator[Breach]:
    """B22: kept longer once, and while the membership runs."""
    for call in timeline.calls("extend_hold"):
        db = timeline.database_before(call)
        row = db[Reservation].get(argument(call, "reservation_id"))
        if row.extended:
            yield Breach(call.index, f"{row.id} had been kept longer before")
        elif db[Member].get(row.member).expires_on < db.now.date():
            yield Breach(call.index, "kept longer on a membership that has run out")


def cheapest_in_time(timeline: Timeline) -> Iterator[Breach]:
    """B24: the cheapest offer that arrives by the day on which it is needed."""
    for call in timeline.calls("order_from_partner"):
        db = timeline.database_before(call)
        offer = db[PartnerOffer].get(argument(call, "offer_id"))
        by = date.fromisoformat(argument(call, "needed_by"))
        offers = db[PartnerOffer].where(title_name=offer.title_name)
        in_time = [each for each in offers if each.arrives_on <= by]
        if offer not in in_time:
            yield Breach(call.index, f"{offer.id} arrives on {offer.arrives_on}, after {by}")
        elif offer.fee > min(each.fee for each in in_time):
            yield Breach(call.index, f"{offer.id} is not the cheapest in time")


def not_our_own(timeline: Timeline) -> Iterator[Breach]:
    """B25: find_title has shown that we lack it, and there are not two orders already."""
    for call in timeline.calls("order_from_partner"):
        db = timeline.database_before(call)
        name = db[PartnerOffer].get(argument(call, "offer_id")).title_name.casefold()
        searches = timeline.earlier(call, "find_title")
        if not any(
            not each.value and argument(each, "name").casefold() in name for each in searches
        ):
            yield Breach(call.index, f"{name} was not looked for among our own")
        if len(db[PartnerRequest].where(member=argument(call, "card"))) >= MAX_PARTNER_REQUESTS:
            yield Breach(call.index, "a third order from partners")


def shown_slots_only(timeline: Timeline) -> Iterator[Breach]:
    """B34: a slot that is booked was the first in the answer to an earlier search."""
    for call in timeline.calls("book_room"):
        searches = timeline.earlier(call, "search_rooms")
        first = {each.value["slots"][0]["slot_id"] for each in searches if each.value["slots"]}
        if argument(call, "slot_id") not in first:
            yield Breach(call.index, f"{argument(call, 'slot_id')} was first in no search")


def makerspace_after_induction(timeline: Timeline) -> Iterator[Breach]:
    """B35: makerspaces are booked for members who have had the induction."""
    for call in timeline.calls("book_room"):
        db = timeline.database_before(call)
        room = db[Room].get(db[RoomSlot].get(argument(call, "slot_id")).room)
        if room.kind == "makerspace" and not db[Member].get(argument(call, "card")).inducted_on:
            yield Breach(call.index, f"{room.name} without induction")


def two_rooms_at_most(timeline: Timeline) -> Iterator[Breach]:
    """B36: no third room."""
    for call in timeline.calls("book_room"):
        if (
            len(coming_rooms(timeline.database_before(call), argument(call, "card")))
            >= MAX_BOOKINGS
        ):
            yield Breach(call.index, "a third room")


def late_cancellation_costs(timeline: Timeline) -> Iterator[Breach]:
    """B37: the fee is charged within 24 hours of the start, and only then."""
    for call in timeline.calls("cancel_booking"):
        db = timeline.database_before(call)
        row = db[RoomBooking].get(argument(call, "booking_id"))
        if (row.start - db.now < timedelta(hours=24)) != flag(call, "charge_late_fee"):
            yield Breach(call.index, f"the fee is wrong for a room at {row.start}")


def of_age_for_event(timeline: Timeline) -> Iterator[Breach]:
    """B38: members register for events of their age."""
    for call in timeline.calls("register_for_event"):
        db = timeline.database_before(call)
        event = db[Event].get(argument(call, "event_id"))
        years = age_on(db[Member].get(argument(call, "card")).birth_date, db.now.date())
        if not event.min_age <= years <= event.max_age:
            yield Breach(call.index, f"{event.name} for somebody of {years}")


THING_CLAUSES = (
    Clause("B11", "calls", renewable_only),
    Clause("B13", "calls", quoted_first),
    Clause("B14", "calls", grade_from_label),
    Clause("B15", "calls", receipt_looked_up),
    Clause("B18", "calls", reserved_when_all_out),
    Clause("B19", "calls", transferred_when_elsewhere),
    Clause("B20", "calls", within_reservations),
    Clause("B21", "calls", of_age_for_title),
    Clause("B22", "calls", kept_longer_once),
    Clause("B24", "calls", cheapest_in_time),
    Clause("B25", "calls", not_our_own),
    Clause("B34", "calls", shown_slots_only),
    Clause("B35", "calls", makerspace_after_induction),
    Clause("B36", "calls", two_rooms_at_most),
    Clause("B37", "calls", late_cancellation_costs),
    Clause("B38", "calls", of_age_for_event),
)
