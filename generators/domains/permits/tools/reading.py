"""Tools of the counter that only look."""

from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from generators.domains.permits.catalogue import FELLING_FROM, OBJECTION_DAYS, KindCode
from generators.domains.permits.database import (
    Application,
    Document,
    Dog,
    Fee,
    Home,
    ParkingPermit,
    Permit,
    PermitKind,
    Person,
    Proxy,
    Slot,
    Street,
    Vehicle,
    Zone,
)
from generators.domains.permits.tools.amounts import (
    dog_price,
    earliest_start,
    ground_price,
    has_certificate,
    is_overdue,
    parking_price,
)
from generators.domains.table import Database, ToolFailure

PersonNumber = Annotated[str, Meta(pattern=r"^K-[0-9]{6}$")]
PermitNumber = Annotated[str, Meta(pattern=r"^G-[0-9]{6}$")]
ParkingNumber = Annotated[str, Meta(pattern=r"^PP-[0-9]{6,7}$")]
ApplicationNumber = Annotated[str, Meta(pattern=r"^A-[0-9]{6,7}$")]
Plate = Annotated[str, Meta(pattern=r"^[A-Z]{2}-[0-9]{5}$")]
Days = Annotated[int, Meta(ge=1, le=365)]
Metres = Annotated[int, Meta(ge=0, le=500)]

_SHOWN = 5


def verify_person(db: Database, person_number: PersonNumber, birth_date: date) -> dict[str, Any]:
    """Check who is calling, and open the file.

    Args:
        person_number: The citizen number on letters of the town hall, such as K-123456.
        birth_date: The caller's date of birth.
    """
    person = db[Person].find(person_number)
    if person is None or person.birth_date != birth_date.isoformat():
        raise ToolFailure("no_match", "nobody has this citizen number and this date of birth")
    return {
        "person_number": person.number,
        "name": f"{person.given_name} {person.family_name}",
        "email": person.email,
        "address": person.address,
        "parking_zone": person.zone,
        "low_income_certificate": has_certificate(db, person_number),
    }


def list_proxies(db: Database, person_number: PersonNumber) -> list[dict[str, Any]]:
    """List for whom somebody may, or might once, act as a proxy.

    Args:
        person_number: The citizen number of the one who acts.
    """
    db[Person].get(person_number)
    return [
        {
            "person_number": each.principal,
            "scope": each.scope,
            "valid_until": each.valid_until.isoformat(),
        }
        for each in db[Proxy].where(agent=person_number)
    ]


def list_parking(db: Database, person_number: PersonNumber) -> dict[str, Any]:
    """List somebody's parking permits, and the vehicles of which they are the registered keeper.

    Args:
        person_number: The citizen number of holder and keeper.
    """
    db[Person].get(person_number)
    permits = db[ParkingPermit].where(holder=person_number)
    vehicles = db[Vehicle].where(keeper=person_number)
    return {
        "permits": [msgspec.to_builtins(each) for each in permits],
        "vehicles": [msgspec.to_builtins(each) for each in vehicles],
    }


def quote_parking_fee(
    db: Database, person_number: PersonNumber, plate: Plate, zone: str
) -> dict[str, Any]:
    """Work out what a year's parking permit would cost, and see whether the zone has places left.

    Args:
        person_number: The holder's citizen number.
        plate: The vehicle's number plate.
        zone: The parking zone's code, such as Z2.
    """
    db[Person].get(person_number)
    db[Vehicle].get(plate)
    row = db[Zone].get(zone)
    return {
        "zone": zone,
        "zone_name": row.name,
        "free_places": row.places - row.taken,
        "waiting": row.waiting,
        **parking_price(db, person_number, plate, zone),
    }


def list_fees(db: Database, person_number: PersonNumber) -> list[dict[str, Any]]:
    """List somebody's fees, paid and open, and which of them are overdue.

    Args:
        person_number: The payer's citizen number.
    """
    db[Person].get(person_number)
    today = db.now.date()
    return [
        {**msgspec.to_builtins(each), "overdue": is_overdue(each, today)}
        for each in db[Fee].where(person=person_number)
    ]


def get_permit_kind(db: Database, kind: KindCode) -> dict[str, Any]:
    """Look up the rules for one kind of permit: earliest start, width of pavement that is needed,
    extensions, transfer, days until a decision.

    Args:
        kind: The kind's code.
    """
    row = db[PermitKind].get(kind)
    start = earliest_start(db, row)
    return {
        **msgspec.to_builtins(row),
        "earliest_start": (max(start, FELLING_FROM) if kind == "tree" else start).isoformat(),
        "needed_width_cm": row.depth_cm + row.min_passage_cm,
    }


def get_street(db: Database, street: str) -> dict[str, Any]:
    """Look up a street: what kind it is, and which bus runs there.

    Args:
        street: The street's name.
    """
    return msgspec.to_builtins(db[Street].get(street))


def quote_fee(
    db: Database,
    person_number: PersonNumber,
    kind: KindCode,
    street: str,
    days: Days,
    square_metres: Metres,
    extension: bool = False,
) -> dict[str, Any]:
    """Work out the fee for a permit, or for the extra days of one that is extended.

    Args:
        person_number: The applicant's citizen number.
        kind: The kind of permit.
        street: The street's name.
        days: For how many days, or by how many days it is extended; 1 for a tree or a fence.
        square_metres: How much ground is used; 0 for a closure, a tree or a fence.
        extension: Whether a permit that runs already is extended.
    """
    db[Person].get(person_number)
    price = ground_price(db, person_number, kind, street, days, square_metres, extension)
    return {"kind": kind, "street": street, **price}


def list_permits(db: Database, person_number: PersonNumber) -> list[dict[str, Any]]:
    """List the permits and licences that somebody holds, other than for parking.

    Args:
        person_number: The holder's citizen number.
    """
    db[Person].get(person_number)
    today = db.now.date()
    return [
        {**msgspec.to_builtins(each), "running": each.ends_on >= today}
        for each in db[Permit].where(holder=person_number)
    ]


def list_applications(db: Database, person_number: PersonNumber) -> list[dict[str, Any]]:
    """List somebody's applications with their documents, and what can happen to them next.

    Args:
        person_number: The applicant's citizen number.
    """
    db[Person].get(person_number)
    return [application_card(db, each) for each in db[Application].where(applicant=person_number)]


def application_card(db: Database, row: Application) -> dict[str, Any]:
    """An application as the counter's screen shows it. Days that do not apply are empty."""
    days = db[PermitKind].get(row.kind).decision_days
    decided = row.decided_on
    until = decided + timedelta(days=OBJECTION_DAYS) if decided else None
    open_until = row.filed_on + timedelta(days=days + 14)
    return {
        **msgspec.to_builtins(row),
        "decision_by": open_until.isoformat() if row.status == "in review" else "",
        "objection_until": until.isoformat() if until else "",
        "documents": [
            msgspec.to_builtins(each) for each in db[Document].where(application=row.number)
        ],
    }


def list_inspection_slots(db: Database, from_date: date) -> list[dict[str, Any]]:
    """List the next free times of the inspectors, the earliest first; at most five are shown.

    Args:
        from_date: The first day to look at.
    """
    free = [
        each
        for each in db[Slot].where(status="free")
        if each.start > db.now and each.start.date() >= from_date
    ]
    free.sort(key=lambda each: (each.start, each.id))
    return [
        {
            "slot_id": each.id,
            "inspector": each.inspector,
            "colleagues_only_mobile": each.inspector_mobile,
            "start": each.start.isoformat(),
        }
        for each in free[:_SHOWN]
    ]


def list_dogs(db: Database, person_number: PersonNumber) -> list[dict[str, Any]]:
    """List the dogs that are, or were, registered for somebody.

    Args:
        person_number: The keeper's citizen number.
    """
    db[Person].get(person_number)
    return [msgspec.to_builtins(each) for each in db[Dog].where(keeper=person_number)]


def quote_dog_tax(db: Database, person_number: PersonNumber, arrived_on: date) -> dict[str, Any]:
    """Work out a new dog's yearly tax, and the surcharge if it is registered late.

    Args:
        person_number: The keeper's citizen number.
        arrived_on: The day on which the dog came to the keeper.
    """
    db[Person].get(person_number)
    if arrived_on > db.now.date():
        raise ToolFailure("not_yet", "the dog has not arrived yet")
    return dog_price(db, person_number, arrived_on)


def home_of(db: Database, person_number: str) -> Home:
    """What somebody can see and measure. Raises ``ToolFailure("not_found")``."""
    return db[Home].get(person_number)
