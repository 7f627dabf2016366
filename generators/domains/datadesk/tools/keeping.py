"""Tools for what must not be kept: deletions of old rows, and riders who want to be forgotten."""

from datetime import date
from typing import Any

from generators.domains.datadesk.database import DeletionTicket, MaskingRequest
from generators.domains.datadesk.rules import first_kept, owes, rows_before
from generators.domains.datadesk.tools.kinds import Code, DatasetName, DeletionId, MaskingId
from generators.domains.datadesk.warehouse_rows import WAREHOUSE, Rider
from generators.domains.table import Database, ToolFailure

_ROWS = {spec.name: spec.row for spec in WAREHOUSE}


def check_deletion_ticket(db: Database, ticket_id: DeletionId) -> dict[str, Any]:
    """Look up a ticket for a deletion: what is to be deleted, whether that is approved, how many rows it
    is, and the first day whose rows have to be kept.

    Args:
        ticket_id: The ticket.
    """
    row = db[DeletionTicket].get(ticket_id)
    return {
        "ticket_id": row.id,
        "dataset": row.dataset,
        "before": row.before.isoformat(),
        "asked_by": row.asked_by,
        "status": row.status,
        "rows": len(rows_before(db, row.dataset, row.before)),
        "first_day_to_keep": first_kept(db, row.dataset).isoformat(),
    }


def delete_rows(
    db: Database, ticket_id: DeletionId, dataset: DatasetName, before: date, release_code: Code
) -> dict[str, Any]:
    """Delete the rows of a data set from before a day, for good.

    Args:
        ticket_id: The ticket for it.
        dataset: The data set's name.
        before: The first day whose rows stay.
        release_code: The code that the ticket shows to who asked for it.
    """
    ticket = db[DeletionTicket].get(ticket_id)
    if ticket.status == "done":
        raise ToolFailure("done", f"{ticket_id} was carried out already")
    if ticket.release_code != release_code:
        raise ToolFailure("wrong_code", "this is not the ticket's release code")
    keys = rows_before(db, dataset, before)
    for key in keys:
        db[_ROWS[dataset]].remove(key)
    db[DeletionTicket].change(ticket_id, status="done", deleted_before=before)
    return {"ticket_id": ticket_id, "dataset": dataset, "deleted": len(keys)}


def check_masking_request(db: Database, request_id: MaskingId) -> dict[str, Any]:
    """Look up a rider's request to be forgotten: the rider, whether the privacy team has verified it,
    and what the rider has failed to pay.

    Args:
        request_id: The request.
    """
    row = db[MaskingRequest].get(request_id)
    return {
        "request_id": row.id,
        "rider": row.rider,
        "status": row.status,
        "received_on": row.received_on.isoformat(),
        "failed_payments": owes(db, row.rider),
    }


def mask_rider(db: Database, request_id: MaskingId) -> dict[str, Any]:
    """Blank out a rider's personal data for good. Trips and payments stay.

    Args:
        request_id: The rider's request.
    """
    row = db[MaskingRequest].get(request_id)
    if row.status == "done":
        raise ToolFailure("done", f"{row.rider} is masked already")
    blank = dict.fromkeys(("given_name", "family_name", "birth_date", "email", "phone"), "masked")
    db[Rider].change(row.rider, **blank)
    db[MaskingRequest].change(request_id, status="done")
    return {"request_id": request_id, "rider": row.rider, "masked_columns": len(blank)}
