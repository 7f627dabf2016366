"""What has happened to a patient so far: past visits with their bills, medicines and tests."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from msgspec.structs import replace

from generators.domains.clinic.catalogue import CONTROLLED, FEES, MEDICINES, SERVICES, TESTS
from generators.domains.clinic.database import (
    Appointment,
    Invoice,
    LabTest,
    Patient,
    Practitioner,
    Prescription,
)
from generators.domains.table import Row

_KINDS = ("visit", "no_show", "late_cancellation")
_STATUS = {"visit": "attended", "no_show": "missed", "late_cancellation": "cancelled"}


def history(
    rng: Random, adult: Patient, practitioners: list[Practitioner], today: date
) -> Iterator[Row]:
    """The past of one grown-up patient, as rows of several tables."""
    yield from _bills(rng, adult, practitioners, today)
    yield from _prescriptions(rng, adult, practitioners, today)
    yield from _tests(rng, adult, today)


def _bills(
    rng: Random, adult: Patient, practitioners: list[Practitioner], today: date
) -> Iterator[Row]:
    """Two to five past visits of the last four months, never two on one day, each with its bill; and
    for some patients a fee that was waived before, within the last year or longer ago."""
    ages = rng.sample(range(4, 130), rng.randint(2, 5))
    ages[0] = rng.randint(4, 24)
    days = dict.fromkeys(_working_day(today - timedelta(days=age)) for age in ages)
    for index, visit_on in enumerate(days):
        kind = rng.choices(_KINDS, (62, 25, 13))[0] if index else "visit"
        yield from _visit(rng, adult, practitioners, today, visit_on, kind, f"{index}")
    if rng.random() < 0.6:
        visit_on = _working_day(today - timedelta(days=rng.choice((150, 210, 290, 400, 520))))
        yield _bill(adult, "no_show", "gp-consultation", visit_on, "9", "waived")


def _visit(
    rng: Random,
    adult: Patient,
    practitioners: list[Practitioner],
    today: date,
    visit_on: date,
    kind: str,
    number: str,
) -> Iterator[Row]:
    service = rng.choice([each for each in SERVICES if each.max_age == 120])
    doctor = rng.choice([each for each in practitioners if each.specialty == service.specialty])
    start = datetime(visit_on.year, visit_on.month, visit_on.day, rng.randint(8, 11), 30)
    yield Appointment(
        id=f"APT-{adult.number[2:]}{int(number) + 5}",
        patient=adult.number,
        service=service.code,
        practitioner=doctor.code,
        slot="",
        start=start,
        status=_STATUS[kind],
        referral="",
        moves=0,
        reminder_channel="",
        reminder_hours=0,
        confirmation="",
    )
    status = "paid" if rng.random() < (0.45 if kind == "visit" else 0.15) else "open"
    bill = _bill(adult, kind, service.code, visit_on, number, status)
    if kind == "visit":
        insurer = round(service.price * rng.choice((0, 0, 50, 60, 75)) / 100, 2)
        bill = _priced(bill, service.price, insurer)
    yield bill


def _bill(
    adult: Patient, kind: str, service: str, visit_on: date, number: str, status: str
) -> Invoice:
    fee = FEES.get(kind, 0.0)
    return Invoice(
        number=f"INV-{adult.number[2:]}{number}",
        patient=adult.number,
        kind=kind,
        service=service,
        visit_on=visit_on,
        total=fee,
        insurer_share=0.0,
        patient_share=fee,
        issued_on=visit_on + timedelta(days=2),
        due_on=visit_on + timedelta(days=32),
        status=status,
        waived_on=visit_on + timedelta(days=9) if status == "waived" else None,
    )


def _priced(bill: Invoice, total: float, insurer_share: float) -> Invoice:
    share = round(total - insurer_share, 2)
    return replace(bill, total=total, insurer_share=insurer_share, patient_share=share)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _prescriptions(
    rng: Random, adult: Patient, practitioners: list[Practitioner], today: date
) -> Iterator[Prescription]:
    """Two to five medicines: renewable ones, controlled ones, and ones that must wait."""
    doctors = [each for each in practitioners if each.specialty == "general practice"]
    plain = rng.sample(sorted(MEDICINES), 5)
    controlled = rng.sample(sorted(CONTROLLED), 2)
    cases = ("due", "controlled", "review", "early", "used")
    for index, case in enumerate(rng.choices(cases, (46, 16, 15, 13, 10), k=rng.randint(2, 5))):
        if case == "controlled" and not controlled:
            continue
        medicine = controlled.pop() if case == "controlled" else plain.pop()
        supply = rng.choice((56, 84))
        gone = (
            rng.randint(6, supply - 16) if case == "early" else rng.randint(supply - 9, supply + 4)
        )
        ahead = -rng.randint(5, 70) if case == "review" else rng.randint(25, 300)
        yield Prescription(
            id=f"RX-{adult.number[2:]}{index}",
            patient=adult.number,
            medicine=medicine,
            dose={**MEDICINES, **CONTROLLED}[medicine],
            controlled=case == "controlled",
            prescriber=rng.choice(doctors).code,
            last_issued=today - timedelta(days=gone),
            supply_days=supply,
            review_due=today + timedelta(days=ahead),
            repeats_left=0 if case == "used" else rng.randint(1, 5),
        )


def _tests(rng: Random, adult: Patient, today: date) -> Iterator[LabTest]:
    for index, test in enumerate(rng.sample(sorted(TESTS), rng.randint(0, 3))):
        analyte, unit, low, high = TESTS[test]
        taken = _working_day(today - timedelta(days=rng.randint(3, 21)))
        waiting = rng.random() < 0.5
        days = rng.randint(2, 9) if waiting else -rng.randint(0, (today - taken).days - 2)
        yield LabTest(
            id=f"TS-{adult.number[2:]}{index}",
            patient=adult.number,
            test=test,
            taken_on=taken,
            status="awaiting_review" if waiting else "released",
            release_on=today + timedelta(days=days),
            analyte=analyte,
            finding=unit.format(rng.randint(low, high) / 10),
        )
