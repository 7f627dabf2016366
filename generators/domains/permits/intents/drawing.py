"""What the draws of all intents share: how callers name things, and what may follow what."""

from dataclasses import replace
from datetime import date
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.catalogue import MAX_LENGTH_CM
from generators.domains.permits.database import Fee, ParkingPermit, Vehicle
from generators.domains.permits.tools.amounts import is_overdue
from generators.domains.plan import Plan

_CUES: dict[str, tuple[str, ...]] = {
    "plate": ("plate", "registration number", "registration"),
    "old_plate": ("plate", "registration"),
    "ticket_count": ("how many",),
    "street": ("street", "where"),
    "metres": ("square metres", "how much ground", "how much space", "area"),
    "days": ("how many days", "how long"),
    "permit": ("permit number", "number of the permit", "which permit", "permit"),
    "licence": ("licence number", "number of the licence", "which licence", "licence"),
    "extra_days": ("how many days", "how much longer", "how long", "days"),
    "other_person": ("citizen number", "on whose behalf", "act for"),
    "new_holder": ("citizen number", "new holder", "taking over", "take over"),
    "dog_name": ("name", "called"),
    "lost_dog": ("which dog", "name", "called"),
    "chip": ("chip",),
    "application": ("application",),
    "grounds": ("grounds", "why", "reason", "based on"),
    "fee_number": ("fee number", "which fee", "bill"),
}
_DAY_CUES = ("which day", "what day", "day", "date", "when")


def said(day: date) -> str:
    """A day as one says it: ``3 October``."""
    return f"{day.day} {day:%B}"


def day_fact(key: str, day: date) -> Fact:
    """A day that the caller names."""
    return Fact(key=key, value=day.isoformat(), spoken=said(day), reveal="upfront", cues=_DAY_CUES)


def fact(key: str, value: str, spoken: str = "", slip: str = "") -> Fact:
    """Something that the caller knows, with the cues that belong to its key."""
    return Fact(
        key=key,
        value=value,
        spoken=spoken,
        reveal="upfront",
        cues=_CUES[key],
        slip="" if slip == value else slip,
    )


def number_fact(key: str, value: str) -> Fact:
    """A number, which may be misread at first: two of its last digits change places."""
    for at in range(len(value) - 1, 1, -1):
        pair = value[at - 1 : at + 1]
        if pair.isdigit() and pair[0] != pair[1]:
            return fact(key, value, slip=f"{value[: at - 1]}{pair[1]}{pair[0]}{value[at + 1 :]}")
    return fact(key, value)


def today(situation: Situation) -> date:
    """The day of the call."""
    return situation.db.now.date()


def picked(situation: Situation, rows: list[Any]) -> Any:
    """One of the rows, or None where there is none."""
    return situation.rng.choice(rows) if rows else None


def overdue_fees(situation: Situation, person: str) -> list[Fee]:
    """The fees that somebody should have paid by now."""
    fees = situation.db[Fee].where(person=person)
    return [each for each in fees if is_overdue(each, today(situation))]


def permits_of(situation: Situation) -> list[ParkingPermit]:
    """The caller's active parking permits."""
    return situation.db[ParkingPermit].where(holder=situation.subject, status="active")


def cars_without(situation: Situation, long: bool = False) -> list[Vehicle]:
    """The caller's vehicles that no permit is for: those that are too long, or the others."""
    held = {each.plate for each in permits_of(situation)}
    return [
        each
        for each in situation.db[Vehicle].where(keeper=situation.subject)
        if each.plate not in held and (each.length_cm > MAX_LENGTH_CM) == long
    ]


def arranged(intent: Intent) -> Intent:
    """The intent so that it goes with the others: nothing follows a danger, and no two goals of one
    dialogue ask for the same thing or belong to one family."""

    def draw(situation: Situation) -> Draw | None:
        if "danger" in situation.earlier:
            return None
        found = intent.draw(situation)
        taken = {key for each in situation.earlier.values() for key in each["taken"]}
        return None if found is None or taken & _takes(found) else found

    def solve(plan: Plan) -> None:
        intent.oracle(plan)
        facts = tuple(each for each in plan.facts.values() if each.goal == plan.goal)
        plan.outputs["taken"] = sorted(_takes(Draw("", plan.slots, facts)))

    return replace(intent, draw=draw, oracle=solve)


def _takes(draw: Draw) -> set[str]:
    return {each.key for each in draw.facts} | set(draw.slots.get("family", "").split())
