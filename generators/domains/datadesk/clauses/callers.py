"""Clauses about who may have what done, and what they may read for how long."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from generators.domains.datadesk.database import Grant, Report, Schedule
from generators.domains.datadesk.rules import (
    GRACE_DAYS,
    PERSONAL_DAYS,
    READ_DAYS,
    approval_for,
    leads,
)
from generators.domains.domain import Clause
from generators.domains.said import argument
from generators.domains.table import Row
from generators.domains.timeline import Breach, Entry, Timeline

_OWNED: dict[str, type[Row]] = {"grant_id": Grant, "report_id": Report}
_LOOKS_UP_OTHERS = ("find_colleague", "list_grants", "verify_colleague")
_FOR_LEADS = ("revoke_access",)


def callers(timeline: Timeline, call: Entry) -> set[str]:
    """Who was verified before a call."""
    return {argument(each, "staff_number") for each in timeline.earlier(call, "verify_colleague")}


def whose(timeline: Timeline, call: Entry) -> str:
    """The colleague whose matter a call is about; empty when it is nobody's."""
    if argument(call, "staff_number") and call.tool != "share_report":
        return argument(call, "staff_number")
    db = timeline.database_before(call)
    if argument(call, "schedule_id"):
        return db[Report].get(db[Schedule].get(argument(call, "schedule_id")).report).owner
    for name, kind in _OWNED.items():
        row: Any = db[kind].find(argument(call, name))
        if row is not None:
            return row.colleague if kind is Grant else row.owner
    return ""


def verified_first(timeline: Timeline) -> Iterator[Breach]:
    """Q01: verify_colleague has succeeded before any other call."""
    for call in timeline.calls():
        if call.tool != "verify_colleague" and not callers(timeline, call):
            yield Breach(call.index, f"{call.tool} before the caller was verified")


def own_or_led(timeline: Timeline) -> Iterator[Breach]:
    """Q02: changes are the caller's own, but for access that a lead takes away."""
    for call in timeline.calls():
        verified, other = callers(timeline, call), whose(timeline, call)
        if call.tool in _LOOKS_UP_OTHERS or not verified or not other or other in verified:
            continue
        db = timeline.database_before(call)
        if call.tool not in _FOR_LEADS or not any(leads(db, each, other) for each in verified):
            yield Breach(call.index, f"{call.tool} for {other}, which is not the caller's to ask")


def _level(call: Entry) -> str:
    return argument(call, "level")


def approved_first(timeline: Timeline) -> Iterator[Breach]:
    """Q18: the owner has approved, and that was looked up."""
    for call in timeline.calls("grant_access"):
        db, name = timeline.database_before(call), argument(call, "dataset")
        looks = timeline.earlier(call, "find_approvals")
        seen = any(argument(each, "dataset") == name for each in looks)
        approved = approval_for(db, argument(call, "staff_number"), name, _level(call))
        if not approved or not seen:
            yield Breach(
                call.index, f"{_level(call)} access to {name} without the owner's approval"
            )


def not_for_too_long(timeline: Timeline) -> Iterator[Breach]:
    """Q19: access ends with the approval at the latest, and within so many days from today."""
    for call in timeline.calls("grant_access", "extend_access"):
        db, until = (
            timeline.database_before(call),
            date.fromisoformat(argument(call, "valid_until")),
        )
        grant = db[Grant].find(argument(call, "grant_id"))
        level = grant.level if grant else _level(call)
        most = PERSONAL_DAYS if level == "personal" else READ_DAYS
        approved = approval_for(
            db, argument(call, "staff_number"), argument(call, "dataset"), level
        )
        if until > db.now.date() + timedelta(days=most):
            yield Breach(call.index, f"{level} access until {until}, more than {most} days")
        elif approved and approved.valid_until and until > approved.valid_until:
            yield Breach(call.index, f"access until {until}, after the approval ends")


def terms_accepted(timeline: Timeline) -> Iterator[Breach]:
    """Q20: personal access is given with the code of the accepted terms."""
    for call in timeline.calls("grant_access"):
        if _level(call) == "personal" and not argument(call, "terms_code"):
            yield Breach(call.index, "personal access without accepted terms")


def extended_in_time(timeline: Timeline) -> Iterator[Breach]:
    """Q21: what ran out too long ago is not extended."""
    for call in timeline.calls("extend_access"):
        db = timeline.database_before(call)
        ended = db[Grant].get(argument(call, "grant_id")).valid_until
        if ended < db.now.date() - timedelta(days=GRACE_DAYS):
            yield Breach(call.index, f"extended although it ended on {ended}")


def asked_once(timeline: Timeline) -> Iterator[Breach]:
    """Q22: an owner is asked when nobody has approved, and once. A second time fails as a call."""
    for call in timeline.calls("request_approval", failed=True):
        given = (argument(call, name) for name in ("staff_number", "dataset", "level"))
        if call.error == "already_exists":
            yield Breach(call.index, "the owner was asked twice")
        elif not call.error and approval_for(timeline.database_before(call), *given):
            yield Breach(call.index, "the owner was asked although there is an approval")


CALLER_CLAUSES = (
    Clause("Q01", "calls", verified_first),
    Clause("Q02", "calls", own_or_led),
    Clause("Q18", "calls", approved_first),
    Clause("Q19", "calls", not_for_too_long),
    Clause("Q20", "calls", terms_accepted),
    Clause("Q21", "calls", extended_in_time),
    Clause("Q22", "calls", asked_once),
)
