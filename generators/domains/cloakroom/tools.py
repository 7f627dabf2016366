"""What the attendant and the guest can do."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from generators.domains.cloakroom.database import Guest, Item, Note
from generators.domains.table import Database, ToolFailure
from generators.domains.tool import read, toolbox, write

Seat = Annotated[str, Meta(pattern=r"^[A-K][1-6]$")]
Ticket = Annotated[str, Meta(pattern=r"^T\d{3}$")]


def find_guest(db: Database, seat: Seat) -> dict[str, Any]:
    """Find the guest who has a seat.

    Args:
        seat: The seat, a row letter and a number, such as C4.
    """
    found = db[Guest].where(seat=seat)
    if not found:
        raise ToolFailure("not_found", f"nobody has seat {seat}")
    return msgspec.to_builtins(found[0])


def list_items(db: Database, guest_id: str) -> list[dict[str, Any]]:
    """List what a guest handed in and has not got back yet.

    Args:
        guest_id: The guest's id, such as G012.
    """
    db[Guest].get(guest_id)
    items = db[Item].where(guest_id=guest_id)
    return [msgspec.to_builtins(item) for item in items if item.state != "returned"]


def take_payment(db: Database, ticket: Ticket) -> dict[str, Any]:
    """Take the fee for one item.

    Args:
        ticket: The item's ticket, such as T104.
    """
    item = db[Item].get(ticket)
    if item.paid:
        raise ToolFailure("already_paid", f"{ticket} is paid already")
    db[Item].change(ticket, paid=True)
    return {"ticket": ticket, "charged": item.fee}


def return_item(db: Database, ticket: Ticket) -> dict[str, Any]:
    """Hand an item back to its guest.

    Args:
        ticket: The item's ticket, such as T104.
    """
    item = db[Item].get(ticket)
    if item.state == "returned":
        raise ToolFailure("already_returned", f"{ticket} was handed back already")
    db[Item].change(ticket, state="returned")
    return {"ticket": ticket, "kind": item.kind, "shelf": item.shelf}


def leave_note(
    db: Database, guest_id: str, reason: Literal["lost_ticket", "complaint"], text: str
) -> dict[str, Any]:
    """Leave a note for the duty manager.

    Args:
        guest_id: The guest it is about.
        reason: What kind of note it is.
        text: One sentence for the manager.
    """
    db[Guest].get(guest_id)
    note = Note(note_id=db.new_id("N", guest_id, reason), guest_id=guest_id, text=text)
    db[Note].insert(note)
    return {"note_id": note.note_id}


def read_tag(db: Database, ticket: Ticket) -> dict[str, Any]:
    """Look at the paper tag of your item and hold it up to the scanner.

    Args:
        ticket: The ticket in your hand, such as T104.
    """
    item = db[Item].get(ticket)
    if item.state == "stored":
        db[Item].change(ticket, state="tagged")
    return {"shelf": item.shelf}


AGENT_TOOLS = toolbox(
    read(find_guest), read(list_items), write(take_payment), write(return_item), write(leave_note)
)
USER_TOOLS = toolbox(write(read_tag))
