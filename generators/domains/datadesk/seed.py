"""Seed data: 72 colleagues in eight teams, and the warehouse of a company that rents out bikes.

Everything is laid out around the frozen clock, so that each rule of the manual has cases on both of its
sides: access that runs out, tickets for days that have to be kept, loads that failed once or twice.
"""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from mimesis import Person
from mimesis.locales import Locale

from generators.domains.datadesk import seed_desk
from generators.domains.datadesk.catalogue import TEAMS
from generators.domains.datadesk.database import TABLES, Colleague, Grant, Team
from generators.domains.datadesk.seed_rides import Rows, rides
from generators.domains.datadesk.warehouse import Warehouse
from generators.domains.datadesk.warehouse_rows import WAREHOUSE
from generators.domains.table import Base, Row
from personas.record import seeded

CLOCK = "2025-11-12T10:20:00"
NOW = datetime.fromisoformat(CLOCK)
TODAY = NOW.date()

_STAFF = 72


def seed(number: int) -> Base:
    """The desk's data for one world; the same number gives the same rows."""
    rng = seeded(number, "datadesk", "seed")
    person = Person(Locale.EN, seed=rng.getrandbits(32))
    rows: Rows = {spec.row: [] for spec in TABLES}
    rows |= rides(rng, person, TODAY)
    ridden = Base(WAREHOUSE, rows)
    staff = [f"S-{each}" for each in sorted(rng.sample(range(1000, 9999), _STAFF))]
    _place(rows, _people(rng, person, staff))
    _place(rows, seed_desk.catalogue(rng, TODAY))
    teams = {
        each.staff_number: each.team for each in rows[Colleague] if isinstance(each, Colleague)
    }
    _place(rows, seed_desk.access(rng, teams, TODAY))
    _place(rows, seed_desk.reports(rng, staff, Warehouse(ridden), NOW))
    _place(rows, seed_desk.keeping(rng, staff, rows[Grant], ridden, TODAY))
    return Base(TABLES, rows)


def _place(rows: Rows, found: Iterable[Row]) -> None:
    for row in found:
        rows[type(row)].append(row)


def _people(rng: Random, person: Person, staff: list[str]) -> Iterable[Row]:
    extensions = rng.sample(range(2000, 6999), len(staff))
    codes = list(TEAMS)
    for at, (number, extension) in enumerate(zip(staff, extensions, strict=True)):
        given, family = person.first_name(), person.last_name()
        yield Colleague(
            staff_number=number,
            given_name=given,
            family_name=family,
            email=f"{given}.{family}@larkway.example".lower().replace(" ", ""),
            extension=str(extension),
            team=codes[at % len(codes)],
        )
    for at, (code, (name, limit)) in enumerate(TEAMS.items()):
        yield Team(code=code, name=name, lead=staff[at], query_limit=limit)
