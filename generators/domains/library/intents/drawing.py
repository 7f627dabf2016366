"""What the draws of all intents share: the caller's rows, and how a caller says titles and days."""

from datetime import date
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Situation
from generators.domains.library.catalogue import BRANCH_NAMES
from generators.domains.library.database import Copy, Keepsake, Loan, Member, Title, age_on
from generators.domains.library.rules import held, kind_of
from generators.domains.table import Database

TITLE_CUES = ("title", "titles", "item", "called", "name of", "which one", "which book")
DAY_CUES = ("day", "date", "when")
BRANCH_CUES = ("branch", "branches", "which library", "which of our libraries")
PART_HINTS = {
    "morning": (
        "After lunch I have to be somewhere else.",
        "I work best right after breakfast.",
        "Once it's noon my head is no good any more.",
        "I'd have to be gone again by lunch.",
    ),
    "afternoon": (
        "I'm no early bird, to be honest.",
        "Until lunch I'm tied up.",
        "I don't get away from work before noon.",
        "The early hours are taken already.",
    ),
}
"""What callers say who do not put into words which half of the day they prefer."""
PARTS = {"morning": "in the morning", "afternoon": "in the afternoon"}


def today(situation: Situation) -> date:
    """The day of the call."""
    return situation.db.now.date()


def touched(situation: Situation) -> set[Any]:
    """Every value that the goals before have left: rows that are settled already."""
    return {value for outputs in situation.earlier.values() for value in outputs.values()}


def loans_of(situation: Situation, card: str) -> list[Loan]:
    """A member's loans that no goal before has dealt with, in random order; none of those that went
    back through a kiosk."""
    db, done = situation.db, touched(situation)
    rows = [
        row
        for row in db[Loan].where(member=card, status="open")
        if row.copy and row.id not in done and not db[Keepsake].where(loan=row.id)
    ]
    situation.rng.shuffle(rows)
    return rows


def name_of(db: Database, title: str) -> str:
    """A title's name."""
    return db[Title].get(title).name


def title_fact(key: str, name: str) -> Fact:
    """A title that the caller names."""
    return Fact(key=key, value=name, reveal="upfront", cues=TITLE_CUES)


def day_said(day: date) -> str:
    """A near day as one says it: ``Friday 17 October``."""
    return f"{day:%A} {day.day} {day:%B}"


def day_fact(key: str, day: date, slip: date | None = None) -> Fact:
    """A day that the caller names, now and then a wrong one first."""
    return Fact(
        key=key,
        value=day.isoformat(),
        spoken=day_said(day),
        reveal="upfront",
        cues=DAY_CUES,
        slip=day_said(slip) if slip else "",
    )


def branch_said(code: str) -> str:
    """A branch as callers call it."""
    return BRANCH_NAMES[code].removesuffix(" Library")


def branch_fact(key: str, code: str) -> Fact:
    """A branch that the caller names."""
    return Fact(key=key, value=code, spoken=branch_said(code), reveal="upfront", cues=BRANCH_CUES)


def part_fact(key: str, hour: int) -> Fact:
    """The half of the day in which this hour falls."""
    value = "morning" if hour < 12 else "afternoon"
    cues = ("morning", "mornings", "afternoon", "afternoons", "time of day", "part of the day")
    return Fact(
        key=key,
        value=value,
        spoken=PARTS[value],
        reveal="upfront",
        cues=cues,
        hints=PART_HINTS[value],
    )


def has_room(db: Database, card: str) -> bool:
    """Whether the membership allows one more reservation."""
    return len(held(db, card)) < kind_of(db, card).max_reservations


def wanted_titles(situation: Situation) -> list[Title]:
    """Titles that the caller has neither borrowed nor reserved and is old enough for, and that no
    goal before was about, in random order."""
    db, card, done = situation.db, situation.subject, touched(situation)
    years = age_on(db[Member].get(card).birth_date, today(situation))
    own = {row.title for row in db[Loan].where(member=card, status="open")}
    own |= {row.title for row in held(db, card)}
    rows = [
        row
        for row in db[Title]
        if row.id not in own and row.min_age <= years and row.name not in done
    ]
    situation.rng.shuffle(rows)
    return rows


def standing(db: Database, title: str) -> list[Copy]:
    """The copies of a title that stand on a shelf."""
    return db[Copy].where(title=title, status="on_shelf")


def found(rows: list[dict[str, Any]], **equal: Any) -> dict[str, Any]:
    """The first of a tool's rows that has these values."""
    return next(row for row in rows if all(row[name] == value for name, value in equal.items()))
