"""Tools that change parking permits, and the code by which a caller is made sure of."""

from datetime import timedelta
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.permits.catalogue import TICKET_PRICE, VEHICLE_CHANGE_FEE
from generators.domains.permits.database import (
    Home,
    ParkingPermit,
    ParkingWait,
    Person,
    Vehicle,
    Zone,
)
from generators.domains.permits.tools.amounts import charge, refund_for
from generators.domains.permits.tools.reading import ParkingNumber, PersonNumber, Plate
from generators.domains.table import Database, ToolFailure


def issue_parking_permit(
    db: Database, person_number: PersonNumber, plate: Plate, zone: str, fee: float
) -> dict[str, Any]:
    """Issue a parking permit for a year from today and charge its fee.

    Args:
        person_number: The holder's citizen number.
        plate: The vehicle's number plate.
        zone: The parking zone's code.
        fee: The fee in euros, as quote_parking_fee gave it.
    """
    person, area = db[Person].get(person_number), db[Zone].get(zone)
    db[Vehicle].get(plate)
    if db[ParkingPermit].where(plate=plate, status="active"):
        raise ToolFailure("already_has_one", f"{plate} has a parking permit already")
    if area.taken >= area.places:
        raise ToolFailure("zone_full", f"{area.name} has no place left")
    permit = ParkingPermit(
        number=f"PP-{db.new_id('N', person_number, plate)[2:]}",
        holder=person.number,
        plate=plate,
        zone=zone,
        valid_until=db.now.date().replace(year=db.now.year + 1) - timedelta(days=1),
        fee=fee,
        status="active",
        tickets=0,
    )
    db[ParkingPermit].insert(permit)
    db[Zone].change(zone, taken=area.taken + 1)
    charge(db, person_number, "parking permit", permit.number, fee)
    return {
        "permit_number": permit.number,
        "plate": plate,
        "zone_name": area.name,
        "valid_until": permit.valid_until.isoformat(),
        "charged": fee,
    }


def join_parking_waiting_list(
    db: Database, person_number: PersonNumber, plate: Plate, zone: str
) -> dict[str, Any]:
    """Put somebody on a zone's waiting list for a parking permit.

    Args:
        person_number: The applicant's citizen number.
        plate: The vehicle's number plate.
        zone: The parking zone's code.
    """
    db[Person].get(person_number)
    db[Vehicle].get(plate)
    area = db[Zone].get(zone)
    entry = ParkingWait(
        id=db.new_id("W", person_number, plate, zone),
        person=person_number,
        zone=zone,
        plate=plate,
        position=area.waiting + 1,
    )
    db[ParkingWait].insert(entry)
    db[Zone].change(zone, waiting=area.waiting + 1)
    return {"entry_id": entry.id, "position": entry.position}


def change_parking_vehicle(
    db: Database, permit_number: ParkingNumber, plate: Plate
) -> dict[str, Any]:
    """Put another vehicle on a parking permit and charge 12.00 euros for it.

    Args:
        permit_number: The parking permit's number.
        plate: The new vehicle's number plate.
    """
    permit = _active(db, permit_number)
    db[Vehicle].get(plate)
    if db[ParkingPermit].where(plate=plate, status="active"):
        raise ToolFailure("already_has_one", f"{plate} has a parking permit already")
    db[ParkingPermit].change(permit_number, plate=plate)
    charge(db, permit.holder, "change of vehicle", f"{permit_number}-{plate}", VEHICLE_CHANGE_FEE)
    return {
        "permit_number": permit_number,
        "plate": plate,
        "valid_until": permit.valid_until.isoformat(),
        "charged": VEHICLE_CHANGE_FEE,
    }


def return_parking_permit(db: Database, permit_number: ParkingNumber) -> dict[str, Any]:
    """Take a parking permit back for good and refund the whole months that are left.

    Args:
        permit_number: The parking permit's number.
    """
    permit = _active(db, permit_number)
    area = db[Zone].get(permit.zone)
    db[ParkingPermit].change(permit_number, status="returned")
    db[Zone].change(area.code, taken=area.taken - 1)
    return {"permit_number": permit_number, "refund": refund_for(db, permit)}


def sell_visitor_tickets(
    db: Database, permit_number: ParkingNumber, count: Annotated[int, Meta(ge=1, le=60)]
) -> dict[str, Any]:
    """Sell day tickets for visitors on a parking permit, at 2.50 euros each.

    Args:
        permit_number: The parking permit's number.
        count: How many tickets.
    """
    permit = _active(db, permit_number)
    sold = permit.tickets + count
    db[ParkingPermit].change(permit_number, tickets=sold)
    price = round(count * TICKET_PRICE, 2)
    charge(db, permit.holder, "visitor tickets", f"{permit_number}-{sold}", price)
    return {"permit_number": permit_number, "count": count, "charged": price, "this_year": sold}


def send_code(db: Database, person_number: PersonNumber) -> dict[str, Any]:
    """Send a four-digit code to the phone number on file.

    Args:
        person_number: The caller's citizen number.
    """
    person = db[Person].get(person_number)
    digits = int(db.new_id("C", person_number, "code")[2:]) % 7000 + 3000
    db[Home].change(person_number, phone_code=str(digits))
    return {"sent_to": person.phone}


def check_code(
    db: Database, person_number: PersonNumber, code: Annotated[str, Meta(pattern=r"^[0-9]{4}$")]
) -> dict[str, Any]:
    """Check the code that the caller reads out.

    Args:
        person_number: The caller's citizen number.
        code: The four digits.
    """
    sent = db[Home].get(person_number).phone_code
    if not sent or code != sent:
        raise ToolFailure("wrong_code", "that is not the code that was sent")
    db[Person].change(person_number, code_confirmed=True)
    return {"confirmed": True}


def _active(db: Database, permit_number: str) -> ParkingPermit:
    permit = db[ParkingPermit].get(permit_number)
    if permit.status != "active":
        raise ToolFailure("not_active", f"{permit_number} is {permit.status}")
    return permit
