from collections import Counter

import pytest

from generators.domains.clinic import DOMAIN
from generators.domains.clinic.database import (
    Appointment,
    Invoice,
    Patient,
    Practitioner,
    Prescription,
    Referral,
    Service,
    Slot,
    WaitingEntry,
)
from generators.domains.world import Outcome, World
from generators.event import AGENT
from personas.record import canonical_json


@pytest.fixture
def world() -> World:
    return World(DOMAIN, 0, DOMAIN.clock)


def _call(world: World, tool: str, **arguments: object) -> Outcome:
    return world.call(AGENT, tool, canonical_json(arguments).decode())


def _free(world: World, service: str = "gp-consultation") -> str:
    found = _call(
        world, "search_slots", service=service, from_date="2025-06-16", to_date="2025-06-30"
    )
    return found.value["slots"][0]["slot_id"]


def _somebody(world: World) -> str:
    """A caller without any coming visit."""
    busy = {row.patient for row in world.db[Appointment].where(status="booked")}
    return next(each for each in DOMAIN.subjects(world.db) if each not in busy)


def test_number_and_birth_date_must_belong_together(world: World):
    patient = next(iter(world.db[Patient]))
    number = patient.number
    right = _call(world, "verify_patient", patient_number=number, birth_date=patient.birth_date)
    wrong = _call(world, "verify_patient", patient_number=number, birth_date="1901-01-01")
    assert (right.error, wrong.error) == ("", "no_match")
    assert _call(world, "verify_patient", patient_number="4711", birth_date="x").error == (
        "invalid_arguments"
    )


def test_slots_come_earliest_first_and_fit_the_wishes(world: World):
    found = _call(
        world,
        "search_slots",
        service="gp-consultation",
        from_date="2025-06-12",
        to_date="2025-06-20",
        part_of_day="morning",
    ).value["slots"]
    starts = [each["start"] for each in found]
    assert starts == sorted(starts)
    assert len(starts) == 5
    assert all(start[11:13] < "12" for start in starts)


def test_a_search_the_wrong_way_round_or_for_a_stranger_is_an_error(world: World):
    days = {"from_date": "2025-06-20", "to_date": "2025-06-12"}
    assert _call(world, "search_slots", service="skin-check", **days).error == "bad_period"
    days = {"from_date": "2025-06-12", "to_date": "2025-06-20"}
    found = _call(world, "search_slots", service="skin-check", practitioner="dr-nobody", **days)
    assert found.error == "not_offered"


def test_a_slot_is_booked_once_and_only_for_its_specialty(world: World):
    slot, number = _free(world), _somebody(world)
    wish = {"patient_number": number, "service": "gp-consultation", "slot_id": slot}
    assert _call(world, "book_appointment", **{**wish, "service": "hearing-test"}).error == (
        "not_offered"
    )
    assert _call(world, "book_appointment", **wish).error == ""
    assert _call(world, "book_appointment", **wish).error == "slot_taken"


def test_nobody_is_in_two_places_at_once(world: World):
    number, db = _somebody(world), world.db
    services = {row.specialty: row.code for row in db[Service]}
    starts = Counter(slot.start for slot in db[Slot].where(status="free"))
    both = db[Slot].where(start=starts.most_common(1)[0][0], status="free")
    wishes = [
        {"service": services[db[Practitioner].get(slot.practitioner).specialty], "slot_id": slot.id}
        for slot in both[:2]
    ]
    booked = [_call(world, "book_appointment", patient_number=number, **wish) for wish in wishes]
    assert [each.error for each in booked] == ["", "overlap"]


def test_a_referral_must_be_the_patients_own_and_is_counted_down(world: World):
    referral = next(
        row
        for row in world.db[Referral].where(specialty="orthopaedics")
        if row.visits_left and row.expires_on.isoformat() > "2025-07-10"
    )
    wish = {"service": "gait-analysis", "slot_id": _free(world, "gait-analysis")}
    other = next(each for each in DOMAIN.subjects(world.db) if each != referral.patient)
    stolen = _call(world, "book_appointment", patient_number=other, referral_id=referral.id, **wish)
    assert stolen.error == "wrong_referral"
    mine = _call(
        world, "book_appointment", patient_number=referral.patient, referral_id=referral.id, **wish
    )
    assert mine.error == ""
    assert world.db[Referral].get(referral.id).visits_left == referral.visits_left - 1
    _call(
        world,
        "cancel_appointment",
        appointment_id=mine.value["appointment_id"],
        charge_late_fee=False,
    )
    assert world.db[Referral].get(referral.id).visits_left == referral.visits_left


def test_a_moved_visit_gives_its_slot_to_the_waiting_list(world: World):
    row = next(
        row
        for row in world.db[Appointment].where(status="booked", service="gp-consultation")
        if row.start.isoformat() > "2025-06-12"
    )
    slot = next(
        each
        for each in world.db[Slot].where(practitioner=row.practitioner, status="free")
        if each.start.date() != row.start.date()
    ).id
    moved = _call(
        world,
        "reschedule_appointment",
        appointment_id=row.id,
        slot_id=slot,
        charge_late_fee=True,
    )
    assert moved.value["moves"] == row.moves + 1
    assert world.db[Slot].get(row.slot).status == "released"
    assert world.db[Invoice].get(moved.value["invoice_number"]).patient_share == 15.0


def test_a_cancelled_visit_can_neither_be_cancelled_nor_reminded_of(world: World):
    row = world.db[Appointment].where(status="booked")[0]
    again = {"appointment_id": row.id, "charge_late_fee": False}
    assert _call(world, "cancel_appointment", **again).error == ""
    assert _call(world, "cancel_appointment", **again).error == "not_coming"
    reminder = {"appointment_id": row.id, "channel": "text", "hours_before": 24}
    assert _call(world, "set_reminder", **reminder).error == "not_coming"


def test_a_reminder_that_is_due_already_cannot_be_set(world: World):
    row = min(world.db[Appointment].where(status="booked"), key=lambda row: row.start)
    late = _call(world, "set_reminder", appointment_id=row.id, channel="text", hours_before=48)
    odd = _call(world, "set_reminder", appointment_id=row.id, channel="text", hours_before=36)
    assert (late.error, odd.error) == ("too_late", "invalid_arguments")


def test_nobody_waits_twice_for_one_service(world: World):
    entry = next(iter(world.db[WaitingEntry]))
    wish = {"patient_number": entry.patient, "service": entry.service}
    assert _call(world, "join_waiting_list", wanted_by="2025-06-20", **wish).error == (
        "already_waiting"
    )
    assert _call(world, "join_waiting_list", wanted_by="2025-06-01", **wish).error == "in_the_past"


def test_a_renewal_is_requested_once_and_needs_a_repeat(world: World):
    rows = list(world.db[Prescription])
    row = next(row for row in rows if row.repeats_left)
    empty = next(row for row in rows if not row.repeats_left)
    wish = {"prescription_id": row.id, "pharmacy": "station-pharmacy"}
    assert _call(world, "request_renewal", **{**wish, "pharmacy": "nowhere"}).error == "not_found"
    assert _call(world, "request_renewal", **wish).value["ready_on"] == "2025-06-12"
    assert _call(world, "request_renewal", **wish).error == "already_requested"
    none = _call(world, "request_renewal", prescription_id=empty.id, pharmacy="station-pharmacy")
    assert none.error == "no_repeats"


def test_only_open_bills_can_be_waived_or_split(world: World):
    paid = world.db[Invoice].where(status="paid")[0]
    open_bill = world.db[Invoice].where(status="open")[0]
    assert _call(world, "waive_fee", invoice_number=paid.number).error == "not_open"
    plan = _call(world, "set_up_instalments", invoice_number=open_bill.number, instalments=4)
    assert plan.value["first_due"] == "2025-07-01"
    assert plan.value["monthly_amount"] == round(open_bill.patient_share / 4, 2)
    assert _call(world, "waive_fee", invoice_number=open_bill.number).error == "not_open"


def test_only_copies_by_post_are_charged(world: World):
    wish = {"patient_number": _somebody(world), "scope": "visit_letters"}
    free = _call(world, "request_records", delivery="portal", **wish)
    posted = _call(world, "request_records", delivery="post", **wish)
    assert (free.value["fee"], posted.value["fee"]) == (0.0, 12.0)
    assert posted.value["ready_by"] == "2025-06-24"
    assert _call(world, "request_records", delivery="post", **wish).error == "already_exists"


def test_a_price_is_shared_by_the_insurance_as_long_as_it_is_valid(world: World):
    number = _somebody(world)
    card = {"patient_number": number, "insurer": "meridia-mutual", "member_number": "AB12345678"}
    price = {"patient_number": number, "service": "skin-check"}
    _call(world, "update_insurance", valid_until="2026-01-01", **card)
    assert _call(world, "quote_price", **price).value["patient_pays"] == 23.5
    _call(world, "update_insurance", valid_until="2025-06-09", **card)
    assert _call(world, "quote_price", **price).value["patient_pays"] == 94.0


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_insurance", {"insurer": "acme", "member_number": "AB12345678"}),
        ("update_insurance", {"insurer": "castellan-care", "member_number": "12"}),
        ("update_phone", {"phone": "call me"}),
        ("hand_over", {"queue": "the boss", "reason": "complaint"}),
    ],
)
def test_malformed_arguments_are_refused(world: World, tool: str, arguments: dict):
    more = {"valid_until": "2026-01-01"} if tool == "update_insurance" else {}
    found = _call(world, tool, patient_number=_somebody(world), **arguments, **more)
    assert found.error == "invalid_arguments"


def test_unknown_rows_are_errors_and_leave_no_trace(world: World):
    before = world.state_hash()
    for tool, arguments in (
        ("list_appointments", {"patient_number": "P-000000"}),
        ("cancel_appointment", {"appointment_id": "APT-0000000", "charge_late_fee": False}),
        ("waive_fee", {"invoice_number": "INV-0000000"}),
        (
            "hand_over",
            {"patient_number": "P-000000", "queue": "triage_nurse", "reason": "complaint"},
        ),
    ):
        assert _call(world, tool, **arguments).error == "not_found"
    assert world.state_hash() == before
