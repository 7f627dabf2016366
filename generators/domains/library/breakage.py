"""What can be wrong on a member's account before a dialogue begins, and what puts it right.

Each fault brings about all that it relies on, and none has a row in common with another, so that any of
them can meet on one account.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from generators.blueprint import RowPatch
from generators.domains.domain import Draw, FaultAtom, Intent, Situation
from generators.domains.library.database import (
    Charge,
    Copy,
    Keepsake,
    Loan,
    Member,
    Message,
    Title,
)
from generators.domains.library.intents import INTENTS
from generators.domains.library.intents.drawing import found, name_of, title_fact
from generators.domains.library.rules import (
    AMNESTY_BEFORE,
    kind_of,
    last_goodwill,
    overdue,
    owed,
)
from generators.domains.plan import Plan
from generators.domains.table import Database

_SLIP = "K-90"
_DISPUTED, _RECENT, _OLD = "CH-9100001", "CH-9100002", "CH-9100003"
"""The keys of what the faults put into a world: numbers that the seed never gives out."""
_SMALL = (0.5, 1.5, 2.0, 3.5)


def _today(db: Database) -> date:
    return db.now.date()


def _lent(db: Database, card: str) -> list[Loan]:
    """The member's loans of copies, without those that the caller has a receipt for."""
    rows = [each for each in db[Loan].where(member=card, status="open") if each.copy]
    return [each for each in rows if not db[Keepsake].where(loan=each.id)]


def _received(db: Database, card: str) -> list[Loan]:
    """Loans that are open although there is a kiosk's receipt for them."""
    papers = db[Keepsake].where(member=card, kind="receipt")
    rows = [db[Loan].get(each.loan) for each in papers]
    return [each for each in rows if each.status == "open"]


def miss_return(situation: Situation) -> tuple[RowPatch, ...] | None:
    """A kiosk has printed its receipt, and the account has not heard of it."""
    db, card, rng = situation.db, situation.subject, situation.rng
    loans = _lent(db, card)
    if not loans or _received(db, card):
        return None
    loan = rng.choice(loans)
    fields = {
        "code": f"{_SLIP}{loan.id[-5:]}",
        "member": card,
        "kind": "receipt",
        "loan": loan.id,
        "branch": db[Member].get(card).home_branch,
        "printed_on": (_today(db) - timedelta(days=rng.randint(1, 6))).isoformat(),
    }
    return (
        RowPatch(table="keepsakes", key=str(fields["code"]), fields=fields),
        # The loan as it stands: no other fault may have it.
        RowPatch(table="loans", key=loan.id, fields={"status": "open"}),
    )


def _return_missed(db: Database, card: str) -> bool:
    return bool(_received(db, card))


def _return_known(db: Database, card: str) -> bool:
    return not _received(db, card)


def _shelved(db: Database, card: str) -> list[Loan]:
    """Loans that are open although their copy stands on a shelf."""
    return [each for each in _lent(db, card) if db[Copy].get(each.copy).status == "on_shelf"]


def shelve_unseen(situation: Situation) -> tuple[RowPatch, ...] | None:
    """What came back stands on its shelf, and nothing shows that it came back."""
    loans = _lent(situation.db, situation.subject)
    if not loans:
        return None
    loan = situation.rng.choice(loans)
    return (
        RowPatch(table="copies", key=loan.copy, fields={"status": "on_shelf"}),
        RowPatch(table="loans", key=loan.id, fields={"status": "open"}),
    )


def draw_shelved(situation: Situation) -> Draw | None:
    """What stands on the shelf."""
    name = name_of(situation.db, _shelved(situation.db, situation.subject)[0].title)
    return Draw(
        need=f"You are sure that you put {name} into a return kiosk last week, but it is still on "
        "your account; you want it taken off. You may have thrown the receipt away.",
        facts=(title_fact("unproven_title", name),),
    )


def _search_begun(db: Database, card: str) -> bool:
    searched = {each.loan for each in db[Message].where(member=card, reason="shelf_search")}
    return any(each.id in searched for each in _shelved(db, card))


def lapse(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The membership ran out, unnoticed."""
    db, card = situation.db, situation.subject
    if db[Member].get(card).expires_on < _today(db) or _blocked(db, card):
        return None
    ended = _today(db) - timedelta(days=situation.rng.randint(1, 40))
    fields = {"expires_on": ended.isoformat(), "address_checked_on": "2024-11-04"}
    return (RowPatch(table="members", key=card, fields=fields),)


def _blocked(db: Database, card: str) -> bool:
    """Whether what is owed stands in the way, or would with what other faults add to it."""
    return owed(db, card) + max(_SMALL) * 3 >= kind_of(db, card).block_at


def _lapsed(db: Database, card: str) -> bool:
    return db[Member].get(card).expires_on < _today(db)


def _runs(db: Database, card: str) -> bool:
    return not _lapsed(db, card)


def _charged(
    key: str, kind: str, ok: Callable[[Database, str], bool], raised: tuple[date, int]
) -> Callable[[Situation], tuple[RowPatch, ...] | None]:
    """A fault that puts one charge on the account, about something that is not on it otherwise."""

    def breaks(situation: Situation) -> tuple[RowPatch, ...] | None:
        db, card, rng = situation.db, situation.subject, situation.rng
        if not ok(db, card):
            return None
        own = {each.title for each in db[Loan].where(member=card)}
        known = {each.about for each in db[Charge].where(member=card)}
        titles = [each for each in db[Title] if each.id not in own and each.name not in known]
        day, spread = raised
        fields: dict[str, Any] = {
            "id": key,
            "member": card,
            "kind": kind,
            "about": rng.choice(titles).name,
            "amount": rng.choice(_SMALL),
            "raised_on": (day - timedelta(days=rng.randint(1, spread))).isoformat(),
            "status": "open",
            "settled_on": None,
        }
        return (RowPatch(table="charges", key=key, fields=fields),)

    return breaks


def _open_still(key: str) -> Callable[[Database, str], bool]:
    def broken(db: Database, card: str) -> bool:
        row = db[Charge].find(key)
        return row is not None and (row.member, row.status) == (card, "open")

    return broken


def _settled(key: str, status: str) -> Callable[[Database, str], bool]:
    def fixed(db: Database, card: str) -> bool:
        return db[Charge].get(key).status == status

    return fixed


def _wishes(intent: str, key: str, fact: str, need: str) -> Intent:
    """An intent of everybody's, about the charge of this key. ``{}`` in the need is its title."""

    def draw(situation: Situation) -> Draw | None:
        about = situation.db[Charge].get(key).about
        return Draw(need=need.format(about), facts=(title_fact(fact, about),))

    return replace(INTENTS[intent], draw=draw)


def draw_disputed(situation: Situation) -> Draw | None:
    """A charge for something that the caller never had."""
    about = situation.db[Charge].get(_DISPUTED).about
    return Draw(
        need=f"There is a charge on your account for damage to {about}, which you have never borrowed. "
        "You want it looked into by somebody who can put it right.",
        facts=(title_fact("charge_title", about),),
    )


def solve_disputed(plan: Plan) -> None:
    """Look, and pass the complaint on: such charges are not the desk's to cancel."""
    plan.ask("charge_title")
    rows = plan.call("list_charges", card=plan.subject)
    row = found(rows, about=plan.value("charge_title"), status="open")
    done = plan.call("hand_over", card=plan.subject, queue="branch_manager", reason="complaint")
    plan.tell(
        "dispute_passed_on",
        amount=row["amount"],
        reference=done["reference"],
        by=done["answer_by"],
    )


CHARGE_DISPUTED = Intent(
    "charge_disputed",
    "A charge for what was never borrowed",
    "handed_over",
    draw_disputed,
    solve_disputed,
    ("B01", "B28", "B39"),
)


def _complaint_passed_on(db: Database, card: str) -> bool:
    passed = db[Message].where(member=card, reason="complaint")
    return bool(passed) and db[Charge].get(_DISPUTED).status == "open"


def _nothing_waived(db: Database, card: str) -> bool:
    return last_goodwill(db, card) is None


def _nothing_overdue(db: Database, card: str) -> bool:
    return not overdue(db, card)


FAULTS = {
    "return_missed": FaultAtom(
        intent=INTENTS["returned_receipt"],
        breaks=miss_return,
        broken=_return_missed,
        fixed=_return_known,
    ),
    "shelved_unseen": FaultAtom(
        intent=replace(INTENTS["returned_unproven"], draw=draw_shelved),
        breaks=shelve_unseen,
        broken=lambda db, card: bool(_shelved(db, card)),
        fixed=_search_begun,
    ),
    "membership_lapsed": FaultAtom(
        intent=INTENTS["renew_membership"], breaks=lapse, broken=_lapsed, fixed=_runs
    ),
    "charged_late": FaultAtom(
        intent=_wishes(
            "waive",
            _RECENT,
            "waive_title",
            "You want the late charge for {} cancelled, as a favour: you had brought it back in time.",
        ),
        breaks=_charged(_RECENT, "late", _nothing_waived, (date(2025, 10, 1), 60)),
        broken=_open_still(_RECENT),
        fixed=_settled(_RECENT, "waived"),
    ),
    "charged_long_ago": FaultAtom(
        intent=_wishes(
            "amnesty",
            _OLD,
            "amnesty_title",
            "You have heard of an amnesty for old late charges and want the one for {} cancelled under "
            "it.",
        ),
        breaks=_charged(_OLD, "late", _nothing_overdue, (AMNESTY_BEFORE, 90)),
        broken=_open_still(_OLD),
        fixed=_settled(_OLD, "amnesty"),
    ),
    "charged_for_nothing": FaultAtom(
        intent=CHARGE_DISPUTED,
        breaks=_charged(_DISPUTED, "damage", lambda db, card: True, (date(2025, 10, 1), 60)),
        broken=_open_still(_DISPUTED),
        fixed=_complaint_passed_on,
    ),
}
