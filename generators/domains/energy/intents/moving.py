"""Moving out, with and without enough notice, and moving in."""

from datetime import date, timedelta

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import NOTICE
from generators.domains.energy.database import Contract, Customer, Meter
from generators.domains.energy.intents.cases import (
    day_fact,
    days_ahead,
    row_with,
    supplies,
    today,
)
from generators.domains.energy.intents.metering import read_off
from generators.domains.energy.tariffs import EVERYDAY
from generators.domains.energy.tools.metering import last_reading
from generators.domains.plan import Plan
from generators.spoken import spoken

_OUT_CUES = ("which day", "what date", "which date", "last day", "when", "what day")


def _leaving(situation: Situation, first: int, last: int, then: str) -> Draw | None:
    """A move out of a home whose every contract is as it was this morning."""
    contracts = situation.db[Contract].where(account_number=situation.subject)
    found = supplies(situation)
    if not found or len(found) != len(contracts):
        return None
    day = days_ahead(situation, first, last)
    slip = day + timedelta(days=situation.rng.choice((1, 7)))
    return Draw(
        need=f"You are moving out and want everything with the supplier to end on {spoken(day)}; "
        f"you are still at home and can look at the meters. {then}",
        slots={"move_out_date": day.isoformat()},
        facts=(day_fact("move_out_date", day, _OUT_CUES, slip),),
    )


def draw_out(situation: Situation) -> Draw | None:
    """A day that leaves enough notice."""
    return _leaving(situation, 15, 82, "You want to know when the final bill comes.")


def solve_out(plan: Plan) -> None:
    """Agree on the day, take the final readings, then end every contract."""
    plan.ask("move_out_date")
    _close(plan, date.fromisoformat(plan.value("move_out_date")), "close")


def _close(plan: Plan, day: date, question: str) -> None:
    with plan.together():
        contracts = plan.call("list_contracts", account_number=plan.subject)
        meters = plan.call("list_meters", account_number=plan.subject)
    if question == "close_earliest":
        plan.refuse("notice_too_short")
    plan.confirm(question, ends_on=day)
    for meter in meters:
        if meter["sends"] != "remote":
            value = read_off(plan, meter)
            plan.confirm("enter_final_reading", fuel=meter["fuel"], value=value)
            plan.call("submit_reading", meter_id=meter["meter_id"], value=value)
    done = {}
    for contract in contracts:
        done = plan.call("end_contract", contract_id=contract["contract_id"], ends_on=day)
    plan.tell("closed", ends_on=done["ends_on"], final_bill_by=done["final_bill_by"])
    plan.outputs["contracts"] = [contract["contract_id"] for contract in contracts]


def draw_out_soon(situation: Situation) -> Draw | None:
    """A day that is too near."""
    then = "If that is too soon for them, take the earliest day there is."
    return _leaving(situation, 2, 12, then)


def solve_out_soon(plan: Plan) -> None:
    """Decline the day, and end everything on the first day that is possible."""
    plan.ask("move_out_date")
    _close(plan, plan.db.now.date() + NOTICE, "close_earliest")


def draw_letter(situation: Situation) -> Draw | None:
    """The contracts that an earlier goal has ended."""
    ended = next(
        situation.earlier[name]["contracts"]
        for name in ("move_out", "move_out_short_notice")
        if name in situation.earlier
    )
    return Draw(
        need="You want written confirmation that your contracts end, by e-mail to the address they "
        "have for you.",
        slots={"contracts": ended},
    )


def solve_letter(plan: Plan) -> None:
    """One confirmation for each contract, to the address on file."""
    email = plan.db[Customer].get(plan.subject).email
    plan.confirm("send_confirmation", email=email)
    sent = {}
    for contract_id in plan.slots["contracts"]:
        sent = plan.call(
            "send_document",
            account_number=plan.subject,
            kind="closure_confirmation",
            reference=contract_id,
            email=email,
        )
    plan.tell("confirmation_sent", email=sent["sent_to"])


def _arriving(situation: Situation, meter: Meter) -> Draw:
    rng = situation.rng
    day = days_ahead(situation, -12, 45)
    reading = last_reading(situation.db, meter.meter_id).value + rng.randint(4, 90)
    digits = meter.meter_id
    wrong = f"{digits[:-2]}{(int(digits[-2:]) + rng.randint(11, 88)) % 100:02d}"
    slip = wrong if situation.db[Meter].find(wrong) is None else ""
    verb = "moved" if day < today(situation) else "are moving"
    return Draw(
        need=f"You {verb} into another home and want {meter.fuel} there from {spoken(day)} on. The "
        f"handover sheet gives the meter number {meter.meter_id} and the reading {reading}.",
        slots={"meter_id": meter.meter_id, "move_in_date": day.isoformat()},
        facts=(
            Fact(
                key="new_meter",
                value=meter.meter_id,
                reveal="upfront",
                cues=("meter number", "number of the meter", "number on the meter"),
                slip=slip,
            ),
            day_fact(
                "move_in_date",
                day,
                ("which day", "what date", "which date", "first day", "from when", "since when"),
            ),
            Fact(
                key="opening_reading",
                value=str(reading),
                reveal="upfront",
                cues=("reading", "meter show", "handover sheet say"),
            ),
        ),
    )


def draw_in(situation: Situation) -> Draw | None:
    """A meter that nobody has a contract for."""
    return _arriving(situation, situation.rng.choice(situation.db[Meter].where(account_number="")))


def solve_in(plan: Plan) -> None:
    """See that the meter is free, say the price, begin the contract."""
    plan.ask("new_meter")
    meter = plan.call("find_meter", meter_id=plan.value("new_meter"))
    plan.ask("move_in_date", "opening_reading")
    tariffs = plan.call("list_tariffs", fuel=meter["fuel"])
    tariff = row_with(tariffs, tariff_id=EVERYDAY[meter["fuel"]])
    day = plan.value("move_in_date")
    plan.confirm(
        "begin",
        starts_on=day,
        tariff=tariff["name"],
        unit_cents=tariff["unit_cents"],
        standing_charge=tariff["standing_charge"],
    )
    done = plan.call(
        "start_contract",
        account_number=plan.subject,
        meter_id=meter["meter_id"],
        tariff_id=tariff["tariff_id"],
        starts_on=day,
        opening_reading=int(plan.value("opening_reading")),
    )
    plan.tell("begun", starts_on=done["starts_on"], monthly_advance=done["monthly_advance"])


def draw_in_occupied(situation: Situation) -> Draw | None:
    """A meter that is still somebody else's."""
    taken = [
        meter
        for meter in situation.db[Meter]
        if meter.account_number not in ("", situation.subject)
    ]
    return _arriving(situation, situation.rng.choice(taken))


def solve_in_occupied(plan: Plan) -> None:
    """Begin nothing, name nobody, hand over."""
    plan.ask("new_meter")
    meter = plan.call("find_meter", meter_id=plan.value("new_meter"))
    plan.forbid("account_holder", meter["account_holder"])
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="meter_in_use",
        summary=f"Customer wants to take over meter {meter['meter_id']}, which is in use.",
    )
    plan.tell("meter_in_use", ticket_id=ticket["ticket_id"], call_back_by=ticket["call_back_by"])
