from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.clinic import DOMAIN
from generators.domains.clinic.clauses.talk import says_one
from generators.domains.clinic.database import (
    Appointment,
    LabTest,
    Prescription,
    Service,
    Slot,
)
from generators.domains.clinic.tools.reading import slots_between
from generators.sources.request import PlanSpec
from generators.spoken import spoken
from tests.generators.domains.clinic.cases import blueprints, case
from tests.generators.domains.spoiled import (
    asked,
    broken_by,
    caller,
    fresh_world,
    then,
    told,
    with_arguments,
    with_call,
    without,
)

pytestmark = pytest.mark.slow


def _action(blueprint: Blueprint, tool: str) -> dict:
    return next(each.arguments for each in blueprint.actions if each.tool == tool)


def _unverified() -> Blueprint:
    return without(case("next_visit"), "verify_patient")


def _stranger() -> Blueprint:
    other = case("child_refused")
    number = next(fact.value for fact in other.facts if fact.key == "other_number")
    return then(other, "list_appointments", patient_number=number)


def _gives_line() -> Blueprint:
    blueprint = case("book_visit")
    service = _action(blueprint, "get_service")
    shown = fresh_world(blueprint).call(
        "agent", "get_service", f'{{"service":"{service["service"]}"}}'
    )
    return told(blueprint, line=shown.value["practitioners"][0]["staff_only_line"])


def _never_asks() -> Blueprint:
    return without(case("book_visit"), kinds=("confirm",))


def _hides_fee() -> Blueprint:
    late = case("cancel", _late)
    steps = tuple(
        replace(step, slots={k: v for k, v in step.slots.items() if k != "fee"})
        for step in late.steps
    )
    return replace(late, steps=steps)


def _late(blueprint: Blueprint) -> bool:
    return any(action.arguments.get("charge_late_fee") for action in blueprint.actions)


def _in_time(blueprint: Blueprint) -> bool:
    return not _late(blueprint)


def _books_blindly() -> Blueprint:
    return without(case("book_visit"), "search_slots")


def _lapsed(blueprint: Blueprint) -> bool:
    return any(step.key == "referral_expired" for step in blueprint.steps)


def _books_on_old_referral() -> Blueprint:
    blueprint = case("specialist_refused", _lapsed)
    world, service = fresh_world(blueprint), _action(blueprint, "get_service")["service"]
    specialty = world.db[Service].get(service).specialty
    referrals = world.call(
        "agent", "list_referrals", f'{{"patient_number":"{caller(blueprint)}"}}'
    ).value
    old = next(each["id"] for each in referrals if each["specialty"] == specialty)
    return _searched_and_booked(blueprint, service, referral_id=old)


def _searched_and_booked(blueprint: Blueprint, service: str, **more: str) -> Blueprint:
    db = fresh_world(blueprint).db
    first, last = db.now.date() + timedelta(days=1), db.now.date() + timedelta(days=30)
    taken = {row.start.date() for row in db[Appointment].where(patient=caller(blueprint))}
    slot = next(
        row
        for row in slots_between(db, service, first, last)["slots"]
        if not any(row["start"].startswith(day.isoformat()) for day in taken)
    )
    blueprint = then(
        blueprint, "search_slots", service=service, from_date=str(first), to_date=str(last)
    )
    return then(
        asked(blueprint, start=spoken(slot["start"])),
        "book_appointment",
        patient_number=caller(blueprint),
        service=service,
        slot_id=slot["slot_id"],
        **more,
    )


def _child_service_for_adult() -> Blueprint:
    return _searched_and_booked(case("update_phone"), "child-consultation")


def _second_visit() -> Blueprint:
    blueprint = case("next_visit", _holds_gp_visit)
    return _searched_and_booked(blueprint, "gp-consultation")


def _holds_gp_visit(blueprint: Blueprint) -> bool:
    rows = (
        fresh_world(blueprint)
        .db[Appointment]
        .where(patient=caller(blueprint), service="gp-consultation", status="booked")
    )
    return bool(rows)


def _waits_without_looking() -> Blueprint:
    return without(case("earliest_by"), "search_slots")


def _charges_early_move() -> Blueprint:
    moved = case("reschedule", _in_time)
    return told(with_arguments(moved, "reschedule_appointment", charge_late_fee=True), fee="15.00")


def _waives_late_cancellation() -> Blueprint:
    return with_arguments(case("cancel", _late), "cancel_appointment", charge_late_fee=False)


def _third_move() -> Blueprint:
    blueprint = case("move_refused")
    db = fresh_world(blueprint).db
    day = next(fact.value for fact in blueprint.facts if fact.key == "stuck_current")
    rows = db[Appointment].where(patient=caller(blueprint), status="booked")
    row = next(each for each in rows if each.start.date().isoformat() == day)
    return _moved(blueprint, row, row.practitioner)


def _moved(blueprint: Blueprint, row: Appointment, doctor: str) -> Blueprint:
    """The blueprint with a search at this practitioner and a move there at the end."""
    db = fresh_world(blueprint).db
    busy = {each.start.date() for each in db[Appointment].where(patient=row.patient)}
    slots = db[Slot].where(practitioner=doctor, status="free")
    slot = next(
        each
        for each in slots
        if each.start.date() not in busy and each.start > db.now + timedelta(days=1)
    )
    day = slot.start.date().isoformat()
    blueprint = then(
        blueprint,
        "search_slots",
        service=row.service,
        from_date=day,
        to_date=day,
        practitioner=doctor,
    )
    fee = {"fee": "15.00"} if row.start - db.now < timedelta(hours=24) else {}
    return then(
        asked(blueprint, start=spoken(slot.start), **fee),
        "reschedule_appointment",
        appointment_id=row.id,
        slot_id=slot.id,
        charge_late_fee=bool(fee),
    )


def _other_practitioner() -> Blueprint:
    blueprint = case("reschedule", _in_time)
    db = fresh_world(blueprint).db
    row = db[Appointment].get(_action(blueprint, "reschedule_appointment")["appointment_id"])
    staff = fresh_world(blueprint).call("agent", "get_service", f'{{"service":"{row.service}"}}')
    codes = [each["practitioner"] for each in staff.value["practitioners"]]
    other = next(code for code in codes if code != row.practitioner)
    return _moved(without(blueprint, "reschedule_appointment"), row, other)


def _controlled(blueprint: Blueprint) -> bool:
    return any(step.key == "renewal_controlled" for step in blueprint.steps)


def _renews_controlled() -> Blueprint:
    blueprint = case("renew_refused", _controlled)
    medicine = next(fact.value for fact in blueprint.facts if fact.key == "stopped_medicine")
    rows = fresh_world(blueprint).db[Prescription].where(patient=caller(blueprint))
    row = next(each for each in rows if each.medicine == medicine)
    return then(
        asked(blueprint, medicine=medicine),
        "request_renewal",
        prescription_id=row.id,
        pharmacy="quayside-pharmacy",
    )


def _too_many_instalments() -> Blueprint:
    blueprint = case("instalments_capped")
    wanted = next(fact.value for fact in blueprint.facts if fact.key == "long_count")
    return with_arguments(blueprint, "set_up_instalments", instalments=int(wanted))


def _second_waiver() -> Blueprint:
    blueprint = case("waive_refused")
    day = next(fact.value for fact in blueprint.facts if fact.key == "second_fee_visit")
    bills = fresh_world(blueprint).call(
        "agent", "list_invoices", f'{{"patient_number":"{caller(blueprint)}"}}'
    )
    bill = next(each for each in bills.value if each["visit_on"] == day)
    return then(
        asked(blueprint, amount=spoken(bill["patient_share"])),
        "waive_fee",
        invoice_number=bill["number"],
    )


def _copies_notes() -> Blueprint:
    return with_arguments(case("records_with_notes"), "request_records", scope="therapy_notes")


def _reads_result_out() -> Blueprint:
    blueprint = case("test_result")
    name = next(fact.value for fact in blueprint.facts if fact.key == "test_name")
    rows = fresh_world(blueprint).db[LabTest].where(patient=caller(blueprint), test=name)
    return told(blueprint, finding=rows[0].finding)


def _expired_card() -> Blueprint:
    return with_arguments(case("update_insurance"), "update_insurance", valid_until="2025-06-10")


def _looks_around_first() -> Blueprint:
    blueprint = case("urgent")
    handed = next(i for i, step in enumerate(blueprint.steps) if step.goal and step.kind == "call")
    return with_call(blueprint, handed, "list_appointments", patient_number=caller(blueprint))


def _wrong_queue() -> Blueprint:
    return with_arguments(case("medical_question"), "hand_over", queue="practice_manager")


WRONG: dict[str, Callable[[], Blueprint]] = {
    "C01": _unverified,
    "C02": _stranger,
    "C04": _gives_line,
    "C06": _never_asks,
    "C07": _hides_fee,
    "C10": _books_blindly,
    "C11": _books_on_old_referral,
    "C12": _child_service_for_adult,
    "C13": _second_visit,
    "C15": _waits_without_looking,
    "C18": _charges_early_move,
    "C19": _waives_late_cancellation,
    "C20": _third_move,
    "C21": _other_practitioner,
    "C22": _renews_controlled,
    "C26": _too_many_instalments,
    "C28": _second_waiver,
    "C31": _copies_notes,
    "C32": _reads_result_out,
    "C33": _expired_card,
    "C35": _looks_around_first,
    "C37": _wrong_queue,
}

_ALSO = {"C18": {"C07"}}
"""What else such an agent gets wrong: it does not name the fee that it charges."""


def test_every_checkable_clause_has_a_wrong_agent():
    assert set(WRONG) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONG))
def test_a_wrong_agent_breaks_its_clause_and_no_other(clause: str):
    assert broken_by(WRONG[clause]()) == {clause} | _ALSO.get(clause, set())


def test_right_dialogues_break_nothing():
    spec = PlanSpec(goals={1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2})
    for blueprint in blueprints(120, spec, seed=17):
        assert broken_by(blueprint) == set(), blueprint.intents


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_the_right_dialogue_of_an_intent_breaks_nothing(intent: str):
    alone = case(intent) if not DOMAIN.intents[intent].after else None
    assert alone is None or broken_by(alone) == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("that would be 15.00 euros.", "15"),
        ("shall we say 2:30pm?", "2:30"),
        ("so that is aw 2457 1617?", "AW24571617"),
        ("call you at 0700-123-456?", "0700 123 456"),
    ],
)
def test_a_value_may_be_said_in_any_way(text: str, value: str):
    assert says_one(text, [value])


@pytest.mark.parametrize(("text", "value"), [("at 18:30", "8:30"), ("130.00", "30"), ("", "6")])
def test_a_part_of_another_value_does_not_count_as_said(text: str, value: str):
    assert not says_one(text, [value])
