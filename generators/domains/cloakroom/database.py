"""The cloakroom's tables."""

from typing import Literal

from generators.domains.table import Row, TableSpec

Kind = Literal["coat", "bag", "umbrella", "suitcase"]


class Guest(Row):
    """Somebody with a seat tonight."""

    guest_id: str
    name: str
    seat: str


class Item(Row):
    """Something handed in. ``fee`` is in euros."""

    ticket: str
    guest_id: str
    kind: Kind
    colour: str
    shelf: str
    fee: float
    paid: bool
    state: Literal["stored", "returned", "tagged"]


class Note(Row):
    """Something the duty manager must see."""

    note_id: str
    guest_id: str
    text: str


TABLES = (
    TableSpec(Guest, "guests", "guest_id"),
    TableSpec(Item, "items", "ticket", {"guest_id": Guest}),
    TableSpec(Note, "notes", "note_id", {"guest_id": Guest}, wording=("text",)),
)
