"""Agent tools around meters and their readings."""

from typing import Annotated, Any

from msgspec import Meta

from generators.domains.energy.database import Contract, Customer, Meter, Reading
from generators.domains.energy.tariffs import expected_units, kwh_of
from generators.domains.energy.tools.keys import AccountNumber, MeterId
from generators.domains.table import Database, ToolFailure


def last_reading(db: Database, meter_id: str) -> Reading:
    """The latest reading of a meter; every meter has one."""
    return max(db[Reading].where(meter_id=meter_id), key=lambda reading: reading.taken_on)


def contract_of(db: Database, meter_id: str) -> Contract:
    """The contract that supplies a meter. Raises ``ToolFailure("no_contract")``."""
    found = db[Contract].where(meter_id=meter_id)
    if not found:
        raise ToolFailure("no_contract", f"nobody has a contract for {meter_id}")
    return found[-1]


def list_meters(db: Database, account_number: AccountNumber) -> list[dict[str, Any]]:
    """List the account's meters, how they send readings, their last reading, and the expected usage
    since then. Electricity counts in kWh, gas in cubic metres.

    Args:
        account_number: The customer's account number.
    """
    db[Customer].get(account_number)
    found = []
    for meter in db[Meter].where(account_number=account_number):
        last, contract = last_reading(db, meter.meter_id), contract_of(db, meter.meter_id)
        days = (db.now.date() - last.taken_on).days
        found.append(
            {
                "meter_id": meter.meter_id,
                "fuel": meter.fuel,
                "kind": meter.kind,
                "sends": meter.sends,
                "contract_id": contract.contract_id,
                "last_reading": last.value,
                "last_read_on": last.taken_on.isoformat(),
                "last_source": last.source,
                "expected_since": expected_units(contract, days),
            }
        )
    return found


def find_meter(db: Database, meter_id: MeterId) -> dict[str, Any]:
    """Look up any meter by the number on it, to see whether a home can be taken over.

    The name of a present account holder is for internal use only.

    Args:
        meter_id: The number on the meter, E or G and eight digits.
    """
    meter = db[Meter].get(meter_id)
    customer = db[Customer].find(meter.account_number) if meter.account_number else None
    last = last_reading(db, meter_id)
    return {
        "meter_id": meter_id,
        "fuel": meter.fuel,
        "address": f"{customer.street}, {customer.city}" if customer else meter.address,
        "in_use": customer is not None,
        "account_holder": customer.name if customer else None,
        "last_reading": last.value,
        "last_read_on": last.taken_on.isoformat(),
    }


def submit_reading(
    db: Database, meter_id: MeterId, value: Annotated[int, Meta(ge=0, le=999999)]
) -> dict[str, Any]:
    """Enter a meter reading of today. The yearly usage on file is worked out anew from it.

    Args:
        meter_id: The meter.
        value: The whole number on the display, without decimals.
    """
    meter, contract = db[Meter].get(meter_id), contract_of(db, meter_id)
    last, today = last_reading(db, meter_id), db.now.date()
    if value < last.value:
        raise ToolFailure("reading_too_low", f"the meter showed {last.value} on {last.taken_on}")
    used = kwh_of(value - last.value, meter.fuel)
    days = max(1, (today - last.taken_on).days)
    annual = round((contract.annual_kwh + used * 365 / days) / 2)
    reading = Reading(
        reading_id=db.new_id("R", meter_id, today),
        meter_id=meter_id,
        taken_on=today,
        value=value,
        source="customer",
    )
    db[Reading].insert(reading)
    db[Contract].change(contract.contract_id, annual_kwh=annual)
    return {
        "reading_id": reading.reading_id,
        "meter_id": meter_id,
        "value": value,
        "used_kwh": used,
        "since": last.taken_on.isoformat(),
        "annual_kwh": annual,
    }
