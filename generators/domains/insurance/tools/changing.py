"""Tools that change a policy."""

from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.insurance.database import (
    Certificate,
    Client,
    InsuredPerson,
    Policy,
    PolicyCover,
    ProductCover,
    Refund,
)
from generators.domains.insurance.products import Cover, Language
from generators.domains.insurance.tools.keys import Amount, PolicyNumber
from generators.domains.insurance.tools.quoting import quote_cover, quote_extension, quote_person
from generators.domains.table import Database, ToolFailure

Name = Annotated[str, Meta(min_length=2, max_length=40)]


def cancel_policy(db: Database, policy_number: PolicyNumber, refund: Amount) -> dict[str, Any]:
    """Cancel a policy and pay premium back.

    Args:
        policy_number: The policy's number.
        refund: How much premium is paid back, in euros.
    """
    policy = _active(db, policy_number)
    if refund > policy.premium:
        raise ToolFailure("too_much", f"the premium was {policy.premium:.2f} only")
    db[Policy].change(policy_number, status="cancelled")
    db[Refund].insert(
        Refund(id=db.new_id("RF", policy_number), policy=policy_number, amount=refund)
    )
    arrives_by = db.now.date() + timedelta(days=7)
    return {"status": "cancelled", "refund": refund, "arrives_by": arrives_by.isoformat()}


def add_cover(db: Database, policy_number: PolicyNumber, cover: Cover) -> dict[str, Any]:
    """Widen a policy by a cover and charge the premium for it.

    Args:
        policy_number: The policy's number.
        cover: The cover to add.
    """
    policy = _active(db, policy_number)
    quote = quote_cover(db, policy_number, cover)
    terms = db[ProductCover].get(f"{policy.product}:{cover}")
    today = db.now.date()
    row = db[PolicyCover].insert(
        PolicyCover(
            id=f"{policy_number}:{cover}",
            policy=policy_number,
            cover=cover,
            limit=terms.limit,
            excess=terms.excess,
            since=today,
            covered_from=today + timedelta(days=terms.waiting_days),
        )
    )
    db[Policy].change(policy_number, premium=round(policy.premium + quote["premium"], 2))
    return {
        "cover": cover,
        "charged": quote["premium"],
        "limit": terms.limit,
        "covered_from": row.covered_from.isoformat(),
    }


def add_person(
    db: Database, policy_number: PolicyNumber, given_name: Name, birth_date: date
) -> dict[str, Any]:
    """Insure one more person under a policy and charge the premium for it.

    Args:
        policy_number: The policy's number.
        given_name: The person's given name.
        birth_date: The person's date of birth.
    """
    policy = _active(db, policy_number)
    quote = quote_person(db, policy_number, birth_date)
    row = db[InsuredPerson].insert(
        InsuredPerson(
            id=db.new_id("IP", policy_number, given_name, birth_date),
            policy=policy_number,
            client="",
            given_name=given_name,
            birth_date=birth_date.isoformat(),
        )
    )
    db[Policy].change(policy_number, premium=round(policy.premium + quote["premium"], 2))
    return {
        "person_id": row.id,
        "given_name": given_name,
        "charged": quote["premium"],
        "persons": quote["persons"] + 1,
    }


def extend_trip(db: Database, policy_number: PolicyNumber, new_end: date) -> dict[str, Any]:
    """Insure a journey until a later day and charge the premium for it.

    Args:
        policy_number: The policy's number.
        new_end: The new last day of the journey.
    """
    policy = _active(db, policy_number)
    quote = quote_extension(db, policy_number, new_end)
    premium = round(policy.premium + quote["premium"], 2)
    db[Policy].change(policy_number, ends_on=new_end, premium=premium)
    return {"ends_on": new_end.isoformat(), "charged": quote["premium"], "premium": premium}


def send_certificate(
    db: Database, policy_number: PolicyNumber, language: Language
) -> dict[str, Any]:
    """Send the certificate of insurance to the holder's e-mail address on file.

    Args:
        policy_number: The policy's number.
        language: The language of the certificate.
    """
    policy = _active(db, policy_number)
    row = db[Certificate].insert(
        Certificate(
            id=db.new_id("CF", policy_number, language), policy=policy_number, language=language
        )
    )
    email = db[Client].get(policy.holder).email
    return {"certificate_id": row.id, "language": language, "sent_to": email}


def _active(db: Database, policy_number: str) -> Policy:
    policy = db[Policy].get(policy_number)
    if policy.status != "active":
        raise ToolFailure("not_active", f"{policy_number} is {policy.status}")
    return policy
