"""Callers who want a room, or to come to an event."""

from datetime import timedelta

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.catalogue import ROOMS
from generators.domains.library.database import Event, Member, Registration, RoomBooking, age_on
from generators.domains.library.intents.drawing import (
    PARTS,
    branch_fact,
    branch_said,
    day_fact,
    day_said,
    part_fact,
    today,
    touched,
)
from generators.domains.library.rules import MAX_BOOKINGS, is_blocked
from generators.domains.library.tools.houses import coming_rooms, free_rooms
from generators.domains.plan import Plan

_ROOMS_SAID = {"study": "a study room", "makerspace": "a makerspace"}


def _mine(situation: Situation) -> list[RoomBooking]:
    return coming_rooms(situation.db, situation.subject)


def draw_book(situation: Situation) -> Draw | None:
    """A kind of room, a branch and a half-day with something free."""
    db, rng, card = situation.db, situation.rng, situation.subject
    own = _mine(situation)
    if is_blocked(db, card) or len(own) >= MAX_BOOKINGS:
        return None
    kinds = ["study", "makerspace"] if db[Member].get(card).inducted_on else ["study"]
    kind = rng.choice(kinds)
    busy = {row.start.date() for row in own}
    for _ in range(12):
        branch = rng.choice([room.branch for room in ROOMS if room.kind == kind])
        day = today(situation) + timedelta(days=rng.randint(2, 18))
        part = rng.choice(sorted(PARTS))
        if day in busy or not free_rooms(db, kind, branch, day, part)["slots"]:
            continue
        return Draw(
            need=f"You want to book {_ROOMS_SAID[kind]} at {branch_said(branch)} on {day_said(day)} "
            f"{PARTS[part]}; you take the first free time that fits.",
            facts=(
                Fact(
                    key="room_kind",
                    value=kind,
                    spoken=_ROOMS_SAID[kind],
                    reveal="upfront",
                    cues=("kind of room", "sort of room", "study", "makerspace"),
                ),
                branch_fact("room_branch", branch),
                day_fact("room_day", day, day + timedelta(days=7)),
                part_fact("room_part", 9 if part == "morning" else 14),
            ),
        )
    return None


def solve_book(plan: Plan) -> None:
    """Look at membership and bookings, search, offer the first slot, book it."""
    plan.ask("room_kind", "room_branch")
    with plan.together():
        plan.call("get_membership", card=plan.subject)
        plan.call("list_bookings", card=plan.subject)
    plan.ask("room_day", "room_part")
    shown = plan.call(
        "search_rooms",
        kind=plan.value("room_kind"),
        branch=plan.value("room_branch"),
        day=plan.value("room_day"),
        part_of_day=plan.value("room_part"),
    )
    slot = shown["slots"][0]
    plan.confirm("room", room=slot["room"], start=slot["start"])
    done = plan.call("book_room", card=plan.subject, slot_id=slot["slot_id"])
    plan.tell("room_booked", start=done["start"], reference=done["booking_id"])
    plan.outputs.update(booking=done["booking_id"], reference=done["booking_id"])


def draw_makerspace(situation: Situation) -> Draw | None:
    """Somebody without the induction, on an account that may book otherwise."""
    db, rng, card = situation.db, situation.rng, situation.subject
    if is_blocked(db, card) or db[Member].get(card).inducted_on:
        return None
    branch = rng.choice([room.branch for room in ROOMS if room.kind == "makerspace"])
    day = today(situation) + timedelta(days=rng.choice((1, 2, 3, 5, 6, 8, 9)))
    return Draw(
        need=f"You want to use the makerspace at {branch_said(branch)} on {day_said(day)}.",
        facts=(
            branch_fact("maker_branch", branch),
            day_fact("maker_day", day, day + timedelta(days=7)),
        ),
    )


def solve_makerspace(plan: Plan) -> None:
    """See that there was no induction, and tell when the next one is."""
    plan.ask("maker_branch", "maker_day")
    plan.call("get_membership", card=plan.subject)
    shown = plan.call(
        "search_rooms",
        kind="makerspace",
        branch=plan.value("maker_branch"),
        day=plan.value("maker_day"),
    )
    plan.refuse("no_induction", next=shown["next_induction"])


def draw_give_up(situation: Situation) -> Draw | None:
    """A booked room, soon or later."""
    rows = [row for row in _mine(situation) if row.id not in touched(situation)]
    if not rows:
        return None
    day = situation.rng.choice(rows).start.date()
    return Draw(
        need=f"You do not need the room that you have booked for {day_said(day)} any more and want to "
        "give it up; you accept it if that costs something.",
        facts=(day_fact("given_day", day),),
    )


def solve_give_up(plan: Plan) -> None:
    """Look, name the fee when it is late, cancel."""
    plan.ask("given_day")
    rooms = plan.call("list_bookings", card=plan.subject)["rooms"]
    room = next(row for row in rooms if row["start"].startswith(plan.value("given_day")))
    late = room["hours_until_start"] < 24
    if late:
        plan.confirm("give_up_late", room=room["room"], start=room["start"], fee=5.0)
    else:
        plan.confirm("give_up", room=room["room"], start=room["start"])
    done = plan.call("cancel_booking", booking_id=room["booking_id"], charge_late_fee=late)
    if late:
        plan.tell("given_up_late", room=done["room"], fee=done["fee"])
        plan.outputs["charge"] = done["charge_id"]
    else:
        plan.tell("given_up", room=done["room"], start=done["start"])
    plan.outputs["booking"] = room["booking_id"]


def _event(situation: Situation, full: bool) -> Event | None:
    db, card = situation.db, situation.subject
    if is_blocked(db, card):
        return None
    years = age_on(db[Member].get(card).birth_date, today(situation))
    own = {row.event for row in db[Registration].where(member=card)}
    rows = [
        row
        for row in db[Event]
        if (row.taken >= row.seats) == full
        and row.min_age <= years <= row.max_age
        and row.id not in own
    ]
    return situation.rng.choice(rows) if rows else None


def _event_fact(key: str, name: str) -> Fact:
    return Fact(key=key, value=name, reveal="upfront", cues=("event", "events", "called", "which"))


def draw_register(situation: Situation) -> Draw | None:
    """An event with seats left."""
    event = _event(situation, full=False)
    if event is None:
        return None
    return Draw(
        need=f"You want to register for the event {event.name}, and accept its fee if there is one.",
        facts=(_event_fact("event_name", event.name),),
    )


def solve_register(plan: Plan) -> None:
    """Look at event and membership, name day and fee, register."""
    plan.ask("event_name")
    with plan.together():
        events = plan.call("find_event", name=plan.value("event_name"))
        plan.call("get_membership", card=plan.subject)
    event = events[0]
    named = {"event": event["name"], "start": event["start"]}
    if event["fee"]:
        plan.confirm("register", **named, fee=event["fee"])
    else:
        plan.confirm("register_free", **named)
    done = plan.call(
        "register_for_event", card=plan.subject, event_id=event["event_id"], waiting_list=False
    )
    plan.tell("registered", reference=done["registration_id"], start=done["start"])
    if done["charge_id"]:
        plan.outputs["charge"] = done["charge_id"]


def draw_full(situation: Situation) -> Draw | None:
    """An event without seats."""
    event = _event(situation, full=True)
    if event is None:
        return None
    return Draw(
        need=f"You want to register for the event {event.name}; should it be full, you take a place on "
        "its waiting list.",
        facts=(_event_fact("full_event", event.name),),
    )


def solve_full(plan: Plan) -> None:
    """Say that it is full, offer the waiting list, tell the position."""
    plan.ask("full_event")
    with plan.together():
        events = plan.call("find_event", name=plan.value("full_event"))
        plan.call("get_membership", card=plan.subject)
    plan.confirm("waiting_list", event=events[0]["name"])
    done = plan.call(
        "register_for_event",
        card=plan.subject,
        event_id=events[0]["event_id"],
        waiting_list=True,
    )
    plan.tell("on_list", position=done["position"], reference=done["registration_id"])


HOUSES = (
    Intent(
        "book_room",
        "Book a room",
        "fulfilled",
        draw_book,
        solve_book,
        ("B01", "B06", "B08", "B10", "B34", "B35", "B36"),
        weight=1.3,
    ),
    Intent(
        "makerspace_refused",
        "A makerspace without the induction",
        "refused",
        draw_makerspace,
        solve_makerspace,
        ("B01", "B35"),
    ),
    Intent(
        "cancel_room",
        "Give up a room",
        "fulfilled",
        draw_give_up,
        solve_give_up,
        ("B01", "B06", "B07", "B37"),
        weight=1.3,
    ),
    Intent(
        "register_event",
        "Register for an event",
        "fulfilled",
        draw_register,
        solve_register,
        ("B01", "B06", "B07", "B10", "B38"),
    ),
    Intent(
        "event_full",
        "Register for an event that is full",
        "partial",
        draw_full,
        solve_full,
        ("B01", "B06", "B38"),
    ),
)
