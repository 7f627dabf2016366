"""What customers want of faults that the seed data has none of: see ``energy.breakage``."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.energy.database import Contract, Fuel, Meter
from generators.domains.energy.intents.cases import fuel_fact, row_with
from generators.domains.energy.intents.visits import keep_mobiles, wish_for_visit
from generators.domains.plan import Plan, PlanBroken
from generators.domains.table import Database


def the_meter(db: Database, account: str, fuel: Fuel) -> Meter | None:
    """The account's meter of this fuel, where there is exactly one."""
    found = [each for each in db[Meter].where(account_number=account) if each.fuel == fuel]
    return found[0] if len(found) == 1 else None


def the_contract(db: Database, account: str, fuel: Fuel) -> Contract | None:
    """The account's contract for this fuel, where there is exactly one and it runs on."""
    found = [each for each in db[Contract].where(account_number=account) if each.fuel == fuel]
    return found[0] if len(found) == 1 and found[0].ends_on is None else None


def draw_estimates(situation: Situation) -> Draw | None:
    """A smart meter that works and is still estimated."""
    return Draw(
        need="Your bills are estimated although your smart electricity meter works, as you can see "
        "from the green light; you want it to send its readings by itself again."
    )


def solve_estimates(plan: Plan) -> None:
    """See that the meter answers, and put it back on automatic readings."""
    meters = plan.call("list_meters", account_number=plan.subject)
    meter_id = row_with(meters, kind="smart")["meter_id"]
    if not plan.call("run_remote_test", meter_id=meter_id)["answers"]:
        raise PlanBroken("a meter that works does not answer")
    plan.confirm("resume_at_once")
    done = plan.call("resume_remote_readings", meter_id=meter_id)
    plan.tell("sends_again", next_reading=done["next_reading"])


def draw_dead_line(situation: Situation) -> Draw | None:
    """No power, and nothing that the customer could switch on."""
    return wish_for_visit(
        situation,
        "You have had no electricity at home since this morning and want it back. You can get to the "
        "fuse box safely. If somebody has to come, you want that arranged.",
    )


def _nothing_drawn(plan: Plan) -> None:
    """What shows that the fault lies behind the meter, and is nothing that a customer can mend."""
    with plan.together():
        plan.call("check_outages", account_number=plan.subject)
        meters = plan.call("list_meters", account_number=plan.subject)
    plan.call("run_remote_test", meter_id=row_with(meters, fuel="electricity")["meter_id"])
    plan.act("look_at_fuse_box", "inspect_fuse_box", account_number=plan.subject)


def solve_dead_line(plan: Plan) -> None:
    """Rule out an outage and the main switch, and book an engineer."""
    _nothing_drawn(plan)
    visits = plan.call("get_visits", account_number=plan.subject)
    keep_mobiles(plan, visits)
    plan.ask("visit_day", "visit_half")
    slot = row_with(visits["free"], day=plan.value("visit_day"), half=plan.value("visit_half"))
    plan.confirm("book", day=slot["day"], half=slot["half"])
    done = plan.call(
        "book_visit", account_number=plan.subject, slot_id=slot["slot_id"], reason="no_power"
    )
    plan.tell("booked", day=done["day"], half=done["half"])


def draw_nobody_free(situation: Situation) -> Draw | None:
    """No power, and no engineer either."""
    return Draw(
        need="You have had no electricity at home since this morning and want it back. You can get to "
        "the fuse box safely. If it cannot be put right now, you want to know who sees to it, and by "
        "when."
    )


def solve_nobody_free(plan: Plan) -> None:
    """Rule out an outage and the main switch, find no engineer free, and hand over."""
    _nothing_drawn(plan)
    visits = plan.call("get_visits", account_number=plan.subject)
    if visits["free"]:
        raise PlanBroken("an engineer is free after all")
    keep_mobiles(plan, visits)
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="other",
        summary="No power behind the meter, main switch on, and no engineer free in the area.",
    )
    plan.tell("no_engineer", ticket_id=ticket["ticket_id"], call_back_by=ticket["call_back_by"])


def draw_reading_stuck(situation: Situation) -> Draw | None:
    """A meter that shows less than what is on file."""
    return Draw(
        need="You wanted to enter a reading of your electricity meter online and it was not accepted; "
        "you want it entered, or to know who puts right what is wrong. You can look at the meter now.",
        facts=(fuel_fact("reading_fuel", "electricity"),),
    )


def solve_reading_stuck(plan: Plan) -> None:
    """Have the meter read, see that the reading on file is higher, and hand over."""
    plan.ask("reading_fuel")
    meters = plan.call("list_meters", account_number=plan.subject)
    meter = row_with(meters, fuel=plan.value("reading_fuel"))
    look = {"account_number": plan.subject, "fuel": meter["fuel"]}
    shown = plan.act("read_electricity_meter", "read_meter", **look)["reading"]
    if shown >= meter["last_reading"]:
        raise PlanBroken("the reading could be entered after all")
    ticket = plan.call(
        "hand_over",
        account_number=plan.subject,
        reason="other",
        summary="The last reading on file is higher than what the customer's meter shows today.",
    )
    plan.tell(
        "reading_wrong",
        last_reading=meter["last_reading"],
        ticket_id=ticket["ticket_id"],
        call_back_by=ticket["call_back_by"],
    )


def draw_advance_wrong(situation: Situation) -> Draw | None:
    """An advance that nobody can have meant."""
    return Draw(
        need="Far too much was collected as your monthly advance for electricity; you never asked for "
        "that, and want it set to what the supplier works out.",
        facts=(fuel_fact("advance_fuel", "electricity"),),
    )


def solve_advance_wrong(plan: Plan) -> None:
    """Work out what is right, and set it."""
    plan.ask("advance_fuel")
    contracts = plan.call("list_contracts", account_number=plan.subject)
    contract_id = row_with(contracts, fuel=plan.value("advance_fuel"))["contract_id"]
    quote = plan.call("get_advance_quote", contract_id=contract_id)
    amount = quote["calculated"]
    plan.confirm("put_right", amount=amount, current=quote["current"])
    done = plan.call("set_advance", contract_id=contract_id, amount=amount)
    plan.tell(
        "advance_set", amount=done["monthly_advance"], first_collection=done["first_collection"]
    )


ESTIMATES_STAY = Intent(
    "estimates_stay",
    "Estimated although the meter works",
    "fulfilled",
    draw_estimates,
    solve_estimates,
    ("E08", "E34"),
)
DEAD_LINE = Intent(
    "dead_line",
    "No power behind the meter",
    "fulfilled",
    draw_dead_line,
    solve_dead_line,
    ("E09", "E37", "E44"),
)
NOBODY_FREE = Intent(
    "nobody_free",
    "No power behind the meter, and no engineer free",
    "handed_over",
    draw_nobody_free,
    solve_nobody_free,
    ("E37", "E42", "E44"),
)
READING_STUCK = Intent(
    "reading_stuck",
    "A reading that cannot be entered",
    "handed_over",
    draw_reading_stuck,
    solve_reading_stuck,
    ("E13", "E42", "E45"),
)
ADVANCE_WRONG = Intent(
    "advance_wrong",
    "An advance that is far too high",
    "fulfilled",
    draw_advance_wrong,
    solve_advance_wrong,
    ("E09", "E17", "E18"),
)
