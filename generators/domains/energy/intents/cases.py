"""What draws look for in a caller's data, and the facts that many intents share.

A goal may not touch what an earlier goal of the same dialogue has changed, unless it says so by
``after``: whatever order a right agent takes them in, two goals then end in the same state.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace as changed

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.energy.clauses.eligibility import NOTICE
from generators.domains.energy.database import Contract, Fuel, Meter, Tariff
from generators.domains.plan import PlanBroken
from generators.spoken import spoken

_VARIANTS = (
    ("change_advance", "advance_refused", "advance_after_reading"),
    ("switch_tariff", "switch_in_term", "switch_both"),
    ("move_out", "move_out_short_notice"),
    ("move_in", "move_in_occupied"),
    ("bill_copy", "bill_copy_elsewhere"),
    ("payment_plan", "plan_refused", "plan_shortened"),
    ("refund_credit", "refund_large", "refund_blocked"),
    ("bank_change", "bank_unverified"),
    ("meter_silent", "meter_unfixed"),
    ("move_visit", "move_visit_late"),
    ("power_out", "area_outage"),
    ("solar_feed_in", "solar_too_large"),
)
"""Intents that begin with the same words and end differently: one of a kind in a dialogue."""

_CLASHES = (
    # The limits of an advance move with every reading that is entered.
    ("advance_refused", "submit_reading"),
    ("advance_refused", "move_out", "move_out_short_notice"),
    # Nobody registers a solar system on the roof that they are about to leave.
    ("solar_feed_in", "solar_too_large", "move_out", "move_out_short_notice"),
)
"""Intents that would make each other's answers wrong in the other order."""


def alone(intent: Intent) -> Intent:
    """The intent, without a case where a variant of it or a clashing one came before, or where gas was
    smelled: nobody goes on to ask for a bill then."""
    groups = (*_VARIANTS, *_CLASHES)
    others = {"gas_smell"}.union(*(group for group in groups if intent.name in group))

    def draw(situation: Situation) -> Draw | None:
        return None if others & set(situation.earlier) else intent.draw(situation)

    return replace(intent, draw=draw)


@dataclass(frozen=True, slots=True)
class Supply:
    """One contract of the caller's present home, with its meter and tariff."""

    contract: Contract
    meter: Meter
    tariff: Tariff


def supplies(situation: Situation) -> list[Supply]:
    """The contracts of the caller's home that run on and that no earlier goal has changed. A fuel of
    which the caller has two contracts is left out: "my gas" would mean either."""
    db = situation.db
    contracts = db[Contract].where(account_number=situation.subject)
    count = Counter(contract.fuel for contract in contracts)
    found = []
    for contract in contracts:
        meter = db[Meter].get(contract.meter_id)
        changed = contract.contract_id in db[Contract].own or meter.meter_id in db[Meter].own
        if not changed and contract.ends_on is None and count[contract.fuel] == 1:
            found.append(Supply(contract, meter, db[Tariff].get(contract.tariff_id)))
    return found


def today(situation: Situation) -> date:
    """The day of the dialogue."""
    return situation.db.now.date()


def days_ahead(situation: Situation, first: int, last: int) -> date:
    """A day from so many to so many days from today, but not the first that a notice allows."""
    days = [each for each in range(first, last + 1) if each != NOTICE.days]
    return today(situation) + timedelta(days=situation.rng.choice(days))


def row_with(rows: Iterable[dict[str, Any]], **equal: Any) -> dict[str, Any]:
    """The first row of a tool's result with these fields. Raises ``PlanBroken``."""
    for row in rows:
        if all(row[name] == value for name, value in equal.items()):
            return row
    raise PlanBroken(f"no row with {equal}")


def fuel_fact(key: str, fuel: Fuel) -> Fact:
    """Which of the two supplies the caller means."""
    cues = ("electricity", "gas", "which meter", "which contract", "which supply", "which fuel")
    return Fact(key=key, value=fuel, reveal="upfront", cues=cues)


def day_fact(key: str, day: date, cues: tuple[str, ...], slip: date | None = None) -> Fact:
    """A day that the caller has in mind."""
    wrong = spoken(slip) if slip else ""
    return Fact(
        key=key, value=day.isoformat(), spoken=spoken(day), reveal="upfront", cues=cues, slip=wrong
    )


def later(fact: Fact) -> Fact:
    """The fact, told only when the agent asks."""
    return changed(fact, reveal="when_asked")
