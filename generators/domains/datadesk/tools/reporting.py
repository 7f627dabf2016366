"""Tools about reports: queries that are kept, when they are sent, and who may open them."""

from typing import Annotated, Any

from msgspec import Meta

from generators.domains.datadesk.database import Colleague, Report, Schedule, Share
from generators.domains.datadesk.rules import most_often, units_of
from generators.domains.datadesk.tools.kinds import (
    Cadence,
    Name,
    ReportId,
    ScheduleId,
    Sql,
    StaffNumber,
)
from generators.domains.datadesk.warehouse import answer
from generators.domains.table import Database, ToolFailure

Hour = Annotated[int, Meta(ge=0, le=23)]


def list_reports(db: Database, staff_number: StaffNumber) -> list[dict[str, Any]]:
    """List a colleague's reports, with what one run costs, how often that may be at most, when they are
    sent, and with whom they are shared.

    Args:
        staff_number: The colleague's staff number.
    """
    return [
        {
            "report_id": row.id,
            "name": row.name,
            "sql": row.sql,
            "datasets": row.datasets,
            "units": row.units,
            "at_most": most_often(row.units),
            "schedules": [
                {
                    "schedule_id": each.id,
                    "cadence": each.cadence,
                    "hour": each.hour,
                    "status": each.status,
                }
                for each in db[Schedule].where(report=row.id)
            ],
            "shared_with": [each.colleague for each in db[Share].where(report=row.id)],
        }
        for row in db[Report].where(owner=staff_number, status="saved")
    ]


def save_report(db: Database, staff_number: StaffNumber, name: Name, sql: Sql) -> dict[str, Any]:
    """Keep a query as a report of a colleague's.

    Args:
        staff_number: The owner's staff number.
        name: What the report is called.
        sql: The query.
    """
    db[Colleague].get(staff_number)
    found = answer(db, sql)
    row = Report(
        id=db.new_id("RPT", staff_number, name),
        owner=staff_number,
        name=name,
        sql=sql,
        result=found.fingerprint,
        datasets=tuple(found.datasets),
        units=units_of(db, found.datasets),
        status="saved",
    )
    db[Report].insert(row)
    return {"report_id": row.id, "name": name, "rows": len(found.rows), "units": row.units}


def schedule_report(
    db: Database, report_id: ReportId, cadence: Cadence, hour: Hour
) -> dict[str, Any]:
    """Have a report sent to its owner regularly.

    Args:
        report_id: The report.
        cadence: How often.
        hour: At which full hour, 0 to 23.
    """
    _saved(db, report_id)
    if any(row.status == "on" for row in db[Schedule].where(report=report_id)):
        raise ToolFailure("already_exists", f"{report_id} is sent already")
    row = Schedule(
        id=db.new_id("SC", report_id, cadence, hour),
        report=report_id,
        cadence=cadence,
        hour=hour,
        status="on",
    )
    db[Schedule].insert(row)
    return {"schedule_id": row.id, "cadence": cadence, "hour": hour, "status": "on"}


def pause_schedule(db: Database, schedule_id: ScheduleId) -> dict[str, Any]:
    """Send a report no more until further notice.

    Args:
        schedule_id: The schedule.
    """
    return _turn(db, schedule_id, "paused")


def resume_schedule(db: Database, schedule_id: ScheduleId) -> dict[str, Any]:
    """Send a report again whose schedule was paused.

    Args:
        schedule_id: The schedule.
    """
    return _turn(db, schedule_id, "on")


def _turn(db: Database, schedule_id: str, status: str) -> dict[str, Any]:
    row = db[Schedule].get(schedule_id)
    if row.status == status:
        raise ToolFailure("no_change", f"{schedule_id} is {status} already")
    db[Schedule].change(schedule_id, status=status)
    return {"schedule_id": row.id, "cadence": row.cadence, "hour": row.hour, "status": status}


def share_report(db: Database, report_id: ReportId, staff_number: StaffNumber) -> dict[str, Any]:
    """Let another colleague open a report.

    Args:
        report_id: The report.
        staff_number: The other colleague's staff number.
    """
    row, other = _saved(db, report_id), db[Colleague].get(staff_number)
    if row.owner == staff_number:
        raise ToolFailure("own_report", "the report is this colleague's own")
    if any(each.colleague == staff_number for each in db[Share].where(report=report_id)):
        raise ToolFailure("already_exists", f"{staff_number} can open {report_id} already")
    db[Share].insert(
        Share(id=db.new_id("SH", report_id, staff_number), report=report_id, colleague=staff_number)
    )
    return {"report_id": report_id, "shared_with": f"{other.given_name} {other.family_name}"}


def delete_report(db: Database, report_id: ReportId) -> dict[str, Any]:
    """Delete a report, and what others could open of it.

    Args:
        report_id: The report.
    """
    row = _saved(db, report_id)
    db[Report].change(report_id, status="deleted")
    for each in db[Share].where(report=report_id):
        db[Share].remove(each.id)
    return {"report_id": report_id, "name": row.name, "status": "deleted"}


def _saved(db: Database, report_id: str) -> Report:
    row = db[Report].get(report_id)
    if row.status != "saved":
        raise ToolFailure("deleted", f"{report_id} was deleted")
    return row
