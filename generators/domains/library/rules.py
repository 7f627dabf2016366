"""The numbers of the desk manual, and what tools, clauses and draws work out alike from rows."""

from datetime import date, timedelta
from typing import Literal

from generators.domains.library.database import (
    Charge,
    Copy,
    Loan,
    Member,
    MembershipKind,
    Reservation,
    Title,
)
from generators.domains.table import Database

BranchCode = Literal["bridge-street", "eastfield", "harbour", "old-mill"]
Reason = Literal[
    "shelf_search", "complaint", "data_question", "local_history", "access_needs", "lost_property"
]
Queue = Literal["branch_team", "branch_manager", "data_officer", "archive_desk", "outreach_team"]

QUEUES: dict[str, str] = {
    "shelf_search": "branch_team",
    "lost_property": "branch_team",
    "complaint": "branch_manager",
    "data_question": "data_officer",
    "local_history": "archive_desk",
    "access_needs": "outreach_team",
}
ANSWER_DAYS = {
    "branch_team": 3,
    "branch_manager": 5,
    "data_officer": 10,
    "archive_desk": 7,
    "outreach_team": 2,
}

MAX_RENEWALS = 3
LATEST_RENEWAL = 7
"""Days overdue after which a loan is no longer renewed."""
SET_ASIDE_FEE = 1.2
LATE_CANCELLATION = 5.0
HANDLING = 6.5
GOODWILL_LIMIT = 5.0
GOODWILL_DAYS = 365
AMNESTY_BEFORE = date(2025, 7, 1)
ADDRESS_DAYS = 1095
MAX_BOOKINGS = 2
MAX_PARTNER_REQUESTS = 2
MAX_SUGGESTIONS = 3
DAMAGE_FEES = {"A": 6.0, "B": 4.5, "C": 2.0, "D": 0.5}


def kind_of(db: Database, card: str) -> MembershipKind:
    """What the member's membership allows and costs."""
    return db[MembershipKind].get(db[Member].get(card).kind)


def open_charges(db: Database, card: str) -> list[Charge]:
    """What the member owes, in order of time."""
    rows = db[Charge].where(member=card, status="open")
    return sorted(rows, key=lambda row: (row.raised_on, row.id))


def owed(db: Database, card: str) -> float:
    """The sum of it."""
    return round(sum(row.amount for row in open_charges(db, card)), 2)


def is_blocked(db: Database, card: str) -> bool:
    """Whether open charges, or a membership that has run out, keep the member from new things."""
    expired = db[Member].get(card).expires_on < db.now.date()
    return expired or owed(db, card) >= kind_of(db, card).block_at


def fine(db: Database, loan: Loan, returned_on: date) -> float:
    """What a loan's lateness costs when it comes back on a day."""
    kind = kind_of(db, loan.member)
    days = max(0, (returned_on - loan.due_on).days)
    return round(min(kind.fine_cap, days * kind.daily_fine), 2)


def waiting_for(db: Database, title: str) -> list[Reservation]:
    """The queue for a title, first come first."""
    rows = db[Reservation].where(title=title, status="waiting")
    return sorted(rows, key=lambda row: (row.placed_at, row.id))


def why_not_renewed(db: Database, loan: Loan) -> str:
    """The first rule that keeps a loan from being renewed; empty when none does."""
    title = db[Title].get(loan.title)
    if not title.renewable:
        return "short_loan"
    if any(row.member != loan.member for row in waiting_for(db, loan.title)):
        return "reserved"
    if loan.renewals >= MAX_RENEWALS:
        return "renewed_out"
    if (db.now.date() - loan.due_on).days > LATEST_RENEWAL:
        return "too_late"
    return ""


def replacement(db: Database, loan: Loan) -> float:
    """What a lost copy costs: its price by age, and handling."""
    copy = db[Copy].get(loan.copy)
    years = (db.now.date() - copy.bought_on).days / 365
    percent = 100 if years < 2 else 70 if years < 5 else 45
    return round(db[Title].get(loan.title).price * percent / 100 + HANDLING, 2)


def overdue(db: Database, card: str) -> list[Loan]:
    """The member's open loans that are overdue, the oldest first."""
    rows = [row for row in db[Loan].where(member=card, status="open") if row.due_on < db.now.date()]
    return sorted(rows, key=lambda row: (row.due_on, row.id))


def held(db: Database, card: str) -> list[Reservation]:
    """The member's reservations that count, in order of time."""
    rows = [row for row in db[Reservation].where(member=card) if row.status != "cancelled"]
    return sorted(rows, key=lambda row: (row.placed_at, row.id))


def last_goodwill(db: Database, card: str) -> date | None:
    """The day of a waiver within the last 365 days, if there was one."""
    days = [row.settled_on for row in db[Charge].where(member=card, status="waived")]
    since = db.now.date() - timedelta(days=GOODWILL_DAYS)
    return max((day for day in days if day and day > since), default=None)


def working_day(day: date, count: int) -> date:
    """The day that many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
