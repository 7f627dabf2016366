"""The clauses of the manual that calls alone can show to be kept or broken."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from generators.domains.clinic.catalogue import (
    MAX_INSTALMENTS,
    MAX_MOVES,
    MIN_INSTALMENT,
    QUEUES,
)
from generators.domains.clinic.clauses.talk import argument
from generators.domains.clinic.database import (
    Appointment,
    Guardianship,
    Invoice,
    Patient,
    Prescription,
    Referral,
    Service,
    Slot,
    age_on,
)
from generators.domains.domain import Clause
from generators.domains.table import Row
from generators.domains.timeline import Breach, Entry, Timeline

_GENERAL = ("verify_patient", "get_service", "search_slots", "list_pharmacies")
_OWNED: dict[str, type[Row]] = {
    "appointment_id": Appointment,
    "invoice_number": Invoice,
    "prescription_id": Prescription,
}


def verified_first(timeline: Timeline) -> Iterator[Breach]:
    """C01: verify_patient has succeeded before any call about a patient."""
    for call in timeline.calls():
        if call.tool not in _GENERAL and not timeline.earlier(call, "verify_patient"):
            yield Breach(call.index, f"{call.tool} before the caller was verified")


def own_or_ward(timeline: Timeline) -> Iterator[Breach]:
    """C02: calls are about the verified caller, or a child with a full guardianship in force."""
    for call in timeline.calls():
        patient = _patient_of(timeline, call)
        callers = {argument(each, "patient_number") for each in _verifications(timeline, call)}
        if call.tool in _GENERAL or not patient or not callers or patient in callers:
            continue
        db = timeline.database_before(call)
        ties = db[Guardianship].where(child=patient, scope="full")
        today = db.now.date()
        if not any(tie.guardian in callers and tie.valid_until >= today for tie in ties):
            yield Breach(
                call.index, f"{call.tool} for {patient}, whom the caller may not speak for"
            )


def _verifications(timeline: Timeline, call: Entry) -> list[Entry]:
    return timeline.earlier(call, "verify_patient")


def _patient_of(timeline: Timeline, call: Entry) -> str:
    """Whose record a call is about; empty when it is nobody's."""
    if argument(call, "patient_number"):
        return argument(call, "patient_number")
    db = timeline.database_before(call)
    for name, row_type in _OWNED.items():
        row: Any = db[row_type].find(argument(call, name))
        if row is not None:
            return row.patient
    return ""


def shown_slots_only(timeline: Timeline) -> Iterator[Breach]:
    """C10: a slot that is booked was in the answer to an earlier search."""
    for call in timeline.calls("book_appointment", "reschedule_appointment"):
        shown = {
            slot["slot_id"]
            for search in timeline.earlier(call, "search_slots")
            for slot in search.value["slots"]
        }
        if argument(call, "slot_id") not in shown:
            yield Breach(call.index, f"{argument(call, 'slot_id')} was not in any search")


def referral_holds(timeline: Timeline) -> Iterator[Breach]:
    """C11: where a referral is needed, one that holds on the day stands behind visit or waiting."""
    for call in timeline.calls("book_appointment", "join_waiting_list"):
        db = timeline.database_before(call)
        service = db[Service].find(argument(call, "service"))
        if service is None or not service.needs_referral:
            continue
        patient = argument(call, "patient_number")
        referrals = db[Referral].where(patient=patient, specialty=service.specialty)
        if call.tool == "book_appointment":
            day = db[Slot].get(argument(call, "slot_id")).start.date()
            referrals = [row for row in referrals if row.id == argument(call, "referral_id")]
        else:
            day = db.now.date()
        if not any(row.visits_left > 0 and row.expires_on >= day for row in referrals):
            yield Breach(call.index, f"{service.code} without a referral that holds")


def right_age(timeline: Timeline) -> Iterator[Breach]:
    """C12: the patient is of the service's ages."""
    for call in timeline.calls("book_appointment"):
        db = timeline.database_before(call)
        service = db[Service].get(argument(call, "service"))
        patient = db[Patient].get(argument(call, "patient_number"))
        years = age_on(patient.birth_date, db.now.date())
        if not service.min_age <= years <= service.max_age:
            yield Breach(call.index, f"{service.code} for a patient of {years}")


def one_visit_per_service(timeline: Timeline) -> Iterator[Breach]:
    """C13: no second coming visit for the same service."""
    for call in timeline.calls("book_appointment"):
        db = timeline.database_before(call)
        rows = db[Appointment].where(
            patient=argument(call, "patient_number"),
            service=argument(call, "service"),
            status="booked",
        )
        if any(row.start > db.now for row in rows):
            yield Breach(call.index, f"a second visit for {argument(call, 'service')}")


def waited_for_nothing_free(timeline: Timeline) -> Iterator[Breach]:
    """C15: an earlier search for the service, up to the last day that would suit, found nothing."""
    for call in timeline.calls("join_waiting_list"):
        searches = timeline.earlier(call, "search_slots")
        if not any(
            not search.value["slots"]
            and argument(search, "service") == argument(call, "service")
            and argument(search, "to_date") >= argument(call, "wanted_by")
            for search in searches
        ):
            yield Breach(call.index, "waiting list without an empty search")


def _late_rule(timeline: Timeline, tool: str) -> Iterator[Breach]:
    for call in timeline.calls(tool):
        db = timeline.database_before(call)
        row = db[Appointment].get(argument(call, "appointment_id"))
        late = row.start - db.now < timedelta(hours=24)
        charged = bool((call.arguments or {}).get("charge_late_fee"))
        if charged != late:
            word = "without" if late else "with"
            yield Breach(call.index, f"{tool} {word} the fee, which is wrong for {row.start}")


def late_move_costs(timeline: Timeline) -> Iterator[Breach]:
    """C18: the fee for moving is charged within 24 hours of the start, and only then."""
    yield from _late_rule(timeline, "reschedule_appointment")


def late_cancellation_costs(timeline: Timeline) -> Iterator[Breach]:
    """C19: the fee for cancelling is charged within 24 hours of the start, and only then."""
    yield from _late_rule(timeline, "cancel_appointment")


def moved_twice_at_most(timeline: Timeline) -> Iterator[Breach]:
    """C20: no third move."""
    for call in timeline.calls("reschedule_appointment"):
        row = timeline.database_before(call)[Appointment].get(argument(call, "appointment_id"))
        if row.moves >= MAX_MOVES:
            yield Breach(call.index, f"{row.id} had been moved {row.moves} times")


def same_practitioner(timeline: Timeline) -> Iterator[Breach]:
    """C21: a moved visit stays with its practitioner."""
    for call in timeline.calls("reschedule_appointment"):
        db = timeline.database_before(call)
        row = db[Appointment].get(argument(call, "appointment_id"))
        slot = db[Slot].get(argument(call, "slot_id"))
        if row.practitioner != slot.practitioner:
            yield Breach(call.index, f"{row.id} was moved to {slot.practitioner}")


def renewable_only(timeline: Timeline) -> Iterator[Breach]:
    """C22: no renewal of what is controlled, overdue for review, used up, or too early."""
    for call in timeline.calls("request_renewal"):
        db = timeline.database_before(call)
        row = db[Prescription].get(argument(call, "prescription_id"))
        today = db.now.date()
        if row.controlled:
            yield Breach(call.index, f"{row.medicine} is controlled")
        elif row.review_due < today:
            yield Breach(call.index, f"the review of {row.medicine} is overdue")
        elif row.repeats_left < 1 or row.renewable_from > today:
            yield Breach(call.index, f"{row.medicine} cannot be renewed yet, or any more")


def instalments_in_limits(timeline: Timeline) -> Iterator[Breach]:
    """C26: not overdue, at most 6, none below 30.00."""
    for call in timeline.calls("set_up_instalments"):
        db = timeline.database_before(call)
        bill = db[Invoice].get(argument(call, "invoice_number"))
        count = int((call.arguments or {}).get("instalments", 0))
        if bill.due_on < db.now.date():
            yield Breach(call.index, f"{bill.number} is overdue")
        elif count > MAX_INSTALMENTS or bill.patient_share < count * MIN_INSTALMENT:
            yield Breach(call.index, f"{count} instalments for {bill.patient_share:.2f}")


def one_waiver_a_year(timeline: Timeline) -> Iterator[Breach]:
    """C28: only fees, and only one of a patient's within 365 days."""
    for call in timeline.calls("waive_fee"):
        db = timeline.database_before(call)
        bill = db[Invoice].get(argument(call, "invoice_number"))
        since = db.now.date() - timedelta(days=365)
        others = db[Invoice].where(patient=bill.patient, status="waived")
        if bill.kind in ("visit", "records"):
            yield Breach(call.index, f"{bill.number} is no fee for a lapse")
        if any(row.waived_on and row.waived_on > since for row in others):
            yield Breach(call.index, "a second waiver within 365 days")


def no_therapy_notes(timeline: Timeline) -> Iterator[Breach]:
    """C31: the desk does not order copies of therapy notes."""
    for call in timeline.calls("request_records"):
        if argument(call, "scope") == "therapy_notes":
            yield Breach(call.index, "therapy notes were ordered")


def card_still_valid(timeline: Timeline) -> Iterator[Breach]:
    """C33: a new card is valid tomorrow at least."""
    for call in timeline.calls("update_insurance"):
        until = date.fromisoformat(argument(call, "valid_until"))
        if until <= timeline.start.now.date():
            yield Breach(call.index, f"the card is valid until {until} only")


def right_queue_once(timeline: Timeline) -> Iterator[Breach]:
    """C37: a hand-over goes where its reason belongs. A second one for it fails as a call."""
    for call in timeline.calls("hand_over", failed=True):
        if call.error == "already_exists":
            yield Breach(call.index, "handed over twice")
        elif not call.error and QUEUES[argument(call, "reason")] != argument(call, "queue"):
            yield Breach(call.index, f"{argument(call, 'reason')} went to the wrong queue")


CALL_CLAUSES = (
    Clause("C01", "calls", verified_first),
    Clause("C02", "calls", own_or_ward),
    Clause("C10", "calls", shown_slots_only),
    Clause("C11", "calls", referral_holds),
    Clause("C12", "calls", right_age),
    Clause("C13", "calls", one_visit_per_service),
    Clause("C15", "calls", waited_for_nothing_free),
    Clause("C18", "calls", late_move_costs),
    Clause("C19", "calls", late_cancellation_costs),
    Clause("C20", "calls", moved_twice_at_most),
    Clause("C21", "calls", same_practitioner),
    Clause("C22", "calls", renewable_only),
    Clause("C26", "calls", instalments_in_limits),
    Clause("C28", "calls", one_waiver_a_year),
    Clause("C31", "calls", no_therapy_notes),
    Clause("C33", "calls", card_still_valid),
    Clause("C37", "calls", right_queue_once),
)
