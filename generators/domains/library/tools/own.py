"""What members do themselves: at home, and on their own phone."""

from typing import Any

from generators.domains.library.database import Copy, Keepsake, Loan, PaymentRequest, Title
from generators.domains.library.tools.kinds import Card, Name
from generators.domains.table import Database, ToolFailure


def find_receipt(db: Database, card: Card, title_name: Name) -> dict[str, Any]:
    """Search bag and pockets for the paper slip of a return kiosk: the receipt.

    Args:
        card: The card that the item was borrowed with.
        title_name: The item's title.
    """
    loan = _loan(db, card, title_name)
    for paper in db[Keepsake].where(loan=loan.id):
        return {"found": True, "receipt": paper.code}
    return {"found": False}


def read_label(db: Database, card: Card, title_name: Name) -> dict[str, Any]:
    """Read the label inside the cover of something borrowed: barcode and grade letter.

    Args:
        card: The card that the item was borrowed with.
        title_name: The item's title.
    """
    copy = db[Copy].get(_loan(db, card, title_name).copy)
    return {"barcode": copy.barcode, "grade": copy.label_grade}


def _loan(db: Database, card: str, title_name: str) -> Loan:
    for row in db[Loan].where(member=card, status="open"):
        if row.copy and db[Title].get(row.title).name.casefold() == title_name.casefold():
            return row
    raise ToolFailure("not_found", f"you have not borrowed {title_name}")


def approve_payment(db: Database, card: Card) -> dict[str, Any]:
    """Approve the library's payment request on the phone; a code appears.

    Args:
        card: Your card number.
    """
    for request in db[PaymentRequest].where(member=card, status="sent"):
        db[PaymentRequest].change(request.id, status="approved")
        return {"code": request.code}
    raise ToolFailure("nothing_there", "there is no payment request on your phone")


def read_postcard(db: Database, card: Card) -> dict[str, Any]:
    """Read the code on the postcard of the address check.

    Args:
        card: Your card number.
    """
    for paper in db[Keepsake].where(member=card, kind="postcard"):
        return {"code": paper.code}
    raise ToolFailure("nothing_there", "no such postcard has come")
