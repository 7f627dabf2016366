"""Clauses about who calls and for whom, and what must come first."""

from collections.abc import Iterator
from typing import Any

from generators.domains.domain import Clause
from generators.domains.permits.catalogue import QUEUES
from generators.domains.permits.database import (
    Application,
    Dog,
    ParkingPermit,
    Permit,
    Proxy,
)
from generators.domains.table import Row
from generators.domains.timeline import Breach, Entry, Timeline

_FREE = ("verify_person", "get_permit_kind", "get_street", "list_inspection_slots")
_OWNED: tuple[tuple[str, type[Row], str], ...] = (
    ("permit_number", Permit, "holder"),
    ("permit_number", ParkingPermit, "holder"),
    ("application_number", Application, "applicant"),
    ("tag", Dog, "keeper"),
)


def argument(call: Entry, name: str) -> Any:
    """A call's argument; an empty text when it has none of that name."""
    return (call.arguments or {}).get(name, "")


def owner_of(timeline: Timeline, call: Entry) -> str:
    """Whose file a call is about; empty when it is nobody's."""
    if argument(call, "person_number"):
        return argument(call, "person_number")
    db = timeline.database_before(call)
    for name, table, field in _OWNED:
        row = db[table].find(str(argument(call, name)))
        if row is not None:
            return getattr(row, field)
    return ""


def verified_first(timeline: Timeline) -> Iterator[Breach]:
    """M01: verify_person has succeeded before any other call."""
    for call in timeline.calls():
        if call.tool != "verify_person" and not timeline.earlier(call, "verify_person"):
            yield Breach(call.index, f"{call.tool} before the caller was verified")


def own_or_principal(timeline: Timeline) -> Iterator[Breach]:
    """M02: calls are about the verified caller, or somebody for whom a full proxy is in force."""
    for call in timeline.calls():
        verified = timeline.earlier(call, "verify_person")
        callers = {argument(each, "person_number") for each in verified}
        owner = owner_of(timeline, call)
        if call.tool in _FREE or not owner or not callers or owner in callers:
            continue
        db = timeline.database_before(call)
        today = db.now.date()
        proxies = db[Proxy].where(principal=owner, scope="everything")
        if not any(each.agent in callers and each.valid_until >= today for each in proxies):
            yield Breach(call.index, f"{call.tool} for {owner}, for whom the caller may not act")


def code_first(timeline: Timeline) -> Iterator[Breach]:
    """M04: a code was confirmed before a parking permit is returned or a licence transferred."""
    for call in timeline.calls("return_parking_permit", "transfer_permit"):
        if not timeline.earlier(call, "check_code"):
            yield Breach(call.index, f"{call.tool} without a confirmed code")


def danger_first(timeline: Timeline) -> Iterator[Breach]:
    """M33: a danger goes to the duty officer before anything but the verification."""
    for call in timeline.calls("hand_over"):
        if argument(call, "reason") == "danger":
            others = [
                each
                for each in timeline.calls()
                if each.index < call.index and each.tool != "verify_person"
            ]
            if others:
                yield Breach(call.index, f"{others[0].tool} came before the duty officer")


def right_queue_once(timeline: Timeline) -> Iterator[Breach]:
    """M34: a hand-over goes where its reason belongs. A second one for it fails as a call."""
    for call in timeline.calls("hand_over", failed=True):
        if call.error == "already_exists":
            yield Breach(call.index, "handed over twice")
        elif not call.error and QUEUES[argument(call, "reason")] != argument(call, "queue"):
            yield Breach(call.index, f"{argument(call, 'reason')} went to the wrong office")


WHO_CLAUSES = (
    Clause("M01", "calls", verified_first),
    Clause("M02", "calls", own_or_principal),
    Clause("M04", "calls", code_first),
    Clause("M33", "calls", danger_first),
    Clause("M34", "calls", right_queue_once),
)
