"""Tools that answer: the catalogue, what figures mean, and real SQL over the warehouse."""

from typing import Any

import msgspec

from generators.domains.datadesk.database import Column, Dataset, Gap, Metric, Team
from generators.domains.datadesk.rules import late_until, personal_columns, same_words, units_of
from generators.domains.datadesk.tools.kinds import DatasetName, Name, Sql
from generators.domains.datadesk.warehouse import answer
from generators.domains.table import Database


def run_query(db: Database, sql: Sql) -> dict[str, Any]:
    """Run one SELECT in SQLite's dialect over the data sets, each of which is a table. Nothing can be
    changed. At most 100 rows come back; where a limit or an order matters, ORDER BY must decide it.
    Times are text such as 2025-10-31 08:15:00, days such as 2025-10-31.

    Args:
        sql: The statement.
    """
    found = answer(db, sql)
    late = late_until(db, found.datasets)
    return {
        "columns": found.columns,
        "rows": found.rows,
        "datasets": found.datasets,
        "late_loaded_until": late.isoformat() if late else "",
    }


def estimate_query(db: Database, sql: Sql) -> dict[str, Any]:
    """See what a query would read and cost before it is run: data sets, units, and columns with
    personal data.

    Args:
        sql: The statement.
    """
    found = answer(db, sql)
    return {
        "datasets": found.datasets,
        "units": units_of(db, found.datasets),
        "personal_columns": personal_columns(found),
    }


def list_datasets(db: Database) -> list[dict[str, Any]]:
    """List the data sets of the warehouse: what each holds, who owns it, whether it is restricted, and
    what a query over it costs.
    """
    return [
        {
            "dataset": row.name,
            "meaning": row.meaning,
            "owner": db[Team].get(row.owner).name,
            "access": row.access,
            "units": row.units,
        }
        for row in db[Dataset]
    ]


def describe_dataset(db: Database, dataset: DatasetName) -> dict[str, Any]:
    """Look a data set up in the catalogue: its columns, from which day on it is held and until which
    it is loaded, its owner, and how long its rows are kept.

    Args:
        dataset: The data set's name.
    """
    row = db[Dataset].get(dataset)
    return {
        "dataset": row.name,
        "meaning": row.meaning,
        "owner": db[Team].get(row.owner).name,
        "owner_on_call": row.on_call,
        "access": row.access,
        "units": row.units,
        "time_column": row.time_column,
        "held_from": row.held_from.isoformat(),
        "loaded_until": row.loaded_until.isoformat(),
        "retention_days": row.retention_days,
        "columns": [
            {
                "name": each.id.partition(".")[2],
                "meaning": each.meaning,
                "personal": each.personal,
            }
            for each in db[Column].where(dataset=dataset)
        ],
    }


def find_metric(db: Database, term: Name) -> list[dict[str, Any]]:
    """Look up what a term means here: every definition that it has, in force or not.

    Args:
        term: The term, such as long trip.
    """
    return [
        {
            "metric_id": row.id,
            "term": row.term,
            "title": row.title,
            "definition": row.definition,
            "owner": db[Team].get(row.owner).name,
            "status": row.status,
            "since": row.since.isoformat(),
        }
        for row in db[Metric]
        if same_words(row.term, term)
    ]


def find_gap(db: Database, topic: Name) -> list[dict[str, Any]]:
    """See whether something is known not to be collected, why, and whether that will change.

    Args:
        topic: What the data would be about.
    """
    found = [row for row in db[Gap] if same_words(row.topic, topic)]
    return [
        {
            **{name: value for name, value in msgspec.to_builtins(row).items() if name != "id"},
            "gap_id": row.id,
            "owner": db[Team].get(row.owner).name,
            "planned_for": row.planned_for.isoformat() if row.planned_for else "",
        }
        for row in found
    ]
