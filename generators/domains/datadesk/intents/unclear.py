"""Callers whose question has two meanings, or none that the warehouse could answer."""

from datetime import date

from generators.blueprint import Fact
from generators.domains.datadesk.catalogue import TOWN_NAMES
from generators.domains.datadesk.database import Dataset, Gap
from generators.domains.datadesk.intents.drawing import (
    described,
    figure,
    in_month,
    last_day,
    month_fact,
    some_month,
    some_town,
    touched,
    town_fact,
)
from generators.domains.datadesk.rules import in_force, may_read
from generators.domains.datadesk.warehouse import answer
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_PER_BIKE = (
    "SELECT ROUND(1.0 * {sum} / (SELECT COUNT(*) FROM bikes WHERE status = 'in_service'), 2) AS figure "
    "FROM trips t WHERE {when}"
)


def meant(title: str, month: str) -> str:
    """The query for a definition in a month."""
    began, paid = in_month("t.started_at", month), in_month("paid_on", month)
    ended = in_month("ended_on", month)
    return {
        "riders with a trip": f"SELECT COUNT(DISTINCT t.rider) AS figure FROM trips t WHERE {began}",
        "riders with a pass": "SELECT COUNT(DISTINCT rider) AS figure FROM passes "
        f"WHERE started_on <= '{last_day(month)}' "
        f"AND (ended_on IS NULL OR ended_on > '{last_day(month)}')",
        "revenue booked": f"SELECT ROUND(SUM(amount), 2) AS figure FROM payments WHERE {paid}",
        "revenue settled": "SELECT ROUND(SUM(amount), 2) AS figure FROM payments "
        f"WHERE status = 'settled' AND {paid}",
        "all ended passes": f"SELECT COUNT(*) AS figure FROM passes WHERE {ended}",
        "passes given up": "SELECT COUNT(*) AS figure FROM passes "
        f"WHERE end_reason <> 'changed pass' AND {ended}",
        "trips per bike": _PER_BIKE.format(sum="COUNT(*)", when=began),
        "minutes per bike": _PER_BIKE.format(sum="SUM(t.minutes)", when=began),
    }[title]


_QUESTIONS = {
    "ambiguous_riders": ("active riders", "how many active riders there were in {month}"),
    "ambiguous_revenue": ("revenue", "how high revenue was in {month}"),
    "ambiguous_cancellations": ("cancellations", "how many cancellations there were in {month}"),
    "ambiguous_utilisation": ("utilisation", "how high the utilisation of bikes was in {month}"),
}


def _ambiguous(name: str) -> Intent:
    term, need = _QUESTIONS[name]

    def draw(situation: Situation) -> Draw | None:
        """A month in which the definitions differ; the caller says which is meant only when asked."""
        if name in situation.earlier or any(each in _QUESTIONS for each in situation.earlier):
            return None
        month = some_month(situation)
        titles = [row.title for row in in_force(situation.db, term)]
        found = [answer(situation.db, meant(title, month)) for title in titles]
        readable = all(may_read(situation.db, situation.subject, each.datasets) for each in found)
        if (
            not readable
            or len({each.rows for each in found}) < 2
            or not all(each.rows[0][0] for each in found)
        ):
            return None
        title = situation.rng.choice(titles)
        meaning = Fact(
            key="meaning",
            value=title,
            reveal="when_asked",
            cues=("mean", "which of", "definition", "meanings"),
        )
        return Draw(
            need=f"You want to know {need.format(month=month.title())}. Asked what you mean by "
            f"{term}, you say {title}.",
            facts=(month_fact(month), meaning),
        )

    def solve(plan: Plan) -> None:
        """Look the term up, name what it may mean, ask, query what is meant."""
        plan.ask("month")
        found = plan.call("find_metric", term=term)
        titles = [row["title"] for row in found if row["status"] == "in_force"]
        plan.tell("meanings", term=term, first=titles[0], second=titles[1])
        plan.ask("meaning")
        figure(plan, name, meant(plan.value("meaning"), plan.value("month")))
        plan.outputs["month"] = plan.value("month")

    return Intent(
        name,
        f"Something with two meanings: {term}",
        "informed",
        draw,
        solve,
        ("Q01", "Q08", "Q11", "Q17"),
    )


def _unanswerable(planned: bool) -> Intent:
    def draw(situation: Situation) -> Draw | None:
        """Something that nobody collects, or not yet."""
        rows = [
            row
            for row in situation.db[Gap]
            if bool(row.planned_for) == planned and row.topic not in touched(situation)
        ]
        if not rows:
            return None
        row, town = situation.rng.choice(rows), some_town(situation)
        return Draw(
            need=f"You want to know what the data say about {row.topic} in {TOWN_NAMES[town]}.",
            facts=(
                Fact(
                    key="subject",
                    value=row.topic,
                    reveal="upfront",
                    cues=("about", "topic", "subject"),
                ),
                town_fact(town),
            ),
        )

    def solve(plan: Plan) -> None:
        """Look among what there is and what there is not, and say so."""
        plan.ask("subject")
        with plan.together():
            plan.call("list_datasets")
            gap = plan.call("find_gap", topic=plan.value("subject"))[0]
        if planned:
            plan.refuse("not_yet", topic=gap["topic"], since=gap["planned_for"])
        else:
            plan.refuse("not_collected", topic=gap["topic"], owner=gap["owner"])
        plan.outputs["topic"] = gap["topic"]

    return Intent(
        "unanswerable_yet" if planned else "unanswerable",
        "Something that will be collected later" if planned else "Something that nobody collects",
        "refused",
        draw,
        solve,
        ("Q01", "Q13"),
        weight=1.2,
    )


_OLD = ("2022-11", "2023-04", "2023-09", "2025-02", "2025-03", "2025-05")
_TOO_OLD = ("trips", "payments", "repairs", "contacts", "weather_days")


def draw_too_old(situation: Situation) -> Draw | None:
    """A month before the warehouse begins."""
    month = date.fromisoformat(f"{situation.rng.choice(_OLD)}-01")
    name = situation.rng.choice(_TOO_OLD)
    if f"old {name}" in touched(situation):
        return None
    said = f"{month:%B %Y}"
    return Draw(
        need=f"You want a count of the {name.replace('_', ' ')} of {said}, from the data set "
        f"{name.replace('_', ' ')}.",
        facts=(
            Fact(
                key="old_dataset",
                value=name,
                spoken=name.replace("_", " "),
                reveal="upfront",
                cues=("data set", "dataset", "table"),
            ),
            Fact(
                key="old_month",
                value=f"{month:%Y-%m}",
                spoken=said,
                reveal="upfront",
                cues=("month", "period"),
            ),
        ),
    )


def solve_too_old(plan: Plan) -> None:
    """Look from which day on there are data."""
    plan.ask("old_dataset", "old_month")
    name = plan.value("old_dataset")
    described(plan, name)
    held = plan.db[Dataset].get(name).held_from
    plan.refuse("too_old", dataset=name, since=held.isoformat())
    plan.outputs["old"] = f"old {name}"


UNCLEAR = (
    *(_ambiguous(name) for name in _QUESTIONS),
    _unanswerable(planned=False),
    _unanswerable(planned=True),
    Intent(
        "unanswerable_old",
        "A month before the warehouse begins",
        "refused",
        draw_too_old,
        solve_too_old,
        ("Q01", "Q14"),
    ),
)
