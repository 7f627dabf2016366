"""Intents about visits that are booked already: move, cancel, prepare, be reminded."""

from datetime import timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import MAX_MOVES, SERVICE_NAMES
from generators.domains.clinic.database import Appointment, Service, Slot
from generators.domains.clinic.drawing import (
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


def _current(situation: Situation, key: str, row: Appointment) -> Fact:
    """The day of the visit in question; the slip is a day on which the caller has none."""
    busy = busy_days(situation.db, situation.subject)
    other = row.start.date() + timedelta(days=1)
    return day_fact(key, row.start.date(), None if other in busy else other)


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
        late = is_late(db, row)
        part = part_fact("new_time", start.hour)
        return Draw(
            need=f"You want to move your {SERVICE_NAMES[row.service]} on "
            f"{day_said(row.start.date())} to {day_said(start.date())} {part.saying}; you take the "
            "first free time that fits" + (", and pay a fee if there is one." if late else "."),
            slots={"late": late},
            facts=(
                _current(situation, "move_current", row),
                day_fact("new_day", start.date(), start.date() + timedelta(days=7)),
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
    for row in _movable(situation):
        if row.moves < MAX_MOVES:
            continue
        day = today(situation) + timedelta(days=situation.rng.choice((6, 7, 8, 9, 13)))
        return Draw(
            need=f"You want to move your {SERVICE_NAMES[row.service]} on "
            f"{day_said(row.start.date())} to {day_said(day)}. If that cannot be done, you leave it "
            "as it is.",
            facts=(_current(situation, "stuck_current", row), day_fact("stuck_day", day)),
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


def _booked(situation: Situation) -> list[Appointment]:
    """Visits that goals before have booked or moved, the latest last."""
    return [
        situation.db[Appointment].get(str(situation.earlier[name]["appointment"]))
        for name in situation.earlier
        if name in _BOOKING
    ]


def _which(key: str, rows: list[Appointment]) -> tuple[Fact, ...]:
    """Which of several visits is meant; nothing when there is only one."""
    if len(rows) < 2:
        return ()
    return (
        Fact(
            key=key,
            value=rows[-1].service,
            spoken=f"the {SERVICE_NAMES[rows[-1].service]}",
            reveal="upfront",
            cues=("which", "appointment", "visit"),
        ),
    )


def draw_preparation(situation: Situation) -> Draw | None:
    """How to prepare for what was booked or moved just now."""
    rows = _booked(situation)
    if not rows:
        return None
    last = list(name for name in situation.earlier if name in _BOOKING)[-1]
    return Draw(
        need=f"You want to know how to prepare for the {SERVICE_NAMES[rows[-1].service]}.",
        slots={
            "service": rows[-1].service,
            "known": situation.earlier[last].get("service_known", ""),
        },
        facts=_which("prepare_visit", rows),
    )


def solve_preparation(plan: Plan) -> None:
    """Give what the service's card says; it has been looked up already when it was booked just now."""
    if "prepare_visit" in plan.facts:
        plan.ask("prepare_visit")
    service = plan.db[Service].get(plan.slots["service"])
    if not plan.slots["known"]:
        plan.call("get_service", service=service.code)
    said = {"early": service.arrive_minutes_early, "bring": service.bring}
    if service.fasting_hours:
        plan.tell("prepare_fasting", fasting=service.fasting_hours, **said)
    else:
        plan.tell("prepare", **said)


def _channel(situation: Situation, key: str) -> Fact:
    """Text or e-mail; e-mail only once the phone number has changed in this very dialogue."""
    choices = ("email",) if "update_phone" in situation.earlier else ("email", "text")
    value = situation.rng.choice(choices)
    return Fact(key=key, value=value, spoken=_CHANNELS[value], reveal="upfront", cues=_CHANNEL_CUES)


def draw_set_reminder(situation: Situation) -> Draw | None:
    """A reminder for what was booked or moved just now, early enough to be sent."""
    rows = _booked(situation)
    if not rows or rows[-1].start - timedelta(hours=49) < situation.db.now:
        return None
    channel = _channel(situation, "reminder_channel")
    hours = situation.rng.choice(("24", "48"))
    return Draw(
        need=f"You want a reminder of the {SERVICE_NAMES[rows[-1].service]} {channel.saying}, "
        f"{hours} hours before.",
        slots={"appointment": rows[-1].id},
        facts=(
            *_which("reminder_visit", rows),
            channel,
            Fact(
                key="reminder_hours",
                value=hours,
                spoken=f"{hours} hours before",
                reveal="upfront",
                cues=("how long", "how far", "how many hours", "24", "48", "before"),
            ),
        ),
    )


def solve_set_reminder(plan: Plan) -> None:
    """Ask how and when, and set it."""
    which = ("reminder_visit",) if "reminder_visit" in plan.facts else ()
    plan.ask(*which, "reminder_channel", "reminder_hours")
    done = plan.call(
        "set_reminder",
        appointment_id=plan.slots["appointment"],
        channel=plan.value("reminder_channel"),
        hours_before=int(plan.value("reminder_hours")),
    )
    plan.tell("reminder_set", send_at=done["send_at"], sent_to=done["sent_to"])
    plan.outputs["channel"] = plan.value("reminder_channel")


def draw_send_confirmation(situation: Situation) -> Draw | None:
    """The written confirmation of what was booked or moved just now."""
    rows = _booked(situation)
    if not rows:
        return None
    channel = _channel(situation, "confirmation_channel")
    return Draw(
        need=f"You want a written confirmation of the {SERVICE_NAMES[rows[-1].service]}, "
        f"{channel.saying}.",
        slots={"appointment": rows[-1].id},
        facts=(*_which("confirmation_visit", rows), channel),
    )


def solve_send_confirmation(plan: Plan) -> None:
    """Ask how, and send it."""
    which = ("confirmation_visit",) if "confirmation_visit" in plan.facts else ()
    plan.ask(*which, "confirmation_channel")
    done = plan.call(
        "send_confirmation",
        appointment_id=plan.slots["appointment"],
        channel=plan.value("confirmation_channel"),
    )
    plan.tell("confirmation_sent", sent_to=done["sent_to"])
    plan.outputs["channel"] = plan.value("confirmation_channel")


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
        ("C01", "C09"),
        weight=0.7,
    ),
    Intent(
        "preparation",
        "How to prepare",
        "informed",
        draw_preparation,
        solve_preparation,
        ("C16", "C36"),
        after=_BOOKING,
    ),
    Intent(
        "set_reminder",
        "Be reminded",
        "fulfilled",
        draw_set_reminder,
        solve_set_reminder,
        ("C01", "C17"),
        after=_BOOKING,
    ),
    Intent(
        "send_confirmation",
        "Written confirmation",
        "fulfilled",
        draw_send_confirmation,
        solve_send_confirmation,
        ("C01", "C17"),
        after=_BOOKING,
    ),
)
