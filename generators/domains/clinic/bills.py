"""Intents about money: bills, instalments, fees and prices."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED, MAX_INSTALMENTS, MIN_INSTALMENT
from generators.domains.clinic.database import Invoice
from generators.domains.clinic.drawing import (
    bookable,
    past_day_fact,
    service_fact,
    today,
    touched,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_LAPSES = ("no_show", "late_cancellation", "late_move")
_COUNT_CUES = ("how many", "instalments", "months")


def _open_bills(situation: Situation, *kinds: str) -> list[Invoice]:
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


def _said(day: date) -> str:
    return f"{day.day} {day:%B}"


def _bill_of(plan: Plan, key: str) -> dict[str, Any]:
    """The bill for the visit on the day that the caller names."""
    plan.ask(key)
    bills = plan.call("list_invoices", patient_number=plan.subject)
    found = [each for each in bills if each["visit_on"] == plan.value(key)]
    plan.outputs["invoice"] = found[0]["number"]
    return found[0]


def draw_bill_question(situation: Situation) -> Draw | None:
    """An open bill for a visit."""
    for row in _open_bills(situation, "visit"):
        return Draw(
            need=f"You want to know how the bill for your visit on {_said(row.visit_on)} comes "
            "about: the total, what your insurer pays, your share, and when it is due.",
            facts=(past_day_fact("bill_visit", row.visit_on),),
        )
    return None


def solve_bill_question(plan: Plan) -> None:
    """Look and say."""
    bill = _bill_of(plan, "bill_visit")
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
    for row in _open_bills(situation, "visit"):
        allowed = allowed_instalments(row.patient_share)
        if row.due_on < today(situation) or allowed < 2:
            continue
        count = situation.rng.randint(2, allowed)
        return Draw(
            need=f"You want to pay the bill for your visit on {_said(row.visit_on)} in {count} "
            "monthly instalments.",
            facts=(
                past_day_fact("plan_visit", row.visit_on),
                _count_fact("plan_count", count),
            ),
        )
    return None


def solve_instalments(plan: Plan) -> None:
    """Find the bill, check the limits, set the plan up."""
    bill = _bill_of(plan, "plan_visit")
    plan.ask("plan_count")
    plan.confirm("instalments", amount=bill["patient_share"], count=plan.value("plan_count"))
    _set_up(plan, bill, int(plan.value("plan_count")))


def _set_up(plan: Plan, bill: dict[str, Any], count: int) -> None:
    done = plan.call("set_up_instalments", invoice_number=bill["number"], instalments=count)
    plan.tell("instalments_set", monthly_amount=done["monthly_amount"], first_due=done["first_due"])


def draw_instalments_capped(situation: Situation) -> Draw | None:
    """The same, with more instalments than the manual allows."""
    for row in _open_bills(situation, "visit"):
        allowed = allowed_instalments(row.patient_share)
        if row.due_on < today(situation) or allowed < 2:
            continue
        count = situation.rng.choice([n for n in (5, 8, 9, 10, 12) if n > allowed])
        return Draw(
            need=f"You want to pay the bill for your visit on {_said(row.visit_on)} in {count} "
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
    bill = _bill_of(plan, "long_visit")
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
    for row in _open_bills(situation, "visit"):
        overdue = row.due_on < today(situation)
        if not overdue and allowed_instalments(row.patient_share) >= 2:
            continue
        count = situation.rng.randint(2, 4)
        return Draw(
            need=f"You want to pay the bill for your visit on {_said(row.visit_on)} in {count} "
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
    bill = _bill_of(plan, "stuck_visit")
    if plan.slots["why"] == "overdue":
        plan.refuse("bill_overdue", due_on=bill["due_on"])
    else:
        plan.refuse("bill_too_small", amount=bill["patient_share"])


def last_waiver(invoices: list[Invoice], day: date) -> date | None:
    """The day of a patient's last waiver within the 365 days before ``day``, if there was one."""
    days = [row.waived_on for row in invoices if row.waived_on]
    recent = [each for each in days if each > day - timedelta(days=365)]
    return max(recent, default=None)


def _fee(situation: Situation) -> tuple[Invoice, date | None] | None:
    fees = _open_bills(situation, *_LAPSES)
    mine = situation.db[Invoice].where(patient=situation.subject)
    if not fees or {"waive_fee", "waive_refused"} & set(situation.earlier):
        return None
    return fees[0], last_waiver(mine, today(situation))


def _fee_said(row: Invoice) -> str:
    what = "missed appointment" if row.kind == "no_show" else "appointment"
    return f"the fee for your {what} on {_said(row.visit_on)}"


def draw_waive(situation: Situation) -> Draw | None:
    """An open fee, and no waiver within the last 365 days."""
    found = _fee(situation)
    if found is None or found[1]:
        return None
    return Draw(
        need=f"You want {_fee_said(found[0])} waived.",
        facts=(past_day_fact("fee_visit", found[0].visit_on),),
    )


def solve_waive(plan: Plan) -> None:
    """Look at the bills, see that there was no waiver lately, and waive the fee."""
    bill = _bill_of(plan, "fee_visit")
    plan.confirm("waive", amount=bill["patient_share"])
    done = plan.call("waive_fee", invoice_number=bill["number"])
    plan.tell("waived", amount=done["waived"], invoice=done["invoice_number"])


def draw_waive_refused(situation: Situation) -> Draw | None:
    """An open fee, and a waiver within the last 365 days."""
    found = _fee(situation)
    if found is None or not found[1]:
        return None
    return Draw(
        need=f"You want {_fee_said(found[0])} waived.",
        slots={"last": found[1]},
        facts=(past_day_fact("second_fee_visit", found[0].visit_on),),
    )


def solve_waive_refused(plan: Plan) -> None:
    """Look at the bills, see the last waiver, and decline."""
    _bill_of(plan, "second_fee_visit")
    plan.refuse("waived_lately", last=plan.slots["last"].isoformat())


def draw_price(situation: Situation) -> Draw | None:
    """What a service would cost the caller. The insurance must not change in the same dialogue."""
    if "update_insurance" in situation.earlier:
        return None
    for row in bookable(situation, situation.subject, lambda _: True):
        return Draw(
            need=f"You want to know what {ARTICLED[row.code]} costs, and how much of it you would "
            "pay yourself.",
            facts=(service_fact("price_service", row.code),),
        )
    return None


def solve_price(plan: Plan) -> None:
    """Work it out and say."""
    plan.ask("price_service")
    quote = plan.call(
        "quote_price", patient_number=plan.subject, service=plan.value("price_service")
    )
    plan.tell("price", price=quote["price"], patient_pays=quote["patient_pays"])


BILL_INTENTS = (
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
    Intent(
        "waive_fee",
        "Have a fee waived",
        "fulfilled",
        draw_waive,
        solve_waive,
        ("C01", "C06", "C28"),
    ),
    Intent(
        "waive_refused",
        "Have a fee waived a second time",
        "refused",
        draw_waive_refused,
        solve_waive_refused,
        ("C01", "C28"),
    ),
    Intent(
        "price_question",
        "What a service costs",
        "informed",
        draw_price,
        solve_price,
        ("C01", "C29"),
        weight=0.7,
    ),
)
