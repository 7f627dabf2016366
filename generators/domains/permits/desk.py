"""How a caller is known at the counter, and how the caller's own rows come about."""

from datetime import date

from generators.blueprint import Fact, RowPatch
from generators.domains.misread import misread
from generators.domains.permits.database import Person
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Everybody with a file may call."""
    return [each.number for each in db[Person]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The persona's name, birth date and ways to be reached."""
    person = persona.demographics
    fields = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "email": person.email,
        "address": f"{person.street}, {person.postcode} {person.city}",
    }
    return (RowPatch(table="persons", key=subject, fields=fields),)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by citizen number and date of birth."""
    person = db[Person].get(subject)
    born = date.fromisoformat(person.birth_date)
    return (
        Fact(
            key="citizen_number",
            value=person.number,
            reveal="upfront",
            cues=("citizen number", "file number"),
            slip=misread(person.number, db[Person]),
        ),
        Fact(
            key="birth_date",
            value=person.birth_date,
            spoken=f"{born.day} {born:%B} {born.year}",
            reveal="upfront",
            cues=("birth", "born"),
        ),
    )


def identify(plan: Plan) -> None:
    """Ask for both, and open the file."""
    plan.ask("citizen_number", "birth_date")
    plan.call(
        "verify_person",
        person_number=plan.value("citizen_number"),
        birth_date=plan.value("birth_date"),
    )
