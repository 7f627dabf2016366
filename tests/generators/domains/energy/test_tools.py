from typing import Any

import pytest

from generators.domains.energy.database import Contract, HomeDevice, Meter, Slot
from generators.domains.energy.seed import TODAY
from generators.event import USER
from tests.generators.domains.energy.talk import Desk, case


def answer(desk: Desk, tool: str, **arguments: Any) -> str:
    """The error code of a call that must fail and change nothing."""
    before = desk.world.state_hash()
    desk.call(tool, **arguments)
    assert desk.world.state_hash() == before
    return desk.entries[-1].error


def of(desk: Desk, row: Any, **equal: Any) -> Any:
    return desk.db[row].where(account_number=desk.subject, **equal)[0]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("find_customer", {"account_number": "123", "postcode": "LS1"}),
        ("list_contracts", {"account_number": 12345678}),
        ("switch_tariff", {"contract_id": "C1", "tariff_id": "E-MEADOW"}),
        ("list_tariffs", {"fuel": "water"}),
        ("set_advance", {"contract_id": "C-1234567", "amount": -4}),
        ("end_contract", {"contract_id": "C-1234567", "ends_on": "next week"}),
        ("submit_reading", {"meter_id": "E12345678", "value": "12a"}),
        ("hand_over", {"account_number": "12345678", "reason": "bored", "summary": "x"}),
        ("set_up_payment_plan", {"bill_id": "B-1234567", "instalments": 1}),
        ("send_document", {"account_number": "12345678"}),
        ("find_meter", {"meter_id": "E12345678", "extra": 1}),
    ],
)
def test_arguments_are_validated_before_the_call(tool: str, arguments: dict[str, Any]):
    assert answer(Desk(), tool, **arguments) == "invalid_arguments"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_contracts", {"account_number": "00000000"}),
        ("get_billing", {"account_number": "00000000"}),
        ("list_meters", {"account_number": "00000000"}),
        ("check_outages", {"account_number": "00000000"}),
        ("get_visits", {"account_number": "00000000"}),
        ("find_meter", {"meter_id": "E00000000"}),
        ("run_remote_test", {"meter_id": "E00000000"}),
        ("explain_bill", {"bill_id": "B-0000000"}),
        ("get_advance_quote", {"contract_id": "C-0000000"}),
        ("set_advance", {"contract_id": "C-0000000", "amount": 50}),
        ("switch_tariff", {"contract_id": "C-0000000", "tariff_id": "E-MEADOW"}),
    ],
)
def test_what_is_not_there_is_not_found(tool: str, arguments: dict[str, Any]):
    assert answer(Desk(), tool, **arguments) == "not_found"


def test_a_customer_is_found_by_number_and_postcode_together():
    desk = case("my_tariff")
    number = desk.subject
    assert answer(desk, "find_customer", account_number=number, postcode="XX1") == "no_match"
    spaced = f" {desk.customer.postcode.lower().replace(' ', '  ')} "
    found = desk.call("find_customer", account_number=number, postcode=spaced)
    assert found["name"] == desk.customer.name
    assert not {"birth_date", "iban"} & set(found)


def test_contracts_take_only_tariffs_that_fit():
    desk = case("switch_both")
    contract = of(desk, Contract, fuel="gas")
    for tariff, code in (
        ("E-MEADOW", "wrong_fuel"),
        ("G-CLASSIC", "tariff_closed"),
        (contract.tariff_id, "unchanged" if contract.tariff_id != "G-CLASSIC" else "tariff_closed"),
        ("G-NONE", "not_found"),
    ):
        assert (
            answer(desk, "switch_tariff", contract_id=contract.contract_id, tariff_id=tariff)
            == code
        )


def test_a_contract_that_ends_takes_no_more_changes():
    desk = case("change_advance")
    key = of(desk, Contract).contract_id
    assert answer(desk, "end_contract", contract_id=key, ends_on="2025-03-01") == "in_the_past"
    desk.call("end_contract", contract_id=key, ends_on="2025-04-30")
    assert answer(desk, "set_advance", contract_id=key, amount=44.0) == "contract_ends"
    assert answer(desk, "end_contract", contract_id=key, ends_on="2025-05-30") == "contract_ends"


def test_readings_never_run_backwards():
    desk = case("submit_reading")
    meter_id = of(desk, Meter, fuel=desk.draw.slots["fuel"]).meter_id
    assert answer(desk, "submit_reading", meter_id=meter_id, value=1) == "reading_too_low"
    value = desk.act("read_meter", fuel=desk.draw.slots["fuel"])["reading"]
    desk.call("submit_reading", meter_id=meter_id, value=value)
    again = answer(desk, "submit_reading", meter_id=meter_id, value=value)
    assert again == "already_exists"


def test_money_stays_within_what_is_there():
    desk = case("refund_credit")
    credit = desk.customer.credit
    code = answer(desk, "refund_credit", account_number=desk.subject, amount=credit + 1)
    assert code == "above_credit"
    assert (
        desk.call("refund_credit", account_number=desk.subject, amount=credit)["credit_left"] == 0
    )


def test_only_overdue_bills_get_a_plan():
    desk = case("payment_plan")
    bill_id = desk.draw.slots["bill_id"]
    plan = desk.call("set_up_payment_plan", bill_id=bill_id, instalments=2)
    assert plan["first_due"] == "2025-04-01"
    assert plan["last_due"] == "2025-05-01"
    assert answer(desk, "set_up_payment_plan", bill_id=bill_id, instalments=3) == "not_overdue"


def test_bank_accounts_must_be_well_formed():
    desk = case("bank_change")
    iban = desk.fact("new_iban")
    wrong = iban[:-1] + str((int(iban[-1]) + 1) % 10)
    code = answer(desk, "change_bank_details", account_number=desk.subject, iban=wrong)
    assert code == "invalid_iban"


def test_a_document_belongs_to_the_account_and_to_something_that_happened():
    desk, email = case("bill_copy"), "a@b.example"
    contract = of(desk, Contract).contract_id
    common = {"account_number": desk.subject, "email": email}
    assert (
        answer(desk, "send_document", kind="closure_confirmation", reference=contract, **common)
        == "not_closed"
    )
    other = next(each for each in desk.db[Contract] if each.account_number != desk.subject)
    assert (
        answer(
            desk,
            "send_document",
            kind="closure_confirmation",
            reference=other.contract_id,
            **common,
        )
        == "not_found"
    )


def test_slots_are_booked_once_and_in_the_right_area():
    desk = case("move_visit")
    area = desk.customer.area
    far = next(slot for slot in desk.db[Slot] if slot.area != area and not slot.taken)
    full = next(slot for slot in desk.db[Slot] if slot.area == area and slot.taken)
    booking = {"account_number": desk.subject, "reason": "meter_fault"}
    assert answer(desk, "book_visit", slot_id=far.slot_id, **booking) == "wrong_area"
    assert answer(desk, "book_visit", slot_id=full.slot_id, **booking) == "slot_taken"


def test_a_meter_in_use_cannot_be_taken_over():
    desk = case("move_in_occupied")
    meter = desk.call("find_meter", meter_id=desk.fact("new_meter"))
    assert meter["in_use"]
    code = answer(
        desk,
        "start_contract",
        account_number=desk.subject,
        meter_id=meter["meter_id"],
        tariff_id="E-EVERYDAY",
        starts_on=TODAY,
        opening_reading=99999,
    )
    assert code == "meter_in_use"


def test_the_remote_test_sees_what_the_customer_has_done():
    desk = case("meter_silent")
    meter_id = of(desk, Meter, kind="smart").meter_id
    assert not desk.call("run_remote_test", meter_id=meter_id)["answers"]
    assert desk.act("check_gateway") == {"light": "red"}
    assert desk.act("restart_gateway") == {"light": "green"}
    assert desk.call("run_remote_test", meter_id=meter_id)["answers"]
    assert desk.act("check_meter_display", fuel="electricity")["code"] == "OK"


def test_a_restart_does_not_help_a_broken_meter():
    desk = case("meter_unfixed")
    meter_id = of(desk, Meter, kind="smart").meter_id
    assert desk.act("restart_gateway") == {"light": "red"}
    assert not desk.call("run_remote_test", meter_id=meter_id)["answers"]


def test_the_remote_test_sees_the_main_switch():
    desk = case("power_out")
    meter_id = of(desk, Meter, kind="smart").meter_id
    assert desk.call("run_remote_test", meter_id=meter_id)["load_watts"] == 0
    assert desk.act("inspect_fuse_box") == {"main_switch": "off"}
    desk.act("set_main_switch", position="on")
    assert desk.call("run_remote_test", meter_id=meter_id)["load_watts"] > 0


def test_the_customer_has_only_the_devices_at_home():
    desk = Desk()
    subject = next(
        each.account_number
        for each in desk.db[HomeDevice]
        if desk.db[HomeDevice].find(f"{each.account_number}-inverter") is None
    )
    desk.call("read_inverter", party=USER, account_number=subject)
    assert desk.entries[-1].error == "no_such_device"
