"""Intents of callers who want a new visit, for themselves or for a child."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import (
    Guardianship,
    Patient,
    Practitioner,
    Referral,
    Service,
    Slot,
    WaitingEntry,
)
from generators.domains.clinic.desk import swapped, years_between
from generators.domains.clinic.drawing import (
    PARTS,
    age,
    bookable,
    busy_days,
    day_fact,
    day_said,
    first_free,
    part_fact,
    service_fact,
    today,
)
from generators.domains.clinic.reading import slots_between
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan
from generators.domains.table import Database

_WINDOW = 14


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
            f"{day_said(start.date())} {part.saying}; you take the first free time that fits.",
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
    _book(plan, service, found["slots"][0], plan.subject)


def _book(
    plan: Plan, service: dict[str, Any], slot: dict[str, Any], patient: str, referral: str = ""
) -> None:
    """From the slot that is offered to the visit that is booked."""
    plan.confirm(
        "book",
        service=service["name"],
        start=slot["start"],
        practitioner=slot["practitioner_name"],
    )
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


def _referral(db: Database, patient: str, specialty: str) -> Referral | None:
    return next(iter(db[Referral].where(patient=patient, specialty=specialty)), None)


def draw_book_specialist(situation: Situation) -> Draw | None:
    """A service that needs a referral, where there is one that will still hold on the day."""
    db, rng = situation.db, situation.rng
    busy = busy_days(db, situation.subject)
    for service in bookable(situation, situation.subject, lambda row: row.needs_referral):
        referral = _referral(db, situation.subject, service.specialty)
        from_date = _working_day(today(situation) + timedelta(days=rng.randint(1, 9)))
        part = rng.choice(sorted(PARTS))
        slot = first_free(db, service.code, from_date, _WINDOW, part)
        if referral is None or referral.visits_left < 1 or slot is None:
            continue
        start = date.fromisoformat(slot["start"][:10])
        if referral.expires_on < start or start in busy:
            continue
        return Draw(
            need=f"You want to book {ARTICLED[service.code]}, on or after {day_said(from_date)}, "
            f"{PARTS[part]}; anybody will do and you take the first free time that fits.",
            slots={"service": service.code},
            facts=(
                service_fact("specialist_service", service.code),
                day_fact("specialist_from", from_date, from_date - timedelta(days=1)),
                part_fact("specialist_time", 9 if part == "morning" else 14),
            ),
        )
    return None


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def solve_book_specialist(plan: Plan) -> None:
    """Check service and referral, search from the day on, book on the referral."""
    plan.ask("specialist_service")
    with plan.together():
        service = plan.call("get_service", service=plan.value("specialist_service"))
        referrals = plan.call("list_referrals", patient_number=plan.subject)
        plan.call("list_appointments", patient_number=plan.subject)
    plan.ask("specialist_from", "specialist_time")
    slot = _search_from(
        plan,
        plan.value("specialist_service"),
        plan.value("specialist_from"),
        plan.value("specialist_time"),
    )
    referral = next(each for each in referrals if each["specialty"] == service["specialty"])
    _book(plan, service, slot, plan.subject, referral["id"])


def _search_from(plan: Plan, service: str, from_date: str, part: str) -> dict[str, Any]:
    last = date.fromisoformat(from_date) + timedelta(days=_WINDOW)
    found = plan.call(
        "search_slots", service=service, from_date=from_date, to_date=last, part_of_day=part
    )
    return found["slots"][0]


def draw_specialist_refused(situation: Situation) -> Draw | None:
    """A service that needs a referral, where there is none that would hold."""
    db, day = situation.db, today(situation)
    for service in bookable(situation, situation.subject, lambda row: row.needs_referral):
        referral = _referral(db, situation.subject, service.specialty)
        slot = first_free(db, service.code, day, 2 * _WINDOW)
        if referral is None:
            why = "missing"
        elif referral.expires_on < day:
            why = "expired"
        elif referral.visits_left < 1:
            why = "used_up"
        elif slot and referral.expires_on < date.fromisoformat(slot["start"][:10]):
            why = "lapses"
        else:
            continue
        return Draw(
            need=f"You want to book {ARTICLED[service.code]} as soon as possible; "
            "you have not thought about whether a referral is needed.",
            slots={"why": why},
            facts=(service_fact("refused_service", service.code),),
        )
    return None


def solve_specialist_refused(plan: Plan) -> None:
    """Look at service and referrals, in one case at the first free slot too, and decline."""
    plan.ask("refused_service")
    with plan.together():
        service = plan.call("get_service", service=plan.value("refused_service"))
        referrals = plan.call("list_referrals", patient_number=plan.subject)
    plan.outputs["specialty"] = service["specialty"]
    mine = next((each for each in referrals if each["specialty"] == service["specialty"]), {})
    match plan.slots["why"]:
        case "missing":
            plan.refuse("referral_missing", specialty=service["specialty"])
        case "expired":
            plan.refuse("referral_expired", expired_on=mine["expires_on"])
        case "used_up":
            plan.refuse("referral_used_up", issued_on=mine["issued_on"])
        case _:
            now = plan.db.now.date()
            found = plan.call(
                "search_slots",
                service=service["code"],
                from_date=now,
                to_date=now + timedelta(days=2 * _WINDOW),
            )
            plan.refuse(
                "referral_lapses",
                expires_on=mine["expires_on"],
                first_free=found["slots"][0]["start"],
            )


def draw_book_for_child(situation: Situation) -> Draw | None:
    """A child that the caller is guardian of, and a service for its age."""
    db, rng = situation.db, situation.rng
    caller = db[Patient].get(situation.subject)
    ties = db[Guardianship].where(guardian=situation.subject, scope="full")
    rng.shuffle(ties)
    for tie in ties:
        child = db[Patient].get(tie.child)
        if tie.valid_until < today(situation):
            continue
        if years_between(caller.birth_date, child.birth_date) < 16:
            continue
        from_date = _working_day(today(situation) + timedelta(days=rng.randint(1, 8)))
        part = rng.choice(sorted(PARTS))
        for service in bookable(situation, child.number, lambda row: not row.needs_referral):
            if first_free(db, service.code, from_date, _WINDOW, part) is None:
                continue
            return Draw(
                need=f"You want to book {ARTICLED[service.code]} for your child "
                f"{child.given_name}, patient number {child.number}, on or after "
                f"{day_said(from_date)}, {PARTS[part]}; you take the first free time that fits.",
                slots={"service": service.code, "child": child.number},
                facts=(
                    _number_fact(db, "child_number", child.number),
                    service_fact("child_service", service.code),
                    day_fact("child_from", from_date, from_date - timedelta(days=1)),
                    part_fact("child_time", 9 if part == "morning" else 14),
                ),
            )
    return None


def _number_fact(db: Database, key: str, number: str) -> Fact:
    cues = ("patient number", "clinic card", "clinic number")
    return Fact(key=key, value=number, reveal="upfront", cues=cues, slip=swapped(db, number))


def solve_book_for_child(plan: Plan) -> None:
    """Check that the caller may speak for the child, then book as for anybody."""
    plan.ask("child_number", "child_service")
    with plan.together():
        plan.call("list_guardianships", patient_number=plan.subject)
        service = plan.call("get_service", service=plan.value("child_service"))
    plan.ask("child_from", "child_time")
    slot = _search_from(
        plan, plan.value("child_service"), plan.value("child_from"), plan.value("child_time")
    )
    _book(plan, service, slot, plan.value("child_number"))


def draw_child_refused(situation: Situation) -> Draw | None:
    """Somebody for whom the caller may not speak: grown up by now, or never the caller's to decide."""
    db, rng = situation.db, situation.rng
    caller = db[Patient].get(situation.subject)
    ties = [
        tie
        for tie in db[Guardianship].where(guardian=situation.subject)
        if tie.scope != "full" or tie.valid_until < today(situation)
    ]
    rng.shuffle(ties)
    for tie in ties:
        other = db[Patient].get(tie.child)
        ended = tie.scope == "full"
        if ended and years_between(caller.birth_date, other.birth_date) < 16:
            continue
        years = age(db, other.number)
        services = [
            row
            for row in db[Service]
            if row.min_age <= years <= row.max_age and not row.needs_referral
        ]
        service = rng.choice(services)
        who = "grown-up child" if ended else "little neighbour"
        return Draw(
            need=f"You want to book {ARTICLED[service.code]} for your {who} {other.given_name}, "
            f"patient number {other.number}.",
            slots={"why": "ended" if ended else "emergency"},
            facts=(
                _number_fact(db, "other_number", other.number),
                service_fact("other_service", service.code),
            ),
        )
    return None


def solve_child_refused(plan: Plan) -> None:
    """Look at who the caller may speak for, and decline."""
    plan.ask("other_number", "other_service")
    ties = plan.call("list_guardianships", patient_number=plan.subject)
    tie = next(each for each in ties if each["patient_number"] == plan.value("other_number"))
    if plan.slots["why"] == "ended":
        plan.refuse("guardianship_ended", ended_on=tie["valid_until"])
    else:
        plan.refuse("only_emergency_contact", relation=tie["relation"])


def draw_earliest_by(situation: Situation) -> Draw | None:
    """A service that is all taken until the last day that would suit."""
    db, day = situation.db, today(situation)
    waiting = {row.service for row in db[WaitingEntry].where(patient=situation.subject)}
    days = [day + timedelta(days=ahead) for ahead in (3, 7, 8)]
    for service in bookable(situation, situation.subject, lambda row: row.code not in waiting):
        until = situation.rng.choice(days)
        if service.needs_referral:
            referral = _referral(db, situation.subject, service.specialty)
            if referral is None or referral.visits_left < 1 or referral.expires_on < until:
                continue
        found = slots_between(db, service.code, day, until)
        if found["slots"] or not found["next_free_after"]:
            continue
        return Draw(
            need=f"You want {ARTICLED[service.code]} by {day_said(until)} at the latest. If nothing "
            "is free by then, you want to be put on the waiting list rather than come later.",
            slots={"referral": service.needs_referral},
            facts=(
                service_fact("soon_service", service.code),
                Fact(
                    key="soon_until",
                    value=until.isoformat(),
                    spoken=day_said(until),
                    reveal="upfront",
                    cues=("latest", "by when", "day", "date"),
                ),
            ),
        )
    return None


def solve_earliest_by(plan: Plan) -> None:
    """Find nothing, say what comes next, and put the caller on the waiting list instead."""
    plan.ask("soon_service", "soon_until")
    with plan.together():
        service = plan.call("get_service", service=plan.value("soon_service"))
        if plan.slots["referral"]:
            plan.call("list_referrals", patient_number=plan.subject)
        found = plan.call(
            "search_slots",
            service=plan.value("soon_service"),
            from_date=plan.db.now.date(),
            to_date=plan.value("soon_until"),
        )
    plan.outputs["specialty"] = service["specialty"]
    plan.tell("nothing_free", next_free=found["next_free_after"])
    plan.confirm("waiting_list", service=service["name"], until=plan.value("soon_until"))
    entry = plan.call(
        "join_waiting_list",
        patient_number=plan.subject,
        service=plan.value("soon_service"),
        wanted_by=plan.value("soon_until"),
    )
    plan.tell("waiting", entry=entry["entry_id"], position=entry["position"])


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
    Intent(
        "specialist_refused",
        "Book a specialist without a referral that holds",
        "refused",
        draw_specialist_refused,
        solve_specialist_refused,
        ("C01", "C11"),
    ),
    Intent(
        "book_for_child",
        "Book for one's child",
        "fulfilled",
        draw_book_for_child,
        solve_book_for_child,
        ("C01", "C02", "C06", "C08", "C10", "C12"),
        weight=1.5,
    ),
    Intent(
        "child_refused",
        "Book for somebody that one may not speak for",
        "refused",
        draw_child_refused,
        solve_child_refused,
        ("C01", "C02", "C03"),
    ),
    Intent(
        "earliest_by",
        "Nothing free in time: the waiting list",
        "partial",
        draw_earliest_by,
        solve_earliest_by,
        ("C01", "C06", "C11", "C14", "C15"),
    ),
)
