"""Agent tools around failures: outages, remote tests, faults, engineers' visits."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from generators.domains.energy.database import (
    Customer,
    Fault,
    HomeDevice,
    Meter,
    Outage,
    Slot,
    Visit,
)
from generators.domains.energy.tools.keys import AccountNumber, MeterId, SlotId, VisitId
from generators.domains.table import Database, ToolFailure


def check_outages(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """See whether the network around the customer's home has an outage now.

    Args:
        account_number: The customer's account number.
    """
    area = db[Customer].get(account_number).area
    found = db[Outage].where(area=area, state="ongoing")
    if not found:
        return {"network_area": area, "outage": False}
    return {
        "network_area": area,
        "outage": True,
        "cause": found[0].cause,
        "began_at": found[0].began_at,
        "expected_back": found[0].expected_back,
    }


def run_remote_test(db: Database, meter_id: MeterId) -> dict[str, Any]:
    """Call a smart meter over its gateway: does it answer, does it get power, how much is drawn?

    Args:
        meter_id: A smart meter.
    """
    meter = db[Meter].get(meter_id)
    if meter.kind != "smart":
        raise ToolFailure("not_smart", f"{meter_id} cannot be reached from afar")
    home = {each.kind: each for each in db[HomeDevice].where(account_number=meter.account_number)}
    if home["gateway"].light != "green":
        return {"meter_id": meter_id, "answers": False, "supply": None, "load_watts": None}
    on = home["fuse_box"].switch == "on"
    return {
        "meter_id": meter_id,
        "answers": True,
        "supply": "ok",
        "load_watts": home["fuse_box"].load_watts if on else 0,
    }


def resume_remote_readings(db: Database, meter_id: MeterId) -> dict[str, Any]:
    """Put a smart meter back on automatic readings after estimates.

    Args:
        meter_id: The smart meter.
    """
    meter = db[Meter].get(meter_id)
    if meter.kind != "smart":
        raise ToolFailure("not_smart", f"{meter_id} cannot send readings")
    if meter.sends == "remote":
        raise ToolFailure("unchanged", f"{meter_id} sends already")
    db[Meter].change(meter_id, sends="remote")
    return {"meter_id": meter_id, "sends": "remote", "next_reading": "23:30"}


def open_fault(
    db: Database, meter_id: MeterId, display_code: Annotated[str, Meta(pattern=r"^[A-Z]\d{2}$")]
) -> dict[str, Any]:
    """Record that a meter is faulty and needs an engineer.

    Args:
        meter_id: The meter.
        display_code: The code on its display, a letter and two digits.
    """
    if not db[Meter].get(meter_id).account_number:
        raise ToolFailure("not_in_use", f"{meter_id} belongs to no customer")
    fault = Fault(
        fault_id=db.new_id("M", meter_id),
        meter_id=meter_id,
        display_code=display_code,
        opened_on=db.now.date(),
    )
    db[Fault].insert(fault)
    return {"fault_id": fault.fault_id, "meter_id": meter_id, "display_code": display_code}


def get_visits(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Show the engineer's visits that the customer has booked, and the free half-days in the area.

    Engineers' names and mobile numbers are for internal use only.

    Args:
        account_number: The customer's account number.
    """
    area = db[Customer].get(account_number).area
    booked = []
    for visit in db[Visit].where(account_number=account_number):
        slot = db[Slot].get(visit.slot_id)
        booked.append({"visit_id": visit.visit_id, "reason": visit.reason, **_slot(slot)})
    free = [_slot(slot) for slot in db[Slot].where(area=area, taken=False)]
    return {"booked": booked, "free": sorted(free, key=lambda each: (each["day"], each["half"]))}


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "slot_id": slot.slot_id,
        "day": slot.day.isoformat(),
        "half": slot.half,
        "engineer": slot.engineer,
        "engineer_mobile": slot.engineer_mobile,
    }


def _free_slot(db: Database, account_number: str, slot_id: str) -> Slot:
    slot = db[Slot].get(slot_id)
    if slot.taken:
        raise ToolFailure("slot_taken", f"{slot_id} is taken")
    if slot.area != db[Customer].get(account_number).area:
        raise ToolFailure("wrong_area", f"{slot_id} is in another network area")
    return slot


def book_visit(
    db: Database,
    account_number: AccountNumber,
    slot_id: SlotId,
    reason: Literal["meter_fault", "meter_exchange", "no_power"],
) -> dict[str, Any]:
    """Book an engineer's visit.

    Args:
        account_number: The customer's account number.
        slot_id: A free half-day in the customer's area.
        reason: What the engineer comes for.
    """
    slot = _free_slot(db, account_number, slot_id)
    visit = Visit(
        visit_id=db.new_id("V", account_number, slot_id),
        account_number=account_number,
        slot_id=slot_id,
        reason=reason,
    )
    db[Visit].insert(visit)
    db[Slot].change(slot_id, taken=True)
    return {"visit_id": visit.visit_id, "day": slot.day.isoformat(), "half": slot.half}


def move_visit(db: Database, visit_id: VisitId, slot_id: SlotId) -> dict[str, Any]:
    """Move a booked visit to another half-day.

    Args:
        visit_id: The visit.
        slot_id: A free half-day in the customer's area.
    """
    visit = db[Visit].get(visit_id)
    slot = _free_slot(db, visit.account_number, slot_id)
    db[Slot].change(visit.slot_id, taken=False)
    db[Slot].change(slot_id, taken=True)
    db[Visit].change(visit_id, slot_id=slot_id)
    return {"visit_id": visit_id, "day": slot.day.isoformat(), "half": slot.half}
