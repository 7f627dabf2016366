"""The applicant's own tools: the phone, a tape measure, papers, and the notice at the kerb."""

from typing import Any

from generators.domains.permits.catalogue import Measurable
from generators.domains.permits.database import (
    Application,
    Document,
    Notice,
    PaperAtHome,
)
from generators.domains.permits.tools.reading import ApplicationNumber, PersonNumber, home_of
from generators.domains.table import Database, ToolFailure


def read_code(db: Database, person_number: PersonNumber) -> dict[str, Any]:
    """Read the four-digit code in the text message on your phone.

    Args:
        person_number: Your own citizen number, which says whose phone this is.
    """
    code = home_of(db, person_number).phone_code
    if not code:
        raise ToolFailure("no_message", "no code has come yet")
    return {"code": code}


def measure(db: Database, person_number: PersonNumber, what: Measurable) -> dict[str, Any]:
    """Measure something with a tape: the width of the pavement at the site, the girth of the tree's
    trunk at one metre, or the height of the fence.

    Args:
        person_number: Your own citizen number, which says whose site this is.
        what: What to measure.
    """
    home = home_of(db, person_number)
    found = {"pavement": home.pavement_cm, "trunk": home.trunk_cm, "fence": home.fence_cm}[what]
    return {"what": what, "centimetres": found}


def upload_document(
    db: Database, application_number: ApplicationNumber, document: str
) -> dict[str, Any]:
    """Scan a paper and upload it to the town hall's portal. A second scan is made with more care.

    Args:
        application_number: The application that it belongs to.
        document: What document it is.
    """
    papers = db[PaperAtHome].where(application=application_number, kind=document)
    rows = db[Document].where(application=application_number, kind=document)
    if not papers or not rows:
        raise ToolFailure("no_such_paper", f"you have no {document} for {application_number}")
    again = rows[0].status == "received"
    db[Document].change(rows[0].id, status="received", readable=papers[0].scans_well or again)
    return {"file_name": papers[0].file_name, "document": document}


def put_up_notice(db: Database, application_number: ApplicationNumber) -> dict[str, Any]:
    """Put up the notice to the neighbours in the street.

    Args:
        application_number: The application for the closure.
    """
    application = db[Application].get(application_number)
    today = db.now.date()
    row = Notice(application=application_number, put_up_on=today, photo="", recorded=False)
    db[Notice].insert(row)
    return {"street": application.street, "put_up_on": today.isoformat()}


def photograph_notice(db: Database, application_number: ApplicationNumber) -> dict[str, Any]:
    """Take a photograph of the notice where it hangs, and send it in.

    Args:
        application_number: The application for the closure.
    """
    db[Notice].get(application_number)
    photo = f"IMG-{db.new_id('P', application_number)[2:6]}"
    db[Notice].change(application_number, photo=photo)
    return {"photo": photo}
