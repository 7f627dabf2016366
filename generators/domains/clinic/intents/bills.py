"""Callers with a bill: what it is made of, and paying it in instalments."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import MAX_INSTALMENTS, MIN_INSTALMENT
from generators.domains.clinic.database import Invoice
from generators.domains.clinic.intents.drawing import (
    past_day_fact,
    past_day_said,
    today,
    touched,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_LAPSES = ("no_show", "late_cancellation", "late_move")
_COUNT_CUES = ("how many", "instalments", "months")


def open_bills(situation: Situation, *kinds: str) -> list[Invoice]:
    """The caller's open bills of these kinds that have not been spoken of, in random order."""
    done = touched(situation)
    rows = [
        row
        for row in situation.db[Invoice].where(patient=situation.subject, status="open")
        if row.kind in kinds and row.number not in done
    ]
    situation.rng.shuffle(rows)
    return rows


def allowed_instalments(share: float) -> int:
    """The largest number of instalments for an amount; below two there is no plan."""
    return min(MAX_INSTALMENTS, int(share // MIN_INSTALMENT))


def bill_of(plan: Plan, key: str) -> dict[str, Any]:
    """The bill for the visit on the day that the caller names."""
    plan.ask(key)
    bills = plan.call("list_invoices", patient_number=plan.subject)
    found = [each for each in bills if each["visit_on"] == plan.value(key)]
    plan.outputs["invoice"] = found[0]["number"]
    return found[0]


def draw_bill_question(situation: Situation) -> Draw | None:
    """An open bill for a visit."""
    for row in open_bills(situation, "visit"):
        return Draw(
            need=f"You want to know how the bill for your visit on {past_day_said(row.visit_on)} comes "
            "about: the total, what your insurer pays, your share, and when it is due.",
            facts=(past_day_fact("bill_visit", row.visit_on),),
        )
    return None


def solve_bill_question(plan: Plan) -> None:
    """Look and say."""
    bill = bill_of(plan, "bill_visit")
    plan.tell(
        "bill",
        total=bill["total"],
        insurer_share=bill["insurer_share"],
        patient_share=bill["patient_share"],
        due_on=bill["due_on"],
    )


def _count_fact(key: str, count: int) -> Fact:
    return Fact(key=key, value=str(count), reveal="upfront", cues=_COUNT_CUES)


def draw_instalments(situation: Situation) -> Draw | None:
    """A bill that is not overdue, and as many instalments as the manual allows."""
    for row in open_bills(situation, "visit"):
        allowed = allowed_instalments(row.patient_share)
        if row.due_on < today(situation) or allowed < 2:
            continue
        count = situation.rng.randint(2, allowed)
        return Draw(
            need=f"You want to pay the bill for your visit on {past_day_said(row.visit_on)} in {count} "
            "monthly instalments.",
            facts=(
                past_day_fact("plan_visit", row.visit_on),
                _count_fact("plan_count", count),
            ),
        )
    return None


def solve_instalments(plan: Plan) -> None:
    """Find the bill, check the limits, set the plan up."""
    bill = bill_of(plan, "plan_visit")
    plan.ask("plan_count")
    plan.confirm("instalments", amount=bill["patient_share"], count=plan.value("plan_count"))
    _set_up(plan, bill, int(plan.value("plan_count")))


def _set_up(plan: Plan, bill: dict[str, Any], count: int) -> None:
    done = plan.call("set_up_instalments", invoice_number=bill["number"], instalments=count)
    plan.tell("instalments_set", monthly_amount=done["monthly_amount"], first_due=done["first_due"])


def draw_instalments_capped(situation: Situation) -> Draw | None:
    """The same, with more instalments than the manual allows."""
    for row in open_bills(situation, "visit"):
        allowed = allowed_instalments(row.patient_share)
        if row.due_on < today(situation) or allowed < 2:
            continue
        count = situation.rng.choice([n for n in (5, 8, 9, 10, 12) if n > allowed])
        return Draw(
            need=f"You want to pay the bill for your visit on {past_day_said(row.visit_on)} in {count} "
            "monthly instalments; if that is too many, you take as many as the clinic allows.",
            slots={"allowed": allowed},
            facts=(
                past_day_fact("long_visit", row.visit_on),
                _count_fact("long_count", count),
            ),
        )
    return None


def solve_instalments_capped(plan: Plan) -> None:
    """Decline the wish, offer the largest number, set that up."""
    bill = bill_of(plan, "long_visit")
    plan.ask("long_count")
    plan.confirm(
        "instalments_capped",
        wanted=plan.value("long_count"),
        allowed=plan.slots["allowed"],
        amount=bill["patient_share"],
    )
    _set_up(plan, bill, plan.slots["allowed"])


def draw_instalments_refused(situation: Situation) -> Draw | None:
    """A bill that is overdue, or too small."""
    for row in open_bills(situation, "visit"):
        overdue = row.due_on < today(situation)
        if not overdue and allowed_instalments(row.patient_share) >= 2:
            continue
        count = situation.rng.randint(2, 4)
        return Draw(
            need=f"You want to pay the bill for your visit on {past_day_said(row.visit_on)} in {count} "
            "monthly instalments.",
            slots={"why": "overdue" if overdue else "small"},
            facts=(
                past_day_fact("stuck_visit", row.visit_on),
                _count_fact("stuck_count", count),
            ),
        )
    return None


def solve_instalments_refused(plan: Plan) -> None:
    """Find the bill, and decline."""
    bill = bill_of(plan, "stuck_visit")
    if plan.slots["why"] == "overdue":
        plan.refuse("bill_overdue", due_on=bill["due_on"])
    else:
        plan.refuse("bill_too_small", amount=bill["patient_share"])


BILLS = (
    Intent(
        "bill_question",
        "What a bill is made of",
        "informed",
        draw_bill_question,
        solve_bill_question,
        ("C01", "C29"),
    ),
    Intent(
        "instalments",
        "Pay in instalments",
        "fulfilled",
        draw_instalments,
        solve_instalments,
        ("C01", "C06", "C26"),
        weight=1.8,
    ),
    Intent(
        "instalments_capped",
        "More instalments than allowed",
        "partial",
        draw_instalments_capped,
        solve_instalments_capped,
        ("C01", "C06", "C26", "C27"),
    ),
    Intent(
        "instalments_refused",
        "Instalments for a bill that is overdue or small",
        "refused",
        draw_instalments_refused,
        solve_instalments_refused,
        ("C01", "C26", "C27"),
        weight=0.8,
    ),
)
