"""What the draws of all intents share: facts as callers say them, and the caller's own rows."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.datadesk.answer import Answer
from generators.domains.datadesk.catalogue import TOWN_NAMES
from generators.domains.datadesk.database import Dataset
from generators.domains.datadesk.rules import ESTIMATE_ABOVE, units_of
from generators.domains.datadesk.warehouse import answer
from generators.domains.domain import Situation
from generators.domains.plan import Plan

MONTHS = {"july": 7, "august": 8, "september": 9, "october": 10}
"""The whole months that are held. They are known by their names alone: a fact that is a date would be
taken for told wherever a day of that month is said."""
DATASET_CUES = ("data set", "dataset", "table")
REPORT_CUES = ("report",)
DAY_CUES = ("day", "date", "until when", "how long")


def touched(situation: Situation) -> set[Any]:
    """Every value that the goals before have left: rows that are settled already."""
    return {value for outputs in situation.earlier.values() for value in outputs.values()}


def before(situation: Situation, name: str) -> Any:
    """What a goal before has left under a name; None when none has."""
    found = [outputs[name] for outputs in situation.earlier.values() if name in outputs]
    return found[-1] if found else None


def some_town(situation: Situation) -> str:
    """A town: the one that the goals before were about, if they were about one."""
    return before(situation, "town") or situation.rng.choice(sorted(TOWN_NAMES))


def some_month(situation: Situation, first: str = "july") -> str:
    """A whole month that is held, likewise."""
    months = [month for month, number in MONTHS.items() if number >= MONTHS[first]]
    known = before(situation, "month")
    return known if known in months else situation.rng.choice(months)


def town_fact(code: str) -> Fact:
    """The town that a figure is about."""
    return Fact(
        key="town", value=code, spoken=TOWN_NAMES[code], reveal="upfront", cues=("town", "place")
    )


def month_fact(month: str) -> Fact:
    """The month that a figure is about, all of this year."""
    return Fact(
        key="month", value=month, spoken=month.title(), reveal="upfront", cues=("month", "period")
    )


def in_month(column: str, month: str) -> str:
    """The SQL for a time in a month."""
    first = date(2025, MONTHS[month], 1)
    after = date(2025, MONTHS[month] + 1, 1)
    return f"{column} >= '{first}' AND {column} < '{after}'"


def last_day(month: str) -> str:
    """The last day of a month, as the warehouse writes it."""
    return (date(2025, MONTHS[month] + 1, 1) - timedelta(days=1)).isoformat()


def dataset_fact(key: str, name: str) -> Fact:
    """A data set that the caller names."""
    return Fact(
        key=key,
        value=name,
        spoken=name.replace("_", " "),
        reveal="upfront",
        cues=DATASET_CUES,
    )


def day_said(day: date) -> str:
    """A day near the clock as one says it: ``24 October``."""
    return f"{day.day} {day:%B}"


def day_fact(key: str, day: date, cues: tuple[str, ...] = DAY_CUES) -> Fact:
    """A day that the caller names."""
    spoken = f"{day.day} {day:%B} {day.year}"
    return Fact(key=key, value=day.isoformat(), spoken=spoken, reveal="upfront", cues=cues)


def worth_telling(found: Answer) -> bool:
    """Whether there is something to tell, and nothing in the singular."""
    return all(value and value != 1 for value in found.rows[0])


def described(plan: Plan, *datasets: str) -> list[Any]:
    """What the catalogue says about data sets, each looked up once in a dialogue."""
    seen = {
        action.arguments["dataset"] for action in plan.actions if action.tool == "describe_dataset"
    }
    wanted = [name for name in datasets if name not in seen]
    with plan.together():
        return [plan.call("describe_dataset", dataset=name) for name in wanted]


def queried(plan: Plan, sql: str) -> dict[str, Any]:
    """What a query gives, run as the manual has it: after the catalogue, after the grants where one is
    needed, and after an estimate where it is dear."""
    datasets = answer(plan.db, sql).datasets
    described(plan, *datasets)
    if any(plan.db[Dataset].get(name).access == "restricted" for name in datasets):
        grants_seen(plan)
    if units_of(plan.db, datasets) > ESTIMATE_ABOVE:
        plan.call("estimate_query", sql=sql)
    return plan.call("run_query", sql=sql)


def grants_seen(plan: Plan) -> None:
    """The caller's own grants, looked up once in a dialogue."""
    if not any(action.tool == "list_grants" for action in plan.actions):
        plan.call("list_grants", staff_number=plan.subject)


def figure(plan: Plan, key: str, sql: str) -> None:
    """A query of one row whose columns are told, and how far its data go where they are late."""
    found = queried(plan, sql)
    plan.tell(key, **dict(zip(found["columns"], found["rows"][0], strict=True)))
    late(plan, found)


def late(plan: Plan, found: dict[str, Any]) -> None:
    """Says up to which day the data go, where they are late."""
    if found["late_loaded_until"]:
        plan.tell("late", until=found["late_loaded_until"])


def named(rows: list[dict[str, Any]], **equal: Any) -> dict[str, Any]:
    """The first of a tool's rows that has these values."""
    return next(row for row in rows if all(row[name] == value for name, value in equal.items()))
