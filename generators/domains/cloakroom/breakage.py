"""What can have gone wrong with what guests handed in, and what is then right."""

from generators.blueprint import Fact, RowPatch
from generators.domains.cloakroom.database import Item, Note
from generators.domains.cloakroom.intents import INTENTS
from generators.domains.domain import Draw, FaultAtom, Intent, Situation
from generators.domains.plan import Plan
from generators.domains.table import Database


def _items(db: Database, guest: str, state: str, paid: bool | None = None) -> list[Item]:
    found = db[Item].where(guest_id=guest, state=state)
    return [item for item in found if paid is None or item.paid == paid]


def leave_unpaid(situation: Situation) -> tuple[RowPatch, ...] | None:
    """A fee that was paid was not entered; all of the guest's fees are open then."""
    paid = _items(situation.db, situation.subject, "stored", paid=True)
    if not paid or len(_items(situation.db, situation.subject, "stored")) > 1:
        return None
    return (RowPatch(table="items", key=paid[0].ticket, fields={"paid": False}),)


def _unpaid(db: Database, guest: str) -> bool:
    return bool(_items(db, guest, "stored", paid=False))


def _collected(db: Database, guest: str) -> bool:
    returned = _items(db, guest, "returned")
    return bool(returned) and all(item.paid for item in returned)


def give_to_another(situation: Situation) -> tuple[RowPatch, ...] | None:
    """Somebody else got the item; the guest still has the ticket."""
    stored = _items(situation.db, situation.subject, "stored")
    if not stored:
        return None
    item = situation.rng.choice(stored)
    fields = {"state": "returned", "paid": True}
    return (RowPatch(table="items", key=item.ticket, fields=fields),)


def _given_away(db: Database, guest: str) -> bool:
    return bool(_items(db, guest, "returned"))


def draw_given_away(situation: Situation) -> Draw | None:
    """The item that is gone."""
    item = _items(situation.db, situation.subject, "returned")[0]
    return Draw(
        need=f"You want your {item.colour} {item.kind} back; your ticket is {item.ticket}. If it "
        "cannot be found, you want somebody to see to it.",
        facts=(Fact(key="ticket", value=item.ticket, reveal="upfront", cues=("ticket", "number")),),
    )


def solve_given_away(plan: Plan) -> None:
    """See that it is gone, and leave a note for the manager."""
    plan.ask("ticket")
    plan.call("list_items", guest_id=plan.subject)
    note = plan.call(
        "leave_note",
        guest_id=plan.subject,
        reason="complaint",
        text=f"{plan.value('ticket')} is gone, and the guest still has the ticket.",
    )
    plan.tell("gone", note=note["note_id"])


def _manager_knows(db: Database, guest: str) -> bool:
    return _given_away(db, guest) and bool(db[Note].where(guest_id=guest))


FAULTS = {
    "fee_not_entered": FaultAtom(
        intent=INTENTS["fetch"], breaks=leave_unpaid, broken=_unpaid, fixed=_collected
    ),
    "given_to_another": FaultAtom(
        intent=Intent(
            "given_away",
            "An item that is gone",
            "handed_over",
            draw_given_away,
            solve_given_away,
            ("K01",),
        ),
        breaks=give_to_another,
        broken=_given_away,
        fixed=_manager_knows,
    ),
}
