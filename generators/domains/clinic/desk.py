"""How a caller is known at the desk, and how the caller's own rows come about."""

from datetime import date

from generators.blueprint import Fact, RowPatch
from generators.domains.clinic.database import Guardianship, Patient, age_on
from generators.domains.misread import misread
from generators.domains.plan import Plan
from generators.domains.table import Database
from personas.persona import Persona


def subjects(db: Database) -> list[str]:
    """Every grown-up patient may call; nobody who has, or had, a guardian on file here."""
    return [each.number for each in db[Patient] if not db[Guardianship].where(child=each.number)]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The persona's name, birth date and ways to be reached, also for the children that live with the
    caller; what the caller is to a child is made to fit the years between them."""
    person = persona.demographics
    reached = {
        "phone": person.phone,
        "email": person.email,
        "address": f"{person.street}, {person.postcode} {person.city}",
    }
    named = {"given_name": person.given_name, "family_name": person.family_name}
    patches = [
        RowPatch(
            table="patients",
            key=subject,
            fields={**named, **reached, "birth_date": person.birth_date},
        )
    ]
    for tie in db[Guardianship].where(guardian=subject, scope="full"):
        child = db[Patient].get(tie.child)
        patches.append(
            RowPatch(
                table="patients",
                key=child.number,
                fields={"family_name": person.family_name, **reached},
            )
        )
        years = years_between(person.birth_date, child.birth_date)
        if not 18 <= years <= 48:
            patches.append(
                RowPatch(table="guardianships", key=tie.id, fields={"relation": "legal guardian"})
            )
    return tuple(patches)


def years_between(elder: str, younger: str) -> int:
    """How old the elder was when the younger was born."""
    return age_on(elder, date.fromisoformat(younger))


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by patient number and date of birth."""
    patient = db[Patient].get(subject)
    born = date.fromisoformat(patient.birth_date)
    return (
        Fact(
            key="patient_number",
            value=patient.number,
            reveal="upfront",
            cues=("patient number", "clinic card", "clinic number"),
            slip=misread(patient.number, db[Patient]),
        ),
        Fact(
            key="birth_date",
            value=patient.birth_date,
            spoken=f"{born.day} {born:%B} {born.year}",
            reveal="upfront",
            cues=("birth", "born"),
        ),
    )


def identify(plan: Plan) -> None:
    """Ask for both, and open the record."""
    plan.ask("patient_number", "birth_date")
    plan.call(
        "verify_patient",
        patient_number=plan.value("patient_number"),
        birth_date=plan.value("birth_date"),
    )
