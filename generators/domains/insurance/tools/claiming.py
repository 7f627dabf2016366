"""Tools that take in claims and their documents. They check data; most rules of the manual are the
agent's duty."""

from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.insurance.database import (
    Claim,
    ClaimDocument,
    CoverTerms,
    Policy,
    PolicyCover,
    Product,
    Upload,
)
from generators.domains.insurance.products import (
    COVER_NAMES,
    DOCUMENT_NAMES,
    DOCUMENTS,
    Cover,
    DocumentKind,
)
from generators.domains.insurance.tools.keys import Amount, ClaimNumber, PolicyNumber
from generators.domains.table import Database, ToolFailure

Hours = Annotated[int, Meta(ge=1, le=96)]


def check_event(
    db: Database, policy_number: PolicyNumber, cover: Cover, event_on: date
) -> dict[str, Any]:
    """Look up what a policy says about a loss: whether the cover is held, since when it holds, the
    policy's days, and the last day to report the loss. Gives facts, no decision.

    Args:
        policy_number: The policy's number.
        cover: The cover that the loss would fall under.
        event_on: The day of the loss.
    """
    policy = db[Policy].get(policy_number)
    terms = db[CoverTerms].get(cover)
    held = db[PolicyCover].find(f"{policy_number}:{cover}")
    return {
        "policy_number": policy_number,
        "product_name": db[Product].get(policy.product).name,
        "cover": cover,
        "cover_name": terms.name,
        "held": held is not None,
        "limit": held.limit if held else 0.0,
        "excess": held.excess if held else 0.0,
        "covered_from": held.covered_from.isoformat() if held else "",
        "starts_on": policy.starts_on.isoformat(),
        "ends_on": policy.ends_on.isoformat(),
        "report_by": (event_on + timedelta(days=terms.report_within_days)).isoformat(),
        "excluded": terms.excluded,
    }


def quote_delay(db: Database, policy_number: PolicyNumber, hours: Hours) -> dict[str, Any]:
    """Work out what a policy pays for a delay of so many hours.

    Args:
        policy_number: The policy's number.
        hours: The full hours of the delay.
    """
    policy = db[Policy].get(policy_number)
    product = db[Product].get(policy.product)
    held = db[PolicyCover].get(f"{policy_number}:delay")
    enough = hours >= product.delay_from_hours
    amount = min(product.delay_per_hour * hours, held.limit) if enough else 0.0
    return {
        "from_hours": product.delay_from_hours,
        "per_hour": product.delay_per_hour,
        "limit": held.limit,
        "pays": round(amount, 2),
    }


def open_claim(
    db: Database,
    policy_number: PolicyNumber,
    cover: Cover,
    event_on: date,
    amount: Amount,
    report_number: str = "",
) -> dict[str, Any]:
    """Open a claim; the documents that it needs are then missing.

    Args:
        policy_number: The policy's number.
        cover: The cover that the loss falls under.
        event_on: The day of the loss.
        amount: What is claimed, in euros.
        report_number: The number on the loss report, such as LR-5520174; luggage only.
    """
    db[Policy].get(policy_number)
    held = db[PolicyCover].find(f"{policy_number}:{cover}")
    if held is None:
        raise ToolFailure("not_covered", f"{policy_number} has no {COVER_NAMES[cover]}")
    number = db.new_id("CL", policy_number, cover, event_on)
    review_by = db.now.date() + timedelta(days=15)
    db[Claim].insert(
        Claim(
            number=number,
            policy=policy_number,
            cover=cover,
            event_on=event_on,
            reported_on=db.now.date(),
            amount=amount,
            report_number=report_number,
            status="open",
            review_by=review_by,
            decided_on=None,
            refusal_reason="",
        )
    )
    kinds = [each.kind for each in DOCUMENTS if each.cover == cover]
    for kind in kinds:
        db[ClaimDocument].insert(
            ClaimDocument(id=f"{number}:{kind}", claim=number, kind=kind, state="missing")
        )
    return {
        "claim_number": number,
        "amount": amount,
        "excess": held.excess,
        "documents": [{"kind": kind, "name": DOCUMENT_NAMES[kind]} for kind in kinds],
        "review_by": review_by.isoformat(),
    }


def check_upload(db: Database, claim_number: ClaimNumber, kind: DocumentKind) -> dict[str, Any]:
    """Look at the latest photograph that a client has sent of a document.

    Args:
        claim_number: The claim's number.
        kind: Which document.
    """
    row = db[Upload].find(f"{claim_number}:{kind}")
    if row is None:
        raise ToolFailure("nothing_sent", f"no photograph of the {DOCUMENT_NAMES[kind]} yet")
    return {"kind": kind, "photographs": row.shots, "legible": row.legible}


def accept_document(db: Database, claim_number: ClaimNumber, kind: DocumentKind) -> dict[str, Any]:
    """Accept the photographed document for a claim.

    Args:
        claim_number: The claim's number.
        kind: Which document.
    """
    check_upload(db, claim_number, kind)
    claim = _settle_document(db, claim_number, kind, "accepted")
    rows = db[ClaimDocument].where(claim=claim_number)
    return {
        "document": DOCUMENT_NAMES[kind],
        "still_missing": [DOCUMENT_NAMES[row.kind] for row in rows if row.state == "missing"],
        "review_by": claim.review_by.isoformat(),
    }


def ask_by_post(db: Database, claim_number: ClaimNumber, kind: DocumentKind) -> dict[str, Any]:
    """Ask for a copy of a document by post instead of a photograph.

    Args:
        claim_number: The claim's number.
        kind: Which document.
    """
    _settle_document(db, claim_number, kind, "by_post")
    send_by = db.now.date() + timedelta(days=20)
    return {"document": DOCUMENT_NAMES[kind], "send_by": send_by.isoformat()}


def _settle_document(db: Database, claim_number: str, kind: str, state: str) -> Claim:
    claim = db[Claim].get(claim_number)
    row = db[ClaimDocument].get(f"{claim_number}:{kind}")
    if row.state == state:
        raise ToolFailure("no_change", f"the {DOCUMENT_NAMES[kind]} is {state} already")
    db[ClaimDocument].change(row.id, state=state)
    return claim
