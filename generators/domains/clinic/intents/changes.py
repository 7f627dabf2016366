"""Callers who want to move or cancel a visit, or to know when it is."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import MAX_MOVES, SERVICE_NAMES
from generators.domains.clinic.database import Appointment, Service, Slot
from generators.domains.clinic.intents.drawing import (
    busy_days,
    coming,
    day_fact,
    day_said,
    is_late,
    part_fact,
    today,
    touched,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_BOOKING = ("book_visit", "book_specialist", "book_for_child", "reschedule")
_CHANNELS = {"text": "by text message", "email": "by email"}
_CURRENT_CUES = ("which appointment", "which visit", "currently", "at the moment", "booked for")
_NEW_CUES = ("new day", "new date", "instead", "rather", "move to", "move it to", "day", "date")
_CHANNEL_CUES = ("text", "email", "e-mail")


def _movable(situation: Situation) -> list[Appointment]:
    """Coming visits that no goal before has dealt with, in random order."""
    done = touched(situation)
    rows = [
        row
        for row in coming(situation.db, situation.subject)
        if row.id not in done and _specialty(situation, row) not in done
    ]
    situation.rng.shuffle(rows)
    return rows


def _specialty(situation: Situation, row: Appointment) -> str:
    return situation.db[Service].get(row.service).specialty


def _current(situation: Situation, key: str, row: Appointment, wanted: date | None = None) -> Fact:
    """The day of the visit in question; the slip is a day on which the caller has none and that is
    not the one ``wanted`` instead."""
    taken = {*busy_days(situation.db, situation.subject), wanted}
    other = row.start.date() + timedelta(days=1)
    return day_fact(key, row.start.date(), None if other in taken else other, cues=_CURRENT_CUES)


def draw_reschedule(situation: Situation) -> Draw | None:
    """A visit moved at most once so far, and a free slot of the same practitioner on another day."""
    db, rng = situation.db, situation.rng
    busy = busy_days(db, situation.subject)
    for row in _movable(situation):
        slots = [
            slot
            for slot in db[Slot].where(practitioner=row.practitioner, status="free")
            if slot.start.date() > today(situation) and slot.start.date() not in busy
        ]
        if row.moves >= MAX_MOVES or not slots:
            continue
        start = rng.choice(slots).start
        day, week_later = start.date(), start.date() + timedelta(days=7)
        current = _current(situation, "move_current", row, day)
        taken = week_later in busy or day_said(week_later) == current.slip
        late = is_late(db, row)
        part = part_fact("new_time", start.hour)
        return Draw(
            need=f"You want to move your {SERVICE_NAMES[row.service]} on "
            f"{day_said(row.start.date())} to {day_said(day)}; you take the first free time in the half "
            "of the day that suits you" + (", and pay a fee if there is one." if late else "."),
            slots={"late": late},
            facts=(
                current,
                day_fact("new_day", day, None if taken else week_later, cues=_NEW_CUES),
                part,
            ),
        )
    return None


def _held(plan: Plan, key: str) -> dict[str, Any]:
    """The visit on the day that the caller named."""
    plan.ask(key)
    cards = plan.call("list_appointments", patient_number=plan.subject)["coming"]
    return next(card for card in cards if card["start"][:10] == plan.value(key))


def solve_reschedule(plan: Plan) -> None:
    """Find the visit, search its practitioner's new day, move it, with a fee when it is late."""
    old = _held(plan, "move_current")
    plan.ask("new_day", "new_time")
    found = plan.call(
        "search_slots",
        service=old["service"],
        from_date=plan.value("new_day"),
        to_date=plan.value("new_day"),
        part_of_day=plan.value("new_time"),
        practitioner=old["practitioner"],
    )
    slot, late = found["slots"][0], plan.slots["late"]
    said = {"service": old["service_name"], "old": old["start"], "new": slot["start"]}
    if late:
        plan.confirm("move_late", **said, fee=15.0)
    else:
        plan.confirm("move", **said)
    moved = plan.call(
        "reschedule_appointment",
        appointment_id=old["appointment_id"],
        slot_id=slot["slot_id"],
        charge_late_fee=late,
    )
    told = {"start": moved["start"], "practitioner": moved["practitioner_name"]}
    if late:
        plan.tell("moved_late", **told, fee=moved["fee"])
    else:
        plan.tell("moved", **told)
    plan.outputs.update(
        appointment=old["appointment_id"],
        service=old["service"],
        specialty=plan.db[Service].get(old["service"]).specialty,
        invoice=moved["invoice_number"],
    )


def draw_move_refused(situation: Situation) -> Draw | None:
    """A visit that has been moved twice."""
    busy = busy_days(situation.db, situation.subject)
    ahead = [today(situation) + timedelta(days=days) for days in (6, 7, 8, 9, 13)]
    days = [day for day in ahead if day not in busy]
    for row in _movable(situation):
        if row.moves < MAX_MOVES or not days:
            continue
        day = situation.rng.choice(days)
        return Draw(
            need=f"You want to move your {SERVICE_NAMES[row.service]} on "
            f"{day_said(row.start.date())} to {day_said(day)}. If that cannot be done, you leave it "
            "as it is.",
            facts=(
                _current(situation, "stuck_current", row, day),
                day_fact("stuck_day", day, cues=_NEW_CUES),
            ),
        )
    return None


def solve_move_refused(plan: Plan) -> None:
    """Find the visit, see that it has been moved twice, and decline."""
    card = _held(plan, "stuck_current")
    plan.refuse("moved_too_often", start=card["start"])
    plan.outputs["appointment"] = card["appointment_id"]


def draw_cancel(situation: Situation) -> Draw | None:
    """Any coming visit."""
    for row in _movable(situation):
        late = is_late(situation.db, row)
        return Draw(
            need=f"You want to cancel your {SERVICE_NAMES[row.service]} on "
            f"{day_said(row.start.date())}" + (", and pay a fee if there is one." if late else "."),
            slots={"late": late},
            facts=(_current(situation, "cancel_current", row),),
        )
    return None


def solve_cancel(plan: Plan) -> None:
    """Find the visit, cancel it, with a fee when it is late."""
    card, late = _held(plan, "cancel_current"), plan.slots["late"]
    said = {"service": card["service_name"], "start": card["start"]}
    if late:
        plan.confirm("cancel_late", **said, fee=30.0)
    else:
        plan.confirm("cancel", **said)
    gone = plan.call(
        "cancel_appointment", appointment_id=card["appointment_id"], charge_late_fee=late
    )
    if late:
        plan.tell("cancelled_late", start=gone["start"], fee=gone["fee"])
    else:
        plan.tell("cancelled", start=gone["start"])
    plan.outputs.update(
        appointment=card["appointment_id"],
        specialty=plan.db[Service].get(card["service"]).specialty,
        invoice=gone["invoice_number"],
    )


def draw_next_visit(situation: Situation) -> Draw | None:
    """Somebody who has a visit coming and has not spoken of visits yet."""
    asked = any("appointment" in outputs for outputs in situation.earlier.values())
    if asked or not coming(situation.db, situation.subject):
        return None
    return Draw(need="You want to know when your next appointment is, with whom and in which room.")


def solve_next_visit(plan: Plan) -> None:
    """Look and say."""
    card = plan.call("list_appointments", patient_number=plan.subject)["coming"][0]
    plan.tell(
        "next_visit",
        start=card["start"],
        practitioner=card["practitioner_name"],
        room=card["room"],
    )


CHANGES = (
    Intent(
        "reschedule",
        "Move a visit",
        "fulfilled",
        draw_reschedule,
        solve_reschedule,
        ("C01", "C06", "C07", "C08", "C10", "C18", "C20", "C21"),
        weight=1.5,
    ),
    Intent(
        "move_refused",
        "Move a visit for the third time",
        "refused",
        draw_move_refused,
        solve_move_refused,
        ("C01", "C20"),
    ),
    Intent(
        "cancel",
        "Cancel a visit",
        "fulfilled",
        draw_cancel,
        solve_cancel,
        ("C01", "C06", "C07", "C08", "C19"),
        weight=1.2,
    ),
    Intent(
        "next_visit",
        "When the next visit is",
        "informed",
        draw_next_visit,
        solve_next_visit,
        ("C01", "C39"),
        weight=0.7,
    ),
)
