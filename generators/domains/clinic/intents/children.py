"""Callers who speak for a child, and callers who may not."""

from datetime import timedelta

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import (
    Guardianship,
    Patient,
    Service,
)
from generators.domains.clinic.desk import years_between
from generators.domains.clinic.intents.bookings import WINDOW, book, search_from
from generators.domains.clinic.intents.drawing import (
    PARTS,
    age,
    bookable,
    day_fact,
    day_said,
    first_free,
    part_fact,
    service_fact,
    today,
    working_day,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database


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
        from_date = working_day(today(situation) + timedelta(days=rng.randint(1, 8)))
        part = rng.choice(sorted(PARTS))
        for service in bookable(situation, child.number, lambda row: not row.needs_referral):
            if first_free(db, service.code, from_date, WINDOW, part) is None:
                continue
            return Draw(
                need=f"You want to book {ARTICLED[service.code]} for your child "
                f"{child.given_name}, patient number {child.number}, on or after "
                f"{day_said(from_date)}; you take the first free time in the half of the day that "
                "suits you.",
                slots={"service": service.code, "child": child.number},
                facts=(
                    _number_fact(
                        db, "child_number", child.number, ("child", "child's", "son", "daughter")
                    ),
                    service_fact("child_service", service.code),
                    day_fact("child_from", from_date, from_date - timedelta(days=1)),
                    part_fact("child_time", 9 if part == "morning" else 14),
                ),
            )
    return None


def _number_fact(db: Database, key: str, number: str, cues: tuple[str, ...]) -> Fact:
    return Fact(
        key=key, value=number, reveal="upfront", cues=cues, slip=misread(number, db[Patient])
    )


def solve_book_for_child(plan: Plan) -> None:
    """Check that the caller may speak for the child, then book as for anybody."""
    plan.ask("child_number", "child_service")
    with plan.together():
        ties = plan.call("list_guardianships", patient_number=plan.subject)
        service = plan.call("get_service", service=plan.value("child_service"))
    plan.ask("child_from", "child_time")
    slot = search_from(
        plan, plan.value("child_service"), plan.value("child_from"), plan.value("child_time")
    )
    number = plan.value("child_number")
    name = next(each["name"] for each in ties if each["patient_number"] == number)
    book(plan, service, slot, number, child=name)


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
                _number_fact(db, "other_number", other.number, ("whose", "who is it for", "their")),
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


CHILDREN = (
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
        weight=1.8,
    ),
)
