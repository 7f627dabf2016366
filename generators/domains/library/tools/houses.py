"""Tools about rooms and events."""

from datetime import date, timedelta
from typing import Any

from generators.domains.library.database import (
    Branch,
    Event,
    Member,
    Registration,
    Room,
    RoomBooking,
    RoomSlot,
)
from generators.domains.library.rules import LATE_CANCELLATION, BranchCode
from generators.domains.library.tools.charging import charge
from generators.domains.library.tools.kinds import (
    BookingId,
    Card,
    EventId,
    Name,
    PartOfDay,
    RoomKind,
    SlotId,
)
from generators.domains.table import Database, ToolFailure


def search_rooms(
    db: Database, kind: RoomKind, branch: BranchCode, day: date, part_of_day: PartOfDay = "any"
) -> dict[str, Any]:
    """Find free two-hour slots of a branch's rooms on a day, the earliest first; of rooms that are
    free at the same time, the smallest first. For makerspaces, also the next induction.

    Args:
        kind: What sort of room.
        branch: The branch.
        day: The day.
        part_of_day: Only mornings (before 12:00), only afternoons, or any time.
    """
    return free_rooms(db, kind, branch, day, part_of_day)


def free_rooms(
    db: Database, kind: str, branch: str, day: date, part_of_day: str = "any"
) -> dict[str, Any]:
    """What search_rooms answers."""
    rooms = db[Room].where(branch=branch, kind=kind)
    found = [
        (slot.start, room.seats, slot.id, room.name)
        for room in rooms
        for slot in db[RoomSlot].where(room=room.code, status="free")
        if slot.start.date() == day
        and slot.start > db.now
        and (part_of_day == "any" or (slot.start.hour < 12) == (part_of_day == "morning"))
    ]
    saturday = db.now.date() + timedelta(days=(5 - db.now.weekday()) % 7 or 7)
    return {
        "slots": [
            {"slot_id": slot, "room": name, "seats": seats, "start": start.isoformat()}
            for start, seats, slot, name in sorted(found)
        ],
        "next_induction": f"{saturday.isoformat()}T10:00:00" if kind == "makerspace" else "",
    }


def list_bookings(db: Database, card: Card) -> dict[str, Any]:
    """List a member's coming rooms, and the events that the member is registered or waits for.

    Args:
        card: The member's card number.
    """
    db[Member].get(card)
    rooms = sorted(coming_rooms(db, card), key=lambda row: row.start)
    return {
        "rooms": [booking_card(db, row) for row in rooms],
        "events": [
            {
                "event_id": row.event,
                "event": db[Event].get(row.event).name,
                "start": db[Event].get(row.event).start.isoformat(),
                "status": row.status,
            }
            for row in db[Registration].where(member=card)
        ],
    }


def coming_rooms(db: Database, card: str) -> list[RoomBooking]:
    """The member's booked rooms that are still to come."""
    rows = db[RoomBooking].where(member=card, status="booked")
    return [row for row in rows if row.start > db.now]


def booking_card(db: Database, row: RoomBooking) -> dict[str, Any]:
    """A booking as the desk's screen shows it."""
    room = db[Room].get(db[RoomSlot].get(row.slot).room)
    return {
        "booking_id": row.id,
        "room": room.name,
        "branch_name": db[Branch].get(room.branch).name,
        "start": row.start.isoformat(),
        "hours_until_start": round((row.start - db.now).total_seconds() / 3600, 1),
    }


def book_room(db: Database, card: Card, slot_id: SlotId) -> dict[str, Any]:
    """Book a free slot of a room for a member.

    Args:
        card: The member's card number.
        slot_id: The slot, from search_rooms.
    """
    db[Member].get(card)
    slot = db[RoomSlot].get(slot_id)
    if slot.status != "free" or slot.start <= db.now:
        raise ToolFailure("not_free", f"{slot_id} is not free")
    if any(row.start == slot.start for row in coming_rooms(db, card)):
        raise ToolFailure("overlap", "the member has a room at that time")
    db[RoomSlot].change(slot_id, status="booked")
    row = RoomBooking(
        id=db.new_id("RB", card, slot_id),
        member=card,
        slot=slot_id,
        start=slot.start,
        status="booked",
    )
    db[RoomBooking].insert(row)
    return booking_card(db, row)


def cancel_booking(db: Database, booking_id: BookingId, charge_late_fee: bool) -> dict[str, Any]:
    """Cancel a booked room.

    Args:
        booking_id: The booking, from list_bookings.
        charge_late_fee: Whether the fee of 5.00 euros for a late cancellation is charged.
    """
    row = db[RoomBooking].get(booking_id)
    if row.status != "booked" or row.start <= db.now:
        raise ToolFailure("not_coming", f"{booking_id} is {row.status} or over")
    db[RoomBooking].change(booking_id, status="cancelled")
    db[RoomSlot].change(row.slot, status="released")
    fee = LATE_CANCELLATION if charge_late_fee else 0.0
    shown = booking_card(db, row)
    number = charge(db, row.member, "no_show", shown["room"], fee, booking_id)
    return {**shown, "fee": fee, "charge_id": number}


def find_event(db: Database, name: Name) -> list[dict[str, Any]]:
    """Find events by name: when and where, ages, fee, seats left, and how many members wait.

    Args:
        name: The event's name or a part of it.
    """
    wanted = " ".join(name.casefold().split())
    return [
        {
            "event_id": row.id,
            "name": row.name,
            "branch_name": db[Branch].get(row.branch).name,
            "start": row.start.isoformat(),
            "min_age": row.min_age,
            "max_age": row.max_age,
            "fee": row.fee,
            "seats_left": row.seats - row.taken,
            "waiting": row.waiting,
        }
        for row in db[Event]
        if wanted in row.name.casefold()
    ][:5]


def register_for_event(
    db: Database, card: Card, event_id: EventId, waiting_list: bool
) -> dict[str, Any]:
    """Register a member for an event and charge its fee, or, when the event is full, put the member
    on its waiting list for nothing.

    Args:
        card: The member's card number.
        event_id: The event, from find_event.
        waiting_list: Whether it is for the waiting list.
    """
    db[Member].get(card)
    event = db[Event].get(event_id)
    full = event.taken >= event.seats
    if full != waiting_list:
        raise ToolFailure("full" if full else "not_full", f"{event.name}: {event.taken} taken")
    if db[Registration].where(event=event_id, member=card):
        raise ToolFailure("already_registered", f"the member is on the list of {event.name}")
    row = Registration(
        id=db.new_id("RG", card, event_id),
        event=event_id,
        member=card,
        status="waiting" if full else "registered",
    )
    db[Registration].insert(row)
    if full:
        db[Event].change(event_id, waiting=event.waiting + 1)
    else:
        db[Event].change(event_id, taken=event.taken + 1)
    fee = 0.0 if full else event.fee
    number = charge(db, card, "event", event.name, fee, row.id)
    return {
        "registration_id": row.id,
        "event": event.name,
        "start": event.start.isoformat(),
        "position": event.waiting + 1 if full else 0,
        "fee": fee,
        "charge_id": number,
    }
