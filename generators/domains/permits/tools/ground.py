"""Tools that change applications and permits for public ground, trees, fences and events."""

from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.permits.catalogue import (
    NOTICE_DAYS,
    TRANSFER_FEE,
    Grounds,
    KindCode,
)
from generators.domains.permits.database import (
    Application,
    Document,
    Inspection,
    Notice,
    Objection,
    Permit,
    PermitKind,
    Person,
    Slot,
    Street,
)
from generators.domains.permits.tools.amounts import charge, new_end
from generators.domains.permits.tools.reading import (
    ApplicationNumber,
    Days,
    Metres,
    PermitNumber,
    PersonNumber,
)
from generators.domains.table import Database, ToolFailure


def file_application(
    db: Database,
    person_number: PersonNumber,
    kind: KindCode,
    street: str,
    starts_on: date,
    days: Days,
    square_metres: Metres,
    fee: float,
    measured_cm: Annotated[int, Meta(ge=0, le=2000)] = 0,
) -> dict[str, Any]:
    """File an application for a permit and charge its fee.

    Args:
        person_number: The applicant's citizen number.
        kind: The kind of permit.
        street: The street's name.
        starts_on: The first day.
        days: For how many days; 1 for a tree or a fence.
        square_metres: How much ground is used; 0 for a closure, a tree or a fence.
        fee: The fee in euros, as quote_fee gave it.
        measured_cm: What the applicant has measured on site; 0 where nothing has to be.
    """
    db[Person].get(person_number)
    db[Street].get(street)
    row = db[PermitKind].get(kind)
    if starts_on < db.now.date():
        raise ToolFailure("in_the_past", f"{starts_on} has gone by")
    application = Application(
        number=f"A-{db.new_id('N', person_number, kind, street)[2:]}",
        applicant=person_number,
        kind=kind,
        street=street,
        filed_on=db.now.date(),
        starts_on=starts_on,
        days=days,
        square_metres=square_metres,
        measured_cm=measured_cm,
        fee=fee,
        status="in review",
        decided_on=None,
    )
    db[Application].insert(application)
    charge(db, person_number, row.name, application.number, fee)
    found = {
        "application_number": application.number,
        "decision_by": (db.now.date() + timedelta(days=row.decision_days)).isoformat(),
        "charged": fee,
    }
    if kind == "closure":
        found["notice_up_by"] = (starts_on - timedelta(days=NOTICE_DAYS)).isoformat()
    return found


def accept_document(
    db: Database, application_number: ApplicationNumber, document: str
) -> dict[str, Any]:
    """Accept a document that has been received. With the last of them the review begins.

    Args:
        application_number: The application's number.
        document: What document it is, as list_applications names it.
    """
    application = db[Application].get(application_number)
    row = _document(db, application_number, document)
    if row.status != "received":
        raise ToolFailure("not_received", f"the {document} is {row.status}")
    db[Document].change(row.id, status="accepted")
    rows = db[Document].where(application=application_number)
    if all(each.status == "accepted" for each in rows):
        db[Application].change(application_number, status="in review")
    days = db[PermitKind].get(application.kind).decision_days
    by = (db.now.date() + timedelta(days=days)).isoformat()
    return {"document": document, "status": "in review", "decision_by": by}


def book_inspection(
    db: Database, application_number: ApplicationNumber, slot_id: str
) -> dict[str, Any]:
    """Book an inspection on site.

    Args:
        application_number: The application that it is for.
        slot_id: The free slot, from list_inspection_slots.
    """
    db[Application].get(application_number)
    slot = db[Slot].get(slot_id)
    if slot.status != "free":
        raise ToolFailure("not_free", f"{slot_id} is taken")
    if db[Inspection].where(application=application_number):
        raise ToolFailure("already_booked", f"{application_number} has an inspection already")
    row = Inspection(
        id=db.new_id("I", application_number),
        application=application_number,
        slot=slot_id,
        start=slot.start,
    )
    db[Inspection].insert(row)
    db[Slot].change(slot_id, status="taken")
    return {"inspection_id": row.id, "start": row.start.isoformat(), "inspector": slot.inspector}


def file_objection(
    db: Database, application_number: ApplicationNumber, grounds: Grounds
) -> dict[str, Any]:
    """Put an objection to a decision on file.

    Args:
        application_number: The application that was turned down.
        grounds: What the objection rests on.
    """
    application = db[Application].get(application_number)
    if application.decided_on is None:
        raise ToolFailure("not_decided", f"{application_number} has not been decided yet")
    row = Objection(
        id=db.new_id("O", application_number),
        application=application_number,
        grounds=grounds,
        filed_on=db.now.date(),
    )
    db[Objection].insert(row)
    by = db.now.date() + timedelta(days=42)
    return {"objection_id": row.id, "answer_by": by.isoformat()}


def record_notice(db: Database, application_number: ApplicationNumber) -> dict[str, Any]:
    """Put on file that the notice to the neighbours is up.

    Args:
        application_number: The application for the closure.
    """
    notice = db[Notice].get(application_number)
    if notice.recorded:
        raise ToolFailure("already_recorded", "this notice is on file already")
    db[Notice].change(application_number, recorded=True)
    until = notice.put_up_on + timedelta(days=NOTICE_DAYS)
    return {"photo": notice.photo, "neighbours_may_object_until": until.isoformat()}


def extend_permit(
    db: Database,
    permit_number: PermitNumber,
    days: Annotated[int, Meta(ge=1, le=30)],
    fee: float,
) -> dict[str, Any]:
    """Extend a permit that runs and charge the fee for the extra days.

    Args:
        permit_number: The permit's number.
        days: By how many days.
        fee: The fee in euros, as quote_fee gave it for an extension.
    """
    permit = db[Permit].get(permit_number)
    ends_on, count = new_end(permit, days), permit.extensions + 1
    db[Permit].change(permit_number, ends_on=ends_on, extensions=count)
    charge(db, permit.holder, "extension", f"{permit_number}-{count}", fee)
    return {"permit_number": permit_number, "ends_on": ends_on.isoformat(), "charged": fee}


def transfer_permit(
    db: Database, permit_number: PermitNumber, new_holder: PersonNumber
) -> dict[str, Any]:
    """Transfer a licence to somebody else and charge the old holder 40.00 euros.

    Args:
        permit_number: The licence's number.
        new_holder: The new holder's citizen number.
    """
    permit = db[Permit].get(permit_number)
    db[Person].get(new_holder)
    if permit.holder == new_holder:
        raise ToolFailure("same_holder", f"{permit_number} is held by {new_holder} already")
    db[Permit].change(permit_number, holder=new_holder)
    charge(db, permit.holder, "transfer", f"{permit_number}-{new_holder}", TRANSFER_FEE)
    return {
        "permit_number": permit_number,
        "new_holder": new_holder,
        "ends_on": permit.ends_on.isoformat(),
        "charged": TRANSFER_FEE,
    }


def _document(db: Database, application_number: str, kind: str) -> Document:
    found = db[Document].where(application=application_number, kind=kind)
    if not found:
        raise ToolFailure("not_needed", f"{application_number} needs no {kind}")
    return found[0]
