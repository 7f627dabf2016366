"""The numbers of the desk manual, and what tools, clauses and draws work out alike from rows."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from generators.domains.datadesk.answer import Answer
from generators.domains.datadesk.database import (
    Approval,
    Colleague,
    Dataset,
    Grant,
    Load,
    Metric,
    Report,
    Team,
)
from generators.domains.datadesk.warehouse_rows import PERSONAL, WAREHOUSE, Payment
from generators.domains.table import Database

Reason = Literal["failed_load", "privacy_question", "new_source", "complaint", "tool_fault"]
Queue = Literal["pipelines", "privacy_office", "intake_board", "desk_lead", "workplace_it"]

QUEUES: dict[str, str] = {
    "failed_load": "pipelines",
    "privacy_question": "privacy_office",
    "new_source": "intake_board",
    "complaint": "desk_lead",
    "tool_fault": "workplace_it",
}
ANSWER_DAYS = {
    "pipelines": 1,
    "privacy_office": 5,
    "intake_board": 10,
    "desk_lead": 3,
    "workplace_it": 2,
}

ESTIMATE_ABOVE = 60
READ_DAYS = 90
PERSONAL_DAYS = 30
GRACE_DAYS = 14
OWNER_DAYS = 4
MAX_REPORTS = 5
DAILY_UNITS = 45
WEEKLY_UNITS = 200
FIRST_HOUR, LAST_HOUR = 5, 8
MAX_ATTEMPTS = 2
MAX_BACKFILL = 14
COUNCIL_DAYS = 15
CURRENT_DRIVER = "4.2"


def team_of(db: Database, staff_number: str) -> Team:
    """A colleague's team."""
    return db[Team].get(db[Colleague].get(staff_number).team)


def leads(db: Database, lead: str, member: str) -> bool:
    """Whether somebody leads the team of another."""
    return lead != member and team_of(db, member).lead == lead


def grant_for(db: Database, staff_number: str, dataset: str, level: str = "read") -> Grant | None:
    """The active grant by which a colleague may read a data set; a personal one is a reading one too."""
    today = db.now.date()
    for row in db[Grant].where(colleague=staff_number, dataset=dataset, status="active"):
        if row.valid_until >= today and level in ("read", row.level):
            return row
    return None


def may_read(db: Database, staff_number: str, datasets: list[str]) -> bool:
    """Whether every one of them is open, or granted to the colleague."""
    return not not_readable(db, staff_number, datasets)


def not_readable(db: Database, staff_number: str, datasets: list[str]) -> list[str]:
    """The restricted ones among the data sets for which the colleague has no active grant."""
    return [
        name
        for name in datasets
        if db[Dataset].get(name).access == "restricted" and not grant_for(db, staff_number, name)
    ]


def personal_columns(answer: Answer) -> list[str]:
    """The columns with personal data that a query reads."""
    return sorted(
        f"{table}.{name}" for table, name in answer.reads if f"{table}.{name}" in PERSONAL
    )


def units_of(db: Database, datasets: list[str]) -> int:
    """What one query over these data sets costs."""
    return sum(db[Dataset].get(name).units for name in datasets)


def follows_riders(answer: Answer) -> bool:
    """Whether a query brings positions together with riders, or with the trips that they made."""
    return "pings" in answer.datasets and not {"riders", "trips"}.isdisjoint(answer.datasets)


def yesterday(db: Database) -> date:
    """The last day that a nightly load can have brought."""
    return db.now.date() - timedelta(days=1)


def late_until(db: Database, datasets: list[str]) -> date | None:
    """The day up to which the latest of these data sets is loaded; None when all are up to date."""
    days = [db[Dataset].get(name).loaded_until for name in datasets]
    return min(days) if days and min(days) < yesterday(db) else None


def in_force(db: Database, term: str) -> list[Metric]:
    """The definitions of a term that are in force."""
    return [row for row in db[Metric].where(term=term) if row.status == "in_force"]


def approval_for(db: Database, staff_number: str, dataset: str, level: str) -> Approval | None:
    """The owner's approval that still holds."""
    today = db.now.date()
    for row in db[Approval].where(colleague=staff_number, dataset=dataset, status="approved"):
        if row.level == level and row.valid_until and row.valid_until >= today:
            return row
    return None


def reports_of(db: Database, staff_number: str) -> list[Report]:
    """A colleague's reports."""
    return [row for row in db[Report].where(owner=staff_number) if row.status == "saved"]


def most_often(units: int) -> str:
    """The cadence at which a report of so many units may run at most."""
    return "daily" if units <= DAILY_UNITS else "weekly" if units <= WEEKLY_UNITS else "monthly"


def too_often(cadence: str, units: int) -> bool:
    """Whether a report of so many units may not run so often."""
    order = ("monthly", "weekly", "daily")
    return order.index(cadence) > order.index(most_often(units))


def first_kept(db: Database, dataset: str) -> date:
    """The first day whose rows have to be kept."""
    return db.now.date() - timedelta(days=db[Dataset].get(dataset).retention_days)


def failed_loads(db: Database, dataset: str) -> list[Load]:
    """The loads of a data set that have failed, the latest first."""
    rows = db[Load].where(dataset=dataset, status="failed")
    return sorted(rows, key=lambda row: row.day, reverse=True)


def owes(db: Database, rider: str) -> float:
    """What a rider has failed to pay."""
    return round(sum(row.amount for row in db[Payment].where(rider=rider, status="failed")), 2)


def rows_before(db: Database, dataset: str, day: date) -> list[str]:
    """The keys of a data set's rows from before a day."""
    column = db[Dataset].get(dataset).time_column
    spec = next(each for each in WAREHOUSE if each.name == dataset)
    timed = spec.row.__annotations__[column] is datetime
    bound = datetime(day.year, day.month, day.day) if timed else day
    return [str(getattr(row, spec.key)) for row in db[spec.row] if getattr(row, column) < bound]


def numbers_in(answer: Answer) -> set[float]:
    """The numbers in an answer."""
    return {float(each) for row in answer.rows for each in row if isinstance(each, (int, float))}


def working_day(day: date, count: int) -> date:
    """The day that many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def same_words(one: str, other: str) -> bool:
    """Whether two names are the same but for case and what stands between words."""
    return _words(one) == _words(other)


@lru_cache(maxsize=256)
def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())
