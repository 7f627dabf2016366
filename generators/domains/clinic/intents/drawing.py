"""What the draws of all intents share: the caller's rows, and how a caller says days and times."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import ARTICLED
from generators.domains.clinic.database import Appointment, Patient, Referral, Service, age_on
from generators.domains.clinic.tools.reading import slots_between
from generators.domains.domain import Situation
from generators.domains.table import Database

DAY_CUES = ("which day", "what day", "day", "date", "when", "suit")
TIME_CUES = ("morning", "mornings", "afternoon", "afternoons")
SERVICE_CUES = (
    "appointment",
    "service",
    "services",
    "visit",
    "book",
    "examination",
    "see us for",
    "come in for",
)
HINTS = {
    "morning": (
        "From noon on I have to be at work.",
        "I'd rather have it behind me before lunch.",
        "Late in the day I can hardly get away.",
        "My days get busy after lunch.",
    ),
    "afternoon": (
        "I'm never free before lunch.",
        "Until noon I have to be at work.",
        "Early in the day I can hardly get away.",
        "I'm not much use to anybody before noon.",
    ),
}
"""What callers say who do not put into words which half of the day they prefer."""
PARTS = {"morning": "in the morning", "afternoon": "in the afternoon"}


def day_said(day: date) -> str:
    """A near day as one says it: ``Friday 13 June``."""
    return f"{day:%A} {day.day} {day:%B}"


def day_fact(
    key: str, day: date, slip: date | None = None, cues: tuple[str, ...] = DAY_CUES
) -> Fact:
    """A day that the caller names, now and then a wrong one first."""
    return Fact(
        key=key,
        value=day.isoformat(),
        spoken=day_said(day),
        reveal="upfront",
        cues=cues,
        slip=day_said(slip) if slip else "",
    )


def past_day_said(day: date) -> str:
    """A past day as one says it: ``12 May``."""
    return f"{day.day} {day:%B}"


def past_day_fact(key: str, day: date) -> Fact:
    """The day of a past visit, which a bill goes by."""
    return Fact(
        key=key,
        value=day.isoformat(),
        spoken=past_day_said(day),
        reveal="upfront",
        cues=("day", "date", "when", "which visit", "which bill"),
    )


def part_fact(key: str, hour: int) -> Fact:
    """The half of the day in which this hour falls."""
    value = "morning" if hour < 12 else "afternoon"
    return Fact(
        key=key,
        value=value,
        spoken=PARTS[value],
        reveal="upfront",
        cues=TIME_CUES,
        hints=HINTS[value],
    )


def service_fact(key: str, code: str) -> Fact:
    """A service as callers name it."""
    return Fact(key=key, value=code, spoken=ARTICLED[code], reveal="upfront", cues=SERVICE_CUES)


def touched(situation: Situation) -> set[Any]:
    """Every value that the goals before have left: rows and specialties that are settled already."""
    return {value for outputs in situation.earlier.values() for value in outputs.values()}


def today(situation: Situation) -> date:
    """The day of the call."""
    return situation.db.now.date()


def age(db: Database, patient: str) -> int:
    """A patient's age in completed years on the day of the call."""
    return age_on(db[Patient].get(patient).birth_date, db.now.date())


def coming(db: Database, patient: str) -> list[Appointment]:
    """A patient's booked visits, in order of time."""
    rows = db[Appointment].where(patient=patient, status="booked")
    return sorted((row for row in rows if row.start > db.now), key=lambda row: row.start)


def busy_days(db: Database, patient: str) -> set[date]:
    """Days on which the patient is here anyway; new visits are not put beside old ones."""
    return {row.start.date() for row in coming(db, patient)}


def is_late(db: Database, row: Appointment) -> bool:
    """Whether the visit starts in less than 24 hours."""
    return row.start - db.now < timedelta(hours=24)


def bookable(situation: Situation, patient: str, fits: Callable[[Service], bool]) -> list[Service]:
    """Services that this patient is of the age for, has no coming visit for, and that no goal before
    has dealt with the specialty of, in random order."""
    held = {row.service for row in coming(situation.db, patient)}
    done = touched(situation)
    years = age(situation.db, patient)
    rows = [
        row
        for row in situation.db[Service]
        if row.min_age <= years <= row.max_age
        and row.code not in held
        and row.specialty not in done
        and fits(row)
    ]
    situation.rng.shuffle(rows)
    return rows


def first_free(
    db: Database, service: str, from_date: date, days: int, part: str = "any", doctor: str = ""
) -> Any:
    """The earliest slot that search_slots shows for these wishes, or None."""
    to_date = from_date + timedelta(days=days)
    found = slots_between(db, service, from_date, to_date, part, doctor)
    return found["slots"][0] if found["slots"] else None


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def referral_for(db: Database, patient: str, specialty: str) -> Referral | None:
    """The patient's referral for a specialty, whether it holds or not."""
    return next(iter(db[Referral].where(patient=patient, specialty=specialty)), None)
