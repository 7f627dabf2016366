"""Clauses about limits, dates, and who may have what."""

from collections.abc import Iterator
from datetime import date, timedelta

from generators.domains.energy.clauses.identity import arguments
from generators.domains.energy.database import (
    Bill,
    Contract,
    Customer,
    Meter,
    PaymentPlan,
    Reading,
    Tariff,
)
from generators.domains.energy.tariffs import (
    EVERYDAY,
    advance_limits,
    calculated_advance,
    expected_units,
)
from generators.domains.energy.tools.billing import instalment
from generators.domains.energy.tools.metering import contract_of, last_reading
from generators.domains.table import Database
from generators.domains.timeline import Breach, Entry, Timeline

FIXED_TERM_EXIT = timedelta(days=30)
NOTICE, LONGEST_NOTICE = timedelta(days=14), timedelta(days=90)
FINAL_READING_AGE = timedelta(days=3)
MOVE_IN_BACK, MOVE_IN_AHEAD = timedelta(days=21), timedelta(days=60)
ADVANCE_PAUSE = timedelta(days=60)
PLAN_LOWEST, PLAN_HIGHEST, PLAN_LONG_FROM, INSTALMENT_LOWEST = 60.0, 1500.0, 600.0, 25.0
BROKEN_PLAN_PAUSE = timedelta(days=365)
REFUND_LIMIT = 250.0
SOLAR_LIMIT_KW = 10.0


def second_look(timeline: Timeline) -> Iterator[Breach]:
    """E14: twice the expected usage is entered only after a second look at the meter."""
    for call in timeline.calls("submit_reading"):
        db, given = timeline.database_before(call), arguments(call)
        meter = db[Meter].get(given["meter_id"])
        looks = [
            look
            for look in timeline.calls("read_meter", party="user")
            if look.index < call.index and arguments(look).get("fuel") == meter.fuel
        ]
        if is_doubtful(db, meter.meter_id, given["value"]) and len(looks) < 2:
            yield Breach(call.index, f"{given['value']} was entered without a second look")


def is_doubtful(db: Database, meter_id: str, value: int) -> bool:
    """Whether a reading of today means more than twice the expected usage."""
    last = last_reading(db, meter_id)
    expected = expected_units(contract_of(db, meter_id), (db.now.date() - last.taken_on).days)
    return value - last.value > 2 * expected


def remote_meters_alone(timeline: Timeline) -> Iterator[Breach]:
    """E15: nothing is entered for a meter that sends by itself."""
    for call in timeline.calls("submit_reading"):
        meter = timeline.database_before(call)[Meter].get(arguments(call)["meter_id"])
        if meter.sends == "remote":
            yield Breach(call.index, f"{meter.meter_id} sends its readings remotely")


def advance_in_limits(timeline: Timeline) -> Iterator[Breach]:
    """E17: the quote was asked for, and the amount lies between its limits."""
    for call in timeline.calls("set_advance"):
        db, given = timeline.database_before(call), arguments(call)
        contract = db[Contract].get(given["contract_id"])
        quotes = timeline.earlier(call, "get_advance_quote")
        if not any(arguments(each) == {"contract_id": contract.contract_id} for each in quotes):
            yield Breach(call.index, "the advance was set without a quote")
        lowest, highest = advance_range(db, contract)
        if not lowest <= given["amount"] <= highest:
            yield Breach(call.index, f"{given['amount']} is not within {lowest} to {highest}")


def advance_range(db: Database, contract: Contract) -> tuple[float, float]:
    """The lowest and the highest advance for a contract as it stands."""
    tariff = db[Tariff].get(contract.tariff_id)
    return advance_limits(calculated_advance(contract.annual_kwh, tariff))


def advance_not_again(timeline: Timeline) -> Iterator[Breach]:
    """E18: 60 days between changes, unless a reading has come in since."""
    for call in timeline.calls("set_advance"):
        db = timeline.database_before(call)
        contract = db[Contract].get(arguments(call)["contract_id"])
        if not advance_may_change(db, contract):
            yield Breach(call.index, f"the advance was changed on {contract.advance_changed_on}")


def advance_may_change(db: Database, contract: Contract) -> bool:
    """Whether the advance may be changed today: readings that the meter sent or the supplier
    estimated do not count as entered."""
    changed = contract.advance_changed_on
    if changed is None or db.now.date() - changed >= ADVANCE_PAUSE:
        return True
    readings = db[Reading].where(meter_id=contract.meter_id, source="customer")
    return any(each.taken_on >= changed for each in readings)


def fixed_term_holds(timeline: Timeline) -> Iterator[Breach]:
    """E20: no switch before the last 30 days of a fixed term."""
    for call in timeline.calls("switch_tariff"):
        db = timeline.database_before(call)
        contract = db[Contract].get(arguments(call)["contract_id"])
        if is_bound(db, contract):
            yield Breach(call.index, f"{contract.contract_id} is bound until {contract.term_ends}")


def is_bound(db: Database, contract: Contract) -> bool:
    """Whether the contract is in a fixed term with more than 30 days to go."""
    ends = contract.term_ends
    return ends is not None and ends - db.now.date() > FIXED_TERM_EXIT


def smart_only(timeline: Timeline) -> Iterator[Breach]:
    """E22: a smart-only tariff needs a meter that sends."""
    for call in timeline.calls("switch_tariff", "start_contract"):
        db, given = timeline.database_before(call), arguments(call)
        tariff = db[Tariff].get(given["tariff_id"])
        meter_id = given.get("meter_id") or db[Contract].get(given["contract_id"]).meter_id
        if tariff.smart_only and db[Meter].get(meter_id).sends != "remote":
            yield Breach(call.index, f"{tariff.name} needs a meter that sends remotely")


def notice_kept(timeline: Timeline) -> Iterator[Breach]:
    """E24: 14 to 90 days' notice."""
    for call in timeline.calls("end_contract"):
        db, given = timeline.database_before(call), arguments(call)
        notice = date.fromisoformat(given["ends_on"]) - db.now.date()
        if not NOTICE <= notice <= LONGEST_NOTICE:
            yield Breach(call.index, f"a notice of {notice.days} days")


def final_reading(timeline: Timeline) -> Iterator[Breach]:
    """E25: a fresh reading before the contract of a meter that does not send is ended."""
    for call in timeline.calls("end_contract"):
        db = timeline.database_before(call)
        meter = db[Meter].get(db[Contract].get(arguments(call)["contract_id"]).meter_id)
        age = db.now.date() - last_reading(db, meter.meter_id).taken_on
        if meter.sends != "remote" and age > FINAL_READING_AGE:
            yield Breach(call.index, f"the last reading of {meter.meter_id} is {age.days} days old")


def move_in_window(timeline: Timeline) -> Iterator[Breach]:
    """E26: from 21 days back to 60 days ahead, on the Everyday tariff."""
    for call in timeline.calls("start_contract"):
        db, given = timeline.database_before(call), arguments(call)
        ahead = date.fromisoformat(given["starts_on"]) - db.now.date()
        if not -MOVE_IN_BACK <= ahead <= MOVE_IN_AHEAD:
            yield Breach(call.index, f"a contract from {given['starts_on']} on")
        if given["tariff_id"] not in EVERYDAY.values():
            yield Breach(call.index, f"a new home on {given['tariff_id']}")


def plan_in_limits(timeline: Timeline) -> Iterator[Breach]:
    """E29: amount, number of instalments, and the size of each."""
    for call in timeline.calls("set_up_payment_plan"):
        given = arguments(call)
        bill = timeline.database_before(call)[Bill].get(given["bill_id"])
        if not PLAN_LOWEST <= bill.amount_due <= PLAN_HIGHEST:
            yield Breach(call.index, f"a plan for {bill.amount_due} euros")
        elif given["instalments"] > most_instalments(bill.amount_due):
            yield Breach(call.index, f"{given['instalments']} instalments of {bill.amount_due}")


def most_instalments(amount: float) -> int:
    """The most instalments that the manual allows for an amount."""
    most = 12 if amount > PLAN_LONG_FROM else 6
    while most > 2 and instalment(amount, most) < INSTALMENT_LOWEST:
        most -= 1
    return most


def no_plan_after_broken(timeline: Timeline) -> Iterator[Breach]:
    """E30: twelve months without a plan after a broken one."""
    for call in timeline.calls("set_up_payment_plan"):
        db = timeline.database_before(call)
        bill = db[Bill].get(arguments(call)["bill_id"])
        broken = broken_lately(db, bill.account_number)
        if broken:
            yield Breach(call.index, f"the plan {broken.plan_id} was broken on {broken.ended_on}")


def broken_lately(db: Database, account: str) -> PaymentPlan | None:
    """The latest payment plan that the account broke in the last twelve months."""
    broken = [
        plan
        for plan in db[PaymentPlan].where(account_number=account, state="broken")
        if plan.ended_on and db.now.date() - plan.ended_on <= BROKEN_PLAN_PAUSE
    ]
    return max(broken, key=lambda plan: plan.ended_on or date.min, default=None)


def refund_in_limits(timeline: Timeline) -> Iterator[Breach]:
    """E31: the desk refunds nothing where the credit is above its limit."""
    for call in timeline.calls("refund_credit"):
        credit = _account(timeline, call).credit
        earlier = timeline.earlier(call, "refund_credit")
        if credit > REFUND_LIMIT or earlier:
            yield Breach(call.index, f"a refund out of a credit of {credit}")


def no_refund_when_overdue(timeline: Timeline) -> Iterator[Breach]:
    """E32: an overdue bill blocks refunds."""
    for call in timeline.calls("refund_credit"):
        account = arguments(call)["account_number"]
        overdue = timeline.database_before(call)[Bill].where(
            account_number=account, state="overdue"
        )
        if overdue:
            yield Breach(call.index, f"{overdue[0].bill_id} is overdue")


def _account(timeline: Timeline, call: Entry) -> Customer:
    return timeline.database_before(call)[Customer].get(arguments(call)["account_number"])


def solar_fits(timeline: Timeline) -> Iterator[Breach]:
    """E41: up to 10 kW, behind a meter that sends."""
    for call in timeline.calls("register_solar"):
        db, given = timeline.database_before(call), arguments(call)
        meter = db[Meter].get(db[Contract].get(given["contract_id"]).meter_id)
        if given["peak_kw"] > SOLAR_LIMIT_KW:
            yield Breach(call.index, f"a system of {given['peak_kw']} kW")
        if meter.sends != "remote":
            yield Breach(call.index, f"{meter.meter_id} does not send its readings")
