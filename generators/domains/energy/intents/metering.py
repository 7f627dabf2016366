"""Readings: the customer looks at the meter, the agent enters what it shows."""

from typing import Any

from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import is_doubtful
from generators.domains.energy.intents.cases import fuel_fact, row_with, supplies
from generators.domains.plan import Plan


def draw_reading(situation: Situation) -> Draw | None:
    """A meter that does not send by itself."""
    by_hand = [each for each in supplies(situation) if each.meter.sends != "remote"]
    if not by_hand:
        return None
    fuel = situation.rng.choice(by_hand).meter.fuel
    return Draw(
        need=f"You want to submit a reading of your {fuel} meter; you can look at the meter now.",
        slots={"fuel": fuel},
        facts=(fuel_fact("reading_fuel", fuel),),
    )


def solve_reading(plan: Plan) -> None:
    """Have the meter read, twice when the figure is doubtful, and enter it."""
    plan.ask("reading_fuel")
    meters = plan.call("list_meters", account_number=plan.subject)
    meter = row_with(meters, fuel=plan.value("reading_fuel"))
    value = read_off(plan, meter)
    plan.confirm("enter_reading", fuel=meter["fuel"], value=value)
    done = plan.call("submit_reading", meter_id=meter["meter_id"], value=value)
    plan.tell("reading_entered", used_kwh=done["used_kwh"], since=done["since"])
    plan.outputs.update(contract_id=meter["contract_id"], fuel=meter["fuel"])


def read_off(plan: Plan, meter: dict[str, Any]) -> int:
    """What the customer reads off a meter, after a second look where the manual asks for one."""
    fuel = meter["fuel"]
    look = {"account_number": plan.subject, "fuel": fuel}
    value = plan.act(f"read_{fuel}_meter", "read_meter", **look)["reading"]
    if is_doubtful(plan.db, meter["meter_id"], value):
        value = plan.act("read_again", "read_meter", **look)["reading"]
    return value
