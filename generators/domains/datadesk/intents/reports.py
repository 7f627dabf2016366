"""Callers with something to do about their reports."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.datadesk.catalogue import TOWN_NAMES
from generators.domains.datadesk.database import Colleague, Report, Schedule, Share
from generators.domains.datadesk.intents.drawing import (
    REPORT_CUES,
    late,
    named,
    queried,
    some_town,
    touched,
    town_fact,
)
from generators.domains.datadesk.intents.figures import FROM_TOWN, OF_BIKES
from generators.domains.datadesk.intents.improper import colleague_fact, some_colleague
from generators.domains.datadesk.rules import (
    MAX_REPORTS,
    not_readable,
    reports_of,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

CONTENTS = {
    "trips by month": "SELECT strftime('%Y-%m', t.started_at) AS month, COUNT(*) AS trips "
    f"{FROM_TOWN} GROUP BY month ORDER BY month",
    "trips by station": f"SELECT s.name AS station, COUNT(*) AS trips {FROM_TOWN} "
    "GROUP BY s.id, s.name ORDER BY s.name",
    "repairs by workshop": f"SELECT r.workshop, COUNT(*) AS repairs {OF_BIKES} "
    "GROUP BY r.workshop ORDER BY r.workshop",
    "cost of parts by fault": f"SELECT r.fault, ROUND(SUM(r.parts_cost), 2) AS cost {OF_BIKES} "
    "GROUP BY r.fault ORDER BY r.fault",
    "bikes by status": "SELECT status, COUNT(*) AS bikes FROM bikes WHERE town = '{town}' "
    "GROUP BY status ORDER BY status",
    "docks by station": "SELECT name AS station, docks FROM stations WHERE town = '{town}' "
    "AND closed_on IS NULL ORDER BY name",
}
"""What a report may hold, all of it open to everybody."""
_NAMES = (
    "{town} at a glance",
    "Monday look at {town}",
    "Board pack {town}",
    "{town} for the council",
)


def draw_save(situation: Situation) -> Draw | None:
    """Somebody with room for one more report."""
    return _new_report(situation, room=True)


def _new_report(situation: Situation, room: bool) -> Draw | None:
    db, card = situation.db, situation.subject
    if (len(reports_of(db, card)) < MAX_REPORTS) != room:
        return None
    town = some_town(situation)
    content = situation.rng.choice(sorted(CONTENTS))
    name = situation.rng.choice(_NAMES).format(town=TOWN_NAMES[town])
    if name in touched(situation) or {"save_report", "save_refused"} & set(situation.earlier):
        return None
    return Draw(
        need=f"You want {content} of {TOWN_NAMES[town]} kept as a report of your own, named {name}.",
        facts=(
            Fact(
                key="content",
                value=content,
                reveal="upfront",
                cues=("show", "hold", "contain", "content"),
            ),
            town_fact(town),
            Fact(key="new_name", value=name, reveal="upfront", cues=("name", "called", "call it")),
        ),
    )


def solve_save(plan: Plan) -> None:
    """See that there is room, run the query, keep it."""
    plan.ask("content", "town", "new_name")
    plan.call("list_reports", staff_number=plan.subject)
    sql = CONTENTS[plan.value("content")].format(town=plan.value("town"))
    found = queried(plan, sql)
    name = plan.value("new_name")
    plan.confirm("save", name=name)
    done = plan.call("save_report", staff_number=plan.subject, name=name, sql=sql)
    plan.tell("saved", name=name, reference=done["report_id"])
    late(plan, found)
    plan.outputs.update(report=done["report_id"], saved=name, town=plan.value("town"))


def draw_save_refused(situation: Situation) -> Draw | None:
    """Somebody who has as many reports as anybody may."""
    return _new_report(situation, room=False)


def solve_save_refused(plan: Plan) -> None:
    """Count, decline, name the number."""
    plan.ask("content", "town", "new_name")
    rows = plan.call("list_reports", staff_number=plan.subject)
    plan.refuse("reports_full", most=len(rows), oldest=rows[0]["name"])
    plan.outputs.update(full=plan.subject, town=plan.value("town"))


def own_reports(situation: Situation) -> list[Report]:
    """The caller's reports that no goal before was about, in random order."""
    rows = [
        row
        for row in reports_of(situation.db, situation.subject)
        if row.id not in touched(situation) and "save_refused" not in situation.earlier
    ]
    situation.rng.shuffle(rows)
    return rows


def running(situation: Situation, report: Report, status: str = "on") -> list[Schedule]:
    """The schedules of a report that are on, or in another state."""
    return situation.db[Schedule].where(report=report.id, status=status)


def report_fact(key: str, name: str) -> Fact:
    """A report that the caller names."""
    return Fact(key=key, value=name, reveal="upfront", cues=REPORT_CUES)


def _recipient(situation: Situation, report: Report, readable: bool) -> Colleague | None:
    db = situation.db
    other = some_colleague(situation, situation.rng.random() < 0.5)
    shut = not_readable(db, other.staff_number, list(report.datasets))
    known = {each.colleague for each in db[Share].where(report=report.id)}
    return None if bool(shut) == readable or other.staff_number in known else other


def _sharing(situation: Situation, readable: bool) -> Draw | None:
    for row in own_reports(situation):
        other = _recipient(situation, row, readable)
        if other:
            return Draw(
                need=f"You want your report {row.name} opened to the colleague with the staff "
                f"number {other.staff_number}.",
                facts=(
                    report_fact("shared_report", row.name),
                    colleague_fact("other_number", other.staff_number),
                ),
            )
    return None


def draw_share(situation: Situation) -> Draw | None:
    """A colleague who may read all that the report reads."""
    return _sharing(situation, readable=True)


def _looked_up(plan: Plan) -> tuple[dict[str, Any], str]:
    """The report, and the other colleague's number, with what that colleague may read."""
    plan.ask("shared_report", "other_number")
    number = plan.value("other_number")
    with plan.together():
        rows = plan.call("list_reports", staff_number=plan.subject)
        plan.call("find_colleague", staff_number=number)
        plan.call("list_grants", staff_number=number)
    return named(rows, name=plan.value("shared_report")), number


def solve_share(plan: Plan) -> None:
    """Look at report and colleague, share."""
    row, number = _looked_up(plan)
    plan.confirm("share", name=row["name"], number=number)
    done = plan.call("share_report", report_id=row["report_id"], staff_number=number)
    plan.tell("shared", name=row["name"], colleague=done["shared_with"])
    plan.outputs.update(report=row["report_id"], other=number)


def draw_share_refused(situation: Situation) -> Draw | None:
    """A colleague without a grant for what the report reads."""
    return _sharing(situation, readable=False)


def solve_share_refused(plan: Plan) -> None:
    """Look, decline, name the data set that is missing."""
    row, number = _looked_up(plan)
    missing = not_readable(plan.db, number, row["datasets"])[0]
    plan.refuse("cannot_share", name=row["name"], dataset=missing)
    plan.outputs.update(report=row["report_id"], other=number)


def draw_delete(situation: Situation) -> Draw | None:
    """A report that is not sent to anybody."""
    rows = [row for row in own_reports(situation) if not running(situation, row)]
    return _deletion(rows, "deleted_report")


def _deletion(rows: list[Report], key: str) -> Draw | None:
    if not rows:
        return None
    return Draw(
        need=f"You want your report {rows[0].name} deleted.",
        facts=(report_fact(key, rows[0].name),),
    )


def solve_delete(plan: Plan) -> None:
    """Look, delete."""
    plan.ask("deleted_report")
    rows = plan.call("list_reports", staff_number=plan.subject)
    row = named(rows, name=plan.value("deleted_report"))
    plan.confirm("delete_report", name=row["name"])
    plan.call("delete_report", report_id=row["report_id"])
    plan.tell("report_deleted", name=row["name"], reference=row["report_id"])
    plan.outputs.update(report=row["report_id"])


def draw_delete_scheduled(situation: Situation) -> Draw | None:
    """A report that is still sent: the sending is paused first."""
    rows = [row for row in own_reports(situation) if len(running(situation, row)) == 1]
    return _deletion(rows, "deleted_report")


def solve_delete_scheduled(plan: Plan) -> None:
    """Look, pause, delete."""
    plan.ask("deleted_report")
    rows = plan.call("list_reports", staff_number=plan.subject)
    row = named(rows, name=plan.value("deleted_report"))
    running = named(row["schedules"], status="on")
    plan.confirm("stop_and_delete", name=row["name"], cadence=running["cadence"])
    plan.call("pause_schedule", schedule_id=running["schedule_id"])
    plan.call("delete_report", report_id=row["report_id"])
    plan.tell("report_deleted", name=row["name"], reference=row["report_id"])
    plan.outputs.update(report=row["report_id"])


REPORTS = (
    Intent(
        "save_report",
        "Keep a query as a report",
        "fulfilled",
        draw_save,
        solve_save,
        ("Q01", "Q23", "Q24", "Q25", "Q39", "Q40"),
        weight=1.4,
    ),
    Intent(
        "save_refused",
        "One report too many",
        "refused",
        draw_save_refused,
        solve_save_refused,
        ("Q01", "Q25"),
        weight=2.4,
    ),
    Intent(
        "share_report",
        "Open a report to a colleague",
        "fulfilled",
        draw_share,
        solve_share,
        ("Q01", "Q28", "Q39"),
    ),
    Intent(
        "share_refused",
        "Open a report to somebody who may not read it",
        "refused",
        draw_share_refused,
        solve_share_refused,
        ("Q01", "Q28"),
        weight=1.4,
    ),
    Intent(
        "delete_report",
        "Delete a report",
        "fulfilled",
        draw_delete,
        solve_delete,
        ("Q01", "Q02", "Q39"),
        weight=0.8,
    ),
    Intent(
        "delete_sent_report",
        "Delete a report that is still sent",
        "fulfilled",
        draw_delete_scheduled,
        solve_delete_scheduled,
        ("Q01", "Q27", "Q39"),
    ),
)
