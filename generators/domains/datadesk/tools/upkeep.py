"""Tools for the upkeep of the warehouse: loads, faults in the data, metrics, and what is passed on."""

from datetime import date
from typing import Any

from generators.domains.datadesk.database import (
    Backfill,
    Colleague,
    Dataset,
    Load,
    Message,
    Metric,
    QualityTicket,
)
from generators.domains.datadesk.rules import (
    ANSWER_DAYS,
    COUNCIL_DAYS,
    MAX_BACKFILL,
    Queue,
    Reason,
    same_words,
    working_day,
)
from generators.domains.datadesk.tools.kinds import (
    DatasetName,
    LoadId,
    Name,
    Problem,
    StaffNumber,
)
from generators.domains.table import Database, ToolFailure


def list_loads(db: Database, dataset: DatasetName) -> dict[str, Any]:
    """List the nightly loads of a data set that failed or run, with how often each was tried, the last
    day that is in the data set, and how many days one backfill may have.

    Args:
        dataset: The data set's name.
    """
    rows = [row for row in db[Load].where(dataset=dataset) if row.status != "loaded"]
    return {
        "dataset": dataset,
        "loaded_until": db[Dataset].get(dataset).loaded_until.isoformat(),
        "most_backfill_days": MAX_BACKFILL,
        "not_loaded": [
            {
                "load_id": row.id,
                "day": row.day.isoformat(),
                "status": row.status,
                "attempts": row.attempts,
                "cause": row.cause,
            }
            for row in sorted(rows, key=lambda row: row.day, reverse=True)
        ],
    }


def rerun_load(db: Database, load_id: LoadId) -> dict[str, Any]:
    """Run a load that has failed once more.

    Args:
        load_id: The load.
    """
    row = db[Load].get(load_id)
    if row.status != "failed":
        raise ToolFailure("not_failed", f"{load_id} is {row.status}")
    db[Load].change(load_id, status="running", attempts=row.attempts + 1)
    done = f"{db.now.hour + 2:02d}:00"
    return {"load_id": load_id, "status": "running", "attempts": row.attempts + 1, "ready_at": done}


def start_backfill(
    db: Database, staff_number: StaffNumber, dataset: DatasetName, from_day: date, to_day: date
) -> dict[str, Any]:
    """Load several days of a data set again.

    Args:
        staff_number: Who asks for it.
        dataset: The data set's name.
        from_day: The first day.
        to_day: The last day.
    """
    db[Colleague].get(staff_number)
    if not from_day <= to_day < db.now.date():
        raise ToolFailure("wrong_day", "the days must have gone by, the first one first")
    days = [row for row in db[Load].where(dataset=dataset) if from_day <= row.day <= to_day]
    row = Backfill(
        id=db.new_id("BF", dataset, from_day, to_day),
        dataset=dataset,
        from_day=from_day,
        to_day=to_day,
        requested_by=staff_number,
    )
    db[Backfill].insert(row)
    for each in days:
        if each.status == "failed":
            db[Load].change(each.id, status="running")
    return {"backfill_id": row.id, "dataset": dataset, "days": (to_day - from_day).days + 1}


def list_quality_tickets(db: Database, dataset: DatasetName) -> list[dict[str, Any]]:
    """List the faults in a data set that are known and not yet mended.

    Args:
        dataset: The data set's name.
    """
    return [
        {
            "ticket_id": row.id,
            "column": row.column,
            "problem": row.problem,
            "rows": row.rows,
            "opened_on": row.opened_on.isoformat(),
        }
        for row in db[QualityTicket].where(dataset=dataset, status="open")
    ]


def open_quality_ticket(
    db: Database, dataset: DatasetName, column: Name, problem: Problem, rows: int
) -> dict[str, Any]:
    """Open a ticket about a fault in the data.

    Args:
        dataset: The data set's name.
        column: The column with the fault.
        problem: What is wrong: duplicate, missing or impossible values.
        rows: How many rows have the fault.
    """
    if db[QualityTicket].where(dataset=dataset, column=column, problem=problem, status="open"):
        raise ToolFailure("already_exists", f"there is a ticket for {dataset}.{column} already")
    row = QualityTicket(
        id=db.new_id("DQ", dataset, column, problem, rows),
        dataset=dataset,
        column=column,
        problem=problem,
        rows=rows,
        status="open",
        opened_on=db.now.date(),
    )
    db[QualityTicket].insert(row)
    return {"ticket_id": row.id, "dataset": dataset, "column": column, "rows": rows}


def propose_metric(
    db: Database, staff_number: StaffNumber, term: Name, definition: str
) -> dict[str, Any]:
    """Put a new term before the metrics council, as a draft.

    Args:
        staff_number: Who proposes it.
        term: The term.
        definition: What it is to mean.
    """
    team = db[Colleague].get(staff_number).team
    if any(same_words(row.term, term) and row.status != "retired" for row in db[Metric]):
        raise ToolFailure("already_exists", f"{term} is a metric or a draft already")
    row = Metric(
        id=db.new_id("M", term),
        term=term,
        title=term,
        definition=definition,
        owner=team,
        status="draft",
        since=db.now.date(),
    )
    db[Metric].insert(row)
    by = working_day(db.now.date(), COUNCIL_DAYS)
    return {"metric_id": row.id, "status": "draft", "council_decides_by": by.isoformat()}


def hand_over(
    db: Database, staff_number: StaffNumber, reason: Reason, queue: Queue, about: str = ""
) -> dict[str, Any]:
    """Pass a matter on to other people.

    Args:
        staff_number: Whose matter it is.
        reason: What it is about.
        queue: Whom it goes to.
        about: The load or the topic that it is about, if it is about one.
    """
    db[Colleague].get(staff_number)
    row = Message(
        id=db.new_id("HO", staff_number, reason, queue, about),
        colleague=staff_number,
        queue=queue,
        reason=reason,
        about=about,
    )
    db[Message].insert(row)
    by = working_day(db.now.date(), ANSWER_DAYS[queue])
    return {"reference": row.id, "queue": queue, "answer_by": by.isoformat()}
