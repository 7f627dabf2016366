"""What can be broken in a customer's world before a dialogue begins, and what mends it.

Each fault brings about all that it relies on: a switch that has tripped needs a gateway that works, or
no test would show it. Two faults that share a row never meet.
"""

from dataclasses import replace
from typing import Any

from generators.blueprint import RowPatch
from generators.domains.domain import Draw, FaultAtom, Intent, Situation
from generators.domains.energy.clauses.eligibility import REFUND_LIMIT
from generators.domains.energy.database import (
    Bill,
    Contract,
    Customer,
    Fault,
    HomeDevice,
    Outage,
    Slot,
    Tariff,
    Ticket,
    Visit,
)
from generators.domains.energy.intents import INTENTS
from generators.domains.energy.intents.repairs import (
    ADVANCE_WRONG,
    DEAD_LINE,
    ESTIMATES_STAY,
    NOBODY_FREE,
    READING_STUCK,
    the_contract,
    the_meter,
)
from generators.domains.energy.tariffs import calculated_advance
from generators.domains.energy.tools.metering import last_reading
from generators.domains.table import Database

_TOO_HIGH = 40_000
"""By how much a reading on file is wrong: more than anybody uses in years."""


def _wishes(intent: str, need: str) -> Intent:
    """An intent of everybody's, wished for in a world where it is known that it has a case."""

    def draw(situation: Situation) -> Draw | None:
        return Draw(need=need)

    return replace(INTENTS[intent], draw=draw)


def _device(db: Database, account: str, kind: str) -> HomeDevice | None:
    return db[HomeDevice].find(f"{account}-{kind}")


def _at_home(account: str, kind: str, **fields: Any) -> RowPatch:
    return RowPatch(table="home_devices", key=f"{account}-{kind}", fields=fields)


def _sends(meter_id: str, how: str) -> RowPatch:
    return RowPatch(table="meters", key=meter_id, fields={"sends": how})


def _smart(db: Database, account: str) -> bool:
    """Whether there is one electricity meter, it is smart and its readings come in."""
    meter = the_meter(db, account, "electricity")
    return meter is not None and meter.sends == "remote"


def _dark(db: Database, account: str) -> bool:
    area = db[Customer].get(account).area
    return bool(db[Outage].where(area=area, state="ongoing"))


def _powered(db: Database, account: str) -> bool:
    """Whether power is drawn: a smart meter that sends, no outage, and the main switch on."""
    box = _device(db, account, "fuse_box")
    on = box is not None and box.switch == "on" and box.load_watts > 0
    return on and _smart(db, account) and not _dark(db, account)


def trip_switch(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The main switch is off."""
    account = situation.subject
    if not _powered(situation.db, account):
        return None
    return (
        _at_home(account, "fuse_box", switch="off"),
        _at_home(account, "gateway", light="green"),
    )


def _tripped(db: Database, account: str) -> bool:
    box = _device(db, account, "fuse_box")
    return box is not None and box.switch == "off"


def _lost(helps: bool, code: str) -> Any:
    def breaks(situation: Situation) -> tuple[RowPatch, ...] | None:
        db, account = situation.db, situation.subject
        meter = the_meter(db, account, "electricity")
        if meter is None or not _smart(db, account):
            return None
        return (
            _at_home(account, "gateway", light="red", restart_helps=helps),
            _at_home(account, "electricity_meter", display=code),
            _sends(meter.meter_id, "estimated"),
        )

    return breaks


def _silent(db: Database, account: str) -> bool:
    gateway, meter = _device(db, account, "gateway"), the_meter(db, account, "electricity")
    return (
        gateway is not None
        and gateway.light == "red"
        and meter is not None
        and not _smart(db, account)
    )


def _sending(db: Database, account: str) -> bool:
    gateway = _device(db, account, "gateway")
    return gateway is not None and gateway.light == "green" and _smart(db, account)


def _fault_known(db: Database, account: str) -> bool:
    meter = the_meter(db, account, "electricity")
    return meter is not None and bool(db[Fault].where(meter_id=meter.meter_id))


def leave_on_estimates(situation: Situation) -> tuple[RowPatch, ...] | None:
    """Nobody has put the meter back on automatic readings."""
    db, account = situation.db, situation.subject
    meter = the_meter(db, account, "electricity")
    if meter is None or not _smart(db, account):
        return None
    return (
        _at_home(account, "gateway", light="green"),
        _at_home(account, "electricity_meter", display="OK"),
        _sends(meter.meter_id, "estimated"),
    )


def _estimated(db: Database, account: str) -> bool:
    gateway = _device(db, account, "gateway")
    return gateway is not None and gateway.light == "green" and not _smart(db, account)


def _no_load(account: str) -> tuple[RowPatch, ...]:
    return (
        _at_home(account, "fuse_box", switch="on", load_watts=0),
        _at_home(account, "gateway", light="green"),
    )


def _free_slots(db: Database, account: str) -> list[Slot]:
    return db[Slot].where(area=db[Customer].get(account).area, taken=False)


def cut_line(situation: Situation) -> tuple[RowPatch, ...] | None:
    """Power reaches the meter and goes no further."""
    return _no_load(situation.subject) if _powered(situation.db, situation.subject) else None


def cut_line_nobody_free(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The same, and every half-day of the engineers around is taken."""
    db, account = situation.db, situation.subject
    if not _powered(db, account):
        return None
    taken = (
        RowPatch(table="slots", key=slot.slot_id, fields={"taken": True})
        for slot in _free_slots(db, account)
    )
    return (*_no_load(account), *taken)


def _unpowered(db: Database, account: str) -> bool:
    box = _device(db, account, "fuse_box")
    dead = box is not None and (box.switch, box.load_watts) == ("on", 0)
    return dead and not _dark(db, account)


def _visit_booked(db: Database, account: str) -> bool:
    return any(each.reason == "no_power" for each in db[Visit].where(account_number=account))


def _unpowered_and_nobody_free(db: Database, account: str) -> bool:
    return _unpowered(db, account) and not _free_slots(db, account)


def _handed_over(db: Database, account: str) -> bool:
    return any(each.reason == "other" for each in db[Ticket].where(account_number=account))


def mistype_reading(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The last reading on file has a digit too much in it."""
    db, account = situation.db, situation.subject
    meter = the_meter(db, account, "electricity")
    if meter is None or meter.sends != "manual" or _reading_wrong(db, account):
        return None
    last = last_reading(db, meter.meter_id)
    fields = {"value": last.value + _TOO_HIGH}
    return (RowPatch(table="readings", key=last.reading_id, fields=fields),)


def _reading_wrong(db: Database, account: str) -> bool:
    meter, device = the_meter(db, account, "electricity"), _device(db, account, "electricity_meter")
    if meter is None or device is None:
        return False
    return last_reading(db, meter.meter_id).value > device.reading


def mistype_advance(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The advance for electricity has become many times what it should be."""
    db, account = situation.db, situation.subject
    contract = the_contract(db, account, "electricity")
    if contract is None or _advance_wrong(db, account):
        return None
    fields = {
        "monthly_advance": round(_calculated(db, contract) * situation.rng.choice((4, 6, 10)), 2),
        "advance_changed_on": None,
    }
    return (RowPatch(table="contracts", key=contract.contract_id, fields=fields),)


def _calculated(db: Database, contract: Contract) -> float:
    return calculated_advance(contract.annual_kwh, db[Tariff].get(contract.tariff_id))


def _advance_wrong(db: Database, account: str) -> bool:
    contract = the_contract(db, account, "electricity")
    return contract is not None and contract.monthly_advance > 3 * _calculated(db, contract)


def _advance_right(db: Database, account: str) -> bool:
    contract = the_contract(db, account, "electricity")
    return contract is not None and contract.monthly_advance == _calculated(db, contract)


def collect_too_often(situation: Situation) -> tuple[RowPatch, ...] | None:
    """The advance was collected time and again: more credit than the desk may pay out."""
    db, account = situation.db, situation.subject
    owes = bool(db[Bill].where(account_number=account, state="overdue"))
    if owes or db[Customer].get(account).credit > 0:
        return None
    credit = round(situation.rng.uniform(REFUND_LIMIT + 40, 900), 2)
    return (RowPatch(table="customers", key=account, fields={"credit": credit}),)


def _too_much_credit(db: Database, account: str) -> bool:
    return db[Customer].get(account).credit > REFUND_LIMIT


def _billing_team_knows(db: Database, account: str) -> bool:
    tickets = db[Ticket].where(account_number=account, reason="refund_above_limit")
    return _too_much_credit(db, account) and bool(tickets)


FAULTS = {
    "tripped_switch": FaultAtom(
        intent=_wishes(
            "power_out",
            "You have had no electricity at home since this morning and want it back. You can get to "
            "the fuse box safely.",
        ),
        breaks=trip_switch,
        broken=_tripped,
        fixed=_powered,
    ),
    "gateway_lost": FaultAtom(
        intent=_wishes(
            "meter_silent",
            "Your smart electricity meter no longer sends readings and you get estimates; you want "
            "that put right. You are at home and can get to the meter and its gateway.",
        ),
        breaks=_lost(helps=True, code="C03"),
        broken=_silent,
        fixed=_sending,
    ),
    "meter_dead": FaultAtom(
        intent=_wishes(
            "meter_unfixed",
            "Your smart electricity meter no longer sends readings and you get estimates; you want "
            "that put right. You are at home and can get to the meter and its gateway. If it cannot "
            "be put right from afar, you want it recorded as a fault.",
        ),
        breaks=_lost(helps=False, code="F21"),
        broken=_silent,
        fixed=_fault_known,
    ),
    "left_on_estimates": FaultAtom(
        intent=ESTIMATES_STAY, breaks=leave_on_estimates, broken=_estimated, fixed=_sending
    ),
    "line_cut": FaultAtom(
        intent=DEAD_LINE, breaks=cut_line, broken=_unpowered, fixed=_visit_booked
    ),
    "line_cut_nobody_free": FaultAtom(
        intent=NOBODY_FREE,
        breaks=cut_line_nobody_free,
        broken=_unpowered_and_nobody_free,
        fixed=lambda db, account: _unpowered(db, account) and _handed_over(db, account),
    ),
    "reading_mistyped": FaultAtom(
        intent=READING_STUCK,
        breaks=mistype_reading,
        broken=_reading_wrong,
        fixed=lambda db, account: _reading_wrong(db, account) and _handed_over(db, account),
    ),
    "advance_mistyped": FaultAtom(
        intent=ADVANCE_WRONG, breaks=mistype_advance, broken=_advance_wrong, fixed=_advance_right
    ),
    "collected_too_often": FaultAtom(
        intent=_wishes(
            "refund_large",
            "Your bank statement shows that your advance was collected several times over; you want "
            "the credit that has come of it paid out.",
        ),
        breaks=collect_too_often,
        broken=_too_much_credit,
        fixed=_billing_team_knows,
    ),
}
