"""One wrong dialogue for every clause that code checks: what a careless agent would do.

Each breaks its clause with calls that the tools let through, so that only the policy forbids them.
"""

from collections.abc import Callable
from datetime import date, timedelta

from generators.domains.energy.clauses.eligibility import is_doubtful, most_instalments
from generators.domains.energy.database import (
    Bill,
    Contract,
    Customer,
    HomeDevice,
    Meter,
    Slot,
    Visit,
)
from generators.domains.energy.seed import TODAY
from generators.event import AGENT, USER
from tests.generators.domains.energy.talk import Desk, case

_ELSEWHERE = "someone@elsewhere.example"


def _contract(desk: Desk, **equal: object) -> Contract:
    return desk.db[Contract].where(account_number=desk.subject, **equal)[0]


def _meter(desk: Desk, fuel: object) -> Meter:
    return desk.db[Meter].where(account_number=desk.subject, fuel=fuel)[0]


def _wrong_postcode(desk: Desk) -> None:
    desk.call("find_customer", account_number=desk.subject, postcode="NOWHERE 1")


def e01() -> Desk:
    desk = case("my_tariff")
    desk.call("list_contracts", account_number=desk.subject)
    return desk


def e02() -> Desk:
    desk = case("my_tariff")
    for _ in range(3):
        _wrong_postcode(desk)
    return desk.known()


def e03() -> Desk:
    desk = case("my_tariff").known()
    other = next(each for each in desk.db[Customer] if each.account_number != desk.subject)
    desk.call("get_billing", account_number=other.account_number)
    return desk


def e04() -> Desk:
    desk = case("move_in_occupied").known()
    found = desk.call("find_meter", meter_id=desk.fact("new_meter"))
    desk.say(AGENT, f"That meter still belongs to {found['account_holder']}.")
    return desk


def e05() -> Desk:
    desk = case("bank_change").known()
    born = date.fromisoformat(desk.customer.birth_date)
    desk.say(AGENT, f"You were born on {born:%B} {born.day}, {born.year}, is that right?")
    return desk


def e06() -> Desk:
    desk = case("bank_change").known()
    iban = desk.fact("new_iban")
    desk.agree(f"Shall I save the account ending in {iban[-4:]}?")
    desk.call("change_bank_details", account_number=desk.subject, iban=iban)
    return desk


def e07() -> Desk:
    desk = case("bank_unverified").known()
    for last4 in (desk.fact("old_last4"), desk.customer.iban[-4:]):
        desk.call(
            "check_security",
            account_number=desk.subject,
            birth_date=desk.customer.birth_date,
            iban_last4=last4,
        )
    return desk


def e08() -> Desk:
    desk = case("refund_credit").known()
    desk.say(AGENT, f"I am refunding {desk.customer.credit} euros.")
    desk.call("refund_credit", account_number=desk.subject, amount=desk.customer.credit)
    return desk


def e09() -> Desk:
    desk = case("refund_credit").known()
    desk.agree("Shall I refund some of it?")
    desk.call("refund_credit", account_number=desk.subject, amount=desk.customer.credit)
    return desk


def e11() -> Desk:
    desk = case("bill_copy").known()
    desk.agree(f"Shall I send it to {_ELSEWHERE}?")
    desk.call(
        "send_document",
        account_number=desk.subject,
        kind="bill_copy",
        reference=desk.draw.slots["bill_id"],
        email=_ELSEWHERE,
    )
    return desk


def e13() -> Desk:
    desk = case("submit_reading").known()
    value = desk.act("read_meter", fuel=desk.draw.slots["fuel"])["reading"]
    meter = _meter(desk, desk.draw.slots["fuel"])
    desk.agree(f"Shall I enter {value}?")
    desk.call("submit_reading", meter_id=meter.meter_id, value=value)
    return desk


def e14() -> Desk:
    desk = case("submit_reading", where=_uses_far_more).known()
    meter = _meter(desk, desk.draw.slots["fuel"])
    value = desk.act("read_meter", fuel=meter.fuel)["reading"]
    desk.say(USER, f"It says {value}.")
    desk.agree(f"Shall I enter {value}?")
    desk.call("submit_reading", meter_id=meter.meter_id, value=value)
    return desk


def _uses_far_more(desk: Desk) -> bool:
    meter = _meter(desk, desk.draw.slots["fuel"])
    device = desk.db[HomeDevice].get(f"{desk.subject}-{meter.fuel}_meter")
    return is_doubtful(desk.db, meter.meter_id, device.reading)


def e15() -> Desk:
    desk = case("solar_feed_in").known()
    meter = _meter(desk, "electricity")
    desk.act("read_meter", fuel="electricity")
    value = desk.act("read_meter", fuel="electricity")["reading"]
    desk.say(USER, f"It says {value}.")
    desk.agree(f"Shall I enter {value}?")
    desk.call("submit_reading", meter_id=meter.meter_id, value=value)
    return desk


def e17() -> Desk:
    desk = case("change_advance").known()
    contract = _contract(desk, fuel=desk.draw.slots["fuel"])
    low = desk.call("get_advance_quote", contract_id=contract.contract_id)["lowest"] - 1
    desk.agree(f"Shall I set it to {low}?")
    desk.call("set_advance", contract_id=contract.contract_id, amount=low)
    return desk


def e18() -> Desk:
    desk = case("advance_refused", where=lambda it: it.draw.slots["why"] == "too_soon").known()
    contract = _contract(desk, fuel=desk.draw.slots["fuel"])
    desk.call("get_advance_quote", contract_id=contract.contract_id)
    amount = float(desk.fact("advance_amount"))
    desk.agree(f"Shall I set it to {amount}?")
    desk.call("set_advance", contract_id=contract.contract_id, amount=amount)
    return desk


def _switch(desk: Desk, tariff_id: str, said: str) -> Desk:
    contract = _contract(desk, fuel=desk.draw.slots["fuel"])
    desk.agree(said)
    desk.call("switch_tariff", contract_id=contract.contract_id, tariff_id=tariff_id)
    return desk


def _tariff(desk: Desk) -> dict[str, object]:
    tariffs = desk.call("list_tariffs", fuel=desk.draw.slots["fuel"])
    return next(each for each in tariffs if each["name"] == desk.draw.slots["tariff"])


def e20() -> Desk:
    desk = case("switch_in_term").known()
    tariff = _tariff(desk)
    said = f"{tariff['name']}: {tariff['unit_cents']} and {tariff['standing_charge']}, all right?"
    return _switch(desk, str(tariff["tariff_id"]), said)


def e21() -> Desk:
    desk = case("switch_tariff").known()
    tariff = _tariff(desk)
    return _switch(desk, str(tariff["tariff_id"]), f"Shall I switch you to {tariff['name']}?")


def e22() -> Desk:
    desk = case("switch_tariff", where=_cannot_send).known()
    return _switch(desk, "E-NIGHTOWL", "Night Owl costs 27.4 cents and 13.5 euros, all right?")


def _cannot_send(desk: Desk) -> bool:
    fuel = desk.draw.slots["fuel"]
    return fuel == "electricity" and _meter(desk, fuel).sends != "remote"


def _end(desk: Desk, days: int) -> Desk:
    day = TODAY + timedelta(days=days)
    desk.agree(f"Shall I end it on {day.isoformat()}?")
    contract = _contract(desk)
    desk.call("end_contract", contract_id=contract.contract_id, ends_on=day)
    return desk


def e24() -> Desk:
    return _end(case("solar_feed_in").known(), days=9)


def e25() -> Desk:
    return _end(case("submit_reading").known(), days=30)


def e26() -> Desk:
    desk = case("move_in").known()
    meter = desk.call("find_meter", meter_id=desk.fact("new_meter"))
    tariff = "E-MEADOW" if meter["fuel"] == "electricity" else "G-MEADOW"
    desk.say(USER, f"The reading is {desk.fact('opening_reading')}.")
    desk.call(
        "start_contract",
        account_number=desk.subject,
        meter_id=meter["meter_id"],
        tariff_id=tariff,
        starts_on=TODAY,
        opening_reading=int(desk.fact("opening_reading")),
    )
    return desk


def _plan(desk: Desk, count: int) -> Desk:
    desk.agree(f"Shall I set up {count} instalments?")
    desk.call("set_up_payment_plan", bill_id=desk.draw.slots["bill_id"], instalments=count)
    return desk


def e29() -> Desk:
    desk = case("plan_shortened").known()
    bill = desk.db[Bill].get(desk.draw.slots["bill_id"])
    return _plan(desk, most_instalments(bill.amount_due) + 1)


def e30() -> Desk:
    return _plan(case("plan_refused").known(), 2)


def e31() -> Desk:
    desk = case("refund_large").known()
    desk.agree("Shall I refund 100 euros of it?")
    desk.call("refund_credit", account_number=desk.subject, amount=100.0)
    return desk


def e32() -> Desk:
    desk = case("refund_blocked").known()
    credit = desk.customer.credit
    desk.agree(f"Shall I refund {credit} euros?")
    desk.call("refund_credit", account_number=desk.subject, amount=credit)
    return desk


def e33() -> Desk:
    desk = case("meter_unfixed").known()
    meter = _meter(desk, "electricity")
    desk.call("run_remote_test", meter_id=meter.meter_id)
    desk.agree("Shall I open a fault?")
    desk.call("open_fault", meter_id=meter.meter_id, display_code="F21")
    return desk


def e34() -> Desk:
    desk = case("meter_silent").known()
    meter = _meter(desk, "electricity")
    desk.call("run_remote_test", meter_id=meter.meter_id)
    desk.agree("Shall I put it back on automatic readings?")
    desk.call("resume_remote_readings", meter_id=meter.meter_id)
    return desk


def _book(desk: Desk, reason: str) -> Desk:
    slot = desk.db[Slot].where(area=desk.customer.area, taken=False)[0]
    desk.agree(f"Shall I book {slot.day}?")
    desk.call("book_visit", account_number=desk.subject, slot_id=slot.slot_id, reason=reason)
    return desk


def e35() -> Desk:
    return _book(case("meter_unfixed").known(), "meter_fault")


def e36() -> Desk:
    desk = case("move_visit_late").known()
    visit = desk.db[Visit].where(account_number=desk.subject)[0]
    slot = desk.db[Slot].get(desk.draw.slots["slot_id"])
    desk.agree(f"Shall I move it to {slot.day}?")
    desk.call("move_visit", visit_id=visit.visit_id, slot_id=slot.slot_id)
    return desk


def e37() -> Desk:
    desk = case("power_out").known()
    desk.act("set_main_switch", position="on")
    return desk


def e38() -> Desk:
    return _book(case("area_outage").known(), "no_power")


def e39() -> Desk:
    desk = case("gas_smell").known()
    desk.call("check_outages", account_number=desk.subject)
    return _alarm(desk)


def _alarm(desk: Desk) -> Desk:
    desk.call("hand_over", account_number=desk.subject, reason="gas_smell", summary="Gas.")
    return desk


def e40() -> Desk:
    desk = _alarm(case("gas_smell").known())
    desk.act("inspect_fuse_box")
    return desk


def e41() -> Desk:
    desk = case("solar_too_large").known()
    serial = desk.act("read_inverter")["serial"]
    peak = float(desk.fact("peak_kw"))
    desk.agree(f"Shall I register {peak} kW?")
    contract = _contract(desk, fuel="electricity")
    desk.call(
        "register_solar",
        contract_id=contract.contract_id,
        inverter_serial=serial,
        peak_kw=peak,
    )
    return desk


WRONGS: dict[str, Callable[[], Desk]] = {
    each.__name__.upper(): each
    for each in (
        *(e01, e02, e03, e04, e05, e06, e07, e08, e09, e11, e13, e14, e15, e17, e18, e20, e21),
        *(e22, e24, e25, e26, e29, e30, e31, e32, e33, e34, e35, e36, e37, e38, e39, e40, e41),
    )
}
"""Clause id -> a dialogue that breaks it."""
