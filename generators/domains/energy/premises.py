"""Seed rows for meters and homes: readings so far, and devices as they stand this morning."""

from datetime import timedelta
from typing import Literal

from generators.domains.energy.database import Customer, Fuel, HomeDevice, Meter, Reading
from generators.domains.energy.tariffs import units_of
from generators.domains.energy.town import TODAY, Town

Silence = Literal["link", "fault"] | None
"""Why a smart meter no longer sends: a gateway that a restart brings back, or a broken meter."""

_CODES: dict[Silence, tuple[str, ...]] = {
    None: ("OK",),
    "link": ("C03",),
    "fault": ("F08", "F21", "F34"),
}


def add_meter(
    town: Town,
    customer: Customer | None,
    fuel: Fuel,
    silence: Silence,
    smart: bool,
    annual_kwh: int,
    address: str = "",
) -> Meter:
    """A meter with three readings and, where somebody lives, the device on the wall."""
    rng = town.rng
    meter = Meter(
        meter_id=town.id(fuel[0].upper(), 8),
        account_number=customer.account_number if customer else "",
        fuel=fuel,
        kind="smart" if smart else "manual",
        sends="estimated" if silence else "remote" if smart else "manual",
        address=address,
    )
    town.add(meter)
    a_day = units_of(annual_kwh, fuel) / 365
    days_ago = 1 if meter.sends == "remote" else rng.randrange(45, 160)
    value = rng.randrange(3000, 60000)
    for back in (2, 1, 0):
        town.add(
            Reading(
                reading_id=town.id("R-"),
                meter_id=meter.meter_id,
                taken_on=TODAY - timedelta(days=days_ago + 91 * back),
                value=value + round(a_day * 91 * (2 - back)),
                source="customer" if meter.sends == "manual" else meter.sends,
            )
        )
    if customer:
        # Some homes use far more than the supplier expects: those readings need a second look.
        share = rng.uniform(2.6, 3.6) if rng.random() < 0.18 else rng.uniform(0.75, 1.45)
        used = max(3, round(a_day * days_ago * share))
        add_device(
            town,
            customer,
            kind="electricity_meter" if fuel == "electricity" else "gas_meter",
            reading=value + round(a_day * 182) + used,
            display=rng.choice(_CODES[silence]),
            switch="open" if fuel == "gas" else "",
        )
    return meter


def add_home(town: Town, customer: Customer, smart: bool, silence: Silence) -> None:
    """Gateway, fuse box and, on some roofs, a solar inverter."""
    rng = town.rng
    if smart:
        add_device(
            town,
            customer,
            kind="gateway",
            light="red" if silence else "green",
            restart_helps=silence != "fault",
        )
    working = smart and not silence
    tripped = working and rng.random() < 0.5
    add_device(
        town,
        customer,
        kind="fuse_box",
        switch="off" if tripped else "on",
        load_watts=rng.randrange(160, 900),
    )
    if working and rng.random() < 0.6:
        add_device(town, customer, kind="inverter", serial=f"SV{rng.randrange(10**7):07d}")


def add_device(town: Town, customer: Customer, **fields: object) -> None:
    """One device of the customer's home; its id says whose and what it is."""
    account = customer.account_number
    device_id = f"{account}-{fields['kind']}"
    town.add(HomeDevice(device_id=device_id, account_number=account, **fields))  # pyright: ignore[reportArgumentType]
