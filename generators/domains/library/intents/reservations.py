"""Callers who want a title that is out, elsewhere, or waiting for them."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.catalogue import BRANCHES
from generators.domains.library.database import Member
from generators.domains.library.intents.drawing import (
    branch_fact,
    branch_said,
    found,
    has_room,
    standing,
    title_fact,
    today,
    wanted_titles,
)
from generators.domains.library.rules import is_blocked
from generators.domains.plan import Plan


def _out_everywhere(situation: Situation, prefix: str) -> Draw | None:
    for title in wanted_titles(situation):
        if not standing(situation.db, title.id):
            branch = situation.rng.choice(BRANCHES).code
            return Draw(
                need=f"You want to borrow {title.name} and fetch it at {branch_said(branch)}; if it is "
                "out, you want it reserved.",
                facts=(
                    title_fact(f"{prefix}_title", title.name),
                    branch_fact(f"{prefix}_branch", branch),
                ),
            )
    return None


def draw_reserve(situation: Situation) -> Draw | None:
    """A title of which no copy stands anywhere, and room for one more reservation."""
    db, card = situation.db, situation.subject
    if is_blocked(db, card) or not has_room(db, card):
        return None
    return _out_everywhere(situation, "reserve")


def solve_reserve(plan: Plan) -> None:
    """Look at title, reservations and membership, name the fee, reserve."""
    plan.ask("reserve_title", "reserve_branch")
    with plan.together():
        titles = plan.call("find_title", name=plan.value("reserve_title"))
        plan.call("list_reservations", card=plan.subject)
        membership = plan.call("get_membership", card=plan.subject)
    title = found(titles, name=plan.value("reserve_title"))
    fee = membership["reservation_fee"]
    plan.confirm("reserve", title=title["name"], fee=fee)
    done = plan.call(
        "place_reservation",
        card=plan.subject,
        title_id=title["title_id"],
        branch=plan.value("reserve_branch"),
    )
    plan.tell("reserved", reference=done["reservation_id"], position=done["position"])
    plan.outputs.update(
        reference=done["reservation_id"],
        title=title["name"],
        charge=done["charge_id"],
    )


def draw_reserve_refused(situation: Situation) -> Draw | None:
    """A title that is out, and an account that is blocked, has run out or is full."""
    db, card = situation.db, situation.subject
    if db[Member].get(card).expires_on < today(situation):
        why = "expired"
    elif is_blocked(db, card):
        why = "blocked"
    elif not has_room(db, card):
        why = "full"
    else:
        return None
    draw = _out_everywhere(situation, "refused")
    if draw is None:
        return None
    return Draw(need=draw.need, slots={"why": why}, facts=draw.facts)


def solve_reserve_refused(plan: Plan) -> None:
    """Look, and decline with the sum, the day or the number."""
    plan.ask("refused_title", "refused_branch")
    with plan.together():
        plan.call("find_title", name=plan.value("refused_title"))
        plan.call("list_reservations", card=plan.subject)
        membership = plan.call("get_membership", card=plan.subject)
    if plan.slots["why"] == "expired":
        plan.refuse("account_expired", ended=membership["expires_on"])
    elif plan.slots["why"] == "blocked":
        plan.refuse("account_blocked", limit=membership["block_at"])
    else:
        plan.refuse("reservations_full", most=membership["max_reservations"])
    plan.outputs["title"] = plan.value("refused_title")


def draw_on_shelf(situation: Situation) -> Draw | None:
    """A title that stands in the branch that the caller asks about."""
    for title in wanted_titles(situation):
        copies = standing(situation.db, title.id)
        if copies:
            branch = situation.rng.choice(copies).branch
            return Draw(
                need=f"You want to know whether {title.name} is in at {branch_said(branch)}, and on "
                "which shelf.",
                facts=(
                    title_fact("shelf_title", title.name),
                    branch_fact("shelf_branch", branch),
                ),
            )
    return None


def solve_on_shelf(plan: Plan) -> None:
    """Look and say."""
    plan.ask("shelf_title", "shelf_branch")
    titles = plan.call("find_title", name=plan.value("shelf_title"))
    title = found(titles, name=plan.value("shelf_title"))
    copy = found(title["copies"], branch=plan.value("shelf_branch"), status="on_shelf")
    plan.tell("on_shelf", shelf=copy["shelf"])
    plan.outputs["title"] = title["name"]


def draw_bring(situation: Situation) -> Draw | None:
    """A title that stands in other branches only."""
    db, card = situation.db, situation.subject
    if is_blocked(db, card) or not has_room(db, card):
        return None
    for title in wanted_titles(situation):
        taken = {copy.branch for copy in standing(db, title.id)}
        free = [row.code for row in BRANCHES if row.code not in taken]
        if taken and free:
            branch = situation.rng.choice(free)
            return Draw(
                need=f"You want to borrow {title.name} and fetch it at {branch_said(branch)}, wherever "
                "it has to come from.",
                facts=(
                    title_fact("bring_title", title.name),
                    branch_fact("bring_branch", branch),
                ),
            )
    return None


def solve_bring(plan: Plan) -> None:
    """Look at title, reservations and membership, name the fee, have a copy sent."""
    plan.ask("bring_title", "bring_branch")
    with plan.together():
        titles = plan.call("find_title", name=plan.value("bring_title"))
        plan.call("list_reservations", card=plan.subject)
        membership = plan.call("get_membership", card=plan.subject)
    title = found(titles, name=plan.value("bring_title"))
    copy = found(title["copies"], status="on_shelf")
    fee = membership["transfer_fee"]
    offered = {"title": title["name"], "origin": copy["branch_name"]}
    if fee:
        plan.confirm("bring", **offered, fee=fee)
    else:
        plan.confirm("bring_free", **offered)
    done = plan.call(
        "request_transfer",
        card=plan.subject,
        barcode=copy["barcode"],
        branch=plan.value("bring_branch"),
    )
    plan.tell("on_its_way", reference=done["reservation_id"], arrives=done["arrives_on"])
    plan.outputs.update(reference=done["reservation_id"], title=title["name"])
    if done["charge_id"]:
        plan.outputs["charge"] = done["charge_id"]


_FEES = ("B01", "B06", "B07", "B08", "B10")

RESERVATIONS = (
    Intent(
        "reserve",
        "Reserve what is out",
        "fulfilled",
        draw_reserve,
        solve_reserve,
        (*_FEES, "B18", "B20"),
        weight=1.2,
    ),
    Intent(
        "reserve_refused",
        "Reserve on an account that may not",
        "refused",
        draw_reserve_refused,
        solve_reserve_refused,
        ("B01", "B10", "B20"),
        weight=1.5,
    ),
    Intent(
        "on_shelf", "Whether it is in", "informed", draw_on_shelf, solve_on_shelf, ("B01", "B18")
    ),
    Intent(
        "bring_copy",
        "Have a copy sent to a branch",
        "fulfilled",
        draw_bring,
        solve_bring,
        (*_FEES, "B19", "B20"),
    ),
)
