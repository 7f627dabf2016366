"""Tools about titles: where copies stand, reservations, transfers, and what partners would lend us."""

from datetime import date, timedelta
from typing import Any

from generators.domains.library.database import (
    Branch,
    Copy,
    Member,
    PartnerOffer,
    PartnerRequest,
    Reservation,
    Title,
)
from generators.domains.library.rules import (
    SET_ASIDE_FEE,
    BranchCode,
    held,
    kind_of,
    waiting_for,
    working_day,
)
from generators.domains.library.tools.charging import charge
from generators.domains.library.tools.kinds import (
    Barcode,
    Card,
    Name,
    OfferId,
    ReservationId,
    TitleId,
)
from generators.domains.table import Database, ToolFailure

_EXTENSION = timedelta(days=3)


def find_title(db: Database, name: Name) -> list[dict[str, Any]]:
    """Find titles in our catalogue by name: copies with branch, shelf and status, and how many
    members wait. Empty when we have none.

    Args:
        name: The title's name or a part of it.
    """
    wanted = " ".join(name.casefold().split())
    rows = [row for row in db[Title] if wanted in row.name.casefold()]
    return [_card(db, row) for row in rows[:5]]


def _card(db: Database, row: Title) -> dict[str, Any]:
    return {
        "title_id": row.id,
        "name": row.name,
        "author": row.author,
        "medium": row.medium,
        "loan_days": row.loan_days,
        "min_age": row.min_age,
        "waiting": len(waiting_for(db, row.id)),
        "copies": [
            {
                "barcode": copy.barcode,
                "branch": copy.branch,
                "branch_name": db[Branch].get(copy.branch).name,
                "shelf": copy.shelf,
                "status": copy.status,
            }
            for copy in db[Copy].where(title=row.id)
        ],
    }


def list_reservations(db: Database, card: Card) -> list[dict[str, Any]]:
    """List a member's reservations that count, with the position of those that still wait.

    Args:
        card: The member's card number.
    """
    db[Member].get(card)
    return [_reservation(db, row) for row in held(db, card)]


def _reservation(db: Database, row: Reservation) -> dict[str, Any]:
    queue = [each.id for each in waiting_for(db, row.title)]
    return {
        "reservation_id": row.id,
        "title": db[Title].get(row.title).name,
        "branch_name": db[Branch].get(row.branch).name,
        "status": row.status,
        "position": queue.index(row.id) + 1 if row.id in queue else 0,
        "ready_until": row.ready_until.isoformat() if row.ready_until else "",
        "extended": row.extended,
    }


def place_reservation(
    db: Database, card: Card, title_id: TitleId, branch: BranchCode
) -> dict[str, Any]:
    """Put a member into the queue for a title, and charge the fee of the membership for it.

    Args:
        card: The member's card number.
        title_id: The title, from find_title.
        branch: Where the member wants to fetch it.
    """
    fee = kind_of(db, card).reservation_fee
    row = _claim(db, card, title_id, branch, "waiting")
    number = charge(db, card, "reservation", db[Title].get(title_id).name, fee, row.id)
    return {**_reservation(db, row), "fee": fee, "charge_id": number}


def request_transfer(
    db: Database, card: Card, barcode: Barcode, branch: BranchCode
) -> dict[str, Any]:
    """Have a copy that stands on a shelf sent to another branch for a member, and charge the fee of
    the membership for it.

    Args:
        card: The member's card number.
        barcode: The copy, from find_title.
        branch: Where the member wants to fetch it.
    """
    copy, fee = db[Copy].get(barcode), kind_of(db, card).transfer_fee
    if copy.status != "on_shelf":
        raise ToolFailure("not_on_shelf", f"{barcode} is {copy.status}")
    if copy.branch == branch:
        raise ToolFailure("there_already", f"{barcode} stands in that branch")
    row = _claim(db, card, copy.title, branch, "coming")
    db[Copy].change(barcode, status="in_transit")
    number = charge(db, card, "transfer", db[Title].get(copy.title).name, fee, row.id)
    arrives = working_day(db.now.date(), 2)
    return {
        **_reservation(db, row),
        "arrives_on": arrives.isoformat(),
        "fee": fee,
        "charge_id": number,
    }


def _claim(db: Database, card: str, title_id: str, branch: str, status: str) -> Reservation:
    db[Member].get(card)
    db[Title].get(title_id)
    if any(row.title == title_id for row in held(db, card)):
        raise ToolFailure("already_reserved", "the member has a reservation of this title")
    row = Reservation(
        id=db.new_id("RV", card, title_id),
        member=card,
        title=title_id,
        branch=branch,
        placed_at=db.now,
        status=status,
        ready_until=None,
        extended=False,
    )
    return db[Reservation].insert(row)


def cancel_reservation(db: Database, reservation_id: ReservationId) -> dict[str, Any]:
    """Cancel a reservation. For one that lies ready, the fee for setting aside is charged.

    Args:
        reservation_id: The reservation, from list_reservations.
    """
    row = _held(db, reservation_id)
    fee = SET_ASIDE_FEE if row.status == "ready" else 0.0
    db[Reservation].change(reservation_id, status="cancelled")
    title = db[Title].get(row.title).name
    number = charge(db, row.member, "set_aside", title, fee, reservation_id)
    return {"reservation_id": reservation_id, "title": title, "fee": fee, "charge_id": number}


def extend_hold(db: Database, reservation_id: ReservationId) -> dict[str, Any]:
    """Keep a reservation that lies ready for three days longer.

    Args:
        reservation_id: The reservation, from list_reservations.
    """
    row = _held(db, reservation_id)
    if row.status != "ready" or row.ready_until is None:
        raise ToolFailure("not_ready", f"{reservation_id} is {row.status}")
    until = row.ready_until + _EXTENSION
    db[Reservation].change(reservation_id, ready_until=until, extended=True)
    return {
        "reservation_id": reservation_id,
        "title": db[Title].get(row.title).name,
        "branch_name": db[Branch].get(row.branch).name,
        "ready_until": until.isoformat(),
    }


def _held(db: Database, reservation_id: str) -> Reservation:
    row = db[Reservation].get(reservation_id)
    if row.status == "cancelled":
        raise ToolFailure("cancelled", f"{reservation_id} is cancelled")
    return row


def find_partner_offers(db: Database, title_name: Name) -> list[dict[str, Any]]:
    """List what libraries of other towns would lend us: fee, and the day it would be here.

    Args:
        title_name: The title's whole name.
    """
    wanted = " ".join(title_name.casefold().split())
    rows = [row for row in db[PartnerOffer] if row.title_name.casefold() == wanted]
    return [
        {
            "offer_id": row.id,
            "title_name": row.title_name,
            "partner": row.partner,
            "fee": row.fee,
            "arrives_on": row.arrives_on.isoformat(),
        }
        for row in rows
    ]


def order_from_partner(
    db: Database, card: Card, offer_id: OfferId, needed_by: date
) -> dict[str, Any]:
    """Order a title from a partner for a member, and charge its fee.

    Args:
        card: The member's card number.
        offer_id: The offer, from find_partner_offers.
        needed_by: The day by which the member needs it.
    """
    db[Member].get(card)
    offer = db[PartnerOffer].get(offer_id)
    if any(row.offer == offer_id for row in db[PartnerRequest].where(member=card)):
        raise ToolFailure("already_ordered", f"{offer.title_name} is on order for this member")
    row = PartnerRequest(
        id=db.new_id("IL", card, offer_id), member=card, offer=offer_id, needed_by=needed_by
    )
    db[PartnerRequest].insert(row)
    number = charge(db, card, "partner", offer.title_name, offer.fee, row.id)
    return {
        "request_id": row.id,
        "title_name": offer.title_name,
        "partner": offer.partner,
        "arrives_on": offer.arrives_on.isoformat(),
        "fee": offer.fee,
        "charge_id": number,
    }
