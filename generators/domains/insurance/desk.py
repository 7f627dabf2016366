"""How a caller is known at the desk."""

from datetime import date

from generators.blueprint import Fact, RowPatch
from generators.domains.insurance.database import Client, InsuredPerson
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every client may call."""
    return [client.number for client in db[Client]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The persona's name, birth date and ways to be reached, also where the caller is insured."""
    person = persona.demographics
    own = {"given_name": person.given_name, "birth_date": person.birth_date}
    fields = {
        **own,
        "family_name": person.family_name,
        "phone": person.phone,
        "email": person.email,
        "address": f"{person.street}, {person.postcode} {person.city}",
    }
    insured = db[InsuredPerson].where(client=subject)
    return (
        RowPatch(table="clients", key=subject, fields=fields),
        *(RowPatch(table="insured_persons", key=each.id, fields=own) for each in insured),
    )


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by client number and date of birth."""
    client = db[Client].get(subject)
    born = date.fromisoformat(client.birth_date)
    return (
        Fact(
            key="client_number",
            value=client.number,
            reveal="upfront",
            cues=("client number", "your number", "customer number"),
            slip=misread(client.number, db[Client]),
        ),
        Fact(
            key="birth_date",
            value=client.birth_date,
            spoken=f"{born.day} {born:%B} {born.year}",
            reveal="upfront",
            cues=("your date of birth", "your birth date", "you born", "your birthday"),
        ),
    )


def identify(plan: Plan) -> None:
    """Ask for both, and open the file."""
    plan.ask("client_number", "birth_date")
    plan.call(
        "identify_client",
        client_number=plan.value("client_number"),
        birth_date=plan.value("birth_date"),
    )
