"""Tools of the front desk that only look."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from generators.domains.clinic.catalogue import ServiceCode
from generators.domains.clinic.database import (
    Appointment,
    Guardianship,
    InsurancePolicy,
    Insurer,
    Invoice,
    LabTest,
    Patient,
    Pharmacy,
    Practitioner,
    Prescription,
    Referral,
    Service,
    Slot,
    age_on,
)
from generators.domains.table import Database, ToolFailure

PatientNumber = Annotated[str, Meta(pattern=r"^P-[0-9]{6}$")]
PartOfDay = Literal["any", "morning", "afternoon"]

_SHOWN = 5
_LOOK_AHEAD = timedelta(days=40)


def verify_patient(db: Database, patient_number: PatientNumber, birth_date: date) -> dict[str, Any]:
    """Check who is calling, and open the caller's record.

    Args:
        patient_number: The patient number on the clinic card, such as P-123456.
        birth_date: The patient's date of birth.
    """
    patient = db[Patient].find(patient_number)
    if patient is None or patient.birth_date != birth_date.isoformat():
        raise ToolFailure("no_match", "no patient has this number and this date of birth")
    return {
        "patient_number": patient.number,
        "name": f"{patient.given_name} {patient.family_name}",
        "birth_date": patient.birth_date,
        "age": age_on(patient.birth_date, db.now.date()),
        "phone": patient.phone,
        "email": patient.email,
        "address": patient.address,
    }


def list_guardianships(db: Database, patient_number: PatientNumber) -> list[dict[str, Any]]:
    """List the patients that this patient is, or was, a guardian or an emergency contact of.

    Args:
        patient_number: The adult's patient number.
    """
    db[Patient].get(patient_number)
    found = []
    for each in db[Guardianship].where(guardian=patient_number):
        child = db[Patient].get(each.child)
        found.append(
            {
                "patient_number": child.number,
                "name": f"{child.given_name} {child.family_name}",
                "age": age_on(child.birth_date, db.now.date()),
                "relation": each.relation,
                "scope": each.scope,
                "valid_until": each.valid_until.isoformat(),
            }
        )
    return found


def get_service(db: Database, service: ServiceCode) -> dict[str, Any]:
    """Look up a service: price, referral, ages, preparation, and who offers it.

    Args:
        service: The service's code.
    """
    row = db[Service].get(service)
    staff = db[Practitioner].where(specialty=row.specialty)
    return {
        **msgspec.to_builtins(row),
        "practitioners": [
            {"practitioner": each.code, "name": each.name, "staff_only_line": each.direct_line}
            for each in staff
        ],
    }


def search_slots(
    db: Database,
    service: ServiceCode,
    from_date: date,
    to_date: date,
    part_of_day: PartOfDay = "any",
    practitioner: str = "",
) -> dict[str, Any]:
    """Find free slots for a service, the earliest first; at most five are shown. Also gives the
    earliest free slot after the period.

    Args:
        service: The service's code.
        from_date: The first day to look at.
        to_date: The last day to look at.
        part_of_day: Only mornings (before 12:00), only afternoons, or any time.
        practitioner: Only this practitioner's slots, by code; empty for anybody's.
    """
    if to_date < from_date:
        raise ToolFailure("bad_period", "the last day is before the first")
    return slots_between(db, service, from_date, to_date, part_of_day, practitioner)


def slots_between(
    db: Database,
    service: str,
    from_date: date,
    to_date: date,
    part_of_day: str = "any",
    practitioner: str = "",
) -> dict[str, Any]:
    """What search_slots answers, for a period in the right order."""
    row = db[Service].get(service)
    staff = {each.code: each for each in db[Practitioner].where(specialty=row.specialty)}
    if practitioner and practitioner not in staff:
        raise ToolFailure("not_offered", f"{practitioner!r} does not offer {row.name}")
    times = [
        slot
        for code in sorted([practitioner] if practitioner else staff)
        for slot in db[Slot].where(practitioner=code, status="free")
        if max(db.now, datetime.combine(from_date, time())) < slot.start
        and (part_of_day == "any" or (slot.start.hour < 12) == (part_of_day == "morning"))
    ]
    times.sort(key=lambda slot: (slot.start, slot.id))
    inside = [slot for slot in times if slot.start.date() <= to_date]
    later = [slot for slot in times if to_date < slot.start.date() <= to_date + _LOOK_AHEAD]
    return {
        "service": service,
        "slots": [
            {
                "slot_id": slot.id,
                "start": slot.start.isoformat(),
                "practitioner": slot.practitioner,
                "practitioner_name": staff[slot.practitioner].name,
            }
            for slot in inside[:_SHOWN]
        ],
        "next_free_after": later[0].start.isoformat() if later else "",
    }


def list_appointments(db: Database, patient_number: PatientNumber) -> dict[str, Any]:
    """List a patient's coming appointments and the past ones, each in order of time.

    Args:
        patient_number: The patient's number.
    """
    db[Patient].get(patient_number)
    rows = sorted(db[Appointment].where(patient=patient_number), key=lambda row: row.start)
    coming = [row for row in rows if row.status == "booked" and row.start > db.now]
    past = [row for row in rows if row not in coming]
    return {
        "coming": [appointment_card(db, row) for row in coming],
        "past": [appointment_card(db, row) for row in past],
    }


def appointment_card(db: Database, row: Appointment) -> dict[str, Any]:
    """An appointment as the desk's screen shows it."""
    doctor = db[Practitioner].get(row.practitioner)
    return {
        "appointment_id": row.id,
        "service": row.service,
        "service_name": db[Service].get(row.service).name,
        "practitioner": row.practitioner,
        "practitioner_name": doctor.name,
        "room": doctor.room,
        "start": row.start.isoformat(),
        "hours_until_start": round((row.start - db.now).total_seconds() / 3600, 1),
        "status": row.status,
        "moves": row.moves,
    }


def list_referrals(db: Database, patient_number: PatientNumber) -> list[dict[str, Any]]:
    """List a patient's referrals, also those that have expired or are used up.

    Args:
        patient_number: The patient's number.
    """
    db[Patient].get(patient_number)
    rows = db[Referral].where(patient=patient_number)
    return [_without_patient(row) for row in rows]


def list_prescriptions(db: Database, patient_number: PatientNumber) -> list[dict[str, Any]]:
    """List a patient's repeat prescriptions, and from when each may be renewed.

    Args:
        patient_number: The patient's number.
    """
    db[Patient].get(patient_number)
    return [
        {
            **_without_patient(row),
            "prescriber_name": db[Practitioner].get(row.prescriber).name,
            "renewable_from": row.renewable_from.isoformat(),
        }
        for row in db[Prescription].where(patient=patient_number)
    ]


def list_pharmacies(db: Database) -> list[dict[str, Any]]:
    """List the pharmacies that prescriptions can be sent to."""
    return [msgspec.to_builtins(row) for row in db[Pharmacy]]


def list_invoices(db: Database, patient_number: PatientNumber) -> list[dict[str, Any]]:
    """List a patient's invoices of any status, by date of the visit.

    Args:
        patient_number: The patient's number.
    """
    db[Patient].get(patient_number)
    rows = db[Invoice].where(patient=patient_number)
    return [_without_patient(row) for row in sorted(rows, key=lambda row: row.visit_on)]


def list_tests(db: Database, patient_number: PatientNumber) -> list[dict[str, Any]]:
    """List a patient's laboratory tests and when each is, or will be, in the patient portal.

    Args:
        patient_number: The patient's number.
    """
    db[Patient].get(patient_number)
    return [_without_patient(row) for row in db[LabTest].where(patient=patient_number)]


def quote_price(
    db: Database, patient_number: PatientNumber, service: ServiceCode
) -> dict[str, Any]:
    """Work out what a service would cost a patient today, by the insurance on file.

    Args:
        patient_number: The patient's number.
        service: The service's code.
    """
    db[Patient].get(patient_number)
    row = db[Service].get(service)
    insured = db[InsurancePolicy].find(patient_number)
    valid = insured is not None and insured.valid_until >= db.now.date()
    percent = db[Insurer].get(insured.insurer).cover_percent if insured and valid else 0
    covered = round(row.price * percent / 100, 2)
    return {
        "service": service,
        "price": row.price,
        "insurer": db[Insurer].get(insured.insurer).name if insured else "",
        "insurance_valid_until": insured.valid_until.isoformat() if insured else "",
        "insurer_pays": covered,
        "patient_pays": round(row.price - covered, 2),
    }


def _without_patient(row: Any) -> dict[str, Any]:
    plain = msgspec.to_builtins(row)
    del plain["patient"]
    return plain
