"""What the warehouse holds: four and a half months of trips, payments, repairs and what belongs to them.

Some of it is wrong in every town but one: trips that were too fast, repairs without a fault, days that
were too hot."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from mimesis import Person
from msgspec.structs import replace

from generators.domains.datadesk.catalogue import (
    BIKE_KINDS,
    CAMPAIGNS,
    CHANNELS,
    END_REASONS,
    FAULTS,
    PASS_KINDS,
    PLACES,
    TOPICS,
    TOWNS,
    WORKSHOPS,
)
from generators.domains.datadesk.warehouse_rows import (
    Bike,
    Campaign,
    CampaignSend,
    Contact,
    PassKind,
    Payment,
    Ping,
    Repair,
    Rider,
    RiderPass,
    Station,
    Town,
    Trip,
    WeatherDay,
)
from generators.domains.table import Row

FIRST_DAY = date(2025, 7, 1)
_STATIONS, _BIKES, _RIDERS = 6, 30, 240
_TRIPS, _REPAIRS, _CONTACTS, _PINGS, _SENDS = 1500, 240, 240, 380, 60

Rows = dict[type[Row], list[Any]]


def rides(rng: Random, person: Person, today: date) -> Rows:
    """All rows of the warehouse up to the day before ``today``."""
    rows: Rows = {Town: list(TOWNS), PassKind: list(PASS_KINDS)}
    days = [FIRST_DAY + timedelta(days=at) for at in range((today - FIRST_DAY).days)]
    stations = list(_stations(rng))
    bikes = list(_bikes(rng, today))
    riders = list(_riders(rng, person, today))
    passes = [each for rider in riders for each in _passes(rng, rider, today)]
    trips = list(_trips(rng, riders, bikes, stations, days))
    rows |= {Station: stations, Bike: bikes, Rider: riders, RiderPass: _numbered(rng, passes, "PA")}
    rows[Trip] = trips
    rows[Payment] = _numbered(rng, [*_fees(rng, passes, today), *_charges(rng, trips)], "PY")
    rows[Repair] = list(_repairs(rng, bikes, days))
    rows[Contact] = list(_contacts(rng, riders, days))
    rows[Campaign], rows[CampaignSend] = _campaigns(rng, riders, today)
    rows[WeatherDay] = list(_weather(rng, days))
    rows[Ping] = list(_pings(rng, bikes, today))
    return rows


def _numbered(rng: Random, rows: list[Any], prefix: str) -> list[Any]:
    """The rows with ids that say nothing about their order in time."""
    numbers = rng.sample(range(100_000, 999_999), len(rows))
    return [
        replace(row, id=f"{prefix}-{number}") for row, number in zip(rows, numbers, strict=True)
    ]


def _stations(rng: Random) -> Iterator[Station]:
    for at, town in enumerate(TOWNS):
        for place, name in enumerate(rng.sample(PLACES, _STATIONS)):
            yield Station(
                id=f"ST-{10 * (at + 1) + place}",
                name=name,
                town=town.code,
                docks=rng.randrange(8, 31, 2),
                opened_on=town.opened_on + timedelta(days=rng.randrange(0, 400)),
                closed_on=date(2025, rng.randint(8, 10), 15) if rng.random() < 0.1 else None,
            )


def _bikes(rng: Random, today: date) -> Iterator[Bike]:
    for at in range(_BIKES * len(TOWNS)):
        kind = rng.choices(list(BIKE_KINDS), (60, 30, 10))[0]
        low, high = BIKE_KINDS[kind]
        yield Bike(
            id=f"BK-{1000 + at}",
            kind=kind,
            town=TOWNS[at % len(TOWNS)].code,
            bought_on=today - timedelta(days=rng.randrange(200, 1500)),
            price=float(rng.randrange(low, high, 5)),
            status=rng.choices(("in_service", "in_repair", "retired", "missing"), (80, 9, 7, 4))[0],
        )


def _riders(rng: Random, person: Person, today: date) -> Iterator[Rider]:
    for number in sorted(rng.sample(range(10_000, 99_999), _RIDERS)):
        given, family = person.first_name(), person.last_name()
        tail = "".join(letter for letter in family.lower() if letter.isalpha())
        yield Rider(
            id=f"R-{number}",
            town=rng.choices([town.code for town in TOWNS], (5, 4, 7, 3, 4))[0],
            joined_on=today - timedelta(days=rng.randrange(3, 900)),
            consent=rng.random() < 0.6,
            given_name=given,
            family_name=family,
            birth_date=f"{rng.randint(1948, 2006)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            email=f"{given[0].lower()}.{tail}{rng.randrange(10, 99)}@post.example",
            phone=f"07{rng.randrange(10**7, 10**8)}",
        )


def _passes(rng: Random, rider: Rider, today: date) -> Iterator[RiderPass]:
    start = rider.joined_on
    for _ in range(rng.choices((1, 2), (7, 4))[0]):
        ends = start + timedelta(days=rng.randrange(20, 500))
        over = ends < today
        yield RiderPass(
            id="",
            rider=rider.id,
            kind=rng.choices([kind.code for kind in PASS_KINDS], (3, 4, 2, 3, 1))[0],
            started_on=start,
            ended_on=ends if over else None,
            end_reason=rng.choice(END_REASONS) if over else "",
        )
        start = ends + timedelta(days=1)
        if not over or start >= today:
            return


def _trips(
    rng: Random, riders: list[Rider], bikes: list[Bike], stations: list[Station], days: list[date]
) -> Iterator[Trip]:
    by_town: dict[str, tuple[list[Any], list[Any], list[Any]]] = {
        town.code: ([], [], []) for town in TOWNS
    }
    for place, things in enumerate((riders, bikes, stations)):
        for thing in things:
            by_town[thing.town][place].append(thing)
    towns = [town.code for town in TOWNS]
    clean = rng.choice(towns)
    weights = [len(by_town[code][0]) for code in towns]
    for number in rng.sample(range(100_000, 999_999), _TRIPS):
        town = rng.choices(towns, weights)[0]
        people, wheels, places = by_town[town]
        bike, day = rng.choice(wheels), rng.choice(days)
        minutes = max(1, round(rng.lognormvariate(2.8, 0.6)))
        start = datetime(day.year, day.month, day.day, rng.choice(range(5, 24)), rng.randrange(60))
        open_places = [each for each in places if not each.closed_on or each.closed_on > day]
        beyond = max(0, minutes - 30)
        spoilt = town != clean and rng.random() < 0.02
        yield Trip(
            id=f"TR-{number}",
            rider=rng.choice(people).id,
            bike=bike.id,
            from_station=rng.choice(open_places).id,
            to_station=rng.choice(open_places).id,
            started_at=start,
            minutes=minutes,
            kilometres=round(minutes * (1.9 if spoilt else rng.uniform(0.12, 0.3)), 1),
            charge=round(beyond * (0.15 if bike.kind == "city" else 0.2), 2),
        )


def _fees(rng: Random, passes: list[RiderPass], today: date) -> Iterator[Payment]:
    prices = {kind.code: kind.monthly_fee for kind in PASS_KINDS}
    for month in range(7, 12):
        first = date(2025, month, 1)
        for each in passes:
            runs = each.started_on <= first and (each.ended_on is None or each.ended_on >= first)
            day = first + timedelta(days=rng.randrange(0, 5))
            if runs and prices[each.kind] and day < today and rng.random() < 0.6:
                yield _payment(rng, each.rider, "pass", prices[each.kind], day)


def _charges(rng: Random, trips: list[Trip]) -> Iterator[Payment]:
    for trip in trips:
        day = trip.started_at.date()
        if trip.charge:
            yield _payment(rng, trip.rider, "ride", trip.charge, day)
        if rng.random() < 0.03:
            yield _payment(rng, trip.rider, "penalty", rng.choice((10.0, 15.0, 25.0)), day)


def _payment(rng: Random, rider: str, kind: str, amount: float, day: date) -> Payment:
    status = rng.choices(("settled", "failed", "refunded"), (88, 7, 5))[0]
    return Payment(id="", rider=rider, kind=kind, amount=amount, paid_on=day, status=status)


def _repairs(rng: Random, bikes: list[Bike], days: list[date]) -> Iterator[Repair]:
    clean = rng.choice(TOWNS).code
    for number in rng.sample(range(10_000, 99_999), _REPAIRS):
        bike, day = rng.choice(bikes), rng.choice(days)
        faults = [each for each in FAULTS if each != "battery" or bike.kind != "city"]
        spoilt = bike.town != clean and rng.random() < 0.07
        done = day + timedelta(days=rng.randrange(0, 12))
        yield Repair(
            id=f"RP-{number}",
            bike=bike.id,
            opened_on=day,
            closed_on=done if done <= days[-1] else None,
            fault="" if spoilt else rng.choice(faults),
            workshop=rng.choice(WORKSHOPS),
            parts_cost=round(
                rng.choice((0.0, 4.5, 9.9, 18.0, 36.5, 84.0)) * rng.uniform(1, 1.4), 2
            ),
        )


def _contacts(rng: Random, riders: list[Rider], days: list[date]) -> Iterator[Contact]:
    for number in rng.sample(range(10_000, 99_999), _CONTACTS):
        day = rng.choice(days)
        yield Contact(
            id=f"CO-{number}",
            rider=rng.choice(riders).id,
            opened_at=datetime(
                day.year, day.month, day.day, rng.randrange(7, 21), rng.randrange(60)
            ),
            topic=rng.choice(TOPICS),
            channel=rng.choice(CHANNELS),
            rating=rng.choice((None, None, 1, 2, 3, 4, 4, 5, 5)),
        )


def _campaigns(
    rng: Random, riders: list[Rider], today: date
) -> tuple[list[Campaign], list[CampaignSend]]:
    campaigns, sends = [], []
    for at, (key, name, channel) in enumerate(CAMPAIGNS):
        start = FIRST_DAY + timedelta(days=20 * at + rng.randrange(0, 9))
        budget = float(rng.randrange(1200, 9000, 50))
        campaigns.append(
            Campaign(id=key, name=name, channel=channel, started_on=start, budget=budget)
        )
        for rider in rng.sample(riders, _SENDS):
            opened = rng.random() < rng.uniform(0.3, 0.6)
            sent = start + timedelta(days=rng.randrange(0, 6))
            sends.append(
                CampaignSend(
                    id="",
                    campaign=key,
                    rider=rider.id,
                    sent_on=min(sent, today - timedelta(days=1)),
                    opened=opened,
                    clicked=opened and rng.random() < 0.4,
                )
            )
    return campaigns, _numbered(rng, sends, "CS")


def _weather(rng: Random, days: list[date]) -> Iterator[WeatherDay]:
    clean = rng.choice(TOWNS)
    for town in TOWNS:
        for day in days:
            spoilt = town != clean and rng.random() < 0.04
            wet = rng.random() < 0.35
            yield WeatherDay(
                id=f"{town.code}-{day}",
                town=town.code,
                day=day,
                rain_mm=round(rng.expovariate(0.25), 1) if wet else 0.0,
                mean_temp=99.9
                if spoilt
                else round(22 - 0.11 * (day - FIRST_DAY).days + rng.uniform(-4, 4), 1),
            )


def _pings(rng: Random, bikes: list[Bike], today: date) -> Iterator[Ping]:
    moving = [bike for bike in bikes if bike.kind != "city"]
    for number in rng.sample(range(100_000, 999_999), _PINGS):
        day = today - timedelta(days=rng.randrange(1, 43))
        yield Ping(
            id=f"PG-{number}",
            bike=rng.choice(moving).id,
            sent_at=datetime(day.year, day.month, day.day, rng.randrange(24), rng.randrange(60)),
            latitude=round(rng.uniform(51.2, 51.9), 4),
            longitude=round(rng.uniform(-1.9, -0.4), 4),
            battery=rng.randrange(4, 101),
        )
