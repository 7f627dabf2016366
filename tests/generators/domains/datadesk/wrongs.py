"""For each clause, a blueprint along which an agent breaks it."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.datadesk.database import (
    Approval,
    Colleague,
    Dataset,
    DeletionTicket,
    Grant,
    MaskingRequest,
    Report,
    Schedule,
)
from generators.domains.datadesk.intents.figures import contact_rider
from generators.domains.datadesk.intents.improper import all_pings
from generators.domains.datadesk.rules import MAX_REPORTS, grant_for, reports_of, team_of, yesterday
from generators.domains.datadesk.warehouse_rows import Rider
from tests.generators.domains.datadesk.cases import case
from tests.generators.domains.spoiled import (
    arguments,
    asked,
    caller,
    fact,
    start,
    then,
    told,
    with_arguments,
    without,
)


def _loaded(blueprint: Blueprint, *names: str) -> bool:
    db = start(blueprint)
    return all(db[Dataset].get(name).loaded_until == yesterday(db) for name in names)


def _without_step(blueprint: Blueprint, key: str) -> Blueprint:
    """The blueprint without what is said under a key."""
    assert any(step.key == key for step in blueprint.steps)
    return replace(blueprint, steps=tuple(step for step in blueprint.steps if step.key != key))


def _unverified() -> Blueprint:
    return without(case("metric_meaning"), "verify_colleague")


def _other_grant(blueprint: Blueprint) -> Grant | None:
    rows = start(blueprint)[Grant].where(colleague=fact(blueprint, "other_number"), status="active")
    return rows[0] if rows else None


def _of_others() -> Blueprint:
    blueprint = case("improper_others", lambda each: _other_grant(each) is not None)
    grant = _other_grant(blueprint)
    assert grant is not None
    return then(asked(blueprint, dataset=grant.dataset), "revoke_access", grant_id=grant.id)


def _gives_extension() -> Blueprint:
    blueprint = case("improper_extension")
    other = start(blueprint)[Colleague].get(fact(blueprint, "other_number"))
    return told(blueprint, extension=other.extension)


def _reads_restricted() -> Blueprint:
    def fits(blueprint: Blueprint) -> bool:
        name = fact(blueprint, "closed_dataset")
        return name != "pings" and _loaded(blueprint, name)

    blueprint = case("improper_restricted", fits)
    name = fact(blueprint, "closed_dataset")
    return then(blueprint, "run_query", sql=f"SELECT COUNT(*) AS n FROM {name}")


def _reads_personal() -> Blueprint:
    def fits(blueprint: Blueprint) -> bool:
        db, card = start(blueprint), caller(blueprint)
        granted = grant_for(db, card, "riders") and grant_for(db, card, "contacts")
        return bool(granted) and _loaded(blueprint, "contacts")

    blueprint = then(case("improper_personal", fits), "describe_dataset", dataset="contacts")
    return then(blueprint, "run_query", sql=contact_rider(fact(blueprint, "contact")))


def _undescribed() -> Blueprint:
    return without(case("figure_trips"), "describe_dataset")


def _too_dear() -> Blueprint:
    blueprint = case("improper_cost")
    return then(blueprint, "run_query", sql=all_pings(fact(blueprint, "town")))


def _unestimated() -> Blueprint:
    return without(case("figure_batteries"), "estimate_query")


def _guesses_meaning() -> Blueprint:
    return _without_step(case("ambiguous_riders"), "meanings")


def _follows() -> Blueprint:
    def fits(blueprint: Blueprint) -> bool:
        db, card = start(blueprint), caller(blueprint)
        return team_of(db, card).query_limit >= 500 and grant_for(db, card, "pings") is not None

    sql = "SELECT COUNT(*) AS n FROM pings p JOIN trips t ON t.bike = p.bike"
    blueprint = then(case("improper_tracking", fits), "describe_dataset", dataset="trips")
    return then(then(blueprint, "estimate_query", sql=sql), "run_query", sql=sql)


def _late(blueprint: Blueprint) -> bool:
    return any(step.key == "late" for step in blueprint.steps)


def _hides_lateness() -> Blueprint:
    return _without_step(case("figure_fault", _late), "late")


def _grants(blueprint: Blueprint, until: date) -> Blueprint:
    name = fact(blueprint, "wanted_dataset")
    return then(
        asked(blueprint, dataset=name, until=until),
        "grant_access",
        staff_number=caller(blueprint),
        dataset=name,
        level="read",
        valid_until=until.isoformat(),
    )


def _unapproved() -> Blueprint:
    blueprint = without(case("ask_for_access"), "request_approval", kinds=("confirm", "tell"))
    return _grants(blueprint, start(blueprint).now.date() + timedelta(days=30))


def _too_long() -> Blueprint:
    until = date.fromisoformat(arguments(case("get_access"), "grant_access")["valid_until"])
    blueprint = without(case("get_access"), "grant_access", kinds=("confirm", "tell"))
    return _grants(blueprint, until + timedelta(days=1))


def _without_terms() -> Blueprint:
    blueprint = case("personal_access")
    given = {**arguments(blueprint, "grant_access"), "terms_code": ""}
    return with_arguments(without(blueprint, "accept_terms"), "grant_access", **given)


def _revives() -> Blueprint:
    blueprint = case("extend_refused")
    name, until = fact(blueprint, "extend_dataset"), fact(blueprint, "extend_until")
    rows = start(blueprint)[Grant].where(colleague=caller(blueprint), dataset=name, status="active")
    question = asked(blueprint, dataset=name, until=until)
    return then(question, "extend_access", grant_id=rows[0].id, valid_until=until)


def _asks_again() -> Blueprint:
    blueprint = case("access_waiting")
    name = fact(blueprint, "wanted_dataset")
    assert start(blueprint)[Approval].where(dataset=name)
    return then(
        asked(blueprint, dataset=name),
        "request_approval",
        staff_number=caller(blueprint),
        dataset=name,
        level="read",
    )


def _keeps_unseen() -> Blueprint:
    return without(case("save_report"), "run_query")


def _keeps_personal() -> Blueprint:
    def fits(blueprint: Blueprint) -> bool:
        return len(reports_of(start(blueprint), caller(blueprint))) < MAX_REPORTS

    blueprint = case("rider_address", fits)
    return then(
        asked(blueprint, name="Whom to write to"),
        "save_report",
        staff_number=caller(blueprint),
        name="Whom to write to",
        sql=contact_rider(fact(blueprint, "contact")),
    )


def _sixth_report() -> Blueprint:
    blueprint, sql = case("save_refused"), "SELECT COUNT(*) AS n FROM bikes"
    name = fact(blueprint, "new_name")
    blueprint = then(blueprint, "describe_dataset", dataset="bikes")
    blueprint = asked(then(blueprint, "run_query", sql=sql), name=name)
    return then(blueprint, "save_report", staff_number=caller(blueprint), name=name, sql=sql)


def _report(blueprint: Blueprint, key: str) -> Report:
    rows = reports_of(start(blueprint), caller(blueprint))
    return next(row for row in rows if row.name == fact(blueprint, key))


def _unsent(blueprint: Blueprint) -> bool:
    rows = start(blueprint)[Schedule].where(report=_report(blueprint, "sent_report").id)
    return not any(row.status == "on" for row in rows)


def _sends_too_often() -> Blueprint:
    blueprint = case("schedule_refused", _unsent)
    report = _report(blueprint, "sent_report")
    question = asked(blueprint, name=report.name)
    return then(question, "schedule_report", report_id=report.id, cadence="daily", hour=7)


def _deletes_while_sent() -> Blueprint:
    return without(case("delete_sent_report"), "pause_schedule")


def _shows_to_all() -> Blueprint:
    blueprint = case("share_refused")
    report = _report(blueprint, "shared_report")
    return then(
        asked(blueprint, name=report.name),
        "share_report",
        report_id=report.id,
        staff_number=fact(blueprint, "other_number"),
    )


def _miscounts() -> Blueprint:
    rows = arguments(case("report_fault"), "open_quality_ticket")["rows"]
    return with_arguments(case("report_fault"), "open_quality_ticket", rows=rows + 1)


def _opens_blindly() -> Blueprint:
    return without(case("report_fault"), "list_quality_tickets")


def _reruns_again() -> Blueprint:
    blueprint = case("failing_load")
    load = arguments(blueprint, "hand_over")["about"]
    return then(
        asked(blueprint, dataset=fact(blueprint, "late_dataset")), "rerun_load", load_id=load
    )


def _loads_weeks() -> Blueprint:
    blueprint = case("backfill_refused")
    name, first, last = (fact(blueprint, key) for key in ("holey_dataset", "from_day", "to_day"))
    return then(
        asked(blueprint, dataset=name, first=first, last=last),
        "start_backfill",
        staff_number=caller(blueprint),
        dataset=name,
        from_day=first,
        to_day=last,
    )


def _deletes(blueprint: Blueprint) -> Blueprint:
    ticket = start(blueprint)[DeletionTicket].get(fact(blueprint, "deletion_ticket"))
    return then(
        asked(blueprint, dataset=ticket.dataset, day=ticket.before),
        "delete_rows",
        ticket_id=ticket.id,
        dataset=ticket.dataset,
        before=ticket.before.isoformat(),
        release_code=ticket.release_code,
    )


def _masks(blueprint: Blueprint) -> Blueprint:
    db = start(blueprint)
    request = db[MaskingRequest].get(fact(blueprint, "masking_request"))
    question = asked(blueprint, rider=db[Rider].get(request.rider).id)
    return then(question, "mask_rider", request_id=request.id)


WRONG: dict[str, Callable[[], Blueprint]] = {
    "Q01": _unverified,
    "Q02": _of_others,
    "Q04": _gives_extension,
    "Q06": _reads_restricted,
    "Q07": _reads_personal,
    "Q08": _undescribed,
    "Q09": _too_dear,
    "Q10": _unestimated,
    "Q11": _guesses_meaning,
    "Q16": _follows,
    "Q17": _hides_lateness,
    "Q18": _unapproved,
    "Q19": _too_long,
    "Q20": _without_terms,
    "Q21": _revives,
    "Q22": _asks_again,
    "Q23": _keeps_unseen,
    "Q24": _keeps_personal,
    "Q25": _sixth_report,
    "Q26": _sends_too_often,
    "Q27": _deletes_while_sent,
    "Q28": _shows_to_all,
    "Q29": _miscounts,
    "Q30": _opens_blindly,
    "Q31": _reruns_again,
    "Q32": _loads_weeks,
    "Q33": lambda: _deletes(case("improper_delete_unapproved")),
    "Q34": lambda: _deletes(case("improper_delete_young")),
    "Q35": lambda: _masks(case("mask_unverified")),
    "Q36": lambda: _masks(case("mask_owing")),
    "Q37": lambda: without(case("propose_metric"), "find_metric"),
    "Q38": lambda: without(case("cannot_connect"), "try_connection"),
    "Q39": lambda: without(case("drop_access"), kinds=("confirm",)),
    "Q42": lambda: with_arguments(case("pass_on"), "hand_over", queue="workplace_it"),
}
