"""Tools that work amounts and limits out before a policy is changed."""

from datetime import date
from typing import Any

from generators.domains.insurance.database import (
    Claim,
    InsuredPerson,
    Policy,
    PolicyCover,
    Product,
    ProductCover,
    age_on,
)
from generators.domains.insurance.products import (
    CANCELLATION_FEE,
    CANCELLATION_SHARE,
    COOLING_OFF,
    COVER_NAMES,
    SENIOR_AGE,
    Cover,
    closes_on,
    days_of,
)
from generators.domains.insurance.tools.keys import PolicyNumber
from generators.domains.table import Database, ToolFailure


def quote_cancellation(db: Database, policy_number: PolicyNumber) -> dict[str, Any]:
    """Show what cancelling a policy would give back under the manual's two rules, and what stands
    against it: a journey that has begun, claims that were made. Gives facts, no decision.

    Args:
        policy_number: The policy's number.
    """
    policy = db[Policy].get(policy_number)
    claims = [row.number for row in db[Claim].where(policy=policy_number)]
    return {
        "premium": policy.premium,
        "cooling_off_until": (policy.bought_on + COOLING_OFF).isoformat(),
        "refund_after_cooling_off": reduced_refund(policy.premium),
        "starts_on": policy.starts_on.isoformat(),
        "claims": claims,
        "status": policy.status,
    }


def reduced_refund(premium: float) -> float:
    """What is paid back once the cooling-off period is over."""
    return round(max(0.0, premium * CANCELLATION_SHARE - CANCELLATION_FEE), 2)


def quote_cover(db: Database, policy_number: PolicyNumber, cover: Cover) -> dict[str, Any]:
    """Work out what it costs to widen a policy by a cover, for all persons and the whole journey.

    Args:
        policy_number: The policy's number.
        cover: The cover to add.
    """
    policy = db[Policy].get(policy_number)
    terms = db[ProductCover].find(f"{policy.product}:{cover}")
    name = db[Product].get(policy.product).name
    if terms is None:
        raise ToolFailure("not_offered", f"{name} cannot be widened by {COVER_NAMES[cover]}")
    persons = len(db[InsuredPerson].where(policy=policy_number))
    return {
        "cover": cover,
        "held": db[PolicyCover].find(f"{policy_number}:{cover}") is not None,
        "premium": round(terms.price_per_day * days_of(policy) * persons, 2),
        "limit": terms.limit,
        "excess": terms.excess,
        "waiting_days": terms.waiting_days,
        "closes_on": closes_on(policy).isoformat(),
    }


def quote_person(db: Database, policy_number: PolicyNumber, birth_date: date) -> dict[str, Any]:
    """Work out what it costs to insure one more person, and how old and how many they may be.

    Args:
        policy_number: The policy's number.
        birth_date: The person's date of birth.
    """
    policy = db[Policy].get(policy_number)
    product = db[Product].get(policy.product)
    if birth_date > db.now.date():
        raise ToolFailure("in_the_future", "the date of birth is in the future")
    age = age_on(birth_date.isoformat(), policy.starts_on)
    per_day = _price_per_day(db, policy) * (2 if age >= SENIOR_AGE else 1)
    return {
        "age_at_departure": age,
        "max_age": product.max_age,
        "persons": len(db[InsuredPerson].where(policy=policy_number)),
        "max_persons": product.max_persons,
        "premium": round(per_day * days_of(policy), 2),
        "closes_on": closes_on(policy).isoformat(),
    }


def quote_extension(db: Database, policy_number: PolicyNumber, new_end: date) -> dict[str, Any]:
    """Work out what it costs to insure a journey until a later day.

    Args:
        policy_number: The policy's number.
        new_end: The new last day of the journey.
    """
    policy = db[Policy].get(policy_number)
    extra = (new_end - policy.ends_on).days
    if extra < 1:
        raise ToolFailure("not_later", f"the journey ends on {policy.ends_on} as it is")
    persons = len(db[InsuredPerson].where(policy=policy_number))
    return {
        "extra_days": extra,
        "total_days": days_of(policy) + extra,
        "max_days": db[Product].get(policy.product).max_days,
        "premium": round(_price_per_day(db, policy) * extra * persons, 2),
        "starts_on": policy.starts_on.isoformat(),
    }


def _price_per_day(db: Database, policy: Policy) -> float:
    held = {row.cover for row in db[PolicyCover].where(policy=policy.number)}
    extras = [
        each.price_per_day
        for each in db[ProductCover].where(product=policy.product)
        if each.cover in held and not each.included
    ]
    return db[Product].get(policy.product).price_per_day + sum(extras)
