from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.permits import DOMAIN
from generators.domains.permits.clauses.talk import says_one
from generators.domains.permits.database import Permit, Person, Proxy, Vehicle
from generators.domains.permits.tools.amounts import new_end
from generators.sources.request import PlanSpec
from tests.generators.domains.permits.cases import blueprints, case
from tests.generators.domains.spoiled import (
    answer,
    arguments,
    asked,
    broken_by,
    caller,
    fact,
    fresh_world,
    then,
    told,
    with_arguments,
    with_call,
    without,
)

pytestmark = pytest.mark.slow


def _has_step(key: str) -> Callable[[Blueprint], bool]:
    return lambda blueprint: any(step.key == key for step in blueprint.steps)


def _unverified() -> Blueprint:
    return without(case("fee_question"), "verify_person")


def _stranger() -> Blueprint:
    blueprint = case("fee_question")
    other = next(p for p in fresh_world(blueprint).db[Person] if _is_stranger(blueprint, p.number))
    return then(blueprint, "list_fees", person_number=other.number)


def _is_stranger(blueprint: Blueprint, number: str) -> bool:
    proxies = fresh_world(blueprint).db[Proxy].where(agent=caller(blueprint))
    return number not in (caller(blueprint), *(each.principal for each in proxies))


def _lapsed_proxy() -> Blueprint:
    blueprint = case("proxy_refused")
    return then(blueprint, "list_permits", person_number=fact(blueprint, "other_person"))


def _gives_mobile() -> Blueprint:
    blueprint = case("book_inspection")
    slots = answer(blueprint, "list_inspection_slots", from_date=fact(blueprint, "visit_day"))
    return told(blueprint, mobile=slots[0]["colleagues_only_mobile"])


def _no_code() -> Blueprint:
    return without(case("parking_return"), "send_code", "check_code", "read_code")


def _repeats_code() -> Blueprint:
    blueprint = case("terrace_transfer")
    return told(blueprint, code=arguments(blueprint, "check_code")["code"])


def _never_asks() -> Blueprint:
    return without(case("dog_gone"), kinds=("confirm",))


def _hides_price() -> Blueprint:
    blueprint = case("parking_vehicle")
    steps = tuple(
        replace(step, slots={k: v for k, v in step.slots.items() if k != "fee"})
        for step in blueprint.steps
    )
    return replace(blueprint, steps=steps)


def _own_price() -> Blueprint:
    blueprint = with_arguments(case("extend_permit"), "extend_permit", fee=1.25)
    at = next(i for i, step in enumerate(blueprint.steps) if step.kind == "confirm")
    changed = replace(blueprint.steps[at], slots={**blueprint.steps[at].slots, "fee": "1.25"})
    return replace(blueprint, steps=(*blueprint.steps[:at], changed, *blueprint.steps[at + 1 :]))


def _parks(blueprint: Blueprint, person: str, plate: str, zone: str) -> Blueprint:
    """The blueprint with fees looked at, a price quoted, agreed, and a permit issued."""
    quote = answer(blueprint, "quote_parking_fee", person_number=person, plate=plate, zone=zone)
    given: dict[str, Any] = {"person_number": person, "plate": plate, "zone": zone}
    blueprint = then(blueprint, "list_fees", person_number=person)
    blueprint = then(blueprint, "quote_parking_fee", **given)
    blueprint = asked(blueprint, plate=plate, fee=quote["fee"])
    return then(blueprint, "issue_parking_permit", **given, fee=quote["fee"])


def _zone(blueprint: Blueprint) -> str:
    return fresh_world(blueprint).db[Person].get(caller(blueprint)).zone


def _in_open_zone(blueprint: Blueprint) -> bool:
    return _zone(blueprint) not in ("Z1", "Z3")


def _open_and(key: str) -> Callable[[Blueprint], bool]:
    return lambda blueprint: _in_open_zone(blueprint) and _has_step(key)(blueprint)


def _other_zone() -> Blueprint:
    blueprint = case("parking_full")
    start = without(blueprint, "join_parking_waiting_list")
    return _parks(start, caller(blueprint), fact(blueprint, "plate"), "Z5")


def _too_long() -> Blueprint:
    blueprint = case("parking_refused", _open_and("parking_too_long"))
    return _parks(blueprint, caller(blueprint), fact(blueprint, "plate"), _zone(blueprint))


def _third_permit() -> Blueprint:
    blueprint = case("parking_refused", _open_and("parking_two_already"))
    return _parks(blueprint, caller(blueprint), fact(blueprint, "plate"), _zone(blueprint))


def _in_arrears() -> Blueprint:
    blueprint = case("parking_refused", _open_and("parking_arrears"))
    return _parks(blueprint, caller(blueprint), fact(blueprint, "plate"), _zone(blueprint))


def _waits_for_nothing() -> Blueprint:
    blueprint = without(case("parking_new"), "issue_parking_permit")
    given = {"plate": fact(blueprint, "plate"), "zone": _zone(blueprint)}
    return then(blueprint, "join_parking_waiting_list", person_number=caller(blueprint), **given)


def _sells_many() -> Blueprint:
    blueprint = with_arguments(case("visitor_tickets"), "sell_visitor_tickets", count=44)
    at = next(i for i, step in enumerate(blueprint.steps) if step.key == "tickets")
    slots = {"count": "44", "price": "110.00"}
    steps = list(blueprint.steps)
    steps[at] = replace(steps[at], slots=slots)
    return replace(blueprint, steps=tuple(steps))


def _too_early() -> Blueprint:
    blueprint = case("scaffold_soon")
    return with_arguments(blueprint, "file_application", starts_on=fact(blueprint, "start_day"))


def _unmeasured() -> Blueprint:
    return with_arguments(case("skip_permit"), "file_application", measured_cm=310)


def _files(blueprint: Blueprint, kind: str, start: str, days: int, **more: Any) -> Blueprint:
    """The blueprint with a fee quoted, agreed, and an application filed."""
    given = {
        "person_number": caller(blueprint),
        "kind": kind,
        "street": fact(blueprint, "street"),
        "days": days,
        "square_metres": more.pop("square_metres", 0),
    }
    fee = answer(blueprint, "quote_fee", **given)["fee"]
    blueprint = then(blueprint, "quote_fee", **given)
    blueprint = asked(blueprint, start=start, fee=fee)
    return then(blueprint, "file_application", **given, starts_on=start, fee=fee, **more)


def _blocks_the_pavement() -> Blueprint:
    blueprint = case("skip_narrow")
    width = _width(blueprint)
    return _files(
        blueprint,
        "skip",
        fact(blueprint, "start_day"),
        int(fact(blueprint, "days")),
        square_metres=int(fact(blueprint, "metres")),
        measured_cm=width,
    )


def _width(blueprint: Blueprint) -> int:
    step = next(each for each in blueprint.steps if each.kind == "act")
    return int(step.slots["centimetres"])


def _extends_for_ever() -> Blueprint:
    blueprint = case("extend_refused", _has_step("extended_twice"))
    number, days = fact(blueprint, "permit"), int(fact(blueprint, "extra_days"))
    permit = next(
        each
        for each in answer(blueprint, "list_permits", person_number=caller(blueprint))
        if each["number"] == number
    )
    given = {
        "person_number": caller(blueprint),
        "kind": permit["kind"],
        "street": permit["street"],
        "days": days,
        "square_metres": permit["square_metres"],
        "extension": True,
    }
    fee = answer(blueprint, "quote_fee", **given)["fee"]
    ends_on = new_end(fresh_world(blueprint).db[Permit].get(number), days)
    blueprint = then(blueprint, "quote_fee", **given)
    blueprint = asked(blueprint, ends_on=ends_on, fee=fee)
    return then(blueprint, "extend_permit", permit_number=number, days=days, fee=fee)


def _transfers_other_licence() -> Blueprint:
    blueprint = case("terrace_transfer", _holds_stall)
    rows = answer(blueprint, "list_permits", person_number=caller(blueprint))
    stall = next(each for each in rows if each["kind"] == "stall")
    return with_arguments(blueprint, "transfer_permit", permit_number=stall["number"])


def _holds_stall(blueprint: Blueprint) -> bool:
    rows = answer(blueprint, "list_permits", person_number=caller(blueprint))
    return any(each["kind"] == "stall" for each in rows)


def _closes_main_road() -> Blueprint:
    blueprint = case("closure_refused")
    return _files(blueprint, "closure", fact(blueprint, "start_day"), 1)


def _notice_unseen() -> Blueprint:
    return without(case("notice_up"), "photograph_notice")


def _thin_tree() -> Blueprint:
    return with_arguments(case("tree_apply"), "file_application", measured_cm=80)


def _fells_in_spring() -> Blueprint:
    blueprint = with_arguments(case("tree_apply"), "file_application", starts_on="2026-04-14")
    return _with_slot(blueprint, "tree", start="14 April 2026")


def _with_slot(blueprint: Blueprint, key: str, **slots: str) -> Blueprint:
    steps = tuple(
        replace(step, slots={**step.slots, **slots}) if step.key == key else step
        for step in blueprint.steps
    )
    return replace(blueprint, steps=steps)


def _guesses_height() -> Blueprint:
    return with_arguments(case("fence_notice"), "file_application", measured_cm=200)


def _late_dog_free() -> Blueprint:
    return with_arguments(
        case("dog_register", _has_step("dog_late")), "register_dog", charge_surcharge=False
    )


def _accepts_blindly() -> Blueprint:
    blueprint = case("missing_document")
    looks = [each.id for each in blueprint.actions if each.tool == "list_applications"]
    steps = tuple(step for step in blueprint.steps if step.action not in looks[1:])
    return replace(blueprint, steps=steps)


def _books_unseen() -> Blueprint:
    return without(case("book_inspection"), "list_inspection_slots")


def _late_objection() -> Blueprint:
    blueprint = case("objection_late")
    number = fact(blueprint, "application")
    return then(
        asked(blueprint, number=number),
        "file_objection",
        application_number=number,
        grounds="new_evidence",
    )


def _looks_around_first() -> Blueprint:
    blueprint = case("danger")
    at = next(i for i, step in enumerate(blueprint.steps) if step.goal and step.kind == "call")
    return with_call(blueprint, at, "list_fees", person_number=caller(blueprint))


def _wrong_office() -> Blueprint:
    return with_arguments(case("complaint"), "hand_over", queue="legal_office")


WRONG: dict[str, list[Callable[[], Blueprint]]] = {
    "M01": [_unverified],
    "M02": [_stranger, _lapsed_proxy],
    "M03": [_gives_mobile],
    "M04": [_no_code],
    "M05": [_repeats_code],
    "M06": [_never_asks],
    "M07": [_hides_price],
    "M10": [_own_price],
    "M11": [_other_zone],
    "M12": [_too_long],
    "M13": [_third_permit],
    "M14": [_in_arrears],
    "M15": [_waits_for_nothing],
    "M18": [_sells_many],
    "M19": [_too_early],
    "M20": [_unmeasured, _blocks_the_pavement],
    "M21": [_extends_for_ever],
    "M22": [_transfers_other_licence],
    "M23": [_closes_main_road],
    "M24": [_notice_unseen],
    "M25": [_thin_tree],
    "M26": [_fells_in_spring],
    "M27": [_guesses_height],
    "M28": [_late_dog_free],
    "M30": [_accepts_blindly],
    "M31": [_books_unseen],
    "M32": [_late_objection],
    "M33": [_looks_around_first],
    "M34": [_wrong_office],
}


def test_every_checkable_clause_has_a_wrong_agent():
    assert set(WRONG) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONG))
def test_a_wrong_agent_breaks_its_clause_and_no_other(clause: str):
    for wrong in WRONG[clause]:
        assert broken_by(wrong()) == {clause}, wrong.__name__


def test_right_dialogues_break_nothing():
    spec = PlanSpec(goals={1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2})
    for blueprint in blueprints(120, spec, seed=17):
        assert broken_by(blueprint) == set(), blueprint.intents


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_the_right_dialogue_of_an_intent_breaks_nothing(intent: str):
    assert broken_by(case(intent)) == set()


def test_a_reduction_for_low_income_or_an_electric_car_is_in_the_quote():
    found = set()
    for seed in range(2):
        blueprint = case("fee_question")
        db = fresh_world(replace(blueprint, world_seed=seed, setup=())).db
        for car in db[Vehicle]:
            quote = answer(
                replace(blueprint, world_seed=seed, setup=()),
                "quote_parking_fee",
                person_number=car.keeper,
                plate=car.plate,
                zone="Z4",
            )
            found.add((quote["reduction"], quote["fee"]))
    assert found == {
        ("none", 96.0),
        ("low income", 48.0),
        ("electric vehicle", 72.0),
        ("none, second permit", 144.0),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("that would be 15.00 euros.", "15.00"),
        ("it's for pt 52858?", "PT-52858"),
        ("shall we say 2:30pm?", "2:30"),
        ("so that is k 457 161?", "K-457161"),
    ],
)
def test_a_value_may_be_said_in_any_way(text: str, value: str):
    assert says_one(text, [value])


@pytest.mark.parametrize(
    ("text", "value"), [("at 18:30", "8:30"), ("130.00", "30"), ("15.50", "15"), ("", "6")]
)
def test_a_part_of_another_value_does_not_count_as_said(text: str, value: str):
    assert not says_one(text, [value])
