"""How a caller is known at the desk, and how the caller's own row comes about."""

from generators.blueprint import Fact, RowPatch
from generators.domains.datadesk.database import Colleague
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every colleague may call."""
    return [each.staff_number for each in db[Colleague]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The persona's name and mail address."""
    person = persona.demographics
    fields = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
    }
    return (RowPatch(table="colleagues", key=subject, fields=fields),)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by staff number and extension."""
    row = db[Colleague].get(subject)
    return (
        Fact(
            key="staff_number",
            value=row.staff_number,
            reveal="upfront",
            cues=("staff number", "staff card"),
            slip=misread(row.staff_number, db[Colleague]),
        ),
        Fact(key="extension", value=row.extension, reveal="upfront", cues=("extension",)),
    )


def identify(plan: Plan) -> None:
    """Ask for both, and see who it is."""
    plan.ask("staff_number", "extension")
    plan.call(
        "verify_colleague",
        staff_number=plan.value("staff_number"),
        extension=plan.value("extension"),
    )
