"""Skips and scaffolds on public ground, and parties in the street."""

from datetime import date, timedelta
from typing import Any

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.database import Home, Street
from generators.domains.permits.intents.drawing import day_fact, fact, picked, said, today
from generators.domains.plan import Plan

_NEEDED = {"skip": 300, "scaffold": 220}


def _wide_enough(situation: Situation, kind: str) -> bool:
    return situation.db[Home].get(situation.subject).pavement_cm >= _NEEDED[kind]


def _ground(situation: Situation, kind: str, start: date, rest: str = "") -> Draw:
    street = picked(situation, list(situation.db[Street]))
    days, metres = situation.rng.randint(3, 25), situation.rng.randint(6, 20)
    return Draw(
        need=f"You want to put up a {kind} in {street.name} from {said(start)} on, for {days} days, "
        f"on {metres} square metres. You are at the site and have a tape measure.{rest}",
        slots={"family": "ground"},
        facts=(
            fact("street", street.name),
            day_fact("start_day", start),
            fact("days", str(days), f"{days} days"),
            fact("metres", str(metres), f"{metres} square metres"),
        ),
    )


def _ahead(situation: Situation, least: int, most: int) -> date:
    return today(situation) + timedelta(days=situation.rng.randint(least, most))


def draw_skip(situation: Situation) -> Draw | None:
    """A skip, early enough, where the pavement is wide enough."""
    if not _wide_enough(situation, "skip"):
        return None
    return _ground(situation, "skip", _ahead(situation, 4, 30))


def _asked(plan: Plan, kind: str) -> dict[str, Any]:
    """Asks for the particulars and looks the rules up."""
    plan.ask("street", "start_day", "days", "metres")
    return plan.call("get_permit_kind", kind=kind)


def _measured(plan: Plan) -> int:
    return plan.act("measure_pavement", "measure", person_number=plan.subject, what="pavement")[
        "centimetres"
    ]


def _case(plan: Plan, kind: str) -> dict[str, Any]:
    return {
        "person_number": plan.subject,
        "kind": kind,
        "street": plan.value("street"),
        "days": int(plan.value("days")),
        "square_metres": int(plan.value("metres")),
    }


def solve_skip(plan: Plan) -> None:
    """Measure, quote, file."""
    _asked(plan, "skip")
    width = _measured(plan)
    case = _case(plan, "skip")
    quote = plan.call("quote_fee", **case)
    start = plan.value("start_day")
    plan.confirm("skip", start=start, fee=quote["fee"])
    done = plan.call(
        "file_application", **case, starts_on=start, fee=quote["fee"], measured_cm=width
    )
    plan.tell("filed", number=done["application_number"], decision_by=done["decision_by"])


def draw_narrow(situation: Situation) -> Draw | None:
    """A skip where the pavement is too narrow."""
    if _wide_enough(situation, "skip"):
        return None
    return _ground(situation, "skip", _ahead(situation, 4, 30))


def solve_narrow(plan: Plan) -> None:
    """Measure, and decline."""
    rules = _asked(plan, "skip")
    width = _measured(plan)
    plan.refuse("too_narrow", width=width, needed=rules["needed_width_cm"])


def draw_soon(situation: Situation) -> Draw | None:
    """A scaffold sooner than the manual allows."""
    if not _wide_enough(situation, "scaffold"):
        return None
    rest = " If that is too soon, you take the first day that is allowed."
    return _ground(situation, "scaffold", _ahead(situation, 2, 8), rest)


def solve_soon(plan: Plan) -> None:
    """Measure, name the first day, file for that."""
    rules = _asked(plan, "scaffold")
    width = _measured(plan)
    case = _case(plan, "scaffold")
    quote = plan.call("quote_fee", **case)
    plan.confirm(
        "scaffold_later",
        wanted=plan.value("start_day"),
        start=rules["earliest_start"],
        fee=quote["fee"],
    )
    done = plan.call(
        "file_application",
        **case,
        starts_on=rules["earliest_start"],
        fee=quote["fee"],
        measured_cm=width,
    )
    plan.tell("filed", number=done["application_number"], decision_by=done["decision_by"])


def _party(situation: Situation, streets: list[Street]) -> Draw | None:
    street = picked(situation, streets)
    start = _ahead(situation, 44, 90)
    start += timedelta(days=(5 - start.weekday()) % 7)
    return Draw(
        need=f"You want {street.name} closed to traffic on {said(start)} for a street party, "
        "for that one day.",
        slots={"family": "ground"},
        facts=(fact("street", street.name), day_fact("start_day", start)),
    )


def draw_party(situation: Situation) -> Draw | None:
    """A street that is no main road, early enough."""
    return _party(situation, [each for each in situation.db[Street] if not each.bus_line])


def _closure(plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    plan.ask("street", "start_day")
    with plan.together():
        street = plan.call("get_street", street=plan.value("street"))
        rules = plan.call("get_permit_kind", kind="closure")
    return street, rules


def solve_party(plan: Plan) -> None:
    """Look street and rules up, quote, file, tell by when the notice must be up."""
    _closure(plan)
    case = {
        "person_number": plan.subject,
        "kind": "closure",
        "street": plan.value("street"),
        "days": 1,
        "square_metres": 0,
    }
    quote = plan.call("quote_fee", **case)
    start = plan.value("start_day")
    plan.confirm("closure", street=plan.value("street"), start=start, fee=quote["fee"])
    done = plan.call("file_application", **case, starts_on=start, fee=quote["fee"])
    plan.tell("closure_filed", number=done["application_number"], notice_by=done["notice_up_by"])
    plan.outputs["application"] = done["application_number"]


def draw_closure_refused(situation: Situation) -> Draw | None:
    """A main road."""
    return _party(situation, [each for each in situation.db[Street] if each.bus_line])


def solve_closure_refused(plan: Plan) -> None:
    """Look the street up, and decline."""
    street, _ = _closure(plan)
    plan.refuse("main_road", bus=street["bus_line"])


def draw_notice(situation: Situation) -> Draw | None:
    """The notice for the party that was applied for just now."""
    if "street_party" not in situation.earlier:
        return None
    return Draw(
        need="You have the notice to the neighbours with you, printed out, and want to put it up now "
        "and have that put on file. You are in the street.",
        slots={"application": situation.earlier["street_party"]["application"]},
    )


def solve_notice(plan: Plan) -> None:
    """Have it put up and photographed, put it on file."""
    number = plan.slots["application"]
    plan.act("put_up", "put_up_notice", application_number=number)
    plan.act("photograph", "photograph_notice", application_number=number)
    done = plan.call("record_notice", application_number=number)
    plan.tell("notice_recorded", until=done["neighbours_may_object_until"])


GROUND = (
    Intent(
        "skip_permit",
        "A skip on public ground",
        "fulfilled",
        draw_skip,
        solve_skip,
        ("M06", "M07", "M10", "M19", "M20"),
        weight=1.3,
    ),
    Intent(
        "skip_narrow",
        "A skip on a pavement that is too narrow",
        "refused",
        draw_narrow,
        solve_narrow,
        ("M20",),
    ),
    Intent(
        "scaffold_soon",
        "A scaffold sooner than allowed",
        "partial",
        draw_soon,
        solve_soon,
        ("M06", "M07", "M10", "M19", "M20"),
        weight=1.3,
    ),
    Intent(
        "street_party",
        "A street closed for a party",
        "fulfilled",
        draw_party,
        solve_party,
        ("M06", "M07", "M10", "M23", "M24"),
        weight=1.5,
    ),
    Intent(
        "closure_refused",
        "A main road closed for a party",
        "refused",
        draw_closure_refused,
        solve_closure_refused,
        ("M23",),
        weight=0.8,
    ),
    Intent(
        "notice_up",
        "Notice to the neighbours",
        "fulfilled",
        draw_notice,
        solve_notice,
        ("M24",),
        after=("street_party",),
    ),
)
