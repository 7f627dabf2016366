"""Callers who want a fee waived, or to know a price."""

from datetime import date, timedelta

from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import Invoice
from generators.domains.clinic.intents.bills import bill_of, open_bills
from generators.domains.clinic.intents.drawing import (
    bookable,
    past_day_fact,
    past_day_said,
    service_fact,
    today,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_LAPSES = ("no_show", "late_cancellation", "late_move")
_COUNT_CUES = ("how many", "instalments", "months")


def last_waiver(invoices: list[Invoice], day: date) -> date | None:
    """The day of a patient's last waiver within the 365 days before ``day``, if there was one."""
    days = [row.waived_on for row in invoices if row.waived_on]
    recent = [each for each in days if each > day - timedelta(days=365)]
    return max(recent, default=None)


def _fee(situation: Situation) -> tuple[Invoice, date | None] | None:
    fees = open_bills(situation, *_LAPSES)
    mine = situation.db[Invoice].where(patient=situation.subject)
    if not fees or {"waive_fee", "waive_refused"} & set(situation.earlier):
        return None
    return fees[0], last_waiver(mine, today(situation))


def _fee_said(row: Invoice) -> str:
    what = "missed appointment" if row.kind == "no_show" else "appointment"
    return f"the fee for your {what} on {past_day_said(row.visit_on)}"


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
    bill = bill_of(plan, "fee_visit")
    plan.confirm("waive", amount=bill["patient_share"])
    done = plan.call("waive_fee", invoice_number=bill["number"])
    plan.tell("waived", amount=done["waived"])


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
    bill_of(plan, "second_fee_visit")
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


FEES = (
    Intent(
        "waive_fee",
        "Have a fee waived",
        "fulfilled",
        draw_waive,
        solve_waive,
        ("C01", "C06", "C28"),
        weight=1.5,
    ),
    Intent(
        "waive_refused",
        "Have a fee waived a second time",
        "refused",
        draw_waive_refused,
        solve_waive_refused,
        ("C01", "C28"),
        weight=2.0,
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
