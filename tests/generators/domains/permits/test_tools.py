from typing import Any

import msgspec
import pytest

from generators.domains.permits import DOMAIN
from generators.domains.permits.database import (
    Application,
    Dog,
    Fee,
    Home,
    PaperAtHome,
    ParkingPermit,
    Permit,
    Person,
    Street,
    Vehicle,
    Zone,
)
from generators.domains.permits.tools.amounts import months_between
from generators.domains.world import World
from generators.event import AGENT, USER


class Counter:
    """A fresh world with short ways to call its tools."""

    def __init__(self, seed: int = 0) -> None:
        self.world = World(DOMAIN, seed, DOMAIN.clock)
        self.db = self.world.db

    def call(self, tool: str, party: str = AGENT, **given: Any) -> Any:
        """What the tool answers; its error fails the test."""
        outcome = self._made(tool, party, given)
        assert not outcome.error, outcome.content
        return outcome.value

    def fails(self, tool: str, party: str = AGENT, **given: Any) -> str:
        """The code of the tool's error; the state stays as it was."""
        before = self.world.state_hash()
        outcome = self._made(tool, party, given)
        assert self.world.state_hash() == before
        return outcome.error

    def _made(self, tool: str, party: str, given: dict[str, Any]) -> Any:
        raw = msgspec.json.encode(msgspec.to_builtins(given)).decode()
        return self.world.call(party, tool, raw)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def _someone(counter: Counter) -> Person:
    return next(iter(counter.db[Person]))


def _car_without(counter: Counter) -> Vehicle:
    held = {each.plate for each in counter.db[ParkingPermit]}
    return next(
        each
        for each in counter.db[Vehicle]
        if each.plate not in held and _places(counter, each.keeper) > 0
    )


def _places(counter: Counter, keeper: str) -> int:
    zone = counter.db[Zone].get(counter.db[Person].get(keeper).zone)
    return zone.places - zone.taken


def test_number_and_birth_date_must_belong_together(counter: Counter):
    person = _someone(counter)
    found = counter.call("verify_person", person_number=person.number, birth_date=person.birth_date)
    assert found["parking_zone"] == person.zone
    wrong = {"person_number": person.number, "birth_date": "1900-01-01"}
    assert counter.fails("verify_person", **wrong) == "no_match"


def test_a_parking_permit_takes_a_place_and_costs_what_was_given(counter: Counter):
    car = _car_without(counter)
    zone = counter.db[Person].get(car.keeper).zone
    before = _places(counter, car.keeper)
    case = {"person_number": car.keeper, "plate": car.plate, "zone": zone}
    fee = counter.call("quote_parking_fee", **case)["fee"]
    done = counter.call("issue_parking_permit", **case, fee=fee)
    assert done["valid_until"] == "2026-09-15"
    assert _places(counter, car.keeper) == before - 1
    fees = [each for each in counter.db[Fee].where(person=car.keeper) if each.amount == fee]
    assert [each.subject for each in fees if each.issued_on == counter.db.now.date()] == [
        "parking permit"
    ]
    assert counter.fails("issue_parking_permit", **case, fee=fee) == "already_has_one"


def test_a_full_zone_issues_nothing_but_has_a_list(counter: Counter):
    car = _car_without(counter)
    case = {"person_number": car.keeper, "plate": car.plate, "zone": "Z1"}
    assert counter.fails("issue_parking_permit", **case, fee=1.0) == "zone_full"
    waiting = counter.db[Zone].get("Z1").waiting
    assert counter.call("join_parking_waiting_list", **case)["position"] == waiting + 1
    assert counter.fails("join_parking_waiting_list", **case) == "already_exists"


def test_a_returned_permit_is_refunded_by_whole_months(counter: Counter):
    permit = next(iter(counter.db[ParkingPermit]))
    months = months_between(counter.db.now.date(), permit.valid_until)
    done = counter.call("return_parking_permit", permit_number=permit.number)
    assert done["refund"] == round(permit.fee / 12 * months, 2) > 0
    again = counter.fails("return_parking_permit", permit_number=permit.number)
    assert again == "not_active"


def test_only_the_code_that_was_sent_is_confirmed(counter: Counter):
    me = {"person_number": _someone(counter).number}
    assert counter.fails("read_code", USER, **me) == "no_message"
    assert counter.fails("check_code", **me, code="4711") == "wrong_code"
    counter.call("send_code", **me)
    code = counter.call("read_code", USER, **me)["code"]
    assert counter.fails("check_code", **me, code=str(int(code) - 1)) == "wrong_code"
    counter.call("check_code", **me, code=code)
    assert counter.db[Person].get(me["person_number"]).code_confirmed


def test_the_fee_for_ground_depends_on_street_days_and_metres(counter: Counter):
    streets = {each.kind: each.name for each in counter.db[Street]}
    case = {"person_number": _someone(counter).number, "kind": "skip", "days": 10}
    fees = {
        kind: counter.call("quote_fee", **case, street=name, square_metres=8)["fee"]
        for kind, name in streets.items()
    }
    assert fees == {"main road": 92.0, "side street": 68.0, "residential street": 58.4}
    longer = counter.call(
        "quote_fee", **case, street=streets["side street"], square_metres=8, extension=True
    )
    assert longer["fee"] == 48.0


def test_a_low_income_certificate_halves_the_fee_for_a_tree_and_not_for_a_skip(counter: Counter):
    now, street = counter.db.now.date(), "Larch Close"
    rich = next(each for each in counter.db[Person] if each.low_income_until is None)
    poor = next(
        each
        for each in counter.db[Person]
        if each.low_income_until is not None and each.low_income_until > now
    )
    for kind, parts in (("tree", 2), ("skip", 1)):
        case = {"kind": kind, "street": street, "days": 5, "square_metres": 4}
        full = counter.call("quote_fee", person_number=rich.number, **case)["fee"]
        less = counter.call("quote_fee", person_number=poor.number, **case)["fee"]
        assert less == full / parts


def test_a_blurred_scan_is_readable_the_second_time(counter: Counter):
    paper = next(each for each in counter.db[PaperAtHome] if not each.scans_well)
    case = {"application_number": paper.application, "document": paper.kind}
    assert counter.fails("accept_document", **case) == "not_received"
    applicant = counter.db[Application].get(paper.application).applicant

    def readable() -> bool:
        rows = counter.call("list_applications", person_number=applicant)
        card = next(each for each in rows if each["number"] == paper.application)
        return all(each["readable"] for each in card["documents"])

    counter.call("upload_document", USER, **case)
    assert not readable()
    counter.call("upload_document", USER, **case)
    assert readable()
    counter.call("accept_document", **case)
    assert counter.db[Application].get(paper.application).status == "in review"


def test_a_notice_is_recorded_once_and_only_when_it_hangs(counter: Counter):
    number = next(iter(counter.db[Application])).number
    case = {"application_number": number}
    assert counter.fails("record_notice", **case) == "not_found"
    counter.call("put_up_notice", USER, **case)
    photo = counter.call("photograph_notice", USER, **case)["photo"]
    done = counter.call("record_notice", **case)
    assert done == {"photo": photo, "neighbours_may_object_until": "2025-09-30"}
    assert counter.fails("record_notice", **case) == "already_recorded"


def test_measuring_gives_what_stands_there(counter: Counter):
    home = next(iter(counter.db[Home]))
    for what, width in (("pavement", home.pavement_cm), ("trunk", home.trunk_cm)):
        done = counter.call("measure", USER, person_number=home.person, what=what)
        assert done == {"what": what, "centimetres": width}


def test_an_extension_moves_the_last_day(counter: Counter):
    permit = next(iter(counter.db[Permit]))
    counter.call("extend_permit", permit_number=permit.number, days=5, fee=9.0)
    after = counter.db[Permit].get(permit.number)
    assert (after.ends_on - permit.ends_on).days == 5
    assert after.extensions == permit.extensions + 1


def test_a_transfer_needs_another_holder(counter: Counter):
    permit = next(iter(counter.db[Permit]))
    case = {"permit_number": permit.number}
    assert counter.fails("transfer_permit", **case, new_holder=permit.holder) == "same_holder"
    other = next(each for each in counter.db[Person] if each.number != permit.holder)
    counter.call("transfer_permit", **case, new_holder=other.number)
    assert counter.db[Permit].get(permit.number).holder == other.number


def test_no_two_inspections_share_a_time(counter: Counter):
    one, two = [each.number for each in counter.db[Application]][:2]
    slots = counter.call("list_inspection_slots", from_date="2025-09-22")
    assert len(slots) == 5
    assert slots == sorted(slots, key=lambda each: each["start"])
    slot = slots[0]["slot_id"]
    counter.call("book_inspection", application_number=one, slot_id=slot)
    failed = counter.fails("book_inspection", application_number=two, slot_id=slot)
    assert failed == "not_free"
    assert slot not in [
        each["slot_id"] for each in counter.call("list_inspection_slots", from_date="2025-09-22")
    ]


def test_only_decisions_can_be_objected_to(counter: Counter):
    waiting = next(each for each in counter.db[Application] if each.decided_on is None)
    case = {"application_number": waiting.number, "grounds": "new_evidence"}
    assert counter.fails("file_objection", **case) == "not_decided"


def test_dogs_are_taxed_by_number_and_refunded_by_month(counter: Counter):
    now = counter.db.now.date()
    keepers = {each.keeper for each in counter.db[Dog]}
    person = next(
        each
        for each in counter.db[Person]
        if each.number not in keepers and (each.low_income_until or now) <= now
    )
    me = {"person_number": person.number}
    quote = counter.call("quote_dog_tax", **me, arrived_on="2025-09-02")
    assert quote == {"yearly_tax": 96.0, "late": False, "surcharge": 0.0}
    assert counter.call("quote_dog_tax", **me, arrived_on="2025-09-01")["surcharge"] == 25.0
    assert counter.fails("quote_dog_tax", **me, arrived_on="2025-09-17") == "not_yet"
    case = {"name": "Gus", "chip": "90000000001", "arrived_on": "2025-09-01"}
    done = counter.call("register_dog", **me, **case, charge_surcharge=True)
    assert done["charged"] == 121.0
    again = counter.fails("register_dog", **me, **case, charge_surcharge=True)
    assert again == "already_registered"
    assert counter.call("quote_dog_tax", **me, arrived_on="2025-09-10")["yearly_tax"] == 150.0
    gone = counter.call("deregister_dog", tag=done["tag"], gone_on="2025-09-10")
    assert gone["refund"] == 24.0
    assert counter.fails("deregister_dog", tag=done["tag"], gone_on="2025-09-10") == (
        "not_registered"
    )


def test_a_caller_is_handed_over_once_for_each_matter(counter: Counter):
    me = {"person_number": _someone(counter).number}
    danger = {"queue": "duty_officer", "reason": "danger"}
    done = counter.call("hand_over", **me, **danger)
    assert done["answered_by"] == "2025-09-16T11:15:00"
    assert counter.fails("hand_over", **me, **danger) == "already_exists"


def test_unknown_keys_are_not_found(counter: Counter):
    assert counter.fails("list_fees", person_number="K-000000") == "not_found"
    assert counter.fails("get_street", street="Nowhere Street") == "not_found"
    assert counter.fails("list_fees", person_number="000000") == "invalid_arguments"
