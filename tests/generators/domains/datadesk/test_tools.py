from collections.abc import Callable
from typing import Any

import pytest

from generators.domains.datadesk import DOMAIN
from generators.domains.datadesk.database import (
    Colleague,
    Dataset,
    DeletionTicket,
    Gap,
    Grant,
    Laptop,
    Load,
    MaskingRequest,
    QualityTicket,
    Report,
    Schedule,
    Share,
)
from generators.domains.datadesk.rules import CURRENT_DRIVER, first_kept
from generators.domains.datadesk.warehouse_rows import Contact, Rider
from generators.domains.table import Row
from generators.domains.world import Outcome, World
from generators.event import AGENT, USER
from personas.record import canonical_json

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> World:
    return World(DOMAIN, 0, DOMAIN.clock)


def _call(world: World, tool: str, **given: object) -> Outcome:
    return world.call(AGENT, tool, canonical_json(given).decode())


def _do(world: World, tool: str, **given: object) -> Outcome:
    return world.call(USER, tool, canonical_json(given).decode())


def _row(world: World, kind: type[Row], where: Callable[[Any], bool] = lambda _: True) -> Any:
    return next(row for row in world.db[kind] if where(row))


def _somebody(world: World) -> str:
    return DOMAIN.subjects(world.db)[0]


def _rows(world: World, sql: str) -> list[list[Any]]:
    return _call(world, "run_query", sql=sql).value["rows"]


def test_staff_number_and_extension_must_belong_together(world: World):
    row = world.db[Colleague].get(_somebody(world))
    given = {"staff_number": row.staff_number, "extension": row.extension}
    assert _call(world, "verify_colleague", **given).value["query_limit"] > 0
    assert _call(world, "verify_colleague", **{**given, "extension": "0000"}).error == "no_match"


def test_a_query_says_what_it_read_and_how_far_the_data_go(world: World):
    late = _row(world, Dataset, lambda row: row.loaded_until.isoformat() == "2025-11-10")
    found = _call(world, "run_query", sql=f"SELECT COUNT(*) AS n FROM {late.name}").value
    assert found["columns"] == ("n",)
    assert found["datasets"] == [late.name]
    assert found["late_loaded_until"] == "2025-11-10"
    fresh = _call(world, "run_query", sql="SELECT COUNT(*) FROM bikes").value
    assert fresh["late_loaded_until"] == ""


def test_a_query_changes_nothing_whatever_it_tries(world: World):
    before = world.state_hash()
    for sql in ("DELETE FROM riders", "SELECT load_extension('x')", "SELECT COUNT(*) FROM trips"):
        _call(world, "run_query", sql=sql)
    assert world.state_hash() == before


def test_an_estimate_names_units_and_personal_columns(world: World):
    sql = "SELECT COUNT(DISTINCT r.email) FROM pings p JOIN riders r ON r.id = p.bike"
    found = _call(world, "estimate_query", sql=sql).value
    assert found["units"] == 460
    assert found["personal_columns"] == ["riders.email"]


def test_the_catalogue_describes_the_tables_that_there_are(world: World):
    for name in (row["dataset"] for row in _call(world, "list_datasets").value):
        columns = [
            c["name"] for c in _call(world, "describe_dataset", dataset=name).value["columns"]
        ]
        listed = ", ".join(columns)
        assert not _call(world, "run_query", sql=f"SELECT {listed} FROM {name} WHERE 1 = 0").error


def test_terms_and_gaps_are_found_in_any_spelling(world: World):
    assert len(_call(world, "find_metric", term="Active Riders").value) == 2
    assert _call(world, "find_metric", term="nothing of the kind").value == []
    gap = _row(world, Gap, lambda row: row.planned_for is not None)
    assert _call(world, "find_gap", topic=gap.topic.upper()).value[0]["gap_id"] == gap.id


def test_access_that_was_given_is_listed_extended_and_revoked(world: World):
    card = _somebody(world)
    for row in world.db[Grant].where(colleague=card):
        world.db[Grant].remove(row.id)
    given = {"staff_number": card, "dataset": "pings", "level": "read"}
    done = _call(world, "grant_access", **given, valid_until="2025-12-01").value
    assert _call(world, "list_grants", staff_number=card).value[0]["status"] == "active"
    longer = {"grant_id": done["grant_id"], "valid_until": "2025-12-24"}
    assert _call(world, "extend_access", **longer).value["valid_until"] == "2025-12-24"
    assert _call(world, "extend_access", **longer).error == "wrong_day"
    assert not _call(world, "revoke_access", grant_id=done["grant_id"]).error
    assert _call(world, "revoke_access", grant_id=done["grant_id"]).error == "revoked"
    assert _call(world, "list_grants", staff_number=card).value == []
    open_one = {**given, "dataset": "trips", "valid_until": "2025-12-01"}
    assert _call(world, "grant_access", **open_one).error == "open_dataset"


def test_the_terms_code_counts_once_the_terms_are_accepted(world: World):
    card = _somebody(world)
    code = world.db[Laptop].get(card).terms_code
    given = {"staff_number": card, "dataset": "riders", "level": "personal"}
    given |= {"valid_until": "2025-12-02", "terms_code": code}
    assert _call(world, "grant_access", **given).error == "wrong_code"
    assert _do(world, "accept_terms", staff_number=card).value["code"] == code
    assert not _call(world, "grant_access", **given).error


def test_an_owner_is_asked_once(world: World):
    given = {"staff_number": _somebody(world), "dataset": "pings", "level": "personal"}
    assert _call(world, "request_approval", **given).value["owner"] == "Fleet operations"
    assert _call(world, "request_approval", **given).error == "already_exists"


def test_a_report_is_what_its_query_gives(world: World):
    card, sql = _somebody(world), "SELECT kind, COUNT(*) FROM bikes GROUP BY kind"
    done = _call(world, "save_report", staff_number=card, name="Bikes", sql=sql).value
    assert (done["rows"], done["units"]) == (3, 3)
    other = World(DOMAIN, 0, DOMAIN.clock)
    turned = "SELECT COUNT(id) AS n, kind AS k FROM bikes GROUP BY k ORDER BY n"
    _call(other, "save_report", staff_number=card, name="Bikes", sql=turned)
    assert other.state_hash() == world.state_hash()
    third = World(DOMAIN, 0, DOMAIN.clock)
    _call(third, "save_report", staff_number=card, name="Bikes", sql=f"{sql} HAVING kind <> 'city'")
    assert third.state_hash() != world.state_hash()


def test_a_report_is_scheduled_paused_and_resumed(world: World):
    report = _row(world, Report, lambda row: not world.db[Schedule].where(report=row.id))
    given = {"report_id": report.id, "cadence": "weekly", "hour": 6}
    done = _call(world, "schedule_report", **given).value
    assert _call(world, "schedule_report", **given).error == "already_exists"
    assert _call(world, "resume_schedule", schedule_id=done["schedule_id"]).error == "no_change"
    assert (
        _call(world, "pause_schedule", schedule_id=done["schedule_id"]).value["status"] == "paused"
    )
    assert _call(world, "resume_schedule", schedule_id=done["schedule_id"]).value["status"] == "on"


def test_a_deleted_report_is_gone_for_those_it_was_open_to(world: World):
    share = _row(world, Share)
    assert _call(world, "share_report", report_id=share.report, staff_number=share.colleague).error
    assert not _call(world, "delete_report", report_id=share.report).error
    assert world.db[Share].where(report=share.report) == []
    assert _call(world, "delete_report", report_id=share.report).error == "deleted"


def test_a_failed_load_runs_again(world: World):
    load = _row(world, Load, lambda row: row.status == "failed")
    assert _call(world, "rerun_load", load_id=load.id).value["attempts"] == load.attempts + 1
    assert _call(world, "rerun_load", load_id=load.id).error == "not_failed"


def test_a_backfill_starts_the_loads_of_its_days(world: World):
    load = _row(world, Load, lambda row: row.attempts == 3)
    day = load.day.isoformat()
    given = {"staff_number": _somebody(world), "dataset": load.dataset}
    assert _call(world, "start_backfill", **given, from_day=day, to_day=day).value["days"] == 1
    assert world.db[Load].get(load.id).status == "running"
    assert _call(world, "start_backfill", **given, from_day=day, to_day="2030-01-01").error


def test_a_fault_has_one_ticket(world: World):
    known = _row(world, QualityTicket)
    given = {"dataset": known.dataset, "column": known.column, "problem": known.problem, "rows": 3}
    assert _call(world, "open_quality_ticket", **given).error == "already_exists"
    assert not _call(world, "open_quality_ticket", **{**given, "column": "other"}).error


def test_deleted_rows_are_gone_from_queries_and_the_ticket_is_done(world: World):
    ticket = _row(
        world, DeletionTicket, lambda row: row.before <= first_kept(world.db, row.dataset)
    )
    looked = _call(world, "check_deletion_ticket", ticket_id=ticket.id).value
    sql = f"SELECT COUNT(*) FROM {ticket.dataset}"
    before = _rows(world, sql)[0][0]
    given = {"ticket_id": ticket.id, "dataset": ticket.dataset, "before": looked["before"]}
    assert _call(world, "delete_rows", **given, release_code="000000").error == "wrong_code"
    seen = {"staff_number": ticket.asked_by, "ticket_id": ticket.id}
    code = _do(world, "read_release_code", **seen).value["code"]
    done = _call(world, "delete_rows", **given, release_code=code).value
    assert done["deleted"] == looked["rows"] > 0
    assert _rows(world, sql)[0][0] == before - done["deleted"]
    assert _call(world, "delete_rows", **given, release_code=code).error == "done"


def test_a_release_code_is_shown_to_who_asked_only(world: World):
    ticket = _row(world, DeletionTicket)
    other = next(each for each in DOMAIN.subjects(world.db) if each != ticket.asked_by)
    seen = _do(world, "read_release_code", staff_number=other, ticket_id=ticket.id)
    assert seen.error == "not_found"


def test_a_masked_rider_has_trips_and_no_name(world: World):
    request = _row(world, MaskingRequest, lambda row: row.status == "verified")
    sql = f"SELECT email FROM riders WHERE id = '{request.rider}'"
    assert "@" in _rows(world, sql)[0][0]
    assert _call(world, "mask_rider", request_id=request.id).value["masked_columns"] == 5
    assert _rows(world, sql)[0][0] == "masked"
    assert world.db[Rider].get(request.rider).town
    assert _call(world, "mask_rider", request_id=request.id).error == "done"


def test_a_new_driver_connects_and_an_empty_cache_shows_the_last_day(world: World):
    old = _row(world, Laptop, lambda row: row.driver != CURRENT_DRIVER and row.cache == "stale")
    card = old.staff_number
    assert _do(world, "try_connection", staff_number=card).value["connects"] is False
    _do(world, "install_driver", staff_number=card)
    assert _do(world, "try_connection", staff_number=card).value["connects"] is True
    shown = {"staff_number": card, "dataset": "trips"}
    loaded = world.db[Dataset].get("trips").loaded_until.isoformat()
    assert _do(world, "reload_dashboard", **shown).value["shows_until"] < loaded
    _do(world, "empty_cache", staff_number=card)
    assert _do(world, "reload_dashboard", **shown).value["shows_until"] == loaded


def test_a_term_is_proposed_once_and_only_when_it_is_new(world: World):
    given = {"staff_number": _somebody(world), "definition": "something"}
    assert _call(world, "propose_metric", **given, term="Long trip").error == "already_exists"
    assert _call(world, "propose_metric", **given, term="odd ride").value["status"] == "draft"
    assert _call(world, "propose_metric", **given, term="odd ride").error == "already_exists"


def test_contacts_belong_to_riders_that_can_be_reached(world: World):
    row = _row(world, Contact)
    sql = f"SELECT r.email FROM contacts c JOIN riders r ON r.id = c.rider WHERE c.id = '{row.id}'"
    assert _rows(world, sql)[0][0] == world.db[Rider].get(row.rider).email
