from collections import Counter
from datetime import timedelta
from functools import cache

import pytest

from generators.domains.datadesk import DOMAIN
from generators.domains.datadesk.database import (
    Approval,
    Colleague,
    Dataset,
    DeletionTicket,
    Grant,
    Load,
    Report,
    Team,
)
from generators.domains.datadesk.desk import settle, subjects
from generators.domains.datadesk.intents.upkeep import FAULTS
from generators.domains.datadesk.rules import (
    MAX_REPORTS,
    first_kept,
    in_force,
    owes,
    reports_of,
    rows_before,
    yesterday,
)
from generators.domains.datadesk.seed import NOW, TODAY, seed
from generators.domains.datadesk.warehouse import answer
from generators.domains.datadesk.warehouse_rows import WAREHOUSE, Payment, Rider, Station, Trip
from generators.domains.table import Database
from generators.domains.world import World
from tests.people import person

pytestmark = pytest.mark.slow


@cache
def _db(number: int = 0) -> Database:
    return Database(seed(number), NOW)


def test_the_catalogue_has_every_table_of_the_warehouse_and_no_other():
    assert {row.name for row in _db()[Dataset]} == {spec.name for spec in WAREHOUSE}


def test_bikes_and_riders_ride_in_their_own_town_and_from_open_stations():
    db = _db()
    for trip in db[Trip]:
        station = db[Station].get(trip.from_station)
        assert station.town == db[Rider].get(trip.rider).town
        assert station.closed_on is None or trip.started_at.date() < station.closed_on
        assert trip.started_at.date() < TODAY


def test_every_fault_is_in_some_towns_and_not_in_all():
    for _, _, _, sql in FAULTS.values():
        towns = [team for team in ("ashby", "corrim", "dunmere", "hartwick", "selwood")]
        counts = [answer(_db(), sql.format(town=town)).rows[0][0] for town in towns]
        assert 0 in counts
        assert any(counts)


def test_access_is_running_and_has_run_out_lately_and_long_ago():
    days = [(row.valid_until - TODAY).days for row in _db()[Grant] if row.status == "active"]
    assert sum(day >= 0 for day in days) > 50
    assert sum(-14 <= day < 0 for day in days) > 8
    assert sum(day < -14 for day in days) > 8
    states = Counter(row.status for row in _db()[Approval])
    assert min(states[each] for each in ("approved", "asked", "declined")) > 5


def test_deletions_lie_on_both_sides_of_what_must_be_kept():
    db = _db()
    fine = [row for row in db[DeletionTicket] if row.before <= first_kept(db, row.dataset)]
    assert len(db[DeletionTicket]) - len(fine) > 5
    for row in fine:
        assert 1 <= len(rows_before(db, row.dataset, row.before)) <= 24


def test_reports_say_what_their_queries_give():
    db = _db()
    for row in list(db[Report])[::5]:
        assert answer(db, row.sql).fingerprint == row.result
    full = [card for card in subjects(db) if len(reports_of(db, card)) == MAX_REPORTS]
    assert len(full) > 5


def test_some_data_are_late_and_their_loads_have_failed():
    db = _db()
    late = {row.name for row in db[Dataset] if row.loaded_until < yesterday(db)}
    assert len(late) == 3
    failed = db[Load].where(day=TODAY - timedelta(days=1), status="failed")
    assert {row.dataset for row in failed} == late
    assert {row.attempts for row in failed} == {1, 2}


def test_some_terms_have_two_meanings_and_some_riders_owe():
    db = _db()
    assert len(in_force(db, "active riders")) == 2
    assert len(in_force(db, "long trip")) == 1
    owing = {row.rider for row in db[Payment].where(status="failed")}
    assert all(owes(db, rider) > 0 for rider in owing)
    assert 10 < len(owing) < len(db[Rider]) / 2


def test_every_team_has_its_lead_and_a_caller_gets_the_persona():
    db = _db()
    for team in db[Team]:
        assert db[Colleague].get(team.lead).team == team.code
    subject = subjects(db)[3]
    world = World(DOMAIN, 0, DOMAIN.clock, settle(db, subject, person(3)))
    assert world.db[Colleague].get(subject).family_name == "Halloran3"
