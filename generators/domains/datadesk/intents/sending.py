"""Callers who want a report sent to them, or no longer."""

from generators.blueprint import Fact
from generators.domains.datadesk.database import Report, Schedule
from generators.domains.datadesk.intents.drawing import named
from generators.domains.datadesk.intents.reports import own_reports, report_fact, running
from generators.domains.datadesk.rules import most_often, too_often
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_HOURS = {6: "6 am", 7: "7 am", 8: "8 am"}


def cadence_fact(key: str, cadence: str) -> Fact:
    """How often something is to come."""
    said = {"daily": "every day", "weekly": "every week", "monthly": "every month"}[cadence]
    return Fact(key=key, value=cadence, spoken=said, reveal="upfront", cues=("how often", "often"))


def hour_fact(key: str, hour: int) -> Fact:
    """At which time something is to come."""
    return Fact(
        key=key,
        value=f"{hour:02d}:00",
        spoken=_HOURS[hour],
        reveal="upfront",
        cues=("time", "hour"),
    )


def draw_schedule(situation: Situation) -> Draw | None:
    """A report that is not sent yet, as often as it may be."""
    rows = [
        row for row in own_reports(situation) if not situation.db[Schedule].where(report=row.id)
    ]
    if not rows:
        return None
    row, hour = rows[0], situation.rng.choice(sorted(_HOURS))
    fitting = [each for each in ("daily", "weekly", "monthly") if not too_often(each, row.units)]
    often = cadence_fact("cadence", situation.rng.choice(fitting))
    return Draw(
        need=f"You want your report {row.name} sent to you {often.saying} at {_HOURS[hour]}.",
        facts=(report_fact("sent_report", row.name), often, hour_fact("hour", hour)),
    )


def solve_schedule(plan: Plan) -> None:
    """See what it costs, schedule it."""
    plan.ask("sent_report", "cadence", "hour")
    rows = plan.call("list_reports", staff_number=plan.subject)
    row = named(rows, name=plan.value("sent_report"))
    _schedule(plan, row["report_id"], row["name"])


def _schedule(plan: Plan, report: str, name: str) -> None:
    cadence, hour = plan.value("cadence"), plan.value("hour")
    plan.confirm("schedule", name=name, cadence=cadence, hour=hour)
    done = plan.call("schedule_report", report_id=report, cadence=cadence, hour=int(hour[:2]))
    plan.tell("scheduled", cadence=done["cadence"], reference=done["schedule_id"])
    plan.outputs.update(report=report)


def draw_schedule_saved(situation: Situation) -> Draw | None:
    """The report that was just kept."""
    if "save_report" not in situation.earlier:
        return None
    report = situation.db[Report].get(str(situation.earlier["save_report"]["report"]))
    if running(situation, report):
        return None
    fitting = [each for each in ("daily", "weekly", "monthly") if not too_often(each, report.units)]
    hour = situation.rng.choice(sorted(_HOURS))
    often = cadence_fact("cadence", situation.rng.choice(fitting))
    return Draw(
        need=f"You want the new report sent to you {often.saying} at {_HOURS[hour]}.",
        slots={"report": report.id, "name": report.name},
        facts=(often, hour_fact("hour", hour)),
    )


def solve_schedule_saved(plan: Plan) -> None:
    """Ask how often, schedule it."""
    plan.ask("cadence", "hour")
    _schedule(plan, plan.slots["report"], plan.slots["name"])


def draw_too_often(situation: Situation) -> Draw | None:
    """A report that costs too much to be sent so often."""
    rows = [
        row
        for row in own_reports(situation)
        if most_often(row.units) != "daily" and not running(situation, row)
    ]
    if not rows:
        return None
    hour = situation.rng.choice(sorted(_HOURS))
    return Draw(
        need=f"You want your report {rows[0].name} sent to you every day at {_HOURS[hour]}; any other "
        "rhythm is of no use to you.",
        facts=(
            report_fact("sent_report", rows[0].name),
            cadence_fact("cadence", "daily"),
            hour_fact("hour", hour),
        ),
    )


def solve_too_often(plan: Plan) -> None:
    """See what it costs, decline, say how often it may be."""
    plan.ask("sent_report", "cadence", "hour")
    rows = plan.call("list_reports", staff_number=plan.subject)
    row = named(rows, name=plan.value("sent_report"))
    plan.refuse("too_often", units=row["units"], most=row["at_most"])
    plan.outputs.update(report=row["report_id"])


def draw_turn(situation: Situation) -> Draw | None:
    """A report whose sending is on, or paused."""
    status = situation.rng.choice(("on", "paused"))
    rows = [row for row in own_reports(situation) if len(running(situation, row, status)) == 1]
    if not rows or len(situation.db[Schedule].where(report=rows[0].id)) != 1:
        return None
    wish = "not be sent to you for a while" if status == "on" else "be sent to you again"
    return Draw(
        need=f"You want your report {rows[0].name} to {wish}.",
        slots={"status": status},
        facts=(
            report_fact("turned_report", rows[0].name),
            Fact(
                key="turn",
                value="pause" if status == "on" else "resume",
                spoken="pause it" if status == "on" else "switch it back on",
                reveal="upfront",
                cues=("happen", "do with", "pause"),
            ),
        ),
    )


def solve_turn(plan: Plan) -> None:
    """Look, pause or resume."""
    plan.ask("turned_report", "turn")
    rows = plan.call("list_reports", staff_number=plan.subject)
    row = named(rows, name=plan.value("turned_report"))
    turn = plan.value("turn")
    plan.confirm(turn, name=row["name"])
    done = plan.call(f"{turn}_schedule", schedule_id=row["schedules"][0]["schedule_id"])
    plan.tell(f"{turn}d", name=row["name"], reference=done["schedule_id"])
    plan.outputs.update(report=row["report_id"])


SENDING = (
    Intent(
        "schedule_report",
        "Have a report sent",
        "fulfilled",
        draw_schedule,
        solve_schedule,
        ("Q01", "Q26", "Q39", "Q40"),
    ),
    Intent(
        "schedule_saved",
        "Have the new report sent",
        "fulfilled",
        draw_schedule_saved,
        solve_schedule_saved,
        ("Q01", "Q26", "Q39"),
        after=("save_report",),
        weight=3.0,
    ),
    Intent(
        "schedule_refused",
        "A dear report every day",
        "refused",
        draw_too_often,
        solve_too_often,
        ("Q01", "Q26"),
    ),
    Intent(
        "pause_or_resume",
        "Pause or resume a report",
        "fulfilled",
        draw_turn,
        solve_turn,
        ("Q01", "Q02", "Q39"),
        weight=1.6,
    ),
)
