"""Clauses about parking, and about fees that must be those of a quote."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from generators.domains.domain import Clause
from generators.domains.permits.catalogue import (
    DOG_DAYS,
    MAX_LENGTH_CM,
    MAX_PARKING_PERMITS,
    MAX_TICKETS,
)
from generators.domains.permits.clauses.who import argument
from generators.domains.permits.database import (
    Fee,
    ParkingPermit,
    Permit,
    Person,
    Vehicle,
    Zone,
)
from generators.domains.permits.tools.amounts import is_overdue
from generators.domains.timeline import Breach, Entry, Timeline

_ISSUE = "issue_parking_permit"
_WAIT = "join_parking_waiting_list"


def fee_as_quoted(timeline: Timeline) -> Iterator[Breach]:
    """M10: a fee that is charged was quoted for the same case."""
    for call in timeline.calls(_ISSUE, "file_application", "extend_permit"):
        wanted = _to_be_quoted(timeline, call)
        quotes = timeline.earlier(call, "quote_parking_fee", "quote_fee")
        fitting = [
            each
            for each in quotes
            if all(argument(each, name) == value for name, value in wanted.items() if value)
            and bool(argument(each, "extension")) == (call.tool == "extend_permit")
        ]
        if not any(abs(each.value["fee"] - argument(call, "fee")) < 0.005 for each in fitting):
            yield Breach(call.index, f"{argument(call, 'fee')} was not quoted for this")


def _to_be_quoted(timeline: Timeline, call: Entry) -> dict[str, Any]:
    if call.tool == _ISSUE:
        names = ("person_number", "plate", "zone")
        return {name: argument(call, name) for name in names}
    if call.tool == "file_application":
        names = ("person_number", "kind", "street", "days", "square_metres")
        return {name: argument(call, name) for name in names}
    permit = timeline.database_before(call)[Permit].get(argument(call, "permit_number"))
    return {
        "person_number": permit.holder,
        "kind": permit.kind,
        "street": permit.street,
        "days": argument(call, "days"),
        "square_metres": permit.square_metres,
    }


def own_zone(timeline: Timeline) -> Iterator[Breach]:
    """M11: the permit is for the zone in which the holder lives."""
    for call in timeline.calls(_ISSUE, _WAIT):
        db = timeline.database_before(call)
        if db[Person].get(argument(call, "person_number")).zone != argument(call, "zone"):
            yield Breach(call.index, f"the holder does not live in {argument(call, 'zone')}")


def fit_vehicle(timeline: Timeline) -> Iterator[Breach]:
    """M12: the holder is the keeper, and the vehicle is not too long."""
    for call in timeline.calls(_ISSUE, _WAIT, "change_parking_vehicle"):
        db = timeline.database_before(call)
        vehicle = db[Vehicle].get(argument(call, "plate"))
        holder = argument(call, "person_number")
        if not holder:
            holder = db[ParkingPermit].get(argument(call, "permit_number")).holder
        if vehicle.keeper != holder:
            yield Breach(call.index, f"{vehicle.plate} is not kept by {holder}")
        elif vehicle.length_cm > MAX_LENGTH_CM:
            yield Breach(call.index, f"{vehicle.plate} is {vehicle.length_cm} cm long")


def two_at_most(timeline: Timeline) -> Iterator[Breach]:
    """M13: no third active parking permit."""
    for call in timeline.calls(_ISSUE):
        db = timeline.database_before(call)
        holder = argument(call, "person_number")
        if len(db[ParkingPermit].where(holder=holder, status="active")) >= MAX_PARKING_PERMITS:
            yield Breach(call.index, f"a third parking permit for {holder}")


def no_arrears(timeline: Timeline) -> Iterator[Breach]:
    """M14: the fees were looked at, and none of them is overdue."""
    for call in timeline.calls(_ISSUE, _WAIT):
        db = timeline.database_before(call)
        person = argument(call, "person_number")
        looks = timeline.earlier(call, "list_fees")
        if not any(argument(each, "person_number") == person for each in looks):
            yield Breach(call.index, "the fees were not looked at")
        elif any(is_overdue(fee, db.now.date()) for fee in db[Fee].where(person=person)):
            yield Breach(call.index, f"{person} has an overdue fee")


def waits_for_full_zones(timeline: Timeline) -> Iterator[Breach]:
    """M15: a waiting list is for a zone that is full."""
    for call in timeline.calls(_WAIT):
        zone = timeline.database_before(call)[Zone].get(argument(call, "zone"))
        if zone.taken < zone.places:
            yield Breach(call.index, f"{zone.code} has free places")


def twenty_tickets(timeline: Timeline) -> Iterator[Breach]:
    """M18: no more than 20 visitor tickets on a permit in a year."""
    for call in timeline.calls("sell_visitor_tickets"):
        db = timeline.database_before(call)
        permit = db[ParkingPermit].get(argument(call, "permit_number"))
        if permit.tickets + argument(call, "count") > MAX_TICKETS:
            yield Breach(call.index, f"more than {MAX_TICKETS} tickets on {permit.number}")


def late_dogs_pay(timeline: Timeline) -> Iterator[Breach]:
    """M28: the surcharge is charged later than 14 days after the dog's arrival, and only then."""
    for call in timeline.calls("register_dog"):
        arrived = argument(call, "arrived_on")
        late = str(timeline.start.now.date() - timedelta(days=DOG_DAYS)) > str(arrived)
        if bool(argument(call, "charge_surcharge")) != late:
            word = "without" if late else "with"
            yield Breach(call.index, f"registered {word} the surcharge, which is wrong")


PARKING_CLAUSES = (
    Clause("M10", "calls", fee_as_quoted),
    Clause("M11", "calls", own_zone),
    Clause("M12", "calls", fit_vehicle),
    Clause("M13", "calls", two_at_most),
    Clause("M14", "calls", no_arrears),
    Clause("M15", "calls", waits_for_full_zones),
    Clause("M18", "calls", twenty_tickets),
    Clause("M28", "calls", late_dogs_pay),
)
