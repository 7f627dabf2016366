"""Tools about charges: what is owed, paying it by phone, cancelling it."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from generators.domains.library.database import Charge, Member, PaymentRequest
from generators.domains.library.tools.kinds import Card, ChargeId
from generators.domains.table import Database, ToolFailure


def list_charges(db: Database, card: Card) -> list[dict[str, Any]]:
    """List a member's charges of any status, in order of time.

    Args:
        card: The member's card number.
    """
    db[Member].get(card)
    rows = sorted(db[Charge].where(member=card), key=lambda row: (row.raised_on, row.id))
    return [
        {key: value for key, value in msgspec.to_builtins(row).items() if key != "member"}
        for row in rows
    ]


def send_payment_request(db: Database, charge_id: ChargeId) -> dict[str, Any]:
    """Send a request to pay one charge to the member's phone. Once it is approved there, the phone
    shows a code.

    Args:
        charge_id: The open charge, from list_charges.
    """
    row = _open(db, charge_id)
    request = PaymentRequest(
        id=db.new_id("PR", charge_id),
        member=row.member,
        charge=charge_id,
        code=db.new_id("X", "code", charge_id)[-6:],
        status="sent",
    )
    db[PaymentRequest].insert(request)
    return {"request_id": request.id, "amount": row.amount}


def complete_payment(
    db: Database,
    request_id: Annotated[str, Meta(pattern=r"^PR-[0-9]{7}$")],
    code: Annotated[str, Meta(pattern=r"^[0-9]{6}$")],
) -> dict[str, Any]:
    """Take the payment for a request that the member has approved.

    Args:
        request_id: The request, from send_payment_request.
        code: The code that the member's phone shows.
    """
    request = db[PaymentRequest].get(request_id)
    row = _open(db, request.charge)
    if request.status != "approved" or request.code != code:
        raise ToolFailure("wrong_code", "the payment has not been approved with this code")
    db[PaymentRequest].change(request_id, status="done")
    db[Charge].change(row.id, status="paid", settled_on=db.now.date())
    return {
        "charge_id": row.id,
        "paid": row.amount,
        "payment_reference": db.new_id("PX", request_id),
    }


def forgive_charge(
    db: Database, charge_id: ChargeId, ground: Literal["goodwill", "amnesty"]
) -> dict[str, Any]:
    """Cancel an open charge, as goodwill or under the late charges' amnesty.

    Args:
        charge_id: The open charge, from list_charges.
        ground: Why it is cancelled.
    """
    row = _open(db, charge_id)
    status = "waived" if ground == "goodwill" else "amnesty"
    db[Charge].change(charge_id, status=status, settled_on=db.now.date())
    return {"charge_id": charge_id, "about": row.about, "cancelled": row.amount}


def _open(db: Database, charge_id: str) -> Charge:
    row = db[Charge].get(charge_id)
    if row.status != "open":
        raise ToolFailure("not_open", f"{charge_id} is {row.status}")
    return row
