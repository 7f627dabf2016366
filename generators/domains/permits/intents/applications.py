"""Applications and what comes of them: documents, inspections, objections."""

from datetime import timedelta
from typing import Any

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.catalogue import GROUNDS, OBJECTION_DAYS
from generators.domains.permits.database import (
    Application,
    Inspection,
    Objection,
    PaperAtHome,
)
from generators.domains.permits.intents.drawing import (
    day_fact,
    fact,
    number_fact,
    picked,
    said,
    today,
)
from generators.domains.plan import Plan


def _applications(situation: Situation, status: str) -> list[Application]:
    return situation.db[Application].where(applicant=situation.subject, status=status)


def _row(rows: list[Any], number: str) -> dict[str, Any]:
    return next(each for each in rows if each["number"] == number)


def _card(plan: Plan) -> dict[str, Any]:
    rows = plan.call("list_applications", person_number=plan.subject)
    return _row(rows, plan.value("application"))


def draw_status(situation: Situation) -> Draw | None:
    """An application that is being reviewed."""
    row = picked(situation, _old(situation, "in review"))
    if row is None:
        return None
    return Draw(
        need=f"You want to know how far your application {row.number} has come and by when it is "
        "decided.",
        facts=(number_fact("application", row.number),),
    )


def _old(situation: Situation, status: str) -> list[Application]:
    return [each for each in _applications(situation, status) if each.filed_on < today(situation)]


def solve_status(plan: Plan) -> None:
    """Look and say."""
    plan.ask("application")
    card = _card(plan)
    plan.tell("status", filed_on=card["filed_on"], decision_by=card["decision_by"])


def draw_document(situation: Situation) -> Draw | None:
    """An application with a document missing, which the caller has at home."""
    row = picked(situation, _applications(situation, "incomplete"))
    if row is None:
        return None
    paper = situation.db[PaperAtHome].where(application=row.number)[0]
    return Draw(
        need=f"You got a letter that something is still missing for your application {row.number}. "
        "You want to hand it in now; you have your papers and a scanner beside you.",
        slots={"scans_well": paper.scans_well},
        facts=(number_fact("application", row.number),),
    )


def solve_document(plan: Plan) -> None:
    """Say what is missing, have it uploaded, once more where it cannot be read, accept it."""
    plan.ask("application")
    number = plan.value("application")
    missing = next(each for each in _card(plan)["documents"] if each["status"] == "missing")
    plan.tell("document_missing", document=missing["kind"], due_on=missing["due_on"])
    plan.act("upload", "upload_document", application_number=number, document=missing["kind"])
    card = _card(plan)
    if not all(each["readable"] for each in card["documents"]):
        plan.act(
            "upload_again", "upload_document", application_number=number, document=missing["kind"]
        )
        _card(plan)
    done = plan.call("accept_document", application_number=number, document=missing["kind"])
    plan.tell("document_accepted", decision_by=done["decision_by"])


def draw_inspection(situation: Situation) -> Draw | None:
    """An application that is being reviewed, without an inspection yet."""
    rows = [
        each
        for each in _old(situation, "in review")
        if not situation.db[Inspection].where(application=each.number)
    ]
    row = picked(situation, rows)
    if row is None:
        return None
    day = today(situation) + timedelta(days=situation.rng.randint(3, 25))
    return Draw(
        need=f"You want an inspector to come for your application {row.number}, as soon as possible "
        f"from {said(day)} on.",
        facts=(number_fact("application", row.number), day_fact("visit_day", day)),
    )


def solve_inspection(plan: Plan) -> None:
    """Offer the earliest time, book it."""
    plan.ask("application", "visit_day")
    with plan.together():
        _card(plan)
        slots = plan.call("list_inspection_slots", from_date=plan.value("visit_day"))
    plan.confirm("inspection", start=slots[0]["start"])
    done = plan.call(
        "book_inspection",
        application_number=plan.value("application"),
        slot_id=slots[0]["slot_id"],
    )
    plan.tell("inspection_booked", start=done["start"], inspector=done["inspector"])


def _decided(situation: Situation, in_time: bool) -> Application | None:
    least = today(situation) - timedelta(days=OBJECTION_DAYS)
    return picked(
        situation,
        [
            each
            for each in _applications(situation, "turned down")
            if each.decided_on
            and (each.decided_on >= least) == in_time
            and not situation.db[Objection].where(application=each.number)
        ],
    )


def _objection(situation: Situation, in_time: bool) -> Draw | None:
    row = _decided(situation, in_time)
    if row is None:
        return None
    grounds = situation.rng.choice(sorted(GROUNDS))
    spoken = GROUNDS[grounds]
    inverted = spoken.replace("I have", "you have")
    return Draw(
        need=f"Your application {row.number} was turned down. You want to object, because {inverted}.",
        facts=(
            number_fact("application", row.number),
            fact("grounds", grounds, spoken),
        ),
    )


def draw_objection(situation: Situation) -> Draw | None:
    """A decision of the last 30 days."""
    return _objection(situation, in_time=True)


def solve_objection(plan: Plan) -> None:
    """See that it is in time, put it on file."""
    plan.ask("application", "grounds")
    _card(plan)
    number = plan.value("application")
    plan.confirm("objection", number=number)
    done = plan.call("file_objection", application_number=number, grounds=plan.value("grounds"))
    plan.tell("objection_filed", objection=done["objection_id"], answer_by=done["answer_by"])


def draw_late(situation: Situation) -> Draw | None:
    """A decision that is older than that."""
    return _objection(situation, in_time=False)


def solve_late(plan: Plan) -> None:
    """See that it is too late, and decline."""
    plan.ask("application")
    plan.refuse("objection_late", last=_card(plan)["objection_until"])


APPLICATIONS = (
    Intent(
        "application_status",
        "How far an application has come",
        "informed",
        draw_status,
        solve_status,
        ("M36",),
    ),
    Intent(
        "missing_document",
        "Hand in a missing document",
        "fulfilled",
        draw_document,
        solve_document,
        ("M30",),
        weight=1.3,
    ),
    Intent(
        "book_inspection",
        "An inspection on site",
        "fulfilled",
        draw_inspection,
        solve_inspection,
        ("M03", "M06", "M31"),
    ),
    Intent(
        "objection",
        "Object to a decision",
        "fulfilled",
        draw_objection,
        solve_objection,
        ("M06", "M32"),
    ),
    Intent(
        "objection_late",
        "Object to a decision too late",
        "refused",
        draw_late,
        solve_late,
        ("M32",),
    ),
)
