"""How a guest is known at the desk."""

from generators.blueprint import Fact, RowPatch
from generators.domains.cloakroom.database import Guest
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every guest may come to the desk."""
    return [guest.guest_id for guest in db[Guest]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The guest gets the persona's name."""
    return (RowPatch(table="guests", key=subject, fields={"name": persona.name}),)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A guest is known by the seat."""
    seat = db[Guest].get(subject).seat
    return (Fact(key="seat", value=seat, reveal="upfront", cues=("seat", "sitting")),)


def identify(plan: Plan) -> None:
    """Ask for the seat and find the guest."""
    plan.ask("seat")
    plan.call("find_guest", seat=plan.value("seat"))
