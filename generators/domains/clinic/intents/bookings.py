"""Callers who want a new visit, with a practitioner by name or on a referral."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import Practitioner, Slot
from generators.domains.clinic.intents.drawing import (
    PARTS,
    bookable,
    busy_days,
    day_fact,
    day_said,
    first_free,
    part_fact,
    referral_for,
    service_fact,
    today,
    working_day,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

WINDOW = 14
"""For how many days after the first one a search goes on."""


def draw_book_visit(situation: Situation) -> Draw | None:
    """A service without referral, with a practitioner by name, on a day when there is room."""
    db, rng = situation.db, situation.rng
    busy = busy_days(db, situation.subject)
    for service in bookable(situation, situation.subject, lambda row: not row.needs_referral):
        doctor = rng.choice(db[Practitioner].where(specialty=service.specialty))
        slots = [
            slot
            for slot in db[Slot].where(practitioner=doctor.code, status="free")
            if slot.start.date() > today(situation) and slot.start.date() not in busy
        ]
        if not slots:
            continue
        start = rng.choice(slots).start
        part = part_fact("visit_time", start.hour)
        return Draw(
            need=f"You want to book {ARTICLED[service.code]} with {doctor.name} on "
            f"{day_said(start.date())}; you take the first free time in the half of the day that suits "
            "you.",
            slots={"service": service.code},
            facts=(
                service_fact("visit_service", service.code),
                Fact(
                    key="visit_practitioner",
                    value=doctor.code,
                    spoken=doctor.name,
                    reveal="upfront",
                    cues=("who", "practitioner", "doctor", "whom"),
                ),
                day_fact("visit_day", start.date(), start.date() + timedelta(days=7)),
                part,
            ),
        )
    return None


def solve_book_visit(plan: Plan) -> None:
    """Look the service up, search the day, offer the first slot that fits, book it."""
    plan.ask("visit_service", "visit_practitioner")
    with plan.together():
        service = plan.call("get_service", service=plan.value("visit_service"))
        plan.call("list_appointments", patient_number=plan.subject)
    plan.ask("visit_day", "visit_time")
    found = plan.call(
        "search_slots",
        service=plan.value("visit_service"),
        from_date=plan.value("visit_day"),
        to_date=plan.value("visit_day"),
        part_of_day=plan.value("visit_time"),
        practitioner=plan.value("visit_practitioner"),
    )
    book(plan, service, found["slots"][0], plan.subject)


def book(
    plan: Plan,
    service: dict[str, Any],
    slot: dict[str, Any],
    patient: str,
    referral: str = "",
    child: str = "",
) -> None:
    """From the slot that is offered to the visit that is booked."""
    offered = {
        "service": service["name"],
        "start": slot["start"],
        "practitioner": slot["practitioner_name"],
    }
    if child:
        plan.confirm("book_child", child=child, **offered)
    else:
        plan.confirm("book", **offered)
    booked = plan.call(
        "book_appointment",
        patient_number=patient,
        service=service["code"],
        slot_id=slot["slot_id"],
        **({"referral_id": referral} if referral else {}),
    )
    plan.tell(
        "booked",
        start=booked["start"],
        practitioner=booked["practitioner_name"],
        reference=booked["appointment_id"],
    )
    plan.outputs.update(
        appointment=booked["appointment_id"],
        service=service["code"],
        specialty=service["specialty"],
        service_known="yes",
    )


def draw_book_specialist(situation: Situation) -> Draw | None:
    """A service that needs a referral, where there is one that will still hold on the day."""
    db, rng = situation.db, situation.rng
    busy = busy_days(db, situation.subject)
    for service in bookable(situation, situation.subject, lambda row: row.needs_referral):
        referral = referral_for(db, situation.subject, service.specialty)
        from_date = working_day(today(situation) + timedelta(days=rng.randint(1, 9)))
        part = rng.choice(sorted(PARTS))
        slot = first_free(db, service.code, from_date, WINDOW, part)
        if referral is None or referral.visits_left < 1 or slot is None:
            continue
        start = date.fromisoformat(slot["start"][:10])
        if referral.expires_on < start or start in busy:
            continue
        return Draw(
            need=f"You want to book {ARTICLED[service.code]}, on or after {day_said(from_date)}; "
            "anybody will do, and you take the first free time in the half of the day that suits you.",
            slots={"service": service.code},
            facts=(
                service_fact("specialist_service", service.code),
                day_fact("specialist_from", from_date, from_date - timedelta(days=1)),
                part_fact("specialist_time", 9 if part == "morning" else 14),
            ),
        )
    return None


def solve_book_specialist(plan: Plan) -> None:
    """Check service and referral, search from the day on, book on the referral."""
    plan.ask("specialist_service")
    with plan.together():
        service = plan.call("get_service", service=plan.value("specialist_service"))
        referrals = plan.call("list_referrals", patient_number=plan.subject)
        plan.call("list_appointments", patient_number=plan.subject)
    plan.ask("specialist_from", "specialist_time")
    slot = search_from(
        plan,
        plan.value("specialist_service"),
        plan.value("specialist_from"),
        plan.value("specialist_time"),
    )
    referral = next(each for each in referrals if each["specialty"] == service["specialty"])
    book(plan, service, slot, plan.subject, referral["id"])


def search_from(plan: Plan, service: str, from_date: str, part: str) -> dict[str, Any]:
    """The earliest slot from a day on, as search_slots finds it."""
    last = date.fromisoformat(from_date) + timedelta(days=WINDOW)
    found = plan.call(
        "search_slots", service=service, from_date=from_date, to_date=last, part_of_day=part
    )
    return found["slots"][0]


BOOKINGS = (
    Intent(
        "book_visit",
        "Book with a practitioner by name",
        "fulfilled",
        draw_book_visit,
        solve_book_visit,
        ("C01", "C06", "C08", "C10", "C12", "C13"),
        weight=1.5,
    ),
    Intent(
        "book_specialist",
        "Book a service on a referral",
        "fulfilled",
        draw_book_specialist,
        solve_book_specialist,
        ("C01", "C06", "C08", "C10", "C11", "C13"),
        weight=1.5,
    ),
)
