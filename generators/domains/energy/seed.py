"""A seeded supplier: its customers and what can be the matter with their supply.

Every trait that an intent looks for (a silent meter, an overdue bill, credit, a fixed term ...) is
drawn for each customer on its own, so that most intents find a case for many callers.
"""

from datetime import date, timedelta

from msgspec.structs import replace

from generators.domains.energy.database import (
    TABLES,
    Contract,
    Customer,
    Fuel,
    Outage,
    Slot,
    Visit,
)
from generators.domains.energy.iban import invented_iban
from generators.domains.energy.ledger import add_bills, add_past_plan
from generators.domains.energy.premises import Silence, add_home, add_meter
from generators.domains.energy.tariffs import TARIFFS, calculated_advance, term_end
from generators.domains.energy.town import AREAS, TODAY, Town
from generators.domains.table import Base

CLOCK = "2025-03-12T10:20:00"

_CUSTOMERS = 180
_VACANT_HOMES = 24
_CAUSES = ("damaged cable", "substation fault", "fallen tree", "switchgear failure")


def seed(number: int) -> Base:
    """The whole supplier for one seed: about 4,000 rows."""
    town = Town(number)
    for tariff in TARIFFS:
        town.add(tariff)
    customers = [_add_customer(town) for _ in range(_CUSTOMERS)]
    for index in range(_VACANT_HOMES):
        fuel: Fuel = "electricity" if index % 2 else "gas"
        address = f"{town.address.address()}, {town.address.city()}"
        add_meter(town, None, fuel, silence=None, smart=False, annual_kwh=4000, address=address)
    _add_outages(town)
    _add_visits(town, customers, _add_slots(town))
    return Base(TABLES, town.rows)


def _add_customer(town: Town) -> Customer:
    rng = town.rng
    name = town.person.full_name()
    small, large = round(rng.uniform(18, 240), 2), round(rng.uniform(262, 690), 2)
    customer = Customer(
        account_number=town.id("", 8),
        name=name,
        birth_date=(date(1945, 1, 1) + timedelta(days=rng.randrange(21000))).isoformat(),
        street=town.address.address(),
        postcode=town.address.postal_code(),
        city=town.address.city(),
        email=f"{name.lower().replace(' ', '.')}{rng.randrange(10, 99)}@mailbox.example",
        phone=f"07700 900{rng.randrange(1000):03d}",
        area=rng.choice(AREAS),
        iban=invented_iban(rng),
        credit=rng.choices((0.0, small, large), (0.4, 0.38, 0.22))[0],
        customer_since=date(2015, 1, 1) + timedelta(days=rng.randrange(2900)),
    )
    town.add(customer)
    smart = rng.random() < 0.62
    silence: Silence = rng.choice(("link", "fault")) if smart and rng.random() < 0.48 else None
    contracts = [_add_supply(town, customer, "electricity", smart, silence)]
    if rng.random() < 0.68:
        contracts.append(_add_supply(town, customer, "gas", smart=False, silence=None))
    add_home(town, customer, smart, silence)
    overdue = rng.choice(contracts) if rng.random() < 0.5 else None
    older = [add_bills(town, contract, contract is overdue) for contract in contracts]
    add_past_plan(town, rng.choice(older))
    return customer


def _add_supply(
    town: Town, customer: Customer, fuel: Fuel, smart: bool, silence: Silence
) -> Contract:
    rng = town.rng
    annual = rng.randrange(1400, 5200) if fuel == "electricity" else rng.randrange(6000, 19000)
    meter = add_meter(town, customer, fuel, silence=silence, smart=smart, annual_kwh=annual)
    choices = [
        tariff
        for tariff in TARIFFS
        if tariff.fuel == fuel and (meter.sends == "remote" or not tariff.smart_only)
    ]
    tariff = rng.choices(choices, [3 if each.kind == "fixed" else 2 for each in choices])[0]
    since = TODAY - timedelta(days=rng.randrange(20, 345))
    changed = TODAY - timedelta(days=rng.choice((rng.randrange(5, 52), rng.randrange(66, 600))))
    contract = Contract(
        contract_id=town.id("C-"),
        account_number=customer.account_number,
        meter_id=meter.meter_id,
        tariff_id=tariff.tariff_id,
        fuel=fuel,
        started_on=customer.customer_since,
        tariff_since=since,
        term_ends=term_end(since, tariff),
        annual_kwh=annual,
        monthly_advance=calculated_advance(annual, tariff) + rng.choice((-4, -3, 0, 4, 9, 15)),
        advance_changed_on=changed if rng.random() < 0.65 else None,
        next_tariff_id="",
        next_tariff_from=None,
        ends_on=None,
    )
    town.add(contract)
    return contract


def _add_slots(town: Town) -> list[Slot]:
    slots = []
    for area in AREAS:
        engineer = town.person.full_name()
        mobile = f"07700 901{town.rng.randrange(1000):03d}"
        for ahead in range(1, 31):
            day = TODAY + timedelta(days=ahead)
            # Tomorrow several engineers are out; later there is one for each half-day at most.
            for half in ("morning", "afternoon") * (4 if ahead == 1 else 1):
                if day.weekday() < 5 and town.rng.random() < 0.6:
                    slot = Slot(
                        slot_id=town.id("S-"),
                        area=area,
                        day=day,
                        half=half,
                        engineer=engineer,
                        engineer_mobile=mobile,
                        taken=False,
                    )
                    slots.append(slot)
    return slots


def _add_visits(town: Town, customers: list[Customer], slots: list[Slot]) -> None:
    rng = town.rng
    free = {area: [slot for slot in slots if slot.area == area] for area in AREAS}
    taken = set()
    for customer in customers:
        near = [slot for slot in free[customer.area] if slot.day <= TODAY + timedelta(days=1)]
        choices = near if near and rng.random() < 0.5 else free[customer.area]
        # Enough slots stay free for those who call today.
        if rng.random() < 0.45 and len(free[customer.area]) > 12:
            slot = rng.choice(choices)
            free[customer.area].remove(slot)
            taken.add(slot.slot_id)
            town.add(
                Visit(
                    visit_id=town.id("V-"),
                    account_number=customer.account_number,
                    slot_id=slot.slot_id,
                    reason="meter_exchange",
                )
            )
    for slot in slots:
        town.add(replace(slot, taken=slot.slot_id in taken))


def _add_outages(town: Town) -> None:
    rng = town.rng
    dark = set(rng.sample(AREAS, 2))
    for area in AREAS:
        if area in dark or rng.random() < 0.5:
            ongoing = area in dark
            town.add(
                Outage(
                    outage_id=town.id("O-"),
                    area=area,
                    fuel="electricity",
                    cause=rng.choice(_CAUSES),
                    began_at=f"0{rng.randrange(5, 9)}:{rng.randrange(10, 59)}",
                    expected_back=f"{rng.randrange(12, 19)}:{rng.choice(('00', '15', '30', '45'))}"
                    if ongoing
                    else "09:40",
                    state="ongoing" if ongoing else "over",
                )
            )
