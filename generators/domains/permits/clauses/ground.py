"""Clauses about public ground, events, trees and fences."""

from collections.abc import Iterator
from datetime import date

from generators.domains.domain import Clause
from generators.domains.permits.catalogue import FELLING_FROM, FREE_FENCE_CM, FREE_TRUNK_CM
from generators.domains.permits.clauses.who import argument, owner_of
from generators.domains.permits.database import Fee, Permit, PermitKind, Street
from generators.domains.permits.tools.amounts import earliest_start, is_overdue
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import USER


def _filed(timeline: Timeline, *kinds: str) -> Iterator[Entry]:
    for call in timeline.calls("file_application"):
        if not kinds or argument(call, "kind") in kinds:
            yield call


def early_enough(timeline: Timeline) -> Iterator[Breach]:
    """M19: no permit begins before the earliest start of its kind."""
    for call in _filed(timeline):
        db = timeline.database_before(call)
        first = earliest_start(db, db[PermitKind].get(argument(call, "kind")))
        if date.fromisoformat(str(argument(call, "starts_on"))) < first:
            yield Breach(call.index, f"{argument(call, 'starts_on')} is before {first}")


def _measured(timeline: Timeline, call: Entry, what: str) -> int | None:
    """What the applicant last measured before the call, None when nothing."""
    found = None
    for each in timeline.calls("measure", party=USER):
        if each.index < call.index and argument(each, "what") == what:
            found = each.value["centimetres"]
    return found


def _wrong_measure(timeline: Timeline, call: Entry, what: str, least: int) -> str:
    found, given = _measured(timeline, call, what), argument(call, "measured_cm") or 0
    if found is None:
        return f"the {what} was not measured"
    if found != given:
        return f"filed with {given} cm, measured were {found}"
    return f"{found} cm is less than {least}" if found < least else ""


def passage_stays_free(timeline: Timeline) -> Iterator[Breach]:
    """M20: the pavement was measured, and is wide enough."""
    for call in _filed(timeline, "skip", "scaffold"):
        kind = timeline.database_before(call)[PermitKind].get(argument(call, "kind"))
        wrong = _wrong_measure(timeline, call, "pavement", kind.depth_cm + kind.min_passage_cm)
        if wrong:
            yield Breach(call.index, wrong)


def trunk_measured(timeline: Timeline) -> Iterator[Breach]:
    """M25: the trunk was measured, and is thick enough to need a permit."""
    for call in _filed(timeline, "tree"):
        wrong = _wrong_measure(timeline, call, "trunk", FREE_TRUNK_CM)
        if wrong:
            yield Breach(call.index, wrong)


def fence_measured(timeline: Timeline) -> Iterator[Breach]:
    """M27: the fence was measured, and is high enough to need a notice."""
    for call in _filed(timeline, "fence"):
        wrong = _wrong_measure(timeline, call, "fence", FREE_FENCE_CM + 1)
        if wrong:
            yield Breach(call.index, wrong)


def nests_are_left(timeline: Timeline) -> Iterator[Breach]:
    """M26: nothing is felled before October, or from March to September."""
    for call in _filed(timeline, "tree"):
        day = date.fromisoformat(str(argument(call, "starts_on")))
        if day < FELLING_FROM or 3 <= day.month <= 9:
            yield Breach(call.index, f"felling on {day}")


def extended_in_time(timeline: Timeline) -> Iterator[Breach]:
    """M21: a permit is extended while it runs, and not too often."""
    for call in timeline.calls("extend_permit"):
        db = timeline.database_before(call)
        permit = db[Permit].get(argument(call, "permit_number"))
        if permit.ends_on < db.now.date():
            yield Breach(call.index, f"{permit.number} ended on {permit.ends_on}")
        elif permit.extensions >= db[PermitKind].get(permit.kind).extensions:
            yield Breach(call.index, f"{permit.number} was extended {permit.extensions} times")


def transferable_only(timeline: Timeline) -> Iterator[Breach]:
    """M22: only a terrace is transferred, and not with an overdue fee."""
    for call in timeline.calls("transfer_permit"):
        db = timeline.database_before(call)
        permit = db[Permit].get(argument(call, "permit_number"))
        fees = db[Fee].where(person=owner_of(timeline, call))
        if not db[PermitKind].get(permit.kind).transferable:
            yield Breach(call.index, f"{permit.number} is a {permit.kind}")
        elif any(is_overdue(fee, db.now.date()) for fee in fees):
            yield Breach(call.index, f"{permit.holder} has an overdue fee")


def main_roads_stay_open(timeline: Timeline) -> Iterator[Breach]:
    """M23: the street was looked up, and is no main road."""
    for call in _filed(timeline, "closure"):
        name = argument(call, "street")
        looks = timeline.earlier(call, "get_street")
        if not any(argument(each, "street") == name for each in looks):
            yield Breach(call.index, f"{name} was not looked up")
        elif timeline.database_before(call)[Street].get(name).kind == "main road":
            yield Breach(call.index, f"{name} is a main road")


GROUND_CLAUSES = (
    Clause("M19", "calls", early_enough),
    Clause("M20", "calls", passage_stays_free),
    Clause("M21", "calls", extended_in_time),
    Clause("M22", "calls", transferable_only),
    Clause("M23", "calls", main_roads_stay_open),
    Clause("M25", "calls", trunk_measured),
    Clause("M26", "calls", nests_are_left),
    Clause("M27", "calls", fence_measured),
)
