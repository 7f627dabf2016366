"""Credit: paid out, too much for the desk, or held because a bill is overdue."""

from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import REFUND_LIMIT
from generators.domains.energy.database import Bill, Customer
from generators.domains.energy.intents.cases import row_with
from generators.domains.plan import Plan

_NEED = "You believe that you have credit on your account and want all of it paid out."


def _draw(situation: Situation, large: bool, overdue: bool) -> Draw | None:
    credit = situation.db[Customer].get(situation.subject).credit
    late = situation.db[Bill].where(account_number=situation.subject, state="overdue")
    if credit <= 0 or (credit > REFUND_LIMIT) != large or bool(late) != overdue:
        return None
    return Draw(need=_NEED, slots={"credit": credit})


def draw_refund(situation: Situation) -> Draw | None:
    """Credit within the desk's limit, and nothing overdue."""
    return _draw(situation, large=False, overdue=False)


def solve_refund(plan: Plan) -> None:
    """Pay the whole credit out."""
    credit = plan.call("get_billing", account_number=plan.subject)["credit"]
    plan.confirm("refund", amount=credit)
    done = plan.call("refund_credit", account_number=plan.subject, amount=credit)
    plan.tell("refunded", amount=done["amount"], arrives_by=done["arrives_by"])


def draw_large(situation: Situation) -> Draw | None:
    """More credit than the desk may refund."""
    return _draw(situation, large=True, overdue=False)


def solve_large(plan: Plan) -> None:
    """Refund nothing, hand over to the billing team."""
    credit = plan.call("get_billing", account_number=plan.subject)["credit"]
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="refund_above_limit",
        summary=f"Customer asks for a refund of {credit:.2f} euros of credit.",
    )
    plan.tell(
        "refund_handed_over",
        credit=credit,
        ticket_id=ticket["ticket_id"],
        call_back_by=ticket["call_back_by"],
    )


def draw_blocked(situation: Situation) -> Draw | None:
    """Credit, and a bill that is overdue."""
    return _draw(situation, large=False, overdue=True)


def solve_blocked(plan: Plan) -> None:
    """Say what is overdue."""
    billing = plan.call("get_billing", account_number=plan.subject)
    bill = row_with(billing["bills"], state="overdue")
    plan.refuse("bill_overdue", credit=billing["credit"], amount_due=bill["amount_due"])
