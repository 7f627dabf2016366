"""Failures at home: a silent smart meter, no power, the smell of gas."""

from typing import Any

from generators.domains.domain import Draw, Situation
from generators.domains.energy.database import Customer, HomeDevice, Outage
from generators.domains.energy.intents.cases import Supply, row_with, supplies
from generators.domains.plan import Plan


def _device(situation: Situation, kind: str) -> HomeDevice | None:
    return situation.db[HomeDevice].find(f"{situation.subject}-{kind}")


def _silent(situation: Situation, restart_helps: bool) -> list[Supply]:
    gateway = _device(situation, "gateway")
    if gateway is None or gateway.light == "green" or gateway.restart_helps != restart_helps:
        return []
    return [each for each in supplies(situation) if each.meter.sends == "estimated"]


def draw_silent(situation: Situation) -> Draw | None:
    """A smart meter that a restart of the gateway brings back."""
    if not _silent(situation, restart_helps=True):
        return None
    return Draw(
        need="Your smart electricity meter no longer sends readings and you get estimates; you want "
        "that put right. You are at home and can get to the meter and its gateway."
    )


def solve_silent(plan: Plan) -> None:
    """Test, light, restart, test; then back to automatic readings."""
    meter, _ = _test_and_restart(plan)
    plan.confirm("resume")
    done = plan.call("resume_remote_readings", meter_id=meter["meter_id"])
    plan.tell("sends_again", next_reading=done["next_reading"])


def _test_and_restart(plan: Plan) -> tuple[dict[str, Any], bool]:
    meters = plan.call("list_meters", account_number=plan.subject)
    meter = row_with(meters, kind="smart")
    plan.call("run_remote_test", meter_id=meter["meter_id"])
    plan.act("look_at_gateway", "check_gateway", account_number=plan.subject)
    plan.act("restart", "restart_gateway", account_number=plan.subject)
    return meter, plan.call("run_remote_test", meter_id=meter["meter_id"])["answers"]


def draw_unfixed(situation: Situation) -> Draw | None:
    """A smart meter that a restart does not bring back."""
    if not _silent(situation, restart_helps=False):
        return None
    return Draw(
        need="Your smart electricity meter no longer sends readings and you get estimates; you want "
        "that put right. You are at home and can get to the meter and its gateway. If it cannot be "
        "put right from afar, you want it recorded as a fault."
    )


def solve_unfixed(plan: Plan) -> None:
    """Test, light, restart, test in vain; then a fault with the code on the display."""
    meter, _ = _test_and_restart(plan)
    look = {"account_number": plan.subject, "fuel": meter["fuel"]}
    code = plan.act("look_at_display", "check_meter_display", **look)["code"]
    plan.confirm("open_fault", code=code)
    fault = plan.call("open_fault", meter_id=meter["meter_id"], display_code=code)
    plan.tell("fault_opened", fault_id=fault["fault_id"])
    plan.outputs["fault_id"] = fault["fault_id"]


def _ongoing(situation: Situation) -> list[Outage]:
    area = situation.db[Customer].get(situation.subject).area
    return situation.db[Outage].where(area=area, state="ongoing")


def draw_power_out(situation: Situation) -> Draw | None:
    """No outage around, a meter that can be tested, and a main switch that has tripped."""
    box, found = _device(situation, "fuse_box"), supplies(situation)
    remote = [s for s in found if s.contract.fuel == "electricity" and s.meter.sends == "remote"]
    if box is None or box.switch == "on" or not remote or _ongoing(situation):
        return None
    return Draw(
        need="You have had no electricity at home since this morning and want it back. You can get "
        "to the fuse box safely."
    )


def solve_power_out(plan: Plan) -> None:
    """Rule out an outage, test the meter, have the main switch turned on, test again."""
    with plan.together():
        plan.call("check_outages", account_number=plan.subject)
        meters = plan.call("list_meters", account_number=plan.subject)
    meter_id = row_with(meters, fuel="electricity")["meter_id"]
    plan.call("run_remote_test", meter_id=meter_id)
    plan.act("look_at_fuse_box", "inspect_fuse_box", account_number=plan.subject)
    plan.act("switch_on", "set_main_switch", account_number=plan.subject, position="on")
    test = plan.call("run_remote_test", meter_id=meter_id)
    plan.tell("power_back", load_watts=test["load_watts"])


def draw_area_outage(situation: Situation) -> Draw | None:
    """An outage around."""
    if not _ongoing(situation):
        return None
    return Draw(
        need="Your electricity is off and you want to know what is wrong and when it comes back."
    )


def solve_area_outage(plan: Plan) -> None:
    """Tell what is known."""
    outage = plan.call("check_outages", account_number=plan.subject)
    plan.tell("outage_known", cause=outage["cause"], expected_back=outage["expected_back"])


def draw_gas_smell(situation: Situation) -> Draw | None:
    """A home with gas. Nobody comes to this after asking for something else first."""
    found = [each for each in supplies(situation) if each.contract.fuel == "gas"]
    if situation.earlier or not found:
        return None
    return Draw(
        need="You smell gas in your kitchen and want help at once. You can reach the valve at the "
        "gas meter."
    )


def solve_gas_smell(plan: Plan) -> None:
    """Hand over at once, have the valve shut, say when the team comes."""
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="gas_smell",
        summary="Customer smells gas in the kitchen at the address on the account.",
    )
    plan.act("shut_gas_valve", "close_gas_valve", account_number=plan.subject)
    plan.tell("gas_team", arrives_by=ticket["arrives_by"], ticket_id=ticket["ticket_id"])
