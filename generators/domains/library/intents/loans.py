"""Callers who want to keep things longer, or to know what is due."""

from datetime import timedelta
from typing import Any

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.database import Loan, Title
from generators.domains.library.intents.drawing import (
    found,
    loans_of,
    name_of,
    title_fact,
    today,
    touched,
)
from generators.domains.library.rules import is_blocked, why_not_renewed
from generators.domains.plan import Plan

REFUSALS = {
    "short_loan": "renew_short",
    "reserved": "renew_reserved",
    "renewed_out": "renew_out",
    "too_late": "renew_too_late",
}


def renewable(situation: Situation, loans: list[Loan]) -> list[Loan]:
    """Those that the manual lets one renew, and that a renewal makes due later."""
    db = situation.db
    return [
        row
        for row in loans
        if not why_not_renewed(db, row)
        and today(situation) + timedelta(days=db[Title].get(row.title).loan_days) > row.due_on
    ]


def _stuck(situation: Situation, loans: list[Loan]) -> list[Loan]:
    return [row for row in loans if why_not_renewed(situation.db, row)]


def draw_renew(situation: Situation) -> Draw | None:
    """A loan that may be renewed."""
    rows = renewable(situation, loans_of(situation, situation.subject))
    if not rows or is_blocked(situation.db, situation.subject):
        return None
    name = name_of(situation.db, rows[0].title)
    return Draw(
        need=f"You want to keep {name} for longer and have the loan renewed.",
        facts=(title_fact("renew_title", name),),
    )


def solve_renew(plan: Plan) -> None:
    """Look at loans and membership, name what it costs if it is late, renew, tell the new day."""
    plan.ask("renew_title")
    with plan.together():
        loans = plan.call("list_loans", card=plan.subject)
        plan.call("get_membership", card=plan.subject)
    renew(plan, found(loans, title=plan.value("renew_title")))


def renew(plan: Plan, loan: dict[str, Any]) -> None:
    """From a loan on the list to the day that is told."""
    late = loan["late_charge_so_far"]
    if late:
        plan.confirm("renew_late", title=loan["title"], fee=late)
    else:
        plan.confirm("renew", title=loan["title"])
    done = plan.call("renew_loan", loan_id=loan["loan_id"])
    plan.tell("renewed", title=done["title"], due=done["due_on"])
    plan.outputs.update(loan=loan["loan_id"], reference=loan["loan_id"], title=loan["title"])
    if done["charge_id"]:
        plan.outputs["charge"] = done["charge_id"]


def draw_renew_refused(situation: Situation) -> Draw | None:
    """A loan that may not be renewed, on an account that is not blocked."""
    rows = _stuck(situation, loans_of(situation, situation.subject))
    if not rows or is_blocked(situation.db, situation.subject):
        return None
    name = name_of(situation.db, rows[0].title)
    return Draw(
        need=f"You want to keep {name} for longer and have the loan renewed.",
        slots={"why": why_not_renewed(situation.db, rows[0])},
        facts=(title_fact("stuck_title", name),),
    )


def solve_renew_refused(plan: Plan) -> None:
    """Look, and decline with the title and its due date."""
    plan.ask("stuck_title")
    loans = plan.call("list_loans", card=plan.subject)
    loan = found(loans, title=plan.value("stuck_title"))
    plan.refuse(REFUSALS[plan.slots["why"]], title=loan["title"], due=loan["due_on"])
    plan.outputs.update(loan=loan["loan_id"])


def draw_renew_two(situation: Situation) -> Draw | None:
    """Two loans, of which one may be renewed."""
    db, loans = situation.db, loans_of(situation, situation.subject)
    good, stuck = renewable(situation, loans), _stuck(situation, loans)
    if not good or not stuck or is_blocked(db, situation.subject):
        return None
    pair = [name_of(db, good[0].title), name_of(db, stuck[0].title)]
    situation.rng.shuffle(pair)
    return Draw(
        need=f"You want to keep {pair[0]} and {pair[1]} for longer and have both loans renewed.",
        slots={"good": name_of(db, good[0].title), "why": why_not_renewed(db, stuck[0])},
        facts=(title_fact("pair_first", pair[0]), title_fact("pair_second", pair[1])),
    )


def solve_renew_two(plan: Plan) -> None:
    """Renew the one, decline the other."""
    plan.ask("pair_first", "pair_second")
    with plan.together():
        loans = plan.call("list_loans", card=plan.subject)
        plan.call("get_membership", card=plan.subject)
    names = [plan.value("pair_first"), plan.value("pair_second")]
    stuck = found(loans, title=next(each for each in names if each != plan.slots["good"]))
    plan.refuse(REFUSALS[plan.slots["why"]], title=stuck["title"], due=stuck["due_on"])
    renew(plan, found(loans, title=plan.slots["good"]))
    plan.outputs["stuck"] = stuck["loan_id"]


def draw_due_next(situation: Situation) -> Draw | None:
    """Something is on loan, and the first thing due was not dealt with before."""
    rows = [
        row for row in situation.db[Loan].where(member=situation.subject, status="open") if row.copy
    ]
    rows.sort(key=lambda row: (row.due_on, row.id))
    if not rows or rows[0].id in touched(situation):
        return None
    if len(rows) > 1 and rows[0].due_on == rows[1].due_on:
        return None
    return Draw(
        need="You want to know which of the things you have on loan is due first, and when."
    )


def solve_due_next(plan: Plan) -> None:
    """Look and say."""
    loan = plan.call("list_loans", card=plan.subject)[0]
    if loan["days_overdue"]:
        plan.tell("due_already", title=loan["title"], due=loan["due_on"])
    else:
        plan.tell("due_next", title=loan["title"], due=loan["due_on"])
    plan.outputs.update(loan=loan["loan_id"])


LOANS = (
    Intent(
        "renew_loan",
        "Renew a loan",
        "fulfilled",
        draw_renew,
        solve_renew,
        ("B01", "B06", "B08", "B10", "B11"),
        weight=1.3,
    ),
    Intent(
        "renew_refused",
        "Renew what cannot be renewed",
        "refused",
        draw_renew_refused,
        solve_renew_refused,
        ("B01", "B03", "B11"),
        weight=1.2,
    ),
    Intent(
        "renew_two",
        "Renew two loans, of which one cannot be renewed",
        "partial",
        draw_renew_two,
        solve_renew_two,
        ("B01", "B06", "B08", "B11"),
        weight=1.3,
    ),
    Intent(
        "due_next", "What is due first", "informed", draw_due_next, solve_due_next, ("B01", "B17")
    ),
)
