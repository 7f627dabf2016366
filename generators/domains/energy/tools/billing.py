"""Agent tools around money: bills, payment plans, credit."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from generators.domains.energy.database import (
    Bill,
    Contract,
    Customer,
    PaymentPlan,
    Refund,
)
from generators.domains.energy.tariffs import first_of_month
from generators.domains.energy.tools.keys import AccountNumber, BillId
from generators.domains.table import Database, ToolFailure


def get_billing(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Show the account's credit, its bills with what is open, and its payment plans, past ones too.

    Args:
        account_number: The customer's account number.
    """
    customer = db[Customer].get(account_number)
    return {
        "credit": customer.credit,
        "bills": [_summary(db, bill) for bill in db[Bill].where(account_number=account_number)],
        "payment_plans": [
            msgspec.to_builtins(plan)
            for plan in db[PaymentPlan].where(account_number=account_number)
        ],
    }


def _summary(db: Database, bill: Bill) -> dict[str, Any]:
    return {
        "bill_id": bill.bill_id,
        "fuel": db[Contract].get(bill.contract_id).fuel,
        "issued_on": bill.issued_on.isoformat(),
        "due_on": bill.due_on.isoformat(),
        "total": bill.total,
        "amount_due": bill.amount_due,
        "state": bill.state,
    }


def explain_bill(db: Database, bill_id: BillId) -> dict[str, Any]:
    """Show how a bill came about, beside the same months of the year before.

    Args:
        bill_id: The bill's id, such as B-4820175.
    """
    bill = db[Bill].get(bill_id)
    return {**_summary(db, bill), **msgspec.to_builtins(bill)}


def set_up_payment_plan(
    db: Database, bill_id: BillId, instalments: Annotated[int, Meta(ge=2, le=24)]
) -> dict[str, Any]:
    """Let the customer pay an overdue bill in equal monthly instalments.

    The first is due on the first of next month.

    Args:
        bill_id: The overdue bill.
        instalments: How many monthly instalments.
    """
    bill = db[Bill].get(bill_id)
    if bill.state != "overdue":
        raise ToolFailure("not_overdue", f"{bill_id} is {bill.state}")
    first = first_of_month(db.now.date(), 1)
    plan = PaymentPlan(
        plan_id=db.new_id("P", bill_id),
        account_number=bill.account_number,
        bill_id=bill_id,
        instalments=instalments,
        instalment_amount=instalment(bill.amount_due, instalments),
        first_due=first,
        state="active",
        ended_on=None,
    )
    db[PaymentPlan].insert(plan)
    db[Bill].change(bill_id, state="in_plan")
    return {
        "plan_id": plan.plan_id,
        "instalments": instalments,
        "instalment_amount": plan.instalment_amount,
        "first_due": first.isoformat(),
        "last_due": first_of_month(first, instalments - 1).isoformat(),
    }


def instalment(amount: float, count: int) -> float:
    """An equal part of the amount, rounded to cents; the last one takes up the difference."""
    return round(amount / count, 2)


def refund_credit(
    db: Database, account_number: AccountNumber, amount: Annotated[float, Meta(gt=0)]
) -> dict[str, Any]:
    """Pay credit out to the bank account on file.

    Args:
        account_number: The customer's account number.
        amount: How much, in euros; at most the credit.
    """
    customer = db[Customer].get(account_number)
    if amount > customer.credit:
        raise ToolFailure("above_credit", f"the credit is {customer.credit:.2f} euros")
    refund = Refund(
        refund_id=db.new_id("F", account_number, customer.credit, amount),
        account_number=account_number,
        amount=round(amount, 2),
    )
    db[Refund].insert(refund)
    left = round(customer.credit - amount, 2)
    db[Customer].change(account_number, credit=left)
    return {
        "refund_id": refund.refund_id,
        "amount": refund.amount,
        "credit_left": left,
        "iban_ending": customer.iban[-4:],
        "arrives_by": (db.now.date() + timedelta(days=7)).isoformat(),
    }
