"""Tools that change the file of a person: dogs, and the hand-over to another office."""

from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.permits.catalogue import DOG_SURCHARGE, Queue, Reason
from generators.domains.permits.database import Dog, HandOver, Person
from generators.domains.permits.tools.amounts import charge, dog_price
from generators.domains.permits.tools.reading import PersonNumber
from generators.domains.table import Database, ToolFailure


def register_dog(
    db: Database,
    person_number: PersonNumber,
    name: str,
    chip: Annotated[str, Meta(pattern=r"^[0-9]{11}$")],
    arrived_on: date,
    charge_surcharge: bool,
) -> dict[str, Any]:
    """Register a dog and charge its tax, with the surcharge of 25.00 euros for late ones if told so.

    Args:
        person_number: The keeper's citizen number.
        name: The dog's name.
        chip: The number of the dog's chip, eleven digits.
        arrived_on: The day on which the dog came to the keeper.
        charge_surcharge: Whether the surcharge for late registration is charged.
    """
    db[Person].get(person_number)
    if db[Dog].where(chip=chip, status="registered"):
        raise ToolFailure("already_registered", f"the chip {chip} is registered already")
    tax = dog_price(db, person_number, arrived_on)["yearly_tax"]
    surcharge = DOG_SURCHARGE if charge_surcharge else 0.0
    dog = Dog(
        tag=db.new_id("T", chip),
        keeper=person_number,
        name=name,
        chip=chip,
        arrived_on=arrived_on,
        yearly_tax=tax,
        surcharge=surcharge,
        status="registered",
        gone_on=None,
    )
    db[Dog].insert(dog)
    charge(db, person_number, "dog tax", dog.tag, tax + surcharge)
    return {"tag": dog.tag, "name": name, "yearly_tax": tax, "charged": tax + surcharge}


def deregister_dog(
    db: Database, tag: Annotated[str, Meta(pattern=r"^T-[0-9]{6,7}$")], gone_on: date
) -> dict[str, Any]:
    """Take a dog off the register and refund the tax for the whole months left this year.

    Args:
        tag: The number of the dog's tag.
        gone_on: The day since which the keeper no longer has the dog.
    """
    dog = db[Dog].get(tag)
    if dog.status != "registered":
        raise ToolFailure("not_registered", f"{dog.name} is not registered any more")
    if gone_on > db.now.date():
        raise ToolFailure("not_yet", "that day has not come yet")
    months = 12 - gone_on.month if gone_on.year == db.now.year else 0
    db[Dog].change(tag, status="gone", gone_on=gone_on)
    return {"tag": tag, "name": dog.name, "refund": round(dog.yearly_tax / 12 * months, 2)}


def hand_over(
    db: Database, person_number: PersonNumber, queue: Queue, reason: Reason
) -> dict[str, Any]:
    """Give the caller to another office. The duty officer goes out at once, the others call back.

    Args:
        person_number: The caller's citizen number.
        queue: Which office takes over.
        reason: What it is about.
    """
    db[Person].get(person_number)
    row = HandOver(
        id=db.new_id("HO", person_number, reason),
        person=person_number,
        queue=queue,
        reason=reason,
    )
    db[HandOver].insert(row)
    hours = {"duty_officer": 1, "head_of_counter": 30, "legal_office": 52}[queue]
    return {"reference": row.id, "answered_by": (db.now + timedelta(hours=hours)).isoformat()}
