"""Agent tools around contracts: tariffs, advances, moving in and out, solar systems."""

from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from generators.domains.energy.database import (
    Contract,
    Customer,
    Fuel,
    Meter,
    Reading,
    Solar,
    Tariff,
)
from generators.domains.energy.tariffs import (
    advance_limits,
    calculated_advance,
    first_of_month,
    term_end,
)
from generators.domains.energy.tools.keys import AccountNumber, ContractId, MeterId
from generators.domains.energy.tools.metering import last_reading
from generators.domains.table import Database, ToolFailure

_FEED_IN_CENTS = 8.3
_FIRST_YEAR_KWH: dict[Fuel, int] = {"electricity": 2500, "gas": 11000}


def list_contracts(db: Database, account_number: AccountNumber) -> list[dict[str, Any]]:
    """List the account's contracts with tariff, prices, fixed term and monthly advance.

    Args:
        account_number: The customer's account number.
    """
    db[Customer].get(account_number)
    found = []
    for contract in db[Contract].where(account_number=account_number):
        tariff = db[Tariff].get(contract.tariff_id)
        found.append(
            {
                **msgspec.to_builtins(contract),
                "tariff": tariff.name,
                "unit_cents": tariff.unit_cents,
                "standing_charge": tariff.standing_charge,
            }
        )
    return found


def list_tariffs(db: Database, fuel: Fuel) -> list[dict[str, Any]]:
    """List the tariffs that are open to customers now.

    Prices are cents per kWh and euros of standing charge per month.

    Args:
        fuel: Electricity or gas.
    """
    return [msgspec.to_builtins(tariff) for tariff in db[Tariff].where(fuel=fuel, open_to_new=True)]


def _live(db: Database, contract_id: str) -> Contract:
    contract = db[Contract].get(contract_id)
    if contract.ends_on is not None:
        raise ToolFailure("contract_ends", f"{contract_id} ends on {contract.ends_on}")
    return contract


def switch_tariff(db: Database, contract_id: ContractId, tariff_id: str) -> dict[str, Any]:
    """Move a contract to another tariff, from the first of next month.

    Args:
        contract_id: The contract.
        tariff_id: An open tariff of the same fuel, such as E-MEADOW.
    """
    contract = _live(db, contract_id)
    tariff = db[Tariff].get(tariff_id)
    if not tariff.open_to_new:
        raise ToolFailure("tariff_closed", f"{tariff.name} is closed to new customers")
    if tariff.fuel != contract.fuel:
        raise ToolFailure("wrong_fuel", f"{tariff.name} is for {tariff.fuel}")
    if tariff_id in (contract.tariff_id, contract.next_tariff_id):
        raise ToolFailure("unchanged", f"{contract_id} is on {tariff.name} already")
    start = first_of_month(db.now.date(), 1)
    db[Contract].change(contract_id, next_tariff_id=tariff_id, next_tariff_from=start)
    ends = term_end(start, tariff)
    return {
        "contract_id": contract_id,
        "tariff": tariff.name,
        "starts_on": start.isoformat(),
        "term_ends": ends.isoformat() if ends else None,
    }


def get_advance_quote(db: Database, contract_id: ContractId) -> dict[str, Any]:
    """Work out what the monthly advance should be from the usage on file, and how far it may differ.

    Args:
        contract_id: The contract.
    """
    contract = _live(db, contract_id)
    calculated = calculated_advance(contract.annual_kwh, db[Tariff].get(contract.tariff_id))
    lowest, highest = advance_limits(calculated)
    changed = contract.advance_changed_on
    return {
        "contract_id": contract_id,
        "annual_kwh": contract.annual_kwh,
        "current": contract.monthly_advance,
        "calculated": calculated,
        "lowest": lowest,
        "highest": highest,
        "last_changed_on": changed.isoformat() if changed else None,
        "next_change_from": (changed + timedelta(days=60)).isoformat() if changed else None,
    }


def set_advance(
    db: Database, contract_id: ContractId, amount: Annotated[float, Meta(gt=0, le=2000)]
) -> dict[str, Any]:
    """Set the monthly advance, from the next collection on.

    Args:
        contract_id: The contract.
        amount: The new monthly advance in euros.
    """
    contract = _live(db, contract_id)
    if amount == contract.monthly_advance:
        raise ToolFailure("unchanged", f"the advance is {amount:.2f} euros already")
    db[Contract].change(
        contract_id, monthly_advance=round(amount, 2), advance_changed_on=db.now.date()
    )
    return {
        "contract_id": contract_id,
        "before": contract.monthly_advance,
        "monthly_advance": round(amount, 2),
        "first_collection": first_of_month(db.now.date(), 1).isoformat(),
    }


def end_contract(db: Database, contract_id: ContractId, ends_on: date) -> dict[str, Any]:
    """End a contract because the customer moves out.

    Args:
        contract_id: The contract.
        ends_on: The last day of supply.
    """
    _live(db, contract_id)
    if ends_on < db.now.date():
        raise ToolFailure("in_the_past", "a contract cannot end in the past")
    db[Contract].change(contract_id, ends_on=ends_on)
    return {
        "contract_id": contract_id,
        "ends_on": ends_on.isoformat(),
        "final_bill_by": (ends_on + timedelta(days=42)).isoformat(),
    }


def start_contract(
    db: Database,
    account_number: AccountNumber,
    meter_id: MeterId,
    tariff_id: str,
    starts_on: date,
    opening_reading: Annotated[int, Meta(ge=0, le=999999)],
) -> dict[str, Any]:
    """Begin the supply of another home's meter for a customer who moves in.

    Args:
        account_number: The customer's account number.
        meter_id: The number on the meter.
        tariff_id: The tariff to begin on.
        starts_on: The first day of supply.
        opening_reading: What the meter showed when the keys were handed over.
    """
    db[Customer].get(account_number)
    meter, tariff = db[Meter].get(meter_id), db[Tariff].get(tariff_id)
    if meter.account_number:
        raise ToolFailure("meter_in_use", f"{meter_id} has a contract with another customer")
    if tariff.fuel != meter.fuel or not tariff.open_to_new:
        raise ToolFailure("tariff_unfit", f"{tariff.name} is not available for this meter")
    if opening_reading < last_reading(db, meter_id).value:
        raise ToolFailure("reading_too_low", "the meter has shown more than that before")
    annual = _FIRST_YEAR_KWH[meter.fuel]
    contract = Contract(
        contract_id=db.new_id("C", account_number, meter_id, starts_on),
        account_number=account_number,
        meter_id=meter_id,
        tariff_id=tariff_id,
        fuel=meter.fuel,
        started_on=starts_on,
        tariff_since=starts_on,
        term_ends=term_end(starts_on, tariff),
        annual_kwh=annual,
        monthly_advance=calculated_advance(annual, tariff),
        advance_changed_on=None,
        next_tariff_id="",
        next_tariff_from=None,
        ends_on=None,
    )
    db[Contract].insert(contract)
    db[Meter].change(meter_id, account_number=account_number)
    db[Reading].insert(
        Reading(
            reading_id=db.new_id("R", meter_id, starts_on),
            meter_id=meter_id,
            taken_on=starts_on,
            value=opening_reading,
            source="customer",
        )
    )
    return {
        "contract_id": contract.contract_id,
        "starts_on": starts_on.isoformat(),
        "tariff": tariff.name,
        "monthly_advance": contract.monthly_advance,
    }


def register_solar(
    db: Database,
    contract_id: ContractId,
    inverter_serial: Annotated[str, Meta(pattern=r"^SV\d{7}$")],
    peak_kw: Annotated[float, Meta(gt=0, le=100)],
) -> dict[str, Any]:
    """Register a solar system, so that power fed into the grid is paid for.

    Args:
        contract_id: The home's electricity contract.
        inverter_serial: The serial number on the inverter, SV and seven digits.
        peak_kw: The system's peak power in kW.
    """
    contract = _live(db, contract_id)
    if contract.fuel != "electricity":
        raise ToolFailure("wrong_fuel", "solar systems belong to an electricity contract")
    start = first_of_month(db.now.date(), 1)
    solar = Solar(
        registration_id=db.new_id("N", contract_id),
        contract_id=contract_id,
        inverter_serial=inverter_serial,
        peak_kw=peak_kw,
        feed_in_cents=_FEED_IN_CENTS,
        starts_on=start,
    )
    db[Solar].insert(solar)
    return {
        "registration_id": solar.registration_id,
        "feed_in_cents": solar.feed_in_cents,
        "starts_on": start.isoformat(),
    }
