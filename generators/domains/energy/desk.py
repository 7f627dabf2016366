"""How a customer is known at the desk."""

from generators.blueprint import Fact, RowPatch
from generators.domains.energy.database import Customer
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every account holder may write in."""
    return [customer.account_number for customer in db[Customer]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The account holder gets the persona's name, birth date, address and contact data."""
    person = persona.demographics
    fields = {
        "name": persona.name,
        "birth_date": person.birth_date,
        "street": person.street,
        "postcode": person.postcode,
        "city": person.city,
        "email": person.email,
        "phone": person.phone,
    }
    return (RowPatch(table="customers", key=subject, fields=fields),)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A customer is known by account number and postcode."""
    customer = db[Customer].get(subject)
    return (
        Fact(
            key="account_number",
            value=subject,
            reveal="upfront",
            cues=("account number", "customer number", "your account"),
            slip=misread(subject, db[Customer]),
        ),
        Fact(
            key="postcode",
            value=customer.postcode,
            reveal="upfront",
            cues=("postcode", "post code", "postal code", "zip"),
        ),
    )


def identify(plan: Plan) -> None:
    """Ask for both and look the account up."""
    plan.ask("account_number", "postcode")
    plan.call(
        "find_customer",
        account_number=plan.value("account_number"),
        postcode=plan.value("postcode"),
    )
