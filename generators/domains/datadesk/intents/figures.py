"""Callers who want to know a figure, and are answered by a query."""

from collections.abc import Callable
from dataclasses import dataclass

from generators.blueprint import Fact
from generators.domains.datadesk.catalogue import CAMPAIGNS, TOPICS, TOWN_NAMES
from generators.domains.datadesk.intents.drawing import (
    figure,
    in_month,
    month_fact,
    some_month,
    some_town,
    touched,
    town_fact,
    worth_telling,
)
from generators.domains.datadesk.rules import grant_for, may_read, team_of, units_of
from generators.domains.datadesk.warehouse import answer
from generators.domains.datadesk.warehouse_rows import Contact, Rider
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

FROM_TOWN = "FROM trips t JOIN stations s ON s.id = t.from_station WHERE s.town = '{town}'"
OF_BIKES = "FROM repairs r JOIN bikes b ON b.id = r.bike WHERE b.town = '{town}'"


@dataclass(frozen=True, slots=True)
class Question:
    """A figure by town and month. ``sql`` gives one row whose columns are the slots of what is told;
    its braces take the facts and ``when``, the month as a condition on ``time``. ``third`` is a fact
    beside town and month, with the values that it may have and what it is asked with."""

    name: str
    title: str
    need: str
    time: str
    sql: str
    third: str = ""
    values: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    first: str = "july"
    whole_company: bool = False

    def query(self, town: str, month: str, third: str) -> str:
        """The query for these facts."""
        when = in_month(self.time, month) if self.time else ""
        return self.sql.format(town=town, when=when, third=third)


QUESTIONS = (
    Question(
        "figure_trips",
        "How many trips began in a town",
        "how many trips began in {town} in {month}",
        "t.started_at",
        f"SELECT COUNT(*) AS trips {FROM_TOWN} AND {{when}}",
    ),
    Question(
        "figure_station",
        "The busiest station of a town",
        "at which station in {town} most trips began in {month}, and how many that were",
        "t.started_at",
        f"SELECT s.name AS station, COUNT(*) AS trips {FROM_TOWN} AND {{when}} "
        "GROUP BY s.id, s.name ORDER BY trips DESC, s.name LIMIT 1",
    ),
    Question(
        "figure_electric",
        "The share of trips on electric bikes",
        "what percentage of the trips that began in {town} in {month} were on electric bikes",
        "t.started_at",
        "SELECT ROUND(100.0 * SUM(b.kind = 'electric') / COUNT(*), 2) AS share "
        "FROM trips t JOIN stations s ON s.id = t.from_station JOIN bikes b ON b.id = t.bike "
        "WHERE s.town = '{town}' AND {when}",
    ),
    Question(
        "figure_rain",
        "Trips on rainy days",
        "how many trips began in {town} on rainy days in {month}",
        "t.started_at",
        "SELECT COUNT(*) AS trips FROM trips t JOIN stations s ON s.id = t.from_station "
        "JOIN weather_days w ON w.town = s.town AND w.day = substr(t.started_at, 1, 10) "
        "WHERE s.town = '{town}' AND {when} AND w.rain_mm >= 2.0",
    ),
    Question(
        "figure_parts",
        "What parts have cost",
        "how much money went into parts for repairs of {town}'s bikes that were opened in {month}",
        "r.opened_on",
        f"SELECT ROUND(SUM(r.parts_cost), 2) AS cost {OF_BIKES} AND {{when}}",
    ),
    Question(
        "figure_fault",
        "The commonest fault",
        "which fault {town}'s bikes had most often in {month}, and how often",
        "r.opened_on",
        f"SELECT r.fault, COUNT(*) AS repairs {OF_BIKES} AND {{when}} AND r.fault <> '' "
        "GROUP BY r.fault ORDER BY repairs DESC, r.fault LIMIT 1",
    ),
    Question(
        "figure_money",
        "Settled payments of a kind",
        "how much money came in from settled payments of riders from {town} in {month}, counting "
        "only those of kind {third}",
        "p.paid_on",
        "SELECT ROUND(SUM(p.amount), 2) AS amount FROM payments p JOIN riders r ON r.id = p.rider "
        "WHERE r.town = '{town}' AND p.status = 'settled' AND p.kind = '{third}' AND {when}",
        third="payment_kind",
        values=("pass", "ride"),
        cues=("kind", "sort of payment"),
    ),
    Question(
        "figure_reason",
        "Why passes ended",
        "which reason riders gave most often when their pass ended in {month}, and how often",
        "ended_on",
        "SELECT end_reason AS reason, COUNT(*) AS passes FROM passes WHERE {when} "
        "GROUP BY end_reason ORDER BY passes DESC, end_reason LIMIT 1",
        whole_company=True,
    ),
    Question(
        "figure_rating",
        "How riders rated an answer",
        "what rating riders gave on average in {month} when they wrote about {third}",
        "opened_at",
        "SELECT ROUND(AVG(rating), 2) AS rating FROM contacts WHERE topic = '{third}' AND {when}",
        third="topic",
        values=TOPICS,
        cues=("topic", "about what"),
        first="august",
        whole_company=True,
    ),
)
"""Figures by town and month, or by month alone for the ``whole_company``."""


def _draws(question: Question) -> Callable[[Situation], Draw | None]:
    def draw(situation: Situation) -> Draw | None:
        """A town and a month with something to count, and no two answers."""
        if question.name in situation.earlier:
            return None
        town = "" if question.whole_company else some_town(situation)
        month = some_month(situation, question.first)
        third = situation.rng.choice(question.values) if question.values else ""
        found = answer(situation.db, question.query(town, month, third))
        if not found.rows or not worth_telling(found):
            return None
        if not may_read(situation.db, situation.subject, found.datasets):
            return None
        if "LIMIT 1" in question.sql and _ties(situation, question, town, month, third):
            return None
        facts = (
            [month_fact(month)] if question.whole_company else [town_fact(town), month_fact(month)]
        )
        if third:
            facts.append(
                Fact(key=question.third, value=third, reveal="upfront", cues=question.cues)
            )
        said = question.need.format(town=TOWN_NAMES.get(town, ""), month=month.title(), third=third)
        return Draw(need=f"You want to know {said}.", facts=tuple(facts))

    return draw


def _ties(situation: Situation, question: Question, town: str, month: str, third: str) -> bool:
    """Whether the first two of a ranking stand equal."""
    sql = question.query(town, month, third).replace("LIMIT 1", "LIMIT 2")
    rows = answer(situation.db, sql).rows
    return len(rows) > 1 and rows[0][1] == rows[1][1]


def _solves(question: Question) -> Callable[[Plan], None]:
    def solve(plan: Plan) -> None:
        """Ask what is open, look at the catalogue, query, tell."""
        keys = ["month"] if question.whole_company else ["town", "month"]
        plan.ask(*keys, *([question.third] if question.third else []))
        if question.name == "figure_rain":
            plan.call("find_metric", term="rainy day")
        town = "" if question.whole_company else plan.value("town")
        third = plan.value(question.third) if question.third else ""
        figure(plan, question.name, question.query(town, plan.value("month"), third))
        plan.outputs["month"] = plan.value("month")
        if town:
            plan.outputs["town"] = town

    return solve


def draw_clicks(situation: Situation) -> Draw | None:
    """A campaign that has been sent out."""
    if not may_read(situation.db, situation.subject, ["campaign_sends"]):
        return None
    _, name, _ = situation.rng.choice(CAMPAIGNS[1:])
    if name in touched(situation) or not worth_telling(answer(situation.db, _clicks(name))):
        return None
    return Draw(
        need=f"You want to know what percentage of the messages of the campaign {name} were clicked.",
        facts=(Fact(key="campaign", value=name, reveal="upfront", cues=("campaign",)),),
    )


def _clicks(name: str) -> str:
    return (
        "SELECT ROUND(100.0 * SUM(s.clicked) / COUNT(*), 2) AS share FROM campaign_sends s "
        f"JOIN campaigns c ON c.id = s.campaign WHERE c.name = '{name}'"
    )


def solve_clicks(plan: Plan) -> None:
    """Ask for the campaign, query, tell."""
    plan.ask("campaign")
    figure(plan, "figure_clicks", _clicks(plan.value("campaign")))
    plan.outputs["campaign"] = plan.value("campaign")


def low_batteries(town: str) -> str:
    """Bikes that ran low in the first days of the month."""
    return (
        "SELECT COUNT(DISTINCT p.bike) AS bikes FROM pings p JOIN bikes b ON b.id = p.bike "
        f"WHERE b.town = '{town}' AND p.battery < 25 AND p.sent_at >= '2025-11-01'"
    )


def draw_batteries(situation: Situation) -> Draw | None:
    """Somebody whose team may run so dear a query."""
    db, card = situation.db, situation.subject
    town = some_town(situation)
    found = answer(db, low_batteries(town))
    if not may_read(db, card, found.datasets) or not worth_telling(found):
        return None
    if units_of(db, found.datasets) > team_of(db, card).query_limit:
        return None
    return Draw(
        need=f"You want to know how many bikes in {TOWN_NAMES[town]} have had less than 25 percent "
        "in their battery at some time since 1 November.",
        facts=(town_fact(town),),
    )


def solve_batteries(plan: Plan) -> None:
    """Ask for the town, estimate, query, tell."""
    plan.ask("town")
    figure(plan, "figure_batteries", low_batteries(plan.value("town")))
    plan.outputs["town"] = plan.value("town")


def contact_rider(contact: str) -> str:
    """Whom to write to about a contact."""
    return (
        "SELECT r.given_name || ' ' || r.family_name AS name, r.email FROM contacts c "
        f"JOIN riders r ON r.id = c.rider WHERE c.id = '{contact}'"
    )


def draw_address(situation: Situation) -> Draw | None:
    """Somebody who may read personal data, and a rider who has written."""
    db, card = situation.db, situation.subject
    if not grant_for(db, card, "riders", "personal") or not grant_for(db, card, "contacts"):
        return None
    row = some_contact(situation)
    return Draw(
        need=f"You want to answer the rider behind contact {row.id} and need the rider's name and "
        "email address.",
        facts=(contact_fact("contact", row.id),),
    )


def some_contact(situation: Situation) -> Contact:
    """A contact from the last months, of a rider whom no goal before was about."""
    rows = [
        row
        for row in situation.db[Contact]
        if row.opened_at.month >= 8
        and row.rider not in touched(situation)
        and situation.db[Rider].get(row.rider).email != "masked"
    ]
    return situation.rng.choice(rows)


def contact_fact(key: str, number: str) -> Fact:
    """The number of a contact."""
    return Fact(key=key, value=number, reveal="upfront", cues=("contact", "number"))


def solve_address(plan: Plan) -> None:
    """Ask for the contact, query under the personal grant, tell."""
    plan.ask("contact")
    sql = contact_rider(plan.value("contact"))
    figure(plan, "address", sql)
    plan.outputs["rider"] = plan.db[Contact].get(plan.value("contact")).rider


FIGURES = (
    *(
        Intent(
            question.name,
            question.title,
            "informed",
            _draws(question),
            _solves(question),
            ("Q01", "Q06", "Q08", "Q09", "Q17")
            if question.name != "figure_rain"
            else ("Q01", "Q08", "Q09", "Q12", "Q17"),
        )
        for question in QUESTIONS
    ),
    Intent(
        "figure_clicks",
        "The share of clicked messages",
        "informed",
        draw_clicks,
        solve_clicks,
        ("Q01", "Q06", "Q08", "Q17"),
    ),
    Intent(
        "figure_batteries",
        "Low batteries, a dear query",
        "informed",
        draw_batteries,
        solve_batteries,
        ("Q01", "Q06", "Q08", "Q09", "Q10"),
        weight=3.0,
    ),
    Intent(
        "rider_address",
        "A rider's address for somebody who may have it",
        "informed",
        draw_address,
        solve_address,
        ("Q01", "Q06", "Q07"),
        weight=4.0,
    ),
)
