"""What the desk keeps: who may read what, reports, and the upkeep of the warehouse."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from generators.domains.datadesk.catalogue import (
    DATASETS,
    DEFINITIONS,
    GAPS,
    MEANINGS,
    METRICS,
    NIGHTLY,
    RESTRICTED,
    TEAMS,
    TOWN_NAMES,
    VALUES,
)
from generators.domains.datadesk.database import (
    Approval,
    Column,
    Dataset,
    DeletionTicket,
    Gap,
    Grant,
    Laptop,
    Load,
    MaskingRequest,
    Metric,
    QualityTicket,
    Report,
    Schedule,
    Share,
)
from generators.domains.datadesk.rules import CURRENT_DRIVER, MAX_REPORTS, working_day
from generators.domains.datadesk.seed_rides import FIRST_DAY
from generators.domains.datadesk.warehouse import Warehouse
from generators.domains.datadesk.warehouse_rows import PERSONAL, WAREHOUSE, Rider
from generators.domains.table import Base, Row
from personas.record import content_hash

_LATE = ("repairs", "contacts", "campaign_sends", "weather_days", "passes", "payments")
_CAUSES = ("source did not answer", "disk was full", "file came too late", "types did not fit")
_FAULTY = (
    ("repairs", "closed_on", "missing"),
    ("contacts", "rating", "missing"),
    ("payments", "status", "impossible"),
    ("stations", "docks", "impossible"),
    ("passes", "end_reason", "missing"),
    ("bikes", "price", "impossible"),
)
"""Faults that are known already."""
_OF_TRIPS = "FROM trips t JOIN stations s ON s.id = t.from_station"
REPORTS = {
    "Trips by month, {town}": "SELECT strftime('%Y-%m', t.started_at) AS month, COUNT(*) AS trips "
    f"{_OF_TRIPS} WHERE s.town = '{{code}}' GROUP BY month ORDER BY month",
    "Repairs by fault, {town}": "SELECT r.fault, COUNT(*) AS repairs FROM repairs r "
    "JOIN bikes b ON b.id = r.bike WHERE b.town = '{code}' GROUP BY r.fault ORDER BY r.fault",
    "Bikes by kind, {town}": "SELECT kind, COUNT(*) AS bikes FROM bikes WHERE town = '{code}' "
    "GROUP BY kind ORDER BY kind",
    "Payments by status, {town}": "SELECT p.status, ROUND(SUM(p.amount), 2) AS amount "
    "FROM payments p JOIN riders r ON r.id = p.rider WHERE r.town = '{code}' "
    "GROUP BY p.status ORDER BY p.status",
    "Passes and trips, {town}": f"SELECT p.kind, COUNT(*) AS trips {_OF_TRIPS} "
    "JOIN passes p ON p.rider = t.rider WHERE s.town = '{code}' AND p.ended_on IS NULL "
    "GROUP BY p.kind ORDER BY p.kind",
    "Battery levels, {town}": "SELECT b.id, MIN(g.battery) AS lowest FROM pings g "
    "JOIN bikes b ON b.id = g.bike WHERE b.town = '{code}' GROUP BY b.id ORDER BY b.id",
    "Contacts by topic, {town}": "SELECT c.topic, COUNT(*) AS contacts FROM contacts c "
    "JOIN riders r ON r.id = c.rider WHERE r.town = '{code}' GROUP BY c.topic ORDER BY c.topic",
}
"""Name -> query."""


def catalogue(rng: Random, today: date) -> Iterator[Row]:
    """Data sets with their columns and nightly loads, metrics, gaps, and faults that are known."""
    lines = rng.sample(range(7000, 7999), len(DATASETS))
    late: dict[str, int] = dict(zip(rng.sample(_LATE, 3), (1, 2, 1), strict=True))
    for (name, about), line in zip(DATASETS.items(), lines, strict=True):
        meaning, owner, access, units, column, retention = about
        yield Dataset(
            name=name,
            meaning=meaning,
            owner=owner,
            on_call=f"line {line}",
            access=access,
            units=units,
            time_column=column,
            held_from=date(2025, 10, 1) if name == "pings" else FIRST_DAY,
            loaded_until=today - timedelta(days=2 if name in late else 1),
            retention_days=retention,
        )
        if name in NIGHTLY:
            yield from _loads(rng, name, today, late.get(name, 0))
    for spec in WAREHOUSE:
        for field in spec.row.__struct_fields__:
            key = f"{spec.name}.{field}"
            meaning = MEANINGS.get(field, field.replace("_", " "))
            meaning = f"{meaning}: {VALUES[key]}" if key in VALUES else meaning
            yield Column(id=key, dataset=spec.name, meaning=meaning, personal=key in PERSONAL)
    for at, (term, title, owner, status) in enumerate(METRICS):
        since = date(2024, 1 + at % 12, 1 + 2 * (at % 14))
        yield Metric(
            id=f"M-{101 + at}",
            term=term,
            title=title,
            definition=DEFINITIONS[title],
            owner=owner,
            status=status,
            since=since,
        )
    for at, (topic, reason, owner, planned) in enumerate(GAPS):
        yield Gap(id=f"GAP-{11 + at}", topic=topic, reason=reason, owner=owner, planned_for=planned)
    for dataset, column, problem in rng.sample(_FAULTY, 4):
        yield QualityTicket(
            id=f"DQ-{rng.randrange(1000, 10000)}",
            dataset=dataset,
            column=column,
            problem=problem,
            rows=rng.randrange(3, 40),
            status="open",
            opened_on=today - timedelta(days=rng.randrange(3, 60)),
        )


def _loads(rng: Random, dataset: str, today: date, failed_attempts: int) -> Iterator[Load]:
    """Twenty nights; now and then some in a row that failed, and where the data are late the last."""
    first = rng.randrange(3, 14)
    gone = range(first, first + rng.randrange(2, 5)) if rng.random() < 0.6 else range(0)
    cause = rng.choice(_CAUSES)
    for back in range(1, 21):
        late = back == 1 and failed_attempts
        attempts = failed_attempts if late else 3 if back in gone else rng.choice((1, 1, 1, 2))
        failed = bool(late) or back in gone
        day = today - timedelta(days=back)
        yield Load(
            id=f"LD-{dataset}-{day:%m%d}",
            dataset=dataset,
            day=day,
            status="failed" if failed else "loaded",
            attempts=attempts,
            cause=cause if failed else "",
        )


def access(rng: Random, staff: dict[str, str], today: date) -> Iterator[Row]:
    """Grants in every state of running out, and what owners have said to requests. ``staff`` gives the
    team by staff number; teams that may run dear queries have access to the dear data set."""
    for number, team in staff.items():
        for dataset in RESTRICTED:
            dice = rng.random()
            if dataset == "pings" and TEAMS[team][1] > DATASETS["pings"][3]:
                dice = 0.2
            if dice < 0.62:
                days = rng.choice((-60, -30, -9, 6, 12, 18, 25, 40, 61, 75))
                level = "personal" if dataset == "riders" and rng.random() < 0.5 else "read"
                yield Grant(
                    id=_id(rng, "G"),
                    colleague=number,
                    dataset=dataset,
                    level=level,
                    valid_until=today
                    + timedelta(days=min(days, 28) if level == "personal" else days),
                    status="active" if rng.random() < 0.95 else "revoked",
                )
            if 0.4 < dice < 0.92:
                status = rng.choices(("approved", "asked", "declined"), (5, 2, 1))[0]
                level = "personal" if dataset == "riders" and rng.random() < 0.7 else "read"
                reach = rng.randrange(8, 29) if level == "personal" else rng.randrange(20, 88)
                yield Approval(
                    id=_id(rng, "AP"),
                    colleague=number,
                    dataset=dataset,
                    level=level,
                    status=status,
                    valid_until=today + timedelta(days=reach) if status == "approved" else None,
                    decided_by=working_day(today, rng.randrange(1, 5)),
                )
        yield Laptop(
            staff_number=number,
            driver=rng.choice(("3.6", "3.8", "3.9", CURRENT_DRIVER)),
            cache=rng.choice(("stale", "fresh")),
            terms_accepted=False,
            terms_code=f"T-{rng.randrange(10000, 100000)}",
        )


def _id(rng: Random, prefix: str) -> str:
    return f"{prefix}-{rng.randrange(10**6, 10**7)}"


def reports(rng: Random, staff: list[str], warehouse: Warehouse, now: datetime) -> Iterator[Row]:
    """None to as many as anybody may have, a part of them scheduled or shared."""
    for number in staff:
        count = rng.choice((0, 1, 2, 2, 3, MAX_REPORTS))
        wanted = rng.sample(
            [(each, town) for each in REPORTS.items() for town in TOWN_NAMES], count
        )
        for (name, sql), town in wanted:
            text = sql.format(code=town)
            found = warehouse.answer(text, (), now)
            title = name.format(town=TOWN_NAMES[town])
            report = Report(
                id=f"RPT-{int(content_hash((number, title))[:8], 16) % 10**6:06d}",
                owner=number,
                name=title,
                sql=text,
                result=found.fingerprint,
                datasets=tuple(found.datasets),
                units=sum(DATASETS[each][3] for each in found.datasets),
                status="saved",
            )
            yield report
            if rng.random() < 0.35:
                cadence = "monthly" if report.units > 200 else rng.choice(("weekly", "monthly"))
                yield Schedule(
                    id=_id(rng, "SC"),
                    report=report.id,
                    cadence=cadence,
                    hour=rng.randrange(5, 9),
                    status=rng.choice(("on", "on", "paused")),
                )
            if rng.random() < 0.25:
                other = rng.choice([each for each in staff if each != number])
                yield Share(id=_id(rng, "SH"), report=report.id, colleague=other)


def keeping(
    rng: Random, staff: list[str], grants: list[Grant], base: Base, today: date
) -> Iterator[Row]:
    """Tickets for deletions, mostly of what a colleague works with, some of days that must be kept,
    and riders who want to be forgotten."""
    days = {name: _deletable(base, name, today) for name in ("contacts", "campaign_sends", "pings")}
    for number in rng.sample(staff, len(staff) * 3 // 4):
        own = [
            row.dataset
            for row in grants
            if (row.colleague, row.status) == (number, "active")
            and row.dataset in days
            and row.valid_until >= today
        ]
        dataset = rng.choice(own or sorted(days))
        status, young = rng.choices(
            (("approved", False), ("approved", True), ("asked", False)), (5, 3, 3)
        )[0]
        kept = today - timedelta(days=DATASETS[dataset][5])
        yield DeletionTicket(
            id=f"DEL-{rng.randrange(10**4, 10**5)}",
            dataset=dataset,
            before=kept + timedelta(days=rng.randrange(5, 25))
            if young
            else rng.choice(days[dataset]),
            deleted_before=None,
            asked_by=number,
            status=status,
            release_code=f"{rng.randrange(10**5, 10**6)}",
        )
    riders = sorted(base.tables[Rider].rows)
    for rider in rng.sample(riders, 60):
        yield MaskingRequest(
            id=f"MSK-{rng.randrange(10**4, 10**5)}",
            rider=rider,
            status=rng.choice(("verified", "verified", "verified", "new")),
            received_on=today - timedelta(days=rng.randrange(2, 25)),
        )


def _deletable(base: Base, dataset: str, today: date) -> list[date]:
    """Days, the rows before which may go and are not too many."""
    column, retention = DATASETS[dataset][4], DATASETS[dataset][5]
    row = next(spec.row for spec in WAREHOUSE if spec.name == dataset)
    stamps = sorted(str(getattr(each, column))[:10] for each in base.tables[row].rows.values())
    kept = today - timedelta(days=retention)
    candidates = [date.fromisoformat(stamps[0]) + timedelta(days=at) for at in range(1, 60)]
    found = [
        day
        for day in candidates
        if day <= kept and 3 <= sum(stamp < day.isoformat() for stamp in stamps) <= 24
    ]
    return found or candidates[:1]
