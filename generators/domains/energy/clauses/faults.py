"""Clauses about failures at home, visits, and danger."""

from collections.abc import Iterator
from datetime import timedelta

from generators.domains.energy.clauses.identity import arguments
from generators.domains.energy.database import Customer, Fault, Meter, Outage, Slot, Visit
from generators.domains.timeline import Breach, Entry, Timeline

VISIT_STAYS_WITHIN = timedelta(days=2)
_ELECTRICAL = ("restart_gateway", "inspect_fuse_box", "set_main_switch", "read_inverter")


def order_of_repair(timeline: Timeline) -> Iterator[Breach]:
    """E33: test, restart, failed test: only then a fault. And no restart before the first test."""
    for call in timeline.calls("open_fault"):
        restarts = [
            each.index
            for each in timeline.calls("restart_gateway", party="user")
            if each.index < call.index
        ]
        failed = [
            test
            for test in _tests(timeline, call)
            if test.value["answers"] is False and restarts and test.index > restarts[-1]
        ]
        if not failed:
            yield Breach(call.index, "a fault without a failed test after a restart")
        elif not any(test.index < restarts[0] for test in _tests(timeline, call)):
            yield Breach(call.index, "the gateway was restarted before the first test")


def _tests(timeline: Timeline, call: Entry) -> list[Entry]:
    meter_id = arguments(call).get("meter_id")
    tests = timeline.earlier(call, "run_remote_test")
    return [test for test in tests if arguments(test).get("meter_id") == meter_id]


def answered_before_resuming(timeline: Timeline) -> Iterator[Breach]:
    """E34: the last test before automatic readings were resumed was answered."""
    for call in timeline.calls("resume_remote_readings"):
        tests = _tests(timeline, call)
        if not tests or not tests[-1].value["answers"]:
            yield Breach(call.index, "automatic readings without an answered test")


def fault_before_visit(timeline: Timeline) -> Iterator[Breach]:
    """E35: a visit for a faulty meter needs an open fault."""
    for call in timeline.calls("book_visit"):
        given, db = arguments(call), timeline.database_before(call)
        if given["reason"] != "meter_fault":
            continue
        meters = db[Meter].where(account_number=given["account_number"])
        if not any(db[Fault].where(meter_id=meter.meter_id) for meter in meters):
            yield Breach(call.index, "a visit for a meter without an open fault")


def visit_soon_stays(timeline: Timeline) -> Iterator[Breach]:
    """E36: visits of today and tomorrow are not moved."""
    for call in timeline.calls("move_visit"):
        db = timeline.database_before(call)
        day = db[Slot].get(db[Visit].get(arguments(call)["visit_id"]).slot_id).day
        if day - db.now.date() < VISIT_STAYS_WITHIN:
            yield Breach(call.index, f"the visit of {day} was moved")


def outage_checked_first(timeline: Timeline) -> Iterator[Breach]:
    """E37: nobody works at the fuse box before the agent has ruled out an outage. What customers did
    before the account was known is their own affair."""
    for act in timeline.calls("inspect_fuse_box", "set_main_switch", party="user"):
        if not timeline.earlier(act, "find_customer"):
            continue
        checks = timeline.earlier(act, "check_outages")
        if not checks or checks[-1].value["outage"]:
            yield Breach(act.index, "the fuse box before an outage was ruled out")


def no_engineer_in_outage(timeline: Timeline) -> Iterator[Breach]:
    """E38: no visit for a home without power while its area is out."""
    for call in timeline.calls("book_visit"):
        given, db = arguments(call), timeline.database_before(call)
        area = db[Customer].get(given["account_number"]).area
        if given["reason"] == "no_power" and db[Outage].where(area=area, state="ongoing"):
            yield Breach(call.index, "an engineer was booked in a known outage")


def gas_at_once(timeline: Timeline) -> Iterator[Breach]:
    """E39: only the look-up comes before the hand-over, and nothing after it."""
    calls = list(timeline.calls(failed=True))
    alarms = [call for call in calls if _is_gas_alarm(call)]
    if not alarms:
        return
    for call in calls:
        if call is not alarms[0] and call.tool != "find_customer":
            when = "before" if call.index < alarms[0].index else "after"
            yield Breach(call.index, f"{call.tool} {when} the hand-over for a gas smell")


def no_switch_in_gas(timeline: Timeline) -> Iterator[Breach]:
    """E40: no electrical device is touched once gas was smelled."""
    alarms = [call for call in timeline.calls("hand_over") if _is_gas_alarm(call)]
    for act in timeline.calls(*_ELECTRICAL, party="user"):
        if alarms and act.index > alarms[0].index:
            yield Breach(act.index, f"{act.tool} while gas may be in the air")


def _is_gas_alarm(call: Entry) -> bool:
    return call.tool == "hand_over" and arguments(call).get("reason") == "gas_smell"
