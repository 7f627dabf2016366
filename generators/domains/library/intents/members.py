"""Callers about their membership, and for members in their care."""

from datetime import timedelta

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.database import Keepsake, Loan, Member, Tie, Title, age_on
from generators.domains.library.intents.drawing import (
    found,
    loans_of,
    name_of,
    title_fact,
    today,
)
from generators.domains.library.intents.loans import renew, renewable
from generators.domains.library.rules import ADDRESS_DAYS, is_blocked, kind_of, owed
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database


def draw_membership(situation: Situation) -> Draw | None:
    """A membership that ends soon or has ended, and not too much owed on it."""
    db, card = situation.db, situation.subject
    member = db[Member].get(card)
    if member.expires_on > today(situation) + timedelta(days=60):
        return None
    if owed(db, card) >= kind_of(db, card).block_at:
        return None
    old = (today(situation) - member.address_checked_on).days > ADDRESS_DAYS
    if old and not db[Keepsake].where(member=card, kind="postcard"):
        return None
    return Draw(
        need="You want to renew your membership and accept its fee. If you are asked for it: the "
        "library's postcard about your address lies in front of you."
    )


def solve_membership(plan: Plan) -> None:
    """Look; have the postcard read when the address check is old; agree on the fee; renew."""
    membership = plan.call("get_membership", card=plan.subject)
    code = {}
    if membership["address_check_due"]:
        read = plan.act("postcard", "read_postcard", card=plan.subject)
        code = {"address_code": read["code"]}
    plan.confirm("membership", kind=membership["name"], fee=membership["renewal_fee"])
    done = plan.call("renew_membership", card=plan.subject, **code)
    plan.tell("membership_renewed", until=done["expires_on"], fee=done["fee"])
    plan.outputs["charge"] = done["charge_id"]


def draw_ebooks(situation: Situation) -> Draw | None:
    """Anybody may ask how many e-books are left."""
    return Draw(
        need="You want to know how many e-books you may still borrow this month, and when you get new "
        "ones."
    )


def solve_ebooks(plan: Plan) -> None:
    """Look and say."""
    membership = plan.call("get_membership", card=plan.subject)
    plan.tell(
        "ebooks",
        left=membership["ebooks_left_this_month"],
        reset=membership["ebooks_reset_on"],
    )


def _card_fact(db: Database, key: str, card: str) -> Fact:
    cues = ("card number of", "whose card", "whose", "their card", "child's", "other card")
    return Fact(key=key, value=card, reveal="upfront", cues=cues, slip=misread(card, db[Member]))


def _grown_enough(db: Database, tie: Tie) -> bool:
    years = age_on(db[Member].get(tie.member).birth_date, db.now.date())
    return years - age_on(db[Member].get(tie.other).birth_date, db.now.date()) >= 17


def draw_for_child(situation: Situation) -> Draw | None:
    """A child in the caller's care, with a loan that may be renewed."""
    db = situation.db
    ties = db[Tie].where(member=situation.subject, scope="guardian")
    situation.rng.shuffle(ties)
    for tie in ties:
        rows = renewable(situation, loans_of(situation, tie.other))
        if tie.valid_until < today(situation) or not rows or not _grown_enough(db, tie):
            continue
        if is_blocked(db, tie.other):
            continue
        child, name = db[Member].get(tie.other), name_of(db, rows[0].title)
        return Draw(
            need=f"Your child {child.given_name}, card number {child.card}, has {name} on loan; you "
            "want that loan renewed.",
            facts=(_card_fact(db, "child_card", child.card), title_fact("child_title", name)),
        )
    return None


def solve_for_child(plan: Plan) -> None:
    """See that the caller may act for the child, then renew as for anybody."""
    plan.ask("child_card", "child_title")
    child = plan.value("child_card")
    plan.call("get_membership", card=plan.subject)
    with plan.together():
        loans = plan.call("list_loans", card=child)
        plan.call("get_membership", card=child)
    renew(plan, found(loans, title=plan.value("child_title")))
    # The charge is the child's: the caller pays nothing of it here.
    plan.outputs.pop("charge", None)


def draw_film(situation: Situation) -> Draw | None:
    """A film that a child in the caller's care is too young for."""
    db = situation.db
    ties = db[Tie].where(member=situation.subject, scope="guardian")
    situation.rng.shuffle(ties)
    for tie in ties:
        child = db[Member].get(tie.other)
        years = age_on(child.birth_date, today(situation))
        films = [row for row in db[Title] if row.min_age > years]
        if tie.valid_until < today(situation) or not films or not _grown_enough(db, tie):
            continue
        name = situation.rng.choice(films).name
        return Draw(
            need=f"You want {name} reserved for your child {child.given_name}, card number "
            f"{child.card}.",
            facts=(_card_fact(db, "film_card", child.card), title_fact("film_title", name)),
        )
    return None


def solve_film(plan: Plan) -> None:
    """See how old the child is and how old one has to be, and decline."""
    plan.ask("film_card", "film_title")
    with plan.together():
        plan.call("get_membership", card=plan.subject)
        titles = plan.call("find_title", name=plan.value("film_title"))
    film = found(titles, name=plan.value("film_title"))
    plan.refuse("too_young", title=film["name"], age=film["min_age"])


def draw_for_other(situation: Situation) -> Draw | None:
    """Somebody whom the caller may not act for: grown up by now, or only sharing the home."""
    db = situation.db
    ties = db[Tie].where(member=situation.subject)
    situation.rng.shuffle(ties)
    for tie in ties:
        ended = tie.scope == "guardian" and tie.valid_until < today(situation)
        if not ended and tie.scope != "household":
            continue
        rows = [row for row in db[Loan].where(member=tie.other, status="open") if row.copy]
        if not rows or (ended and not _grown_enough(db, tie)):
            continue
        other, name = db[Member].get(tie.other), name_of(db, rows[0].title)
        who = "grown-up child" if ended else "flatmate"
        return Draw(
            need=f"Your {who} {other.given_name}, card number {other.card}, has {name} on loan; you "
            "want that loan renewed.",
            slots={"why": "ended" if ended else "household"},
            facts=(_card_fact(db, "other_card", other.card), title_fact("other_title", name)),
        )
    return None


def solve_for_other(plan: Plan) -> None:
    """See for whom the caller may act, and decline."""
    plan.ask("other_card", "other_title")
    membership = plan.call("get_membership", card=plan.subject)
    tie = found(membership["on_file_for"], card=plan.value("other_card"))
    if plan.slots["why"] == "ended":
        plan.refuse("care_ended", ended=tie["valid_until"])
    else:
        plan.refuse("household_only", scope=tie["scope"])


MEMBERS = (
    Intent(
        "renew_membership",
        "Renew a membership",
        "fulfilled",
        draw_membership,
        solve_membership,
        ("B01", "B06", "B07", "B31", "B32"),
        weight=2.6,
    ),
    Intent("ebooks", "E-books left", "informed", draw_ebooks, solve_ebooks, ("B01", "B33")),
    Intent(
        "renew_for_child",
        "Renew a child's loan",
        "fulfilled",
        draw_for_child,
        solve_for_child,
        ("B01", "B02", "B06", "B10", "B11"),
        weight=1.8,
    ),
    Intent(
        "film_refused",
        "A film that a child is too young for",
        "refused",
        draw_film,
        solve_film,
        ("B01", "B02", "B04", "B21"),
        weight=1.5,
    ),
    Intent(
        "other_refused",
        "Renew for somebody that one may not act for",
        "refused",
        draw_for_other,
        solve_for_other,
        ("B01", "B02", "B03"),
        weight=1.8,
    ),
)
