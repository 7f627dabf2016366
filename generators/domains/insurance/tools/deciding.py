"""Tools that end a claim: assessing and paying it, withdrawing it, appealing against a refusal."""

from datetime import timedelta
from typing import Any

from generators.domains.insurance.database import (
    Appeal,
    Claim,
    ClaimDocument,
    Client,
    Payout,
    Policy,
    PolicyCover,
)
from generators.domains.insurance.products import DOCUMENT_NAMES, Ground, payable
from generators.domains.insurance.tools.keys import Amount, ClaimNumber
from generators.domains.table import Database, ToolFailure


def assess_claim(db: Database, claim_number: ClaimNumber) -> dict[str, Any]:
    """Work out what a claim comes to: the excess off first, then the limit. Lists missing documents.

    Args:
        claim_number: The claim's number.
    """
    claim = db[Claim].get(claim_number)
    cover = db[PolicyCover].get(f"{claim.policy}:{claim.cover}")
    rows = db[ClaimDocument].where(claim=claim_number)
    return {
        "claim_number": claim_number,
        "claimed": claim.amount,
        "excess": cover.excess,
        "limit": cover.limit,
        "payable": payable(claim.amount, cover.limit, cover.excess),
        "missing": [DOCUMENT_NAMES[row.kind] for row in rows if row.state != "accepted"],
        "status": claim.status,
    }


def approve_payout(db: Database, claim_number: ClaimNumber, amount: Amount) -> dict[str, Any]:
    """Approve a claim and pay it to the holder's bank account on file.

    Args:
        claim_number: The claim's number.
        amount: What is paid, in euros.
    """
    claim = _open(db, claim_number)
    holder = db[Client].get(db[Policy].get(claim.policy).holder)
    db[Payout].insert(
        Payout(
            id=db.new_id("PO", claim_number),
            claim=claim_number,
            amount=amount,
            iban=holder.iban,
            paid_on=db.now.date(),
        )
    )
    db[Claim].change(claim_number, status="paid")
    return {
        "claim_number": claim_number,
        "amount": amount,
        "iban_ending": holder.iban[-4:],
        "arrives_by": (db.now.date() + timedelta(days=3)).isoformat(),
    }


def withdraw_claim(db: Database, claim_number: ClaimNumber) -> dict[str, Any]:
    """Withdraw an open claim for good.

    Args:
        claim_number: The claim's number.
    """
    claim = _open(db, claim_number)
    db[Claim].change(claim_number, status="withdrawn")
    return {"claim_number": claim_number, "amount": claim.amount, "status": "withdrawn"}


def file_appeal(db: Database, claim_number: ClaimNumber, ground: Ground) -> dict[str, Any]:
    """File an appeal against a refused claim.

    Args:
        claim_number: The refused claim's number.
        ground: Why the decision is held to be wrong.
    """
    claim = db[Claim].get(claim_number)
    if claim.status != "refused":
        raise ToolFailure("not_refused", f"{claim_number} is {claim.status}")
    appeal = Appeal(
        id=db.new_id("AP", claim_number),
        claim=claim_number,
        ground=ground,
        filed_on=db.now.date(),
        decision_by=db.now.date() + timedelta(days=28),
    )
    db[Appeal].insert(appeal)
    return {"appeal_id": appeal.id, "decision_by": appeal.decision_by.isoformat()}


def _open(db: Database, claim_number: str) -> Claim:
    claim = db[Claim].get(claim_number)
    if claim.status != "open":
        raise ToolFailure("not_open", f"{claim_number} is {claim.status}")
    return claim
