"""The supplier's tables, and what stands in the customers' homes.

``home_devices`` belongs to the user's side: the agent never reads it directly, but remote tests and
displays depend on it. Dates are real dates, except in fields that a persona fills in.
"""

from datetime import date
from typing import Literal

from generators.domains.table import Row, TableSpec

Fuel = Literal["electricity", "gas"]


class Customer(Row):
    """An account holder. ``credit`` is what the supplier owes, in euros; ``area`` the network's."""

    account_number: str
    name: str
    birth_date: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    area: str
    iban: str
    credit: float
    customer_since: date


class Tariff(Row):
    """A price list. ``unit_cents`` is per kWh, ``standing_charge`` in euros a month."""

    tariff_id: str
    name: str
    fuel: Fuel
    kind: Literal["variable", "fixed"]
    term_months: int
    unit_cents: float
    standing_charge: float
    green: bool
    smart_only: bool
    open_to_new: bool


class Meter(Row):
    """A meter. ``sends`` says how readings come in; ``address`` is set where no customer lives yet."""

    meter_id: str
    account_number: str
    fuel: Fuel
    kind: Literal["smart", "manual"]
    sends: Literal["remote", "estimated", "manual"]
    address: str


class Contract(Row):
    """The supply of one meter. ``tariff_since`` is when the tariff of now began; ``term_ends`` is the
    last day of a fixed term and None on a variable tariff."""

    contract_id: str
    account_number: str
    meter_id: str
    tariff_id: str
    fuel: Fuel
    started_on: date
    tariff_since: date
    term_ends: date | None
    annual_kwh: int
    monthly_advance: float
    advance_changed_on: date | None
    next_tariff_id: str
    next_tariff_from: date | None
    ends_on: date | None


class Reading(Row):
    """What a meter showed: kWh for electricity, cubic metres for gas."""

    reading_id: str
    meter_id: str
    taken_on: date
    value: int
    source: Literal["customer", "remote", "estimated"]


class Bill(Row):
    """A half-yearly settlement. The ``_before`` fields are those of the same months a year earlier."""

    bill_id: str
    account_number: str
    contract_id: str
    period_start: date
    period_end: date
    issued_on: date
    due_on: date
    reading_kind: Literal["actual", "estimated"]
    usage_kwh: int
    usage_kwh_before: int
    unit_cents: float
    unit_cents_before: float
    total: float
    total_before: float
    advances_paid: float
    amount_due: float
    state: Literal["paid", "overdue", "in_plan"]


class PaymentPlan(Row):
    """A bill paid in instalments. ``ended_on`` is the day it was completed or broken."""

    plan_id: str
    account_number: str
    bill_id: str
    instalments: int
    instalment_amount: float
    first_due: date
    state: Literal["active", "completed", "broken"]
    ended_on: date | None


class Slot(Row):
    """Half a day of an engineer in one network area. The mobile number is internal."""

    slot_id: str
    area: str
    day: date
    half: Literal["morning", "afternoon"]
    engineer: str
    engineer_mobile: str
    taken: bool


class Visit(Row):
    """An engineer's visit that a customer has booked."""

    visit_id: str
    account_number: str
    slot_id: str
    reason: Literal["meter_fault", "meter_exchange", "no_power"]


class Fault(Row):
    """A meter that needs an engineer, with the code on its display."""

    fault_id: str
    meter_id: str
    display_code: str
    opened_on: date


class Outage(Row):
    """A failure of the network in one area. ``expected_back`` is a time today."""

    outage_id: str
    area: str
    fuel: Fuel
    cause: str
    began_at: str
    expected_back: str
    state: Literal["ongoing", "over"]


class HomeDevice(Row):
    """Something in a customer's home. Only the fields that its kind has are filled.

    ``switch`` is the main switch of a fuse box or the valve of a gas meter. ``restart_helps`` is how a
    gateway will take a restart; nobody can see that beforehand.
    """

    device_id: str
    account_number: str
    kind: Literal["electricity_meter", "gas_meter", "gateway", "fuse_box", "inverter"]
    reading: int = 0
    display: str = ""
    light: str = ""
    switch: str = ""
    serial: str = ""
    load_watts: int = 0
    restart_helps: bool = False
    restarted_at: str = ""


class Solar(Row):
    """A solar system that feeds into the grid."""

    registration_id: str
    contract_id: str
    inverter_serial: str
    peak_kw: float
    feed_in_cents: float
    starts_on: date


class Refund(Row):
    """Credit that was paid out."""

    refund_id: str
    account_number: str
    amount: float


class Document(Row):
    """Something sent by e-mail."""

    document_id: str
    account_number: str
    kind: Literal["bill_copy", "closure_confirmation"]
    reference: str
    email: str


class Ticket(Row):
    """A customer handed over to a team of people. ``summary`` is the agent's own words."""

    ticket_id: str
    account_number: str
    reason: str
    team: str
    summary: str


TABLES = (
    TableSpec(Customer, "customers", "account_number"),
    TableSpec(Tariff, "tariffs", "tariff_id"),
    TableSpec(Meter, "meters", "meter_id", {"account_number": Customer}),
    TableSpec(
        Contract,
        "contracts",
        "contract_id",
        {
            "account_number": Customer,
            "meter_id": Meter,
            "tariff_id": Tariff,
            "next_tariff_id": Tariff,
        },
    ),
    TableSpec(Reading, "readings", "reading_id", {"meter_id": Meter}),
    TableSpec(Bill, "bills", "bill_id", {"account_number": Customer, "contract_id": Contract}),
    TableSpec(
        PaymentPlan, "payment_plans", "plan_id", {"account_number": Customer, "bill_id": Bill}
    ),
    TableSpec(Slot, "slots", "slot_id"),
    TableSpec(Visit, "visits", "visit_id", {"account_number": Customer, "slot_id": Slot}),
    TableSpec(Fault, "faults", "fault_id", {"meter_id": Meter}),
    TableSpec(Outage, "outages", "outage_id"),
    TableSpec(HomeDevice, "home_devices", "device_id", {"account_number": Customer}),
    TableSpec(Solar, "solar_systems", "registration_id", {"contract_id": Contract}),
    TableSpec(Refund, "refunds", "refund_id", {"account_number": Customer}),
    TableSpec(Document, "documents", "document_id", {"account_number": Customer}),
    TableSpec(Ticket, "tickets", "ticket_id", {"account_number": Customer}, wording=("summary",)),
)
