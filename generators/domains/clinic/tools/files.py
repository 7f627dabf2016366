"""Tools that change a patient's file: medicines, records, bills, insurance; and the hand-over."""

import calendar
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta

from generators.domains.clinic.catalogue import POSTAGE, InsurerCode
from generators.domains.clinic.database import (
    HandOver,
    InstalmentPlan,
    InsurancePolicy,
    Insurer,
    Invoice,
    Patient,
    Pharmacy,
    Prescription,
    RecordRequest,
    RenewalRequest,
)
from generators.domains.clinic.tools.charging import charge
from generators.domains.clinic.tools.reading import PatientNumber
from generators.domains.table import Database, ToolFailure

InvoiceNumber = Annotated[str, Meta(pattern=r"^INV-[0-9]{7}$")]
PrescriptionId = Annotated[str, Meta(pattern=r"^RX-[0-9]{7}$")]
Scope = Literal["visit_letters", "test_reports", "full_record", "therapy_notes"]
Delivery = Literal["portal", "post", "collect"]
Queue = Literal["triage_nurse", "nurse_callback", "practice_manager"]
Reason = Literal[
    "chest_pain",
    "breathing_difficulty",
    "heavy_bleeding",
    "sudden_weakness",
    "severe_allergic_reaction",
    "medicine_question",
    "symptom_question",
    "aftercare_question",
    "complaint",
]


def request_renewal(db: Database, prescription_id: PrescriptionId, pharmacy: str) -> dict[str, Any]:
    """Ask the prescriber for a repeat of a prescription, to be sent to a pharmacy.

    Args:
        prescription_id: The prescription.
        pharmacy: The pharmacy's code, from list_pharmacies.
    """
    row = db[Prescription].get(prescription_id)
    place = db[Pharmacy].get(pharmacy)
    if db[RenewalRequest].where(prescription=prescription_id):
        raise ToolFailure("already_requested", f"a renewal of {row.medicine} is on its way already")
    if row.repeats_left < 1:
        raise ToolFailure("no_repeats", f"{row.medicine} has no repeat left")
    request = RenewalRequest(
        id=db.new_id("RN", prescription_id, db.now.date()),
        prescription=prescription_id,
        patient=row.patient,
        pharmacy=pharmacy,
        ready_on=_working_days_on(db.now.date(), 2),
    )
    db[RenewalRequest].insert(request)
    db[Prescription].change(prescription_id, repeats_left=row.repeats_left - 1)
    return {
        "request_id": request.id,
        "medicine": row.medicine,
        "pharmacy_name": place.name,
        "ready_on": request.ready_on.isoformat(),
    }


def request_records(
    db: Database, patient_number: PatientNumber, scope: Scope, delivery: Delivery
) -> dict[str, Any]:
    """Order a copy from a patient's record. Copies by post are charged with 12.00 euros.

    Args:
        patient_number: The patient whose record it is.
        scope: Which part of the record.
        delivery: To the patient portal, by post to the address on file, or to be collected here.
    """
    db[Patient].get(patient_number)
    fee = POSTAGE if delivery == "post" else 0.0
    days = 20 if scope == "full_record" else 10
    request = RecordRequest(
        id=db.new_id("RR", patient_number, scope, delivery),
        patient=patient_number,
        scope=scope,
        delivery=delivery,
        fee=fee,
        ready_by=_working_days_on(db.now.date(), days),
    )
    db[RecordRequest].insert(request)
    if fee:
        charge(db, patient_number, "records", "", request.id, fee)
    return {"request_id": request.id, "fee": fee, "ready_by": request.ready_by.isoformat()}


def set_up_instalments(
    db: Database, invoice_number: InvoiceNumber, instalments: Annotated[int, Meta(ge=2, le=24)]
) -> dict[str, Any]:
    """Let a patient pay an open invoice in equal monthly instalments from the first of next month.

    Args:
        invoice_number: The open invoice.
        instalments: How many months.
    """
    bill = _open(db, invoice_number)
    today = db.now.date()
    days = calendar.monthrange(today.year, today.month)[1]
    plan = InstalmentPlan(
        id=db.new_id("PL", invoice_number),
        invoice=invoice_number,
        patient=bill.patient,
        instalments=instalments,
        monthly_amount=round(bill.patient_share / instalments, 2),
        first_due=today.replace(day=1) + timedelta(days=days),
    )
    db[InstalmentPlan].insert(plan)
    db[Invoice].change(invoice_number, status="instalments")
    return {
        "plan_id": plan.id,
        "instalments": instalments,
        "monthly_amount": plan.monthly_amount,
        "first_due": plan.first_due.isoformat(),
    }


def waive_fee(db: Database, invoice_number: InvoiceNumber) -> dict[str, Any]:
    """Cancel an open invoice as a gesture of goodwill.

    Args:
        invoice_number: The open invoice.
    """
    bill = _open(db, invoice_number)
    db[Invoice].change(invoice_number, status="waived", waived_on=db.now.date())
    return {"invoice_number": invoice_number, "waived": bill.patient_share}


def update_insurance(
    db: Database,
    patient_number: PatientNumber,
    insurer: InsurerCode,
    member_number: Annotated[str, Meta(pattern=r"^[A-Z]{2}[0-9]{8}$")],
    valid_until: date,
) -> dict[str, Any]:
    """Put a patient's new insurance on file in place of the old one.

    Args:
        patient_number: The patient's number.
        insurer: The insurer's code.
        member_number: The member number on the card, two letters and eight digits.
        valid_until: The last day on which the card is valid.
    """
    db[Patient].get(patient_number)
    policy = InsurancePolicy(
        patient=patient_number,
        insurer=insurer,
        member_number=member_number,
        valid_until=valid_until,
    )
    if db[InsurancePolicy].find(patient_number):
        db[InsurancePolicy].remove(patient_number)
    db[InsurancePolicy].insert(policy)
    row = db[Insurer].get(insurer)
    return {
        "insurer_name": row.name,
        "member_number": member_number,
        "valid_until": valid_until.isoformat(),
        "cover_percent": row.cover_percent,
    }


def update_phone(
    db: Database,
    patient_number: PatientNumber,
    phone: Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()/-]{5,19}$")],
) -> dict[str, Any]:
    """Put a patient's new phone number on file.

    Args:
        patient_number: The patient's number.
        phone: The new phone number.
    """
    old = db[Patient].get(patient_number).phone
    db[Patient].change(patient_number, phone=phone)
    return {"patient_number": patient_number, "phone": phone, "replaced": old}


def hand_over(
    db: Database, patient_number: PatientNumber, queue: Queue, reason: Reason
) -> dict[str, Any]:
    """Give the caller to somebody else in the house: the triage nurse takes the call at once, the
    nurse and the practice manager call back.

    Args:
        patient_number: The caller's patient number.
        queue: Who takes over.
        reason: What it is about.
    """
    db[Patient].get(patient_number)
    row = HandOver(
        id=db.new_id("HO", patient_number, reason),
        patient=patient_number,
        queue=queue,
        reason=reason,
    )
    db[HandOver].insert(row)
    days = {"triage_nurse": 0, "nurse_callback": 1, "practice_manager": 3}[queue]
    by = _working_days_on(db.now.date(), days)
    answer = "now" if queue == "triage_nurse" else f"{by.isoformat()}T13:00:00"
    return {"reference": row.id, "queue": queue, "answered_by": answer}


def _open(db: Database, invoice_number: str) -> Invoice:
    bill = db[Invoice].get(invoice_number)
    if bill.status != "open":
        raise ToolFailure("not_open", f"{invoice_number} is {bill.status}")
    return bill


def _working_days_on(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
