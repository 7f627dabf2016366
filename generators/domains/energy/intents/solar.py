"""Solar systems: small ones are registered at the desk, large ones are handed over."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import SOLAR_LIMIT_KW
from generators.domains.energy.database import HomeDevice, Solar
from generators.domains.energy.intents.cases import row_with, supplies
from generators.domains.plan import Plan


def _draw(situation: Situation, low: float, high: float) -> Draw | None:
    inverter = situation.db[HomeDevice].find(f"{situation.subject}-inverter")
    remote = [
        each
        for each in supplies(situation)
        if each.contract.fuel == "electricity" and each.meter.sends == "remote"
    ]
    if inverter is None or not remote:
        return None
    if situation.db[Solar].where(contract_id=remote[0].contract.contract_id):
        return None
    peak = round(situation.rng.uniform(low, high), 1)
    fact = Fact(
        key="peak_kw",
        value=str(peak),
        reveal="upfront",
        cues=("peak", "how large", "how big", "kw", "kilowatt", "size"),
        slip=str(round(peak - 0.7, 1)),
    )
    return Draw(
        need=f"You have a new solar system of {peak} kW on your roof and want to be paid for what "
        "it feeds into the grid. The inverter hangs in your hallway.",
        slots={"peak_kw": peak},
        facts=(fact,),
    )


def draw_register(situation: Situation) -> Draw | None:
    """A system that the desk may register."""
    return _draw(situation, 2.4, SOLAR_LIMIT_KW)


def solve_register(plan: Plan) -> None:
    """See that the meter sends, have the inverter read, register."""
    plan.ask("peak_kw")
    meters = plan.call("list_meters", account_number=plan.subject)
    meter = row_with(meters, fuel="electricity", sends="remote")
    serial = plan.act("read_inverter", "read_inverter", account_number=plan.subject)["serial"]
    peak = plan.value("peak_kw")
    plan.confirm("register_solar", peak_kw=peak, serial=serial)
    done = plan.call(
        "register_solar",
        contract_id=meter["contract_id"],
        inverter_serial=serial,
        peak_kw=float(peak),
    )
    plan.tell("solar_registered", feed_in_cents=done["feed_in_cents"], starts_on=done["starts_on"])


def draw_too_large(situation: Situation) -> Draw | None:
    """A system above the desk's limit."""
    return _draw(situation, SOLAR_LIMIT_KW + 0.8, 19.5)


def solve_too_large(plan: Plan) -> None:
    """Hand over to the grid connection team."""
    plan.ask("peak_kw")
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="solar_above_limit",
        summary=f"Customer wants to register a solar system of {plan.value('peak_kw')} kW.",
    )
    plan.tell(
        "solar_handed_over", ticket_id=ticket["ticket_id"], call_back_by=ticket["call_back_by"]
    )
