"""The monthly advance: within the limits, against them, and after a reading."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import advance_may_change, advance_range
from generators.domains.energy.database import Contract, Tariff
from generators.domains.energy.intents.cases import Supply, fuel_fact, row_with, supplies
from generators.domains.energy.tariffs import calculated_advance
from generators.domains.plan import Plan


def _facts(supply: Supply, amount: int, slip: int) -> tuple[Fact, ...]:
    cues = ("how much", "amount", "what figure", "how high", "what should")
    return (
        fuel_fact("advance_fuel", supply.contract.fuel),
        Fact(key="advance_amount", value=str(amount), reveal="upfront", cues=cues, slip=str(slip)),
    )


def draw_change(situation: Situation) -> Draw | None:
    """A contract whose advance may change, and an amount within its limits."""
    db, rng = situation.db, situation.rng
    free = [each for each in supplies(situation) if advance_may_change(db, each.contract)]
    if not free:
        return None
    supply = rng.choice(free)
    lowest, highest = (int(limit) for limit in advance_range(db, supply.contract))
    current = supply.contract.monthly_advance
    amounts = [each for each in range(lowest, highest + 1) if each != current]
    amount = rng.choice(amounts)
    fuel = supply.contract.fuel
    return Draw(
        need=f"You want to pay a monthly advance of {amount} euros for {fuel} from now on.",
        slots={"fuel": fuel, "amount": amount},
        facts=_facts(supply, amount, amount + rng.choice((-10, 10, 20))),
    )


def solve_change(plan: Plan) -> None:
    """Look at the limits, then set the amount."""
    plan.ask("advance_fuel")
    contract = _contract(plan)
    plan.ask("advance_amount")
    quote = plan.call("get_advance_quote", contract_id=contract["contract_id"])
    amount = float(plan.value("advance_amount"))
    plan.confirm("set_advance", fuel=contract["fuel"], amount=amount, current=quote["current"])
    done = plan.call("set_advance", contract_id=contract["contract_id"], amount=amount)
    plan.tell(
        "advance_set", amount=done["monthly_advance"], first_collection=done["first_collection"]
    )


def _contract(plan: Plan) -> dict[str, str]:
    contracts = plan.call("list_contracts", account_number=plan.subject)
    return row_with(contracts, fuel=plan.value("advance_fuel"))


def draw_refused(situation: Situation) -> Draw | None:
    """An amount that is too low, or a change too soon after the last one."""
    db, rng = situation.db, situation.rng
    found = supplies(situation)
    if not found:
        return None
    supply = rng.choice(found)
    lowest = int(advance_range(db, supply.contract)[0])
    if advance_may_change(db, supply.contract):
        why, amount = "too_low", max(5, round(lowest * rng.uniform(0.45, 0.85)))
        hope = "You know it is little, but money is short."
    else:
        why, amount = "too_soon", lowest + rng.randint(2, 15)
        amount += amount == supply.contract.monthly_advance
        hope = "You had it changed not long ago, but your plans are different now."
    fuel = supply.contract.fuel
    return Draw(
        need=f"You want to pay only {amount} euros a month in advance for {fuel}. {hope} "
        "If that cannot be done, you leave it as it is.",
        slots={"fuel": fuel, "amount": amount, "why": why},
        facts=_facts(supply, amount, amount + 10),
    )


def solve_refused(plan: Plan) -> None:
    """Show the limit or the day that stands against it."""
    plan.ask("advance_fuel")
    contract = _contract(plan)
    plan.ask("advance_amount")
    quote = plan.call("get_advance_quote", contract_id=contract["contract_id"])
    if plan.slots["why"] == "too_low":
        plan.refuse("advance_too_low", lowest=quote["lowest"], calculated=quote["calculated"])
    else:
        plan.refuse("advance_too_soon", next_change_from=quote["next_change_from"])


def draw_after_reading(situation: Situation) -> Draw | None:
    """The reading just entered calls for another advance."""
    db = situation.db
    contract = db[Contract].get(situation.earlier["submit_reading"]["contract_id"])
    calculated = calculated_advance(contract.annual_kwh, db[Tariff].get(contract.tariff_id))
    if calculated == contract.monthly_advance or not advance_may_change(db, contract):
        return None
    return Draw(
        need=f"Once your reading is entered, you want the monthly advance for {contract.fuel} set "
        "to whatever the supplier now calculates.",
        slots={"contract_id": contract.contract_id, "fuel": contract.fuel},
    )


def solve_after_reading(plan: Plan) -> None:
    """Set the advance to the calculated amount."""
    quote = plan.call("get_advance_quote", contract_id=plan.slots["contract_id"])
    amount = quote["calculated"]
    plan.confirm("follow_reading", amount=amount, current=quote["current"])
    done = plan.call("set_advance", contract_id=plan.slots["contract_id"], amount=amount)
    plan.tell(
        "advance_set", amount=done["monthly_advance"], first_collection=done["first_collection"]
    )
