"""What callers want once a visit has been booked or moved: to prepare, to be reminded."""

from datetime import timedelta

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import SERVICE_NAMES
from generators.domains.clinic.database import Appointment, Service
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_BOOKING = ("book_visit", "book_specialist", "book_for_child", "reschedule")
_CHANNELS = {"text": "by text message", "email": "by email"}
_CURRENT_CUES = ("which appointment", "which visit", "currently", "at the moment", "booked for")
_NEW_CUES = ("new day", "new date", "instead", "rather", "move to", "move it to", "day", "date")
_CHANNEL_CUES = ("text", "email", "e-mail")


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
                cues=("how long", "how far", "how many hours", "24", "48", "in advance"),
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


AFTERWARDS = (
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
