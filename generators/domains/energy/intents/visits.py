"""Engineers' visits: booked for a fault, moved, and too near to be moved."""

from datetime import date

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.clauses.eligibility import NOTICE
from generators.domains.energy.clauses.faults import VISIT_STAYS_WITHIN
from generators.domains.energy.database import Customer, Slot, Visit
from generators.domains.energy.intents.cases import day_fact, row_with, today
from generators.domains.plan import Plan
from generators.spoken import spoken

_DAY_CUES = (
    "which day",
    "what day",
    "which date",
    "what date",
    "when would",
    "day would",
    "day suit",
)


def wish_for_visit(
    situation: Situation, need: str, instead_of: date | None = None, **slots: str
) -> Draw | None:
    """A free half-day that the caller happens to like, on another day than ``instead_of``."""
    area = situation.db[Customer].get(situation.subject).area
    free = [
        slot
        for slot in situation.db[Slot].where(area=area, taken=False)
        # The first day that a notice allows is one that an agent works out without being told.
        if VISIT_STAYS_WITHIN < slot.day - today(situation) != NOTICE and slot.day != instead_of
    ]
    if not free:
        return None
    slot = situation.rng.choice(free)
    return Draw(
        need=f"{need} The {slot.half} of {spoken(slot.day)} suits you best.",
        slots={"slot_id": slot.slot_id, **slots},
        facts=(
            day_fact("visit_day", slot.day, _DAY_CUES),
            Fact(
                key="visit_half",
                value=slot.half,
                reveal="upfront",
                cues=("morning", "afternoon", "time of day", "half of the day"),
            ),
        ),
    )


def draw_book(situation: Situation) -> Draw | None:
    """The fault that an earlier goal has opened."""
    return wish_for_visit(situation, "You want an engineer to come for the faulty meter.")


def solve_book(plan: Plan) -> None:
    """Find the half-day and book it."""
    plan.ask("visit_day", "visit_half")
    visits = plan.call("get_visits", account_number=plan.subject)
    slot = row_with(visits["free"], day=plan.value("visit_day"), half=plan.value("visit_half"))
    keep_mobiles(plan, visits)
    plan.confirm("book", day=slot["day"], half=slot["half"])
    done = plan.call(
        "book_visit",
        account_number=plan.subject,
        slot_id=slot["slot_id"],
        reason="meter_fault",
    )
    plan.tell("booked", day=done["day"], half=done["half"])


def keep_mobiles(plan: Plan, visits: dict[str, list[dict[str, str]]]) -> None:
    """None of the engineers' numbers that a list of visits shows may be said."""
    mobiles = {slot["engineer_mobile"] for slot in (*visits["free"], *visits["booked"])}
    plan.forbid("engineer_mobile", *sorted(mobiles))


def _booked(situation: Situation) -> tuple[Visit, Slot] | None:
    """The caller's one visit, as it stood this morning."""
    db = situation.db
    visits = db[Visit].where(account_number=situation.subject)
    if len(visits) != 1 or visits[0].visit_id in db[Visit].own:
        return None
    return visits[0], db[Slot].get(visits[0].slot_id)


def draw_move(situation: Situation) -> Draw | None:
    """A visit that may still be moved."""
    booked = _booked(situation)
    if booked is None or booked[1].day - today(situation) < VISIT_STAYS_WITHIN:
        return None
    need = f"An engineer is to come on {spoken(booked[1].day)} and you want another day."
    day = booked[1].day
    return wish_for_visit(
        situation, need, day, visit_id=booked[0].visit_id, booked_day=day.isoformat()
    )


def solve_move(plan: Plan) -> None:
    """Find the visit and the new half-day, and move it."""
    visits = plan.call("get_visits", account_number=plan.subject)
    keep_mobiles(plan, visits)
    plan.ask("visit_day", "visit_half")
    slot = row_with(visits["free"], day=plan.value("visit_day"), half=plan.value("visit_half"))
    old = row_with(visits["booked"], visit_id=plan.slots["visit_id"])
    plan.confirm("move", old_day=old["day"], day=slot["day"], half=slot["half"])
    done = plan.call("move_visit", visit_id=old["visit_id"], slot_id=slot["slot_id"])
    plan.tell("moved", day=done["day"], half=done["half"])


def draw_move_late(situation: Situation) -> Draw | None:
    """A visit of today or tomorrow."""
    booked = _booked(situation)
    if booked is None or booked[1].day - today(situation) >= VISIT_STAYS_WITHIN:
        return None
    need = (
        f"An engineer is to come on {spoken(booked[1].day)} and you want another day; if that is "
        "not possible any more, you will be at home after all."
    )
    day = booked[1].day
    return wish_for_visit(
        situation, need, day, visit_id=booked[0].visit_id, booked_day=day.isoformat()
    )


def solve_move_late(plan: Plan) -> None:
    """See how near the visit is, and decline."""
    visits = plan.call("get_visits", account_number=plan.subject)
    keep_mobiles(plan, visits)
    old = row_with(visits["booked"], visit_id=plan.slots["visit_id"])
    plan.refuse("visit_too_near", day=old["day"])
