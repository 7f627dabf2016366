"""Payment plans: granted, refused after a broken one, and shorter than wished."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import (
    PLAN_HIGHEST,
    PLAN_LOWEST,
    broken_lately,
    most_instalments,
)
from generators.domains.energy.database import Bill
from generators.domains.energy.intents.cases import row_with
from generators.domains.energy.tools.billing import instalment
from generators.domains.plan import Plan


def _overdue(situation: Situation) -> Bill | None:
    """The caller's overdue bill, when a plan for it could be talked about."""
    bills = situation.db[Bill].where(account_number=situation.subject, state="overdue")
    fit = [bill for bill in bills if PLAN_LOWEST <= bill.amount_due <= PLAN_HIGHEST]
    return fit[0] if len(bills) == 1 and fit else None


def _wish(bill: Bill, count: int, otherwise: str) -> Draw:
    fact = Fact(
        key="instalments",
        value=str(count),
        reveal="upfront",
        cues=("how many", "instalments", "months", "number of payments"),
        slip=str(count + 1),
    )
    return Draw(
        need=f"You cannot pay your overdue bill at once and want to pay it in {count} monthly "
        f"instalments. {otherwise}",
        slots={"bill_id": bill.bill_id, "instalments": count},
        facts=(fact,),
    )


def draw_plan(situation: Situation) -> Draw | None:
    """An overdue bill, and no more instalments than the manual allows."""
    bill = _overdue(situation)
    if bill is None or broken_lately(situation.db, situation.subject):
        return None
    count = situation.rng.randint(2, most_instalments(bill.amount_due))
    return _wish(bill, count, "You want to know what you pay each month and when.")


def solve_plan(plan: Plan) -> None:
    """Check bill and past plans, then set the plan up."""
    plan.ask("instalments")
    _set_up(plan, int(plan.value("instalments")), "plan")


def _set_up(plan: Plan, count: int, question: str) -> None:
    bill = row_with(plan.call("get_billing", account_number=plan.subject)["bills"], state="overdue")
    if question == "plan_at_most":
        plan.refuse("too_many_instalments")
    plan.confirm(
        question,
        amount_due=bill["amount_due"],
        instalments=count,
        instalment_amount=instalment(bill["amount_due"], count),
    )
    done = plan.call("set_up_payment_plan", bill_id=bill["bill_id"], instalments=count)
    plan.tell(
        "plan_set_up",
        instalment_amount=done["instalment_amount"],
        first_due=done["first_due"],
        last_due=done["last_due"],
    )


def draw_refused(situation: Situation) -> Draw | None:
    """An overdue bill of somebody who broke a plan within the year."""
    bill = _overdue(situation)
    if bill is None or not broken_lately(situation.db, situation.subject):
        return None
    count = situation.rng.randint(2, most_instalments(bill.amount_due))
    return _wish(bill, count, "If they do not agree, you want to know why.")


def solve_refused(plan: Plan) -> None:
    """Name the plan that was broken."""
    plan.ask("instalments")
    plans = plan.call("get_billing", account_number=plan.subject)["payment_plans"]
    broken = broken_lately(plan.db, plan.subject)
    past = row_with(plans, plan_id=broken.plan_id if broken else "")
    plan.refuse("broken_plan", ended_on=past["ended_on"])


def draw_shortened(situation: Situation) -> Draw | None:
    """An overdue bill, and more instalments than the manual allows."""
    bill = _overdue(situation)
    if bill is None or broken_lately(situation.db, situation.subject):
        return None
    count = most_instalments(bill.amount_due) + situation.rng.randint(1, 6)
    return _wish(bill, count, "If that is too many for them, take as many as they allow.")


def solve_shortened(plan: Plan) -> None:
    """Decline the number, set up the longest plan there is."""
    plan.ask("instalments")
    bill = plan.db[Bill].get(plan.slots["bill_id"])
    _set_up(plan, most_instalments(bill.amount_due), "plan_at_most")
