"""Callers whose visit cannot be booked as they wish: no referral that holds, or nothing free."""

from datetime import date, timedelta

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import Service, WaitingEntry
from generators.domains.clinic.intents.bookings import WINDOW
from generators.domains.clinic.intents.drawing import (
    bookable,
    day_said,
    first_free,
    referral_for,
    service_fact,
    today,
)
from generators.domains.clinic.tools.reading import slots_between
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan


def draw_specialist_refused(situation: Situation) -> Draw | None:
    """A service that needs a referral, where there is none that would hold. The rarer reasons come up
    as often as the common ones."""
    found: dict[str, Service] = {}
    for service in bookable(situation, situation.subject, lambda row: row.needs_referral):
        why = _obstacle(situation, service)
        if why:
            found.setdefault(why, service)
    if not found:
        return None
    why = situation.rng.choice(sorted(found))
    code = found[why].code
    return Draw(
        need=f"You want to book {ARTICLED[code]} as soon as possible; you have not thought about "
        "whether a referral is needed.",
        slots={"why": why},
        facts=(service_fact("refused_service", code),),
    )


def _obstacle(situation: Situation, service: Service) -> str:
    """Why no referral of the caller's opens the first free slot; empty when one does."""
    db, day = situation.db, today(situation)
    referral = referral_for(db, situation.subject, service.specialty)
    if referral is None:
        return "missing"
    if referral.expires_on < day:
        return "expired"
    if referral.visits_left < 1:
        return "used_up"
    slot = first_free(db, service.code, day, 2 * WINDOW)
    lapses = slot and referral.expires_on < date.fromisoformat(slot["start"][:10])
    return "lapses" if lapses else ""


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
                to_date=now + timedelta(days=2 * WINDOW),
            )
            plan.refuse(
                "referral_lapses",
                expires_on=mine["expires_on"],
                first_free=found["slots"][0]["start"],
            )


def draw_earliest_by(situation: Situation) -> Draw | None:
    """A service that is all taken until the last day that would suit."""
    db, day = situation.db, today(situation)
    waiting = {row.service for row in db[WaitingEntry].where(patient=situation.subject)}
    days = [day + timedelta(days=ahead) for ahead in (3, 7, 8)]
    for service in bookable(situation, situation.subject, lambda row: row.code not in waiting):
        until = situation.rng.choice(days)
        if service.needs_referral:
            referral = referral_for(db, situation.subject, service.specialty)
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


WAITING = (
    Intent(
        "specialist_refused",
        "Book a specialist without a referral that holds",
        "refused",
        draw_specialist_refused,
        solve_specialist_refused,
        ("C01", "C11"),
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
