"""What members do themselves: at home, and on their own phone."""

from typing import Any

from generators.domains.library.database import Copy, Keepsake, Loan, PaymentRequest, Title
from generators.domains.library.tools.kinds import Card, Name
from generators.domains.table import Database, ToolFailure


def find_receipt(db: Database, card: Card, title_name: Name) -> dict[str, Any]:
    """Look through your bag and pockets for the return kiosk's receipt for an item.

    Args:
        card: The card that the item was borrowed with.
        title_name: The item's title.
    """
    loan = _loan(db, card, title_name)
    for paper in db[Keepsake].where(loan=loan.id):
        return {"found": True, "receipt": paper.code}
    return {"found": False}


def read_label(db: Database, card: Card, title_name: Name) -> dict[str, Any]:
    """Open an item that you have on loan and read the label inside: its barcode and a grade letter.

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
    """Open the library's payment request on your phone, approve it, and read the code that appears.

    Args:
        card: Your card number.
    """
    for request in db[PaymentRequest].where(member=card, status="sent"):
        db[PaymentRequest].change(request.id, status="approved")
        return {"code": request.code}
    raise ToolFailure("nothing_there", "there is no payment request on your phone")


def read_postcard(db: Database, card: Card) -> dict[str, Any]:
    """Look at the postcard of the address check that came by post, and read the code on it.

    Args:
        card: Your card number.
    """
    for paper in db[Keepsake].where(member=card, kind="postcard"):
        return {"code": paper.code}
    raise ToolFailure("nothing_there", "no such postcard has come")
