"""What guests want."""

from generators.blueprint import Fact
from generators.domains.cloakroom.database import Item
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan


def _stored(situation: Situation, **equal: object) -> list[Item]:
    items = situation.db[Item].where(guest_id=situation.subject, **equal)
    return [item for item in items if item.state == "stored"]


def _ticket(item: Item) -> Fact:
    return Fact(
        key="ticket",
        value=item.ticket,
        reveal="upfront",
        cues=("ticket", "number"),
        slip=f"T{(int(item.ticket[1:]) + 500) % 900 + 100}",
    )


def draw_fetch(situation: Situation) -> Draw | None:
    """An item that is still there, paid or not."""
    items = _stored(situation)
    if not items:
        return None
    item = situation.rng.choice(items)
    return Draw(
        need=f"You want your {item.colour} {item.kind} back; your ticket is {item.ticket}.",
        slots={"ticket": item.ticket, "paid": item.paid},
        facts=(_ticket(item),),
    )


def solve_fetch(plan: Plan) -> None:
    """Check the ticket, let the guest scan the tag, take the fee when open, hand the item over."""
    plan.ask("ticket")
    guest = plan.world.db[Item].get(plan.value("ticket")).guest_id
    plan.call("list_items", guest_id=guest)
    plan.act("scan", "read_tag", ticket=plan.value("ticket"))
    if not plan.slots["paid"]:
        plan.confirm("fee", ticket=plan.value("ticket"))
        charged = plan.call("take_payment", ticket=plan.value("ticket"))
        plan.tell("charged", amount=charged["charged"])
    item = plan.call("return_item", ticket=plan.value("ticket"))
    plan.tell("returned", shelf=item["shelf"])
    plan.outputs["ticket"] = item["ticket"]


def draw_lost(situation: Situation) -> Draw | None:
    """Somebody who lost a ticket: by the policy nothing is handed out."""
    if not _stored(situation):
        return None
    return Draw(need="You lost your ticket and want your things back anyway.")


def solve_lost(plan: Plan) -> None:
    """Refuse, and leave a note for the manager."""
    plan.call("list_items", guest_id=plan.subject)
    note = plan.call(
        "leave_note", guest_id=plan.subject, reason="lost_ticket", text="Guest lost a ticket."
    )
    plan.refuse("lost_ticket", note=note["note_id"])


def draw_count(situation: Situation) -> Draw | None:
    """Anybody may ask what is still there."""
    if not _stored(situation):
        return None
    return Draw(need="You want to know how many of your things are still in the cloakroom.")


def solve_count(plan: Plan) -> None:
    """Look and say."""
    items = plan.call("list_items", guest_id=plan.subject)
    plan.tell("count", shelf=items[0]["shelf"])


INTENTS = {
    intent.name: intent
    for intent in (
        Intent(
            "fetch", "Get an item back", "fulfilled", draw_fetch, solve_fetch, ("K01", "K02", "K03")
        ),
        Intent("lost_ticket", "Lost ticket", "refused", draw_lost, solve_lost, ("K04",)),
        Intent("count", "Ask what is stored", "informed", draw_count, solve_count, ("K01",)),
    )
}
