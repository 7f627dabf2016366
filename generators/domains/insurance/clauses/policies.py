"""Clauses about changes of policies, and about treatment abroad."""

from collections.abc import Iterator
from datetime import date

from generators.domains.insurance.clauses.caller import argument
from generators.domains.insurance.database import (
    AssistanceCase,
    Claim,
    InsuredPerson,
    Policy,
    Product,
    age_on,
)
from generators.domains.insurance.products import (
    COOLING_OFF,
    TREATMENT_LIMIT,
    closes_on,
)
from generators.domains.insurance.tools.abroad import remaining
from generators.domains.insurance.tools.quoting import reduced_refund
from generators.domains.table import Database
from generators.domains.timeline import Breach, Entry, Timeline


def _changed(timeline: Timeline, tool: str) -> Iterator[tuple[Entry, Database, Policy]]:
    """Each call of a tool, with the state and the policy before it."""
    for call in timeline.calls(tool):
        db = timeline.database_before(call)
        yield call, db, db[Policy].get(argument(call, "policy_number"))


def right_refund(timeline: Timeline) -> Iterator[Breach]:
    """T27: the whole premium in the cooling-off period, after it the reduced one."""
    for call, db, policy in _changed(timeline, "cancel_policy"):
        early = db.now.date() <= policy.bought_on + COOLING_OFF
        right = policy.premium if early else reduced_refund(policy.premium)
        if float(argument(call, "refund")) != right:
            yield Breach(call.index, f"{argument(call, 'refund')} refunded, right is {right}")


def cancellable(timeline: Timeline) -> Iterator[Breach]:
    """T28: no policy is cancelled that has begun or has a claim."""
    for call, db, policy in _changed(timeline, "cancel_policy"):
        if policy.starts_on <= db.now.date():
            yield Breach(call.index, f"the journey began on {policy.starts_on}")
        elif db[Claim].where(policy=policy.number):
            yield Breach(call.index, f"there is a claim on {policy.number}")


def cover_in_time(timeline: Timeline) -> Iterator[Breach]:
    """T29: no cover is added after the changes have closed."""
    for call, db, policy in _changed(timeline, "add_cover"):
        if db.now.date() > closes_on(policy):
            yield Breach(call.index, f"changes closed on {closes_on(policy)}")


def person_fits(timeline: Timeline) -> Iterator[Breach]:
    """T30: in time, not too old, and one more fits in."""
    for call, db, policy in _changed(timeline, "add_person"):
        product = db[Product].get(policy.product)
        age = age_on(argument(call, "birth_date"), policy.starts_on)
        if db.now.date() > closes_on(policy):
            yield Breach(call.index, f"changes closed on {closes_on(policy)}")
        elif age > product.max_age:
            yield Breach(call.index, f"{age} is older than {product.max_age}")
        elif len(db[InsuredPerson].where(policy=policy.number)) >= product.max_persons:
            yield Breach(call.index, f"{policy.number} is full")


def extension_fits(timeline: Timeline) -> Iterator[Breach]:
    """T31: before the journey begins, and not longer than the product allows."""
    for call, db, policy in _changed(timeline, "extend_trip"):
        new_end = date.fromisoformat(argument(call, "new_end"))
        longest = db[Product].get(policy.product).max_days
        if policy.starts_on <= db.now.date():
            yield Breach(call.index, f"the journey began on {policy.starts_on}")
        elif (new_end - policy.starts_on).days + 1 > longest:
            yield Breach(call.index, f"longer than {longest} days")


def within_cover(timeline: Timeline) -> Iterator[Breach]:
    """T35: no more is approved than is left of the cover."""
    for call in timeline.calls("approve_treatment"):
        db = timeline.database_before(call)
        left = remaining(db, db[AssistanceCase].get(argument(call, "case_number")))
        if float(argument(call, "amount")) > left:
            yield Breach(call.index, f"{argument(call, 'amount')} approved, {left} is left")


def treatment_limit(timeline: Timeline) -> Iterator[Breach]:
    """T36: the desk approves no more than its limit."""
    for call in timeline.calls("approve_treatment"):
        if float(argument(call, "amount")) > TREATMENT_LIMIT:
            yield Breach(call.index, f"{argument(call, 'amount')} is above the desk's limit")
