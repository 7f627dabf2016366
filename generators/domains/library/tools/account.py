"""Tools about the account itself: who calls, what the membership allows, money, messages."""

import calendar
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from generators.domains.library.database import (
    Branch,
    Keepsake,
    Loan,
    Member,
    Message,
    Reservation,
    RoomBooking,
    Suggestion,
    Tie,
    age_on,
)
from generators.domains.library.rules import (
    ADDRESS_DAYS,
    ANSWER_DAYS,
    Queue,
    Reason,
    kind_of,
    owed,
    working_day,
)
from generators.domains.library.tools.charging import charge
from generators.domains.library.tools.kinds import Card, Channel
from generators.domains.table import Database, Row, ToolFailure


def verify_member(db: Database, card: Card, birth_date: date) -> dict[str, Any]:
    """Check who is calling, and open the caller's account.

    Args:
        card: The number on the library card, such as L-1234567.
        birth_date: The member's date of birth.
    """
    member = db[Member].find(card)
    if member is None or member.birth_date != birth_date.isoformat():
        raise ToolFailure("no_match", "no member has this card and this date of birth")
    branch = db[Branch].get(member.home_branch)
    return {
        "card": member.card,
        "name": f"{member.given_name} {member.family_name}",
        "age": age_on(member.birth_date, db.now.date()),
        "phone": member.phone,
        "email": member.email,
        "home_branch": branch.code,
        "home_branch_name": branch.name,
        "home_branch_street": branch.street,
        "home_branch_staff_line": branch.staff_line,
    }


def get_membership(db: Database, card: Card) -> dict[str, Any]:
    """Look up a membership: its kind with limits and fees, when it ends, what is owed, e-books left
    this month, the address check, and the members that this one is on file for.

    Args:
        card: The member's card number.
    """
    member, today = db[Member].get(card), db.now.date()
    kind = kind_of(db, card)
    month = today.replace(day=1)
    ebooks = [row for row in db[Loan].where(member=card, copy="") if row.borrowed_on >= month]
    return {
        "card": card,
        **{key: value for key, value in msgspec.to_builtins(kind).items() if key != "code"},
        "expires_on": member.expires_on.isoformat(),
        "open_charges_total": owed(db, card),
        "ebooks_left_this_month": kind.ebooks_per_month - len(ebooks),
        "ebooks_reset_on": _months_on(month, 1).isoformat(),
        "address": member.address,
        "address_checked_on": member.address_checked_on.isoformat(),
        "address_check_due": (today - member.address_checked_on).days > ADDRESS_DAYS,
        "makerspace_induction_on": member.inducted_on.isoformat() if member.inducted_on else "",
        "suggestions_this_year": sum(
            row.made_on.year == today.year for row in db[Suggestion].where(member=card)
        ),
        "on_file_for": [_tie(db, each) for each in db[Tie].where(member=card)],
    }


def _tie(db: Database, tie: Tie) -> dict[str, Any]:
    other = db[Member].get(tie.other)
    return {
        "card": other.card,
        "name": f"{other.given_name} {other.family_name}",
        "age": age_on(other.birth_date, db.now.date()),
        "scope": tie.scope,
        "valid_until": tie.valid_until.isoformat(),
    }


def renew_membership(
    db: Database,
    card: Card,
    address_code: Annotated[str, Meta(pattern=r"^(AC-[0-9]{6})?$")] = "",
) -> dict[str, Any]:
    """Renew a membership of the same kind, and charge its fee.

    Args:
        card: The member's card number.
        address_code: The code on the address check's postcard, if the address is checked with it.
    """
    member, kind, today = db[Member].get(card), kind_of(db, card), db.now.date()
    if address_code:
        paper = db[Keepsake].find(address_code)
        if paper is None or (paper.member, paper.kind) != (card, "postcard"):
            raise ToolFailure("wrong_code", "this code was not sent to the member's address")
        db[Member].change(card, address_checked_on=today)
    until = _months_on(max(member.expires_on, today), kind.renewal_months)
    db[Member].change(card, expires_on=until)
    number = charge(db, card, "renewal", kind.name, kind.renewal_fee, until)
    return {
        "card": card,
        "kind": kind.name,
        "expires_on": until.isoformat(),
        "fee": kind.renewal_fee,
        "charge_id": number,
    }


def _months_on(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def suggest_purchase(
    db: Database, card: Card, title_name: Annotated[str, Meta(min_length=2, max_length=80)]
) -> dict[str, Any]:
    """Suggest a title that the library does not have for purchase.

    Args:
        card: The member's card number.
        title_name: The title.
    """
    db[Member].get(card)
    made = sum(row.made_on == db.now.date() for row in db[Suggestion].where(member=card))
    row = Suggestion(
        id=db.new_id("SG", card, db.now.date(), made),
        member=card,
        title_name=title_name,
        made_on=db.now.date(),
        answer_by=working_day(db.now.date(), 15),
    )
    db[Suggestion].insert(row)
    return {
        "suggestion_id": row.id,
        "title_name": title_name,
        "answer_by": row.answer_by.isoformat(),
    }


_CONFIRMED: tuple[type[Row], ...] = (Loan, Reservation, RoomBooking)


def send_confirmation(
    db: Database,
    card: Card,
    reference: Annotated[str, Meta(pattern=r"^(LN|RV|RB)-[0-9]{7}$")],
    channel: Channel,
) -> dict[str, Any]:
    """Send the member a written confirmation of a loan, a reservation or a room.

    Args:
        card: The member's card number.
        reference: The id of the loan, the reservation or the booking.
        channel: By text message or by e-mail.
    """
    member = db[Member].get(card)
    if not any(db[kind].find(reference) for kind in _CONFIRMED):
        raise ToolFailure("not_found", f"there is nothing with the number {reference}")
    row = Message(
        id=db.new_id("CF", reference, channel),
        member=card,
        queue=channel,
        reason=reference,
        loan="",
    )
    db[Message].insert(row)
    return {
        "message_id": row.id,
        "sent_to": member.phone if channel == "text" else member.email,
    }


def hand_over(
    db: Database,
    card: Card,
    queue: Queue,
    reason: Reason,
    loan_id: Annotated[str, Meta(pattern=r"^(LN-[0-9]{7})?$")] = "",
) -> dict[str, Any]:
    """Pass a matter on to colleagues, who answer the member in writing.

    Args:
        card: The member's card number.
        queue: Who takes over.
        reason: What it is about.
        loan_id: For a search of the shelves, the loan; otherwise empty.
    """
    db[Member].get(card)
    if loan_id:
        db[Loan].get(loan_id)
    row = Message(
        id=db.new_id("HO", card, reason, loan_id),
        member=card,
        queue=queue,
        reason=reason,
        loan=loan_id,
    )
    db[Message].insert(row)
    by = working_day(db.now.date(), ANSWER_DAYS[queue])
    return {"reference": row.id, "queue": queue, "answer_by": by.isoformat()}
