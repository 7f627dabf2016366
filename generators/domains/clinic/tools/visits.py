"""Tools that book, move and cancel visits. They check data; most rules are the agent's duty."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta

from generators.domains.clinic.catalogue import FEES, ServiceCode
from generators.domains.clinic.database import (
    Appointment,
    Patient,
    Practitioner,
    Referral,
    Service,
    Slot,
    WaitingEntry,
)
from generators.domains.clinic.tools.charging import charge
from generators.domains.clinic.tools.reading import PatientNumber, appointment_card
from generators.domains.table import Database, ToolFailure

AppointmentId = Annotated[str, Meta(pattern=r"^APT-[0-9]{7}$")]
SlotId = Annotated[str, Meta(pattern=r"^SL-[0-9]{5}$")]
Channel = Literal["text", "email"]


def book_appointment(
    db: Database,
    patient_number: PatientNumber,
    service: ServiceCode,
    slot_id: SlotId,
    referral_id: str = "",
) -> dict[str, Any]:
    """Book a free slot for a patient.

    Args:
        patient_number: The patient who will be seen; for a child, the child's number.
        service: The service's code.
        slot_id: A free slot, from search_slots.
        referral_id: The referral that the visit counts against; empty when the service needs none.
    """
    db[Patient].get(patient_number)
    row, slot = db[Service].get(service), _free(db, slot_id, service)
    _no_overlap(db, patient_number, slot)
    if referral_id and not row.needs_referral:
        raise ToolFailure("referral_not_needed", f"{row.name} is booked without a referral")
    if referral_id:
        referral = db[Referral].get(referral_id)
        if referral.patient != patient_number or referral.specialty != row.specialty:
            raise ToolFailure(
                "wrong_referral", f"{referral_id} is not for this patient and service"
            )
        if referral.visits_left < 1:
            raise ToolFailure("referral_used_up", f"{referral_id} has no visit left")
        db[Referral].change(referral_id, visits_left=referral.visits_left - 1)
    db[Slot].change(slot_id, status="booked")
    appointment = Appointment(
        id=db.new_id("APT", patient_number, service, slot_id),
        patient=patient_number,
        service=service,
        practitioner=slot.practitioner,
        slot=slot_id,
        start=slot.start,
        status="booked",
        referral=referral_id,
        moves=0,
        reminder_channel="",
        reminder_hours=0,
        confirmation="",
    )
    db[Appointment].insert(appointment)
    return {**appointment_card(db, appointment), "price": row.price}


def reschedule_appointment(
    db: Database, appointment_id: AppointmentId, slot_id: SlotId, charge_late_fee: bool
) -> dict[str, Any]:
    """Move an appointment to another free slot. The old slot goes to the waiting list.

    Args:
        appointment_id: The appointment to move.
        slot_id: A free slot, from search_slots.
        charge_late_fee: Whether the fee of 15.00 euros for a late move is charged.
    """
    old = _coming(db, appointment_id)
    slot = _free(db, slot_id, old.service)
    _no_overlap(db, old.patient, slot, apart_from=appointment_id)
    db[Slot].change(old.slot, status="released")
    db[Slot].change(slot_id, status="booked")
    moved = db[Appointment].change(
        appointment_id,
        slot=slot_id,
        practitioner=slot.practitioner,
        start=slot.start,
        moves=old.moves + 1,
        reminder_channel="",
        reminder_hours=0,
        confirmation="",
    )
    return {**appointment_card(db, moved), **_late_fee(db, old, "late_move", charge_late_fee)}


def cancel_appointment(
    db: Database, appointment_id: AppointmentId, charge_late_fee: bool
) -> dict[str, Any]:
    """Cancel an appointment. Its slot goes to the waiting list, its referral gets the visit back.

    Args:
        appointment_id: The appointment to cancel.
        charge_late_fee: Whether the fee of 30.00 euros for a late cancellation is charged.
    """
    old = _coming(db, appointment_id)
    db[Slot].change(old.slot, status="released")
    if old.referral:
        left = db[Referral].get(old.referral).visits_left
        db[Referral].change(old.referral, visits_left=left + 1)
    gone = db[Appointment].change(appointment_id, status="cancelled")
    fee = _late_fee(db, old, "late_cancellation", charge_late_fee)
    return {**appointment_card(db, gone), **fee}


def set_reminder(
    db: Database, appointment_id: AppointmentId, channel: Channel, hours_before: Literal[24, 48]
) -> dict[str, Any]:
    """Have a reminder sent to the patient before an appointment.

    Args:
        appointment_id: The appointment.
        channel: By text message or by e-mail.
        hours_before: How many hours before the appointment.
    """
    row = _coming(db, appointment_id)
    send_at = row.start - timedelta(hours=hours_before)
    if send_at <= db.now:
        raise ToolFailure("too_late", f"the reminder would have been due at {send_at.isoformat()}")
    db[Appointment].change(appointment_id, reminder_channel=channel, reminder_hours=hours_before)
    return {
        "appointment_id": appointment_id,
        "send_at": send_at.isoformat(),
        "sent_to": _reached_at(db, row.patient, channel),
    }


def send_confirmation(
    db: Database, appointment_id: AppointmentId, channel: Channel
) -> dict[str, Any]:
    """Send the written confirmation of an appointment.

    Args:
        appointment_id: The appointment.
        channel: By text message or by e-mail.
    """
    row = _coming(db, appointment_id)
    db[Appointment].change(appointment_id, confirmation=channel)
    return {
        "appointment_id": appointment_id,
        "sent_to": _reached_at(db, row.patient, channel),
    }


def join_waiting_list(
    db: Database, patient_number: PatientNumber, service: ServiceCode, wanted_by: date
) -> dict[str, Any]:
    """Put a patient on the waiting list for slots that others give back.

    Args:
        patient_number: The patient who waits.
        service: The service's code.
        wanted_by: The last day that would still suit the patient.
    """
    db[Patient].get(patient_number)
    if wanted_by < db.now.date():
        raise ToolFailure("in_the_past", "the last day that would suit has gone by")
    waiting = db[WaitingEntry].where(service=service)
    if any(each.patient == patient_number for each in waiting):
        raise ToolFailure("already_waiting", "the patient is on this waiting list already")
    entry = WaitingEntry(
        id=db.new_id("WL", patient_number, service),
        patient=patient_number,
        service=service,
        wanted_by=wanted_by,
        added_on=db.now.date(),
    )
    db[WaitingEntry].insert(entry)
    return {"entry_id": entry.id, "position": len(waiting) + 1, "wanted_by": wanted_by.isoformat()}


def _coming(db: Database, appointment_id: str) -> Appointment:
    row = db[Appointment].get(appointment_id)
    if row.status != "booked" or row.start <= db.now:
        raise ToolFailure("not_coming", f"{appointment_id} is {row.status} or over")
    return row


def _free(db: Database, slot_id: str, service: str) -> Slot:
    slot = db[Slot].get(slot_id)
    if slot.status != "free" or slot.start <= db.now:
        raise ToolFailure("slot_taken", f"{slot_id} is not free")
    row = db[Service].get(service)
    if db[Practitioner].get(slot.practitioner).specialty != row.specialty:
        raise ToolFailure("not_offered", f"{slot_id} is not a slot for {row.name}")
    return slot


def _no_overlap(db: Database, patient: str, slot: Slot, apart_from: str = "") -> None:
    for other in db[Appointment].where(patient=patient, status="booked"):
        length = timedelta(minutes=db[Service].get(other.service).minutes)
        if other.id != apart_from and other.start - length < slot.start < other.start + length:
            raise ToolFailure("overlap", f"the patient has {other.id} at that time")


def _late_fee(db: Database, row: Appointment, kind: str, wanted: bool) -> dict[str, Any]:
    if not wanted:
        return {"fee": 0.0, "invoice_number": ""}
    number = charge(db, row.patient, kind, row.service, f"{row.id}:{row.start}", FEES[kind])
    return {"fee": FEES[kind], "invoice_number": number}


def _reached_at(db: Database, patient: str, channel: str) -> str:
    row = db[Patient].get(patient)
    return row.phone if channel == "text" else row.email
