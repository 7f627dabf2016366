"""How a fee becomes a charge on an account."""

from typing import Any

from generators.domains.library.database import Charge
from generators.domains.table import Database


def charge(db: Database, card: str, kind: str, about: str, amount: float, *cause: Any) -> str:
    """A new open charge, whose number ``cause`` makes; no charge and no number for no amount."""
    if not amount:
        return ""
    row = Charge(
        id=db.new_id("CH", kind, card, *cause),
        member=card,
        kind=kind,
        about=about,
        amount=amount,
        raised_on=db.now.date(),
        status="open",
        settled_on=None,
    )
    db[Charge].insert(row)
    return row.id
