"""Tools about loans: what is out, renewed, brought back, lost or damaged."""

from datetime import timedelta
from typing import Any

from generators.domains.library.database import (
    Branch,
    Copy,
    Keepsake,
    Loan,
    Member,
    Title,
)
from generators.domains.library.rules import DAMAGE_FEES, fine, replacement, waiting_for
from generators.domains.library.tools.charging import charge
from generators.domains.library.tools.kinds import Card, Cause, Grade, LoanId, Receipt
from generators.domains.table import Database, ToolFailure


def list_loans(db: Database, card: Card) -> list[dict[str, Any]]:
    """List what a member has on loan now, by due date: renewals so far, who waits for the title, and
    what lateness would cost if it came back today.

    Args:
        card: The member's card number.
    """
    db[Member].get(card)
    rows = [row for row in db[Loan].where(member=card, status="open") if row.copy]
    return [_card(db, row) for row in sorted(rows, key=lambda row: (row.due_on, row.id))]


def _card(db: Database, row: Loan) -> dict[str, Any]:
    title, today = db[Title].get(row.title), db.now.date()
    return {
        "loan_id": row.id,
        "title": title.name,
        "medium": title.medium,
        "due_on": row.due_on.isoformat(),
        "days_overdue": max(0, (today - row.due_on).days),
        "late_charge_so_far": fine(db, row, today),
        "renewals": row.renewals,
        "short_loan": not title.renewable,
        "others_waiting": sum(each.member != row.member for each in waiting_for(db, title.id)),
    }


def renew_loan(db: Database, loan_id: LoanId) -> dict[str, Any]:
    """Renew a loan from today on. Lateness so far, if any, is charged.

    Args:
        loan_id: The loan, from list_loans.
    """
    row = _open(db, loan_id)
    title = db[Title].get(row.title)
    amount = fine(db, row, db.now.date())
    due = max(row.due_on, db.now.date() + timedelta(days=title.loan_days))
    if due == row.due_on:
        raise ToolFailure("too_early", f"{title.name} is due on {due.isoformat()} either way")
    db[Loan].change(loan_id, due_on=due, renewals=row.renewals + 1)
    number = charge(db, row.member, "late", title.name, amount, loan_id, row.renewals)
    return {
        "loan_id": loan_id,
        "title": title.name,
        "due_on": due.isoformat(),
        "late_charge": amount,
        "charge_id": number,
    }


def quote_item_fee(
    db: Database, loan_id: LoanId, cause: Cause, label_grade: Grade = "A"
) -> dict[str, Any]:
    """Work out what a lost or a damaged item costs the member.

    Args:
        loan_id: The loan, from list_loans.
        cause: Whether the item is lost, or damaged and still in the member's hands.
        label_grade: The grade letter on the label inside the item; it counts for damage only.
    """
    row = _open(db, loan_id)
    return {
        "loan_id": loan_id,
        "title": db[Title].get(row.title).name,
        "cause": cause,
        "fee": replacement(db, row) if cause == "lost" else DAMAGE_FEES[label_grade],
    }


def charge_item(
    db: Database, loan_id: LoanId, cause: Cause, label_grade: Grade = "A"
) -> dict[str, Any]:
    """Record that an item is lost or damaged, and charge the fee for it. A lost item leaves the
    account; a damaged one stays on loan.

    Args:
        loan_id: The loan, from list_loans.
        cause: Whether the item is lost, or damaged and still in the member's hands.
        label_grade: The grade letter on the label inside the item; it counts for damage only.
    """
    quote = quote_item_fee(db, loan_id, cause, label_grade)
    row = db[Loan].get(loan_id)
    if cause == "lost":
        db[Loan].change(loan_id, status="lost")
        db[Copy].change(row.copy, status="lost")
    kind = "lost" if cause == "lost" else "damage"
    number = charge(db, row.member, kind, quote["title"], quote["fee"], loan_id)
    return {**quote, "charge_id": number}


def check_receipt(db: Database, receipt: Receipt) -> dict[str, Any]:
    """Look up a receipt of the return kiosk: which loan it is for, and when the item came back.

    Args:
        receipt: The number on the receipt, such as K-1234567.
    """
    paper = _receipt(db, receipt)
    row = db[Loan].get(paper.loan)
    return {
        "receipt": receipt,
        "loan_id": row.id,
        "title": db[Title].get(row.title).name,
        "branch_name": db[Branch].get(paper.branch).name,
        "returned_on": paper.printed_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "late_charge": fine(db, row, paper.printed_on),
    }


def clear_loan(db: Database, loan_id: LoanId, receipt: Receipt) -> dict[str, Any]:
    """Take an item that came back through a kiosk off the account. Lateness up to the day on the
    receipt, if any, is charged.

    Args:
        loan_id: The loan.
        receipt: The number on the kiosk's receipt.
    """
    row, paper = _open(db, loan_id), _receipt(db, receipt)
    if paper.loan != loan_id:
        raise ToolFailure("wrong_receipt", f"{receipt} is not for {loan_id}")
    title = db[Title].get(row.title)
    amount = fine(db, row, paper.printed_on)
    db[Loan].change(loan_id, status="returned")
    db[Copy].change(row.copy, status="on_shelf", branch=paper.branch)
    number = charge(db, row.member, "late", title.name, amount, loan_id, "back")
    return {
        "loan_id": loan_id,
        "title": title.name,
        "returned_on": paper.printed_on.isoformat(),
        "late_charge": amount,
        "charge_id": number,
    }


def _open(db: Database, loan_id: str) -> Loan:
    row = db[Loan].get(loan_id)
    if row.status != "open" or not row.copy:
        raise ToolFailure("not_on_loan", f"{loan_id} is not on loan")
    return row


def _receipt(db: Database, receipt: str) -> Keepsake:
    paper = db[Keepsake].get(receipt)
    if paper.kind != "receipt":
        raise ToolFailure("not_found", f"{receipt} is no receipt of a kiosk")
    return paper
