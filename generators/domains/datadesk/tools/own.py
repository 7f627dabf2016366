"""What colleagues do on their own machines."""

from datetime import timedelta
from typing import Any

from generators.domains.datadesk.database import Dataset, DeletionTicket, Laptop
from generators.domains.datadesk.rules import CURRENT_DRIVER
from generators.domains.datadesk.tools.kinds import DatasetName, DeletionId, StaffNumber
from generators.domains.table import Database, ToolFailure


def accept_terms(db: Database, staff_number: StaffNumber) -> dict[str, Any]:
    """Accept the terms for personal data on the intranet; a code appears.

    Args:
        staff_number: Your staff number.
    """
    db[Laptop].change(staff_number, terms_accepted=True)
    return {"code": db[Laptop].get(staff_number).terms_code}


def read_release_code(
    db: Database, staff_number: StaffNumber, ticket_id: DeletionId
) -> dict[str, Any]:
    """Open your deletion ticket and read its release code.

    Args:
        staff_number: Your staff number.
        ticket_id: The ticket.
    """
    ticket = db[DeletionTicket].get(ticket_id)
    if ticket.asked_by != staff_number:
        raise ToolFailure("not_found", "this is not your ticket")
    return {"code": ticket.release_code}


def try_connection(db: Database, staff_number: StaffNumber) -> dict[str, Any]:
    """Try the database client on your machine: the version of its driver, and whether it connects.

    Args:
        staff_number: Your staff number.
    """
    driver = db[Laptop].get(staff_number).driver
    return {"driver": driver, "connects": driver == CURRENT_DRIVER}


def install_driver(db: Database, staff_number: StaffNumber) -> dict[str, Any]:
    """Install the current driver of the database client from the software shop.

    Args:
        staff_number: Your staff number.
    """
    db[Laptop].change(staff_number, driver=CURRENT_DRIVER)
    return {"driver": CURRENT_DRIVER}


def reload_dashboard(
    db: Database, staff_number: StaffNumber, dataset: DatasetName
) -> dict[str, Any]:
    """Reload the dashboard of a data set in the browser, and see up to which day it goes.

    Args:
        staff_number: Your staff number.
        dataset: The data set that the dashboard shows.
    """
    loaded = db[Dataset].get(dataset).loaded_until
    stale = db[Laptop].get(staff_number).cache == "stale"
    return {"shows_until": (loaded - timedelta(days=9 if stale else 0)).isoformat()}


def empty_cache(db: Database, staff_number: StaffNumber) -> dict[str, Any]:
    """Empty the browser's cache.

    Args:
        staff_number: Your staff number.
    """
    db[Laptop].change(staff_number, cache="fresh")
    return {"cache": "empty"}
