"""Callers who have found something wrong, or want something new."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.datadesk.catalogue import TOWN_NAMES
from generators.domains.datadesk.database import Load, QualityTicket
from generators.domains.datadesk.intents.drawing import (
    before,
    dataset_fact,
    day_fact,
    late,
    named,
    queried,
    touched,
    town_fact,
)
from generators.domains.datadesk.rules import MAX_ATTEMPTS, MAX_BACKFILL, failed_loads, yesterday
from generators.domains.datadesk.warehouse import answer
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

FAULTS = {
    "trips that were faster than 40 kilometres per hour": (
        "trips",
        "kilometres",
        "impossible",
        "SELECT COUNT(*) AS rows FROM trips t JOIN stations s ON s.id = t.from_station "
        "WHERE s.town = '{town}' AND t.kilometres * 60.0 / t.minutes > 40",
    ),
    "repairs without a fault": (
        "repairs",
        "fault",
        "missing",
        "SELECT COUNT(*) AS rows FROM repairs r JOIN bikes b ON b.id = r.bike "
        "WHERE b.town = '{town}' AND r.fault = ''",
    ),
    "days hotter than 50 degrees": (
        "weather_days",
        "mean_temp",
        "impossible",
        "SELECT COUNT(*) AS rows FROM weather_days WHERE town = '{town}' AND mean_temp > 50",
    ),
}
"""What may be wrong: data set, column, problem, and the query that counts it."""


def _fault(situation: Situation, found: bool) -> Draw | None:
    done, known = touched(situation), before(situation, "town")
    cases = [
        (fault, town)
        for fault, (_, _, _, sql) in FAULTS.items()
        for town in ([known] if known else TOWN_NAMES)
        if fault not in done
        and (rows := answer(situation.db, sql.format(town=town)).rows[0][0]) != 1
        and bool(rows) == found
    ]
    if not cases:
        return None
    fault, town = situation.rng.choice(cases)
    return Draw(
        need=f"You have come across {fault} in the data of {TOWN_NAMES[town]}, and want it looked into.",
        facts=(
            Fact(
                key="fault", value=fault, reveal="upfront", cues=("wrong", "fault", "seen", "odd")
            ),
            town_fact(town),
        ),
    )


def draw_fault(situation: Situation) -> Draw | None:
    """A fault that is really there."""
    return _fault(situation, found=True)


def _counted(plan: Plan) -> tuple[str, str, str, dict[str, Any]]:
    """Data set, column and problem of a fault, and what the query that counts it gives."""
    plan.ask("fault", "town")
    dataset, column, problem, sql = FAULTS[plan.value("fault")]
    plan.call("list_quality_tickets", dataset=dataset)
    found = queried(plan, sql.format(town=plan.value("town")))
    return dataset, column, problem, found


def solve_fault(plan: Plan) -> None:
    """See that it is not known yet, count it, open a ticket."""
    dataset, column, problem, found = _counted(plan)
    rows = found["rows"][0][0]
    # The confirmation gives the figure away, so what it lacks is said before.
    late(plan, found)
    plan.confirm("open_ticket", dataset=dataset, column=column, rows=rows)
    done = plan.call(
        "open_quality_ticket", dataset=dataset, column=column, problem=problem, rows=rows
    )
    plan.tell("ticket_opened", reference=done["ticket_id"], rows=rows)
    plan.outputs.update(fault=plan.value("fault"), town=plan.value("town"))


def draw_unfounded(situation: Situation) -> Draw | None:
    """A fault that is not there."""
    return _fault(situation, found=False)


def solve_unfounded(plan: Plan) -> None:
    """Count, find none, open nothing."""
    dataset, _, _, found = _counted(plan)
    plan.refuse("nothing_found", dataset=dataset, rows=found["rows"][0][0])
    late(plan, found)
    plan.outputs.update(fault=plan.value("fault"), town=plan.value("town"))


def draw_known(situation: Situation) -> Draw | None:
    """A fault for which there is a ticket."""
    rows = [
        row
        for row in situation.db[QualityTicket].where(status="open")
        if row.id not in touched(situation) and row.opened_on < situation.db.now.date()
    ]
    if not rows:
        return None
    row = situation.rng.choice(rows)
    column = row.column.replace("_", " ")
    return Draw(
        need=f"You have seen {row.problem} values in the column {column} of the data set "
        f"{row.dataset.replace('_', ' ')}, and want that reported.",
        facts=(
            dataset_fact("faulty_dataset", row.dataset),
            Fact(
                key="faulty_column",
                value=row.column,
                spoken=column,
                reveal="upfront",
                cues=("column", "field"),
            ),
        ),
    )


def solve_known(plan: Plan) -> None:
    """Look among the tickets, tell the one there is."""
    plan.ask("faulty_dataset", "faulty_column")
    rows = plan.call("list_quality_tickets", dataset=plan.value("faulty_dataset"))
    row = named(rows, column=plan.value("faulty_column"))
    plan.tell("known_already", reference=row["ticket_id"], since=row["opened_on"])
    plan.outputs["ticket"] = row["ticket_id"]


def _late(situation: Situation, again: bool) -> list[Load]:
    """Last night's loads that failed, once or again."""
    day = yesterday(situation.db)
    return [
        row
        for row in situation.db[Load].where(day=day, status="failed")
        if (row.attempts >= MAX_ATTEMPTS) == again and row.dataset not in touched(situation)
    ]


def _stale(situation: Situation, again: bool, key: str) -> Draw | None:
    rows = _late(situation, again)
    if not rows:
        return None
    row = situation.rng.choice(rows)
    return Draw(
        need=f"Yesterday is missing from the data set {row.dataset.replace('_', ' ')}, and you want "
        "it to be loaded.",
        facts=(dataset_fact(key, row.dataset),),
    )


def draw_rerun(situation: Situation) -> Draw | None:
    """A load that failed once."""
    return _stale(situation, again=False, key="late_dataset")


def solve_rerun(plan: Plan) -> None:
    """Look, run it again, tell until when."""
    plan.ask("late_dataset")
    name = plan.value("late_dataset")
    row = plan.call("list_loads", dataset=name)["not_loaded"][0]
    plan.confirm("rerun", dataset=name)
    done = plan.call("rerun_load", load_id=row["load_id"])
    plan.tell("rerunning", dataset=name, ready=done["ready_at"])
    plan.outputs["dataset"] = name


def draw_failing(situation: Situation) -> Draw | None:
    """A load that was run again already and still failed."""
    return _stale(situation, again=True, key="late_dataset")


def solve_failing(plan: Plan) -> None:
    """Look, hand over to those who run the loads."""
    plan.ask("late_dataset")
    name = plan.value("late_dataset")
    row = plan.call("list_loads", dataset=name)["not_loaded"][0]
    done = plan.call(
        "hand_over",
        staff_number=plan.subject,
        reason="failed_load",
        queue="pipelines",
        about=row["load_id"],
    )
    plan.tell(
        "passed_on_load", cause=row["cause"], reference=done["reference"], by=done["answer_by"]
    )
    plan.outputs["dataset"] = name


def draw_backfill(situation: Situation) -> Draw | None:
    """Days in a row that failed for good."""
    names = sorted({row.dataset for row in situation.db[Load].where(status="failed", attempts=3)})
    names = [name for name in names if name not in touched(situation)]
    if not names:
        return None
    name = situation.rng.choice(names)
    days = [row.day for row in failed_loads(situation.db, name) if row.attempts > MAX_ATTEMPTS]
    return _backfill(name, min(days) - timedelta(days=situation.rng.randrange(0, 2)), max(days))


def _backfill(name: str, first: date, last: date) -> Draw:
    one, two = (
        day_fact("from_day", first, ("from", "first")),
        day_fact("to_day", last, ("until", "last")),
    )
    return Draw(
        need=f"Days are missing from the data set {name.replace('_', ' ')}, and you want those from "
        f"{one.saying} to {two.saying} loaded again.",
        facts=(dataset_fact("holey_dataset", name), one, two),
    )


def solve_backfill(plan: Plan) -> None:
    """Look, load the days again."""
    plan.ask("holey_dataset", "from_day", "to_day")
    name, first, last = (plan.value(key) for key in ("holey_dataset", "from_day", "to_day"))
    plan.call("list_loads", dataset=name)
    plan.confirm("backfill", dataset=name, first=first, last=last)
    done = plan.call(
        "start_backfill", staff_number=plan.subject, dataset=name, from_day=first, to_day=last
    )
    plan.tell("backfilling", days=done["days"], reference=done["backfill_id"])
    plan.outputs["dataset"] = name


def draw_backfill_refused(situation: Situation) -> Draw | None:
    """More days than one backfill may have."""
    names = sorted({row.dataset for row in situation.db[Load].where(status="failed", attempts=3)})
    names = [name for name in names if name not in touched(situation)]
    if not names:
        return None
    rng, today = situation.rng, situation.db.now.date()
    last = today - timedelta(days=rng.randrange(2, 6))
    return _backfill(
        rng.choice(names), last - timedelta(days=MAX_BACKFILL + rng.randrange(0, 12)), last
    )


def solve_backfill_refused(plan: Plan) -> None:
    """Look, decline, name the limit."""
    plan.ask("holey_dataset", "from_day", "to_day")
    name = plan.value("holey_dataset")
    found = plan.call("list_loads", dataset=name)
    plan.refuse("too_many_days", dataset=name, most=found["most_backfill_days"])
    plan.outputs["dataset"] = name


UPKEEP = (
    Intent(
        "report_fault",
        "A fault in the data",
        "fulfilled",
        draw_fault,
        solve_fault,
        ("Q01", "Q08", "Q29", "Q30", "Q39", "Q40"),
        weight=1.3,
    ),
    Intent(
        "fault_not_there",
        "A fault that is not in the data",
        "refused",
        draw_unfounded,
        solve_unfounded,
        ("Q01", "Q08", "Q29"),
        weight=2.0,
    ),
    Intent(
        "fault_known",
        "A fault that is known already",
        "informed",
        draw_known,
        solve_known,
        ("Q01", "Q30"),
    ),
    Intent(
        "late_data",
        "Last night's data are missing",
        "fulfilled",
        draw_rerun,
        solve_rerun,
        ("Q01", "Q31", "Q39"),
    ),
    Intent(
        "failing_load",
        "Last night's data are missing for good",
        "handed_over",
        draw_failing,
        solve_failing,
        ("Q01", "Q31", "Q42"),
    ),
    Intent(
        "backfill",
        "Days that are missing",
        "fulfilled",
        draw_backfill,
        solve_backfill,
        ("Q01", "Q32", "Q39"),
    ),
    Intent(
        "backfill_refused",
        "Too many days at once",
        "refused",
        draw_backfill_refused,
        solve_backfill_refused,
        ("Q01", "Q32"),
    ),
)
