"""Trees, fences and dogs."""

from datetime import date, timedelta
from typing import Any

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.catalogue import FELLING_FROM, FREE_FENCE_CM, FREE_TRUNK_CM
from generators.domains.permits.database import Dog, Home, Street
from generators.domains.permits.intents.drawing import (
    day_fact,
    fact,
    number_fact,
    picked,
    said,
    today,
)
from generators.domains.plan import Plan

_NAMES = ("Sorrel", "Bandit", "Willow", "Hector", "Tansy", "Rolo", "Maple", "Gus")
_FAMILY = {"family": "garden"}


def _home(situation: Situation) -> Home:
    return situation.db[Home].get(situation.subject)


def _quiet_street(situation: Situation) -> str:
    return picked(situation, [each.name for each in situation.db[Street] if not each.bus_line])


def draw_tree(situation: Situation) -> Draw | None:
    """A thick trunk, and a day in autumn."""
    if _home(situation).trunk_cm < FREE_TRUNK_CM:
        return None
    street = _quiet_street(situation)
    day = FELLING_FROM + timedelta(days=situation.rng.randint(1, 80))
    return Draw(
        need=f"You want to fell a tree in your garden in {street}, on {said(day)}, and get whatever "
        "permit that needs. You are standing beside it with a tape measure.",
        slots=_FAMILY,
        facts=(fact("street", street), day_fact("start_day", day)),
    )


def _case(plan: Plan, kind: str) -> dict[str, Any]:
    return {
        "person_number": plan.subject,
        "kind": kind,
        "street": plan.value("street"),
        "days": 1,
        "square_metres": 0,
    }


def _measured(plan: Plan, what: str) -> int:
    done = plan.act(f"measure_{what}", "measure", person_number=plan.subject, what=what)
    return done["centimetres"]


def _file(plan: Plan, kind: str, start: str, measured: int, wanted: str = "") -> dict[str, Any]:
    case = _case(plan, kind)
    quote = plan.call("quote_fee", **case)
    if wanted:
        plan.confirm(f"{kind}_later", wanted=wanted, start=start, fee=quote["fee"])
    else:
        plan.confirm(kind, start=start, fee=quote["fee"])
    return plan.call(
        "file_application", **case, starts_on=start, fee=quote["fee"], measured_cm=measured
    )


def solve_tree(plan: Plan) -> None:
    """Measure, quote, file."""
    girth = _measured(plan, "trunk")
    plan.ask("street", "start_day")
    plan.call("get_permit_kind", kind="tree")
    done = _file(plan, "tree", plan.value("start_day"), girth)
    plan.tell("filed", number=done["application_number"], decision_by=done["decision_by"])


def draw_season(situation: Situation) -> Draw | None:
    """A thick trunk, and a day in September."""
    if _home(situation).trunk_cm < FREE_TRUNK_CM:
        return None
    street = _quiet_street(situation)
    day = today(situation) + timedelta(days=situation.rng.randint(2, 13))
    return Draw(
        need=f"You want to fell a tree in your garden in {street}, on {said(day)}, and get whatever "
        "permit that needs. If that is too soon, you take the first day that is allowed. You are "
        "standing beside it with a tape measure.",
        slots=_FAMILY,
        facts=(fact("street", street), day_fact("start_day", day)),
    )


def solve_season(plan: Plan) -> None:
    """Measure, name the first day after the nests are left, file for that."""
    girth = _measured(plan, "trunk")
    plan.ask("street", "start_day")
    start = plan.call("get_permit_kind", kind="tree")["earliest_start"]
    done = _file(plan, "tree", start, girth, wanted=plan.value("start_day"))
    plan.tell("filed", number=done["application_number"], decision_by=done["decision_by"])


def draw_tree_free(situation: Situation) -> Draw | None:
    """A thin trunk."""
    if _home(situation).trunk_cm >= FREE_TRUNK_CM:
        return None
    return Draw(
        need="You want to fell a tree in your garden and to know whether you need a permit for it. "
        "You are standing beside it with a tape measure.",
        slots=_FAMILY,
    )


def solve_tree_free(plan: Plan) -> None:
    """Measure, and say that nothing is needed."""
    girth = _measured(plan, "trunk")
    plan.call("get_permit_kind", kind="tree")
    plan.tell("tree_free", girth=girth)


def draw_fence(situation: Situation) -> Draw | None:
    """A fence that needs a notice."""
    if _home(situation).fence_cm <= FREE_FENCE_CM:
        return None
    street = _quiet_street(situation)
    return Draw(
        need=f"You are going to build a fence at your place in {street} like the one that is marked "
        "out there, and want to give the building notice for it. You have a tape measure, and begin "
        "on the first day on which you may.",
        slots={"family": "garden"},
        facts=(fact("street", street),),
    )


def solve_fence(plan: Plan) -> None:
    """Measure, look the first day up, file for it."""
    height = _measured(plan, "fence")
    plan.ask("street")
    start = plan.call("get_permit_kind", kind="fence")["earliest_start"]
    done = _file(plan, "fence", start, height)
    plan.tell("fence_filed", number=done["application_number"], start=start)


def draw_dog(situation: Situation) -> Draw | None:
    """A new dog, in time or late."""
    rng = situation.rng
    arrived = today(situation) - timedelta(days=rng.choice((2, 5, 9, 12, 17, 23, 31)))
    taken = {each.name for each in situation.db[Dog].where(keeper=situation.subject)}
    name = rng.choice([each for each in _NAMES if each not in taken])
    chip = f"9{rng.randint(10**9, 10**10 - 1)}"
    return Draw(
        need=f"You have had a dog called {name} since {said(arrived)}, chip number {chip}, and want "
        "to register it.",
        slots={"family": "dog"},
        facts=(
            fact("dog_name", name),
            number_fact("chip", chip),
            day_fact("arrived_on", arrived),
        ),
    )


def solve_dog(plan: Plan) -> None:
    """Work the tax out, register."""
    plan.ask("dog_name", "chip", "arrived_on")
    arrived, name = plan.value("arrived_on"), plan.value("dog_name")
    quote = plan.call("quote_dog_tax", person_number=plan.subject, arrived_on=arrived)
    if quote["late"]:
        plan.confirm("dog_late", name=name, tax=quote["yearly_tax"], surcharge=quote["surcharge"])
    else:
        plan.confirm("dog", name=name, tax=quote["yearly_tax"])
    done = plan.call(
        "register_dog",
        person_number=plan.subject,
        name=name,
        chip=plan.value("chip"),
        arrived_on=arrived,
        charge_surcharge=quote["late"],
    )
    plan.tell("dog_registered", tag=done["tag"], charged=done["charged"])


def draw_dog_gone(situation: Situation) -> Draw | None:
    """A dog that now lives with somebody else, or has died."""
    dog = picked(situation, situation.db[Dog].where(keeper=situation.subject, status="registered"))
    if dog is None:
        return None
    now = today(situation)
    gone = date(now.year, situation.rng.randint(2, now.month - 1), situation.rng.randint(1, 28))
    what = situation.rng.choice(("now lives with your sister", "died", "went back to the farm"))
    return Draw(
        need=f"Your dog {dog.name} {what} on {said(gone)}. You want it taken off the register.",
        slots={"family": "dog", "tag": dog.tag},
        facts=(fact("lost_dog", dog.name), day_fact("gone_on", gone)),
    )


def solve_dog_gone(plan: Plan) -> None:
    """Find the dog, take it off, tell the refund."""
    plan.ask("lost_dog", "gone_on")
    plan.call("list_dogs", person_number=plan.subject)
    plan.confirm("dog_gone", name=plan.value("lost_dog"), gone_on=plan.value("gone_on"))
    done = plan.call("deregister_dog", tag=plan.slots["tag"], gone_on=plan.value("gone_on"))
    plan.tell("dog_off", refund=done["refund"])


GARDENS = (
    Intent(
        "tree_apply",
        "Fell a tree that is protected",
        "fulfilled",
        draw_tree,
        solve_tree,
        ("M06", "M07", "M10", "M25", "M26"),
        weight=1.2,
    ),
    Intent(
        "tree_season",
        "Fell a tree while birds are nesting",
        "partial",
        draw_season,
        solve_season,
        ("M06", "M07", "M10", "M19", "M25", "M26"),
        weight=1.5,
    ),
    Intent(
        "tree_free",
        "Fell a tree that is not protected",
        "informed",
        draw_tree_free,
        solve_tree_free,
        ("M25",),
    ),
    Intent(
        "fence_notice",
        "Building notice for a fence",
        "fulfilled",
        draw_fence,
        solve_fence,
        ("M06", "M07", "M10", "M19", "M27"),
    ),
    Intent(
        "dog_register",
        "Register a dog",
        "fulfilled",
        draw_dog,
        solve_dog,
        ("M06", "M07", "M28"),
        weight=0.7,
    ),
    Intent(
        "dog_gone",
        "Take a dog off the register",
        "fulfilled",
        draw_dog_gone,
        solve_dog_gone,
        ("M06", "M29"),
        weight=1.3,
    ),
)
