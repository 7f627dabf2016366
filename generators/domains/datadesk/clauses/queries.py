"""Clauses about queries: what they read, what they cost, and what was looked up before."""

from collections.abc import Iterator

from generators.domains.datadesk.answer import Answer
from generators.domains.datadesk.clauses.callers import callers
from generators.domains.datadesk.database import Report
from generators.domains.datadesk.rules import (
    ESTIMATE_ABOVE,
    follows_riders,
    grant_for,
    not_readable,
    numbers_in,
    personal_columns,
    team_of,
    units_of,
)
from generators.domains.datadesk.warehouse import answer
from generators.domains.domain import Clause
from generators.domains.said import argument
from generators.domains.timeline import Breach, Entry, Timeline


def _answer(timeline: Timeline, call: Entry) -> Answer:
    """What the query of a call that succeeded gave, as the state was then."""
    return answer(timeline.database_before(call), argument(call, "sql"))


def granted_only(timeline: Timeline) -> Iterator[Breach]:
    """Q06: restricted data sets are read under a grant."""
    for call in timeline.calls("run_query"):
        db = timeline.database_before(call)
        for caller in callers(timeline, call):
            shut = not_readable(db, caller, _answer(timeline, call).datasets)
            if shut:
                yield Breach(call.index, f"a query read {', '.join(shut)} without a grant")


def personal_under_leave(timeline: Timeline) -> Iterator[Breach]:
    """Q07: personal columns are read under a personal grant."""
    for call in timeline.calls("run_query"):
        columns = personal_columns(_answer(timeline, call))
        db = timeline.database_before(call)
        for caller in callers(timeline, call):
            if columns and not grant_for(db, caller, "riders", "personal"):
                yield Breach(call.index, f"a query read {', '.join(columns)} without leave")


def described_first(timeline: Timeline) -> Iterator[Breach]:
    """Q08: what is queried was looked up in the catalogue."""
    for call in timeline.calls("run_query"):
        known = {argument(each, "dataset") for each in timeline.earlier(call, "describe_dataset")}
        missing = sorted(set(_answer(timeline, call).datasets) - known)
        if missing:
            yield Breach(call.index, f"{', '.join(missing)} queried without having been looked up")


def within_limit(timeline: Timeline) -> Iterator[Breach]:
    """Q09: no query takes more than the team's limit."""
    for call in timeline.calls("run_query"):
        db = timeline.database_before(call)
        units = units_of(db, _answer(timeline, call).datasets)
        for caller in callers(timeline, call):
            if units > team_of(db, caller).query_limit:
                yield Breach(call.index, f"a query took {units} units")


def estimated_first(timeline: Timeline) -> Iterator[Breach]:
    """Q10: a query over the bound was estimated, be it in other words."""
    for call in timeline.calls("run_query"):
        found = _answer(timeline, call)
        units = units_of(timeline.database_before(call), found.datasets)
        estimates = timeline.earlier(call, "estimate_query")
        if units > ESTIMATE_ABOVE and not any(
            each.value["datasets"] == found.datasets for each in estimates
        ):
            yield Breach(call.index, f"a query of {units} units was not estimated first")


def riders_not_followed(timeline: Timeline) -> Iterator[Breach]:
    """Q16: positions stay apart from riders and trips."""
    for call in timeline.calls("run_query"):
        if follows_riders(_answer(timeline, call)):
            yield Breach(call.index, "a query brought positions and riders together")


def run_before_kept(timeline: Timeline) -> Iterator[Breach]:
    """Q23: what is kept as a report has been run, in whatever words."""
    for call in timeline.calls("save_report"):
        kept = _answer(timeline, call).fingerprint
        runs = timeline.earlier(call, "run_query")
        if not any(_answer(timeline, each).fingerprint == kept for each in runs):
            yield Breach(call.index, "a report was kept whose query had not been run")


def nothing_personal_kept(timeline: Timeline) -> Iterator[Breach]:
    """Q24: no report reads personal columns."""
    for call in timeline.calls("save_report"):
        columns = personal_columns(_answer(timeline, call))
        if columns:
            yield Breach(call.index, f"a report reads {', '.join(columns)}")


def counted_first(timeline: Timeline) -> Iterator[Breach]:
    """Q29: a ticket has the number of rows that a query over the data set gave."""
    for call in timeline.calls("open_quality_ticket"):
        rows, dataset = float(argument(call, "rows")), argument(call, "dataset")
        found = [_answer(timeline, each) for each in timeline.earlier(call, "run_query")]
        if not rows or not any(
            rows in numbers_in(each) for each in found if dataset in each.datasets
        ):
            yield Breach(call.index, f"no query over {dataset} counted {rows:g} rows")


def shared_with_readers(timeline: Timeline) -> Iterator[Breach]:
    """Q28: a report is opened to those who may read what it reads."""
    for call in timeline.calls("share_report"):
        db = timeline.database_before(call)
        report = db[Report].get(argument(call, "report_id"))
        shut = not_readable(db, argument(call, "staff_number"), list(report.datasets))
        if shut:
            yield Breach(call.index, f"opened to somebody who may not read {', '.join(shut)}")


QUERY_CLAUSES = (
    Clause("Q06", "calls", granted_only),
    Clause("Q07", "calls", personal_under_leave),
    Clause("Q08", "calls", described_first),
    Clause("Q09", "calls", within_limit),
    Clause("Q10", "calls", estimated_first),
    Clause("Q16", "calls", riders_not_followed),
    Clause("Q23", "calls", run_before_kept),
    Clause("Q24", "calls", nothing_personal_kept),
    Clause("Q28", "calls", shared_with_readers),
    Clause("Q29", "calls", counted_first),
)
