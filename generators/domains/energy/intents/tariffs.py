"""Tariffs: switching one contract, being bound, switching half of what was wished, asking."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import is_bound
from generators.domains.energy.database import Tariff
from generators.domains.energy.intents.cases import Supply, fuel_fact, row_with, supplies
from generators.domains.plan import Plan

_CUES = (
    "which tariff",
    "what tariff",
    "name of the tariff",
    "tariff would",
    "tariff do",
    "tariff?",
)


def _targets(situation: Situation, supply: Supply) -> list[Tariff]:
    """The open tariffs that this supply could switch to, were it free."""
    return [
        tariff
        for tariff in situation.db[Tariff].where(fuel=supply.contract.fuel, open_to_new=True)
        if tariff.tariff_id != supply.tariff.tariff_id
        and (supply.meter.sends == "remote" or not tariff.smart_only)
    ]


def _one(situation: Situation, found: list[Supply]) -> Draw | None:
    if not found:
        return None
    supply = situation.rng.choice(found)
    target, other = situation.rng.sample(_targets(situation, supply), 2)
    fact = Fact(
        key="wanted_tariff", value=target.name, reveal="upfront", cues=_CUES, slip=other.name
    )
    return Draw(
        need=f"You want to switch your {supply.contract.fuel} to the tariff {target.name}, which "
        "you saw on the website.",
        slots={"fuel": supply.contract.fuel, "tariff": target.name},
        facts=(fact,),
    )


def draw_switch(situation: Situation) -> Draw | None:
    """A contract that is free to go."""
    db = situation.db
    return _one(situation, [s for s in supplies(situation) if not is_bound(db, s.contract)])


def solve_switch(plan: Plan) -> None:
    """Look at contract and tariffs, say the price, switch."""
    plan.ask("wanted_tariff")
    fuel = plan.slots["fuel"]
    with plan.together():
        contracts = plan.call("list_contracts", account_number=plan.subject)
        tariffs = plan.call("list_tariffs", fuel=fuel)
    tariff = row_with(tariffs, name=plan.value("wanted_tariff"))
    _switch(plan, row_with(contracts, fuel=fuel)["contract_id"], tariff)


def _switch(plan: Plan, contract_id: str, tariff: dict[str, str]) -> None:
    plan.confirm(
        "switch",
        tariff=tariff["name"],
        unit_cents=tariff["unit_cents"],
        standing_charge=tariff["standing_charge"],
    )
    done = plan.call("switch_tariff", contract_id=contract_id, tariff_id=tariff["tariff_id"])
    if done["term_ends"]:
        plan.tell("switched_fixed", starts_on=done["starts_on"], term_ends=done["term_ends"])
    else:
        plan.tell("switched", starts_on=done["starts_on"])


def draw_in_term(situation: Situation) -> Draw | None:
    """A contract that is bound for more than 30 days."""
    db = situation.db
    draw = _one(situation, [s for s in supplies(situation) if is_bound(db, s.contract)])
    if draw is None:
        return None
    need = f"{draw.need} If that is not possible now, you want to know until when you are bound."
    return Draw(need=need, slots=draw.slots, facts=draw.facts)


def solve_in_term(plan: Plan) -> None:
    """Find the fixed term and say how long it lasts."""
    plan.ask("wanted_tariff")
    contracts = plan.call("list_contracts", account_number=plan.subject)
    contract = row_with(contracts, fuel=plan.slots["fuel"])
    plan.refuse("bound", tariff=contract["tariff"], term_ends=contract["term_ends"])


def draw_both(situation: Situation) -> Draw | None:
    """Two contracts, of which one is bound and one is free, and a tariff that both kinds have."""
    db, found = situation.db, supplies(situation)
    bound = [each for each in found if is_bound(db, each.contract)]
    free = [each for each in found if not is_bound(db, each.contract)]
    if len(bound) != 1 or len(free) != 1:
        return None
    names = [
        {tariff.name.rsplit(" ", 1)[0] for tariff in _targets(situation, each)} for each in found
    ]
    wanted = situation.rng.choice(sorted(set.intersection(*names)))
    fact = Fact(key="both_tariff", value=wanted, reveal="upfront", cues=_CUES)
    return Draw(
        need=f"You want both your electricity and your gas on {wanted}. If only one of them can "
        "switch now, do that one.",
        slots={
            "bound": bound[0].contract.fuel,
            "free": free[0].contract.fuel,
            "tariff": wanted,
        },
        facts=(fact,),
    )


def solve_both(plan: Plan) -> None:
    """Decline the bound contract, switch the free one."""
    plan.ask("both_tariff")
    bound, free = plan.slots["bound"], plan.slots["free"]
    with plan.together():
        contracts = plan.call("list_contracts", account_number=plan.subject)
        tariffs = plan.call("list_tariffs", fuel=free)
    held = row_with(contracts, fuel=bound)
    plan.refuse("one_bound", fuel=held["fuel"], term_ends=held["term_ends"])
    tariff = row_with(tariffs, name=f"{plan.value('both_tariff')} {free.capitalize()}")
    _switch(plan, row_with(contracts, fuel=free)["contract_id"], tariff)


def draw_mine(situation: Situation) -> Draw | None:
    """Any contract that stays as it is."""
    found = supplies(situation)
    if not found:
        return None
    supply = situation.rng.choice(found)
    fuel = supply.contract.fuel
    return Draw(
        need=f"You want to know which {fuel} tariff you are on, what it costs, and whether you are "
        "bound.",
        slots={"fuel": fuel},
        facts=(fuel_fact("tariff_fuel", fuel),),
    )


def solve_mine(plan: Plan) -> None:
    """Look it up and say it."""
    plan.ask("tariff_fuel")
    contracts = plan.call("list_contracts", account_number=plan.subject)
    contract = row_with(contracts, fuel=plan.value("tariff_fuel"))
    told = {name: contract[name] for name in ("tariff", "unit_cents", "standing_charge")}
    if contract["term_ends"]:
        plan.tell("on_fixed", **told, term_ends=contract["term_ends"])
    else:
        plan.tell("on_variable", **told)
