import time
from datetime import datetime

import pytest

from generators.domains.energy import DOMAIN
from generators.domains.energy.database import (
    Bill,
    Contract,
    Customer,
    HomeDevice,
    Meter,
    Reading,
    Slot,
    Tariff,
)
from generators.domains.energy.iban import invented_iban, is_valid
from generators.domains.energy.seed import CLOCK, TODAY, seed
from generators.domains.table import Database
from personas.record import seeded


def database(number: int = 0) -> Database:
    return Database(seed(number), datetime.fromisoformat(CLOCK))


def test_seeding_takes_less_than_a_second():
    began = time.perf_counter()
    seed(77)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("number", range(3))
def test_nothing_has_happened_after_today(number: int):
    db = database(number)
    assert all(reading.taken_on < TODAY for reading in db[Reading])
    assert all(contract.tariff_since < TODAY for contract in db[Contract])
    assert all(bill.issued_on < TODAY for bill in db[Bill])
    assert all(slot.day > TODAY for slot in db[Slot])


@pytest.mark.parametrize("number", range(3))
def test_meters_have_run_forward(number: int):
    db = database(number)
    for meter in db[Meter]:
        readings = sorted(db[Reading].where(meter_id=meter.meter_id), key=lambda r: r.taken_on)
        values = [reading.value for reading in readings]
        assert values == sorted(values)
        device = db[HomeDevice].find(f"{meter.account_number}-{meter.fuel}_meter")
        if device:
            assert device.reading > values[-1]


@pytest.mark.parametrize("number", range(3))
def test_bills_add_up(number: int):
    db = database(number)
    for bill in db[Bill]:
        tariff = db[Tariff].get(db[Contract].get(bill.contract_id).tariff_id)
        energy = bill.usage_kwh * bill.unit_cents / 100
        assert bill.total == pytest.approx(energy + 6 * tariff.standing_charge, abs=0.01)
        assert bill.total == pytest.approx(bill.advances_paid + bill.amount_due, abs=0.01)
        assert (bill.state == "overdue") == (bill.amount_due > 0)


def test_homes_fit_their_meters():
    db = database()
    for meter in db[Meter]:
        gateway = db[HomeDevice].find(f"{meter.account_number}-gateway")
        if meter.kind == "smart":
            assert gateway is not None
            assert (gateway.light == "green") == (meter.sends == "remote")


def test_bank_accounts_are_well_formed():
    assert all(is_valid(customer.iban) for customer in database()[Customer])
    assert is_valid(invented_iban(seeded(1, "x", "iban")))
    assert not is_valid("IE00FNHB12345678901234")


def test_every_customer_may_be_the_caller():
    db = database()
    assert DOMAIN.subjects(db) == [customer.account_number for customer in db[Customer]]
