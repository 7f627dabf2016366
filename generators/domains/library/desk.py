"""How a caller is known at the desk, and how the caller's own rows come about."""

from datetime import date

from generators.blueprint import Fact, RowPatch
from generators.domains.library.database import Member, Tie
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every grown-up member may call; nobody for whom somebody else is, or was, on file."""
    return [each.card for each in db[Member] if not db[Tie].where(other=each.card)]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The persona's name, birth date and ways to be reached; children in the caller's care live with
    the caller and have the same family name."""
    person = persona.demographics
    reached = {
        "phone": person.phone,
        "email": person.email,
        "address": f"{person.street}, {person.postcode} {person.city}",
        "family_name": person.family_name,
    }
    own = {**reached, "given_name": person.given_name, "birth_date": person.birth_date}
    patches = [RowPatch(table="members", key=subject, fields=own)]
    for tie in db[Tie].where(member=subject, scope="guardian"):
        patches.append(RowPatch(table="members", key=tie.other, fields=reached))
    return tuple(patches)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by card number and date of birth."""
    member = db[Member].get(subject)
    born = date.fromisoformat(member.birth_date)
    return (
        Fact(
            key="card_number",
            value=member.card,
            reveal="upfront",
            cues=("card number", "library card", "card"),
            slip=misread(member.card, db[Member]),
        ),
        Fact(
            key="birth_date",
            value=member.birth_date,
            spoken=f"{born.day} {born:%B} {born.year}",
            reveal="upfront",
            cues=("birth", "born"),
        ),
    )


def identify(plan: Plan) -> None:
    """Ask for both, and open the account."""
    plan.ask("card_number", "birth_date")
    plan.call("verify_member", card=plan.value("card_number"), birth_date=plan.value("birth_date"))
