"""What things cost. Tools and clauses reckon with the same functions."""

from datetime import date, timedelta
from typing import Any

from generators.domains.permits.catalogue import (
    DOG_DAYS,
    DOG_SURCHARGE,
    HALVED,
    STREET_FACTORS,
)
from generators.domains.permits.database import (
    Dog,
    Fee,
    ParkingPermit,
    Permit,
    PermitKind,
    Person,
    Street,
    Vehicle,
    Zone,
)
from generators.domains.table import Database


def has_certificate(db: Database, person: str) -> bool:
    """Whether a low-income certificate of this person's is in force today."""
    until = db[Person].get(person).low_income_until
    return until is not None and until >= db.now.date()


def parking_price(db: Database, person: str, plate: str, zone: str) -> dict[str, Any]:
    """A year of parking. A second permit costs half as much again and is never reduced; on a first
    one only the larger reduction counts."""
    full = db[Zone].get(zone).yearly_fee
    if db[ParkingPermit].where(holder=person, status="active"):
        price, reduction = round(1.5 * full, 2), "none, second permit"
    elif has_certificate(db, person):
        price, reduction = round(0.5 * full, 2), "low income"
    elif db[Vehicle].get(plate).electric:
        price, reduction = round(0.75 * full, 2), "electric vehicle"
    else:
        price, reduction = full, "none"
    return {"full_fee": full, "reduction": reduction, "fee": price}


def ground_price(
    db: Database, person: str, kind: str, street: str, days: int, metres: int, extension: bool
) -> dict[str, Any]:
    """Base fee, none for an extension, and the rate by day and square metre, which depends on the
    street; all halved for some kinds by a low-income certificate."""
    row = db[PermitKind].get(kind)
    factor = STREET_FACTORS[db[Street].get(street).kind]
    base = 0.0 if extension else row.base_fee
    fee = round(base + row.rate * factor * days * metres, 2)
    halved = kind in HALVED and has_certificate(db, person)
    return {"fee": round(fee / 2, 2) if halved else fee, "halved": halved}


def dog_price(db: Database, person: str, arrived_on: date) -> dict[str, Any]:
    """The first dog's tax is halved by a low-income certificate; a second dog's is higher. Whoever
    comes late pays a surcharge."""
    second = bool(db[Dog].where(keeper=person, status="registered"))
    tax = 150.0 if second else 48.0 if has_certificate(db, person) else 96.0
    late = db.now.date() > arrived_on + timedelta(days=DOG_DAYS)
    return {"yearly_tax": tax, "late": late, "surcharge": DOG_SURCHARGE if late else 0.0}


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)


def refund_for(db: Database, permit: ParkingPermit) -> float:
    """A twelfth of the fee for each whole month that is left."""
    return round(permit.fee / 12 * months_between(db.now.date(), permit.valid_until), 2)


def earliest_start(db: Database, kind: PermitKind) -> date:
    """The first day for which a permit of this kind may still be applied for."""
    return db.now.date() + timedelta(days=kind.lead_days)


def charge(db: Database, person: str, subject: str, cause: str, amount: float) -> None:
    """A new open fee, due in 30 days; none for nothing."""
    if not amount:
        return
    today = db.now.date()
    db[Fee].insert(
        Fee(
            number=db.new_id("F", subject, cause),
            person=person,
            subject=subject,
            amount=amount,
            issued_on=today,
            due_on=today + timedelta(days=30),
            status="open",
        )
    )


def is_overdue(fee: Fee, day: date) -> bool:
    """Whether a fee should have been paid by now."""
    return fee.status == "open" and fee.due_on < day


def new_end(permit: Permit, days: int) -> date:
    """The last day of a permit after an extension."""
    return permit.ends_on + timedelta(days=days)
