"""Callers whose reservations should go, or wait longer for them."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.database import Member, Reservation
from generators.domains.library.intents.drawing import (
    found,
    name_of,
    title_fact,
    today,
    touched,
)
from generators.domains.library.rules import held
from generators.domains.plan import Plan


def _mine(situation: Situation) -> list[Reservation]:
    done = touched(situation)
    rows = [row for row in held(situation.db, situation.subject) if row.id not in done]
    situation.rng.shuffle(rows)
    return rows


def draw_cancel(situation: Situation) -> Draw | None:
    """A reservation that waits or lies ready."""
    for row in _mine(situation):
        name = name_of(situation.db, row.title)
        if name in touched(situation):
            continue
        return Draw(
            need=f"You no longer want {name}, which you have reserved, and want to cancel that; you "
            "accept it if that costs something.",
            facts=(title_fact("cancel_title", name),),
        )
    return None


def solve_cancel(plan: Plan) -> None:
    """Look, name the fee when it lies ready, cancel."""
    plan.ask("cancel_title")
    rows = plan.call("list_reservations", card=plan.subject)
    row = found(rows, title=plan.value("cancel_title"))
    if row["status"] == "ready":
        plan.confirm("cancel_ready", title=row["title"], fee=1.2)
    else:
        plan.confirm("cancel_waiting", title=row["title"])
    done = plan.call("cancel_reservation", reservation_id=row["reservation_id"])
    if done["fee"]:
        plan.tell("cancelled_ready", title=done["title"], fee=done["fee"])
        plan.outputs["charge"] = done["charge_id"]
    else:
        plan.tell("cancelled", title=done["title"])
    plan.outputs.update(reservation=row["reservation_id"], title=row["title"])


def draw_extend(situation: Situation) -> Draw | None:
    """A reservation that lies ready and has not been kept longer yet."""
    if situation.db[Member].get(situation.subject).expires_on < today(situation):
        return None
    for row in _mine(situation):
        if row.status == "ready" and not row.extended:
            name = name_of(situation.db, row.title)
            return Draw(
                need=f"{name}, which you have reserved, lies ready for you, but you cannot come in "
                "time; you want it kept for you a bit longer.",
                facts=(title_fact("extend_title", name),),
            )
    return None


def solve_extend(plan: Plan) -> None:
    """Look, ask, keep it longer."""
    plan.ask("extend_title")
    rows = plan.call("list_reservations", card=plan.subject)
    row = found(rows, title=plan.value("extend_title"))
    plan.confirm("extend", title=row["title"])
    done = plan.call("extend_hold", reservation_id=row["reservation_id"])
    plan.tell("extended", until=done["ready_until"], branch=done["branch_name"])
    plan.outputs.update(reservation=row["reservation_id"], title=row["title"])


def draw_extend_refused(situation: Situation) -> Draw | None:
    """A reservation that has been kept longer before."""
    for row in _mine(situation):
        if row.status == "ready" and row.extended:
            name = name_of(situation.db, row.title)
            return Draw(
                need=f"{name}, which you have reserved, lies ready for you, but you cannot come in "
                "time; you want it kept for you even longer.",
                facts=(title_fact("kept_title", name),),
            )
    return None


def solve_extend_refused(plan: Plan) -> None:
    """Look, and decline with the day that stays."""
    plan.ask("kept_title")
    rows = plan.call("list_reservations", card=plan.subject)
    row = found(rows, title=plan.value("kept_title"))
    plan.refuse("kept_once", title=row["title"], until=row["ready_until"])
    plan.outputs.update(reservation=row["reservation_id"], title=row["title"])


HOLDS = (
    Intent(
        "cancel_reservation",
        "Cancel a reservation",
        "fulfilled",
        draw_cancel,
        solve_cancel,
        ("B01", "B06", "B07", "B23"),
    ),
    Intent(
        "extend_hold",
        "Have something kept longer",
        "fulfilled",
        draw_extend,
        solve_extend,
        ("B01", "B06", "B08", "B22"),
        weight=1.3,
    ),
    Intent(
        "extend_refused",
        "Have something kept even longer",
        "refused",
        draw_extend_refused,
        solve_extend_refused,
        ("B01", "B22"),
        weight=2.0,
    ),
)
