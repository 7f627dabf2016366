"""Permits that run: extensions, also on behalf of others, and transfers."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.catalogue import TRANSFER_FEE
from generators.domains.permits.database import Permit, PermitKind, Person, Proxy
from generators.domains.permits.intents.drawing import (
    fact,
    number_fact,
    overdue_fees,
    picked,
    today,
)
from generators.domains.permits.intents.parking import with_code
from generators.domains.plan import Plan

_GROUND = ("skip", "scaffold")


def _ground_permits(situation: Situation, holder: str, extendable: bool) -> list[Permit]:
    found = []
    for each in situation.db[Permit].where(holder=holder):
        most = situation.db[PermitKind].get(each.kind).extensions
        running = each.ends_on >= today(situation) and each.extensions < most
        if each.kind in _GROUND and running == extendable:
            found.append(each)
    return found


def _days(situation: Situation) -> Fact:
    days = situation.rng.randint(3, 14)
    return fact("extra_days", str(days), f"{days} days")


def draw_extend(situation: Situation) -> Draw | None:
    """A permit that may be extended."""
    permit = picked(situation, _ground_permits(situation, situation.subject, True))
    return _wish(situation, permit) if permit else None


def _wish(situation: Situation, permit: Permit) -> Draw:
    days = _days(situation)
    return Draw(
        need=f"Your {permit.kind} has to stay longer: you want permit {permit.number} extended by "
        f"{days.saying}.",
        slots={"family": "permit"},
        facts=(number_fact("permit", permit.number), days),
    )


def _found(plan: Plan, holder: str, key: str = "permit") -> dict[str, Any]:
    rows = plan.call("list_permits", person_number=holder)
    return next(each for each in rows if each["number"] == plan.value(key))


def _extend(plan: Plan, holder: str) -> None:
    permit = _found(plan, holder)
    days = int(plan.value("extra_days"))
    quote = plan.call(
        "quote_fee",
        person_number=holder,
        kind=permit["kind"],
        street=permit["street"],
        days=days,
        square_metres=permit["square_metres"],
        extension=True,
    )
    ends_on = date.fromisoformat(permit["ends_on"]) + timedelta(days=days)
    plan.confirm("extend", ends_on=ends_on.isoformat(), fee=quote["fee"])
    done = plan.call("extend_permit", permit_number=permit["number"], days=days, fee=quote["fee"])
    plan.tell("extended", ends_on=done["ends_on"])


def solve_extend(plan: Plan) -> None:
    """Find the permit, quote the extra days, extend."""
    plan.ask("permit", "extra_days")
    _extend(plan, plan.subject)


def draw_extend_refused(situation: Situation) -> Draw | None:
    """A permit that is over, or has been extended twice."""
    permit = picked(situation, _ground_permits(situation, situation.subject, False))
    return _wish(situation, permit) if permit else None


def solve_extend_refused(plan: Plan) -> None:
    """Find the permit, and decline."""
    plan.ask("permit")
    permit = _found(plan, plan.subject)
    key = "extended_twice" if permit["running"] else "permit_over"
    plan.refuse(key, ends_on=permit["ends_on"])


def _proxies(situation: Situation, good: bool) -> list[Proxy]:
    now = today(situation)
    return [
        each
        for each in situation.db[Proxy].where(agent=situation.subject)
        if (each.scope == "everything" and each.valid_until >= now) == good
    ]


def draw_proxy(situation: Situation) -> Draw | None:
    """Somebody for whom the caller may act, and a permit of theirs that may be extended."""
    for proxy in _proxies(situation, good=True):
        permit = picked(situation, _ground_permits(situation, proxy.principal, True))
        if permit:
            days = _days(situation)
            return Draw(
                need=f"You act for a friend, citizen number {proxy.principal}, who has given you a "
                f"proxy. You want your friend's permit {permit.number} extended by {days.saying}.",
                slots={"family": "permit"},
                facts=(
                    fact("other_person", proxy.principal),
                    number_fact("permit", permit.number),
                    days,
                ),
            )
    return None


def solve_proxy(plan: Plan) -> None:
    """See that the proxy holds; then as for the caller's own permit."""
    plan.ask("other_person", "permit", "extra_days")
    plan.call("list_proxies", person_number=plan.subject)
    _extend(plan, plan.value("other_person"))


def draw_proxy_refused(situation: Situation) -> Draw | None:
    """A proxy that has lapsed, or is for collecting papers only."""
    proxy = picked(situation, _proxies(situation, good=False))
    if proxy is None:
        return None
    why = "papers" if proxy.scope == "collecting papers" else "lapsed"
    return Draw(
        need=f"You act for a neighbour, citizen number {proxy.principal}, and want to have a permit of "
        "theirs extended.",
        slots={"family": "permit", "why": why},
        facts=(fact("other_person", proxy.principal),),
    )


def solve_proxy_refused(plan: Plan) -> None:
    """See what is wrong with the proxy, and decline."""
    plan.ask("other_person")
    rows = plan.call("list_proxies", person_number=plan.subject)
    own = next(each for each in rows if each["person_number"] == plan.value("other_person"))
    if plan.slots["why"] == "papers":
        plan.refuse("proxy_papers", scope=own["scope"])
    else:
        plan.refuse("proxy_lapsed", until=own["valid_until"])


def _licence(situation: Situation, kind: str, code: str) -> Draw | None:
    permit = picked(situation, situation.db[Permit].where(holder=situation.subject, kind=kind))
    others = [each.number for each in situation.db[Person] if each.number != situation.subject]
    if permit is None:
        return None
    heir = picked(situation, others)
    rest = " You have your phone at hand." if code else ""
    what = "terrace" if kind == "terrace" else "market stall"
    return Draw(
        need=f"You are giving up your {what}: you want licence {permit.number} transferred to the "
        f"person who takes over, citizen number {heir}.{rest}",
        slots={"family": f"permit {code}"},
        facts=(number_fact("licence", permit.number), fact("new_holder", heir)),
    )


def draw_terrace(situation: Situation) -> Draw | None:
    """A terrace licence, and no overdue fee."""
    if overdue_fees(situation, situation.subject):
        return None
    return _licence(situation, "terrace", "code")


def solve_terrace(plan: Plan) -> None:
    """Check licence and fees, make sure who it is, transfer."""
    plan.ask("licence", "new_holder")
    with plan.together():
        plan.call("list_permits", person_number=plan.subject)
        plan.call("list_fees", person_number=plan.subject)
        plan.call("get_permit_kind", kind="terrace")
    with_code(plan)
    plan.confirm("transfer", holder=plan.value("new_holder"), fee=TRANSFER_FEE)
    done = plan.call(
        "transfer_permit",
        permit_number=plan.value("licence"),
        new_holder=plan.value("new_holder"),
    )
    plan.tell("transferred", ends_on=done["ends_on"], fee=done["charged"])


def draw_stall(situation: Situation) -> Draw | None:
    """A market stall licence."""
    return _licence(situation, "stall", "")


def solve_stall(plan: Plan) -> None:
    """Look, and decline."""
    plan.ask("licence")
    permit = _found(plan, plan.subject, "licence")
    plan.call("get_permit_kind", kind="stall")
    plan.refuse("stall_stays", ends_on=permit["ends_on"])


PERMITS = (
    Intent(
        "extend_permit",
        "Extend a permit",
        "fulfilled",
        draw_extend,
        solve_extend,
        ("M06", "M07", "M10", "M21"),
    ),
    Intent(
        "extend_refused",
        "Extend a permit that cannot be extended",
        "refused",
        draw_extend_refused,
        solve_extend_refused,
        ("M21",),
    ),
    Intent(
        "proxy_extend",
        "Extend a permit on somebody's behalf",
        "fulfilled",
        draw_proxy,
        solve_proxy,
        ("M02", "M06", "M07", "M10", "M21"),
        weight=2.0,
    ),
    Intent(
        "proxy_refused",
        "Act for somebody without a proxy that holds",
        "refused",
        draw_proxy_refused,
        solve_proxy_refused,
        ("M02", "M03"),
    ),
    Intent(
        "terrace_transfer",
        "Transfer a terrace licence",
        "fulfilled",
        draw_terrace,
        solve_terrace,
        ("M04", "M05", "M06", "M07", "M22"),
        weight=2.0,
    ),
    Intent(
        "stall_refused",
        "Transfer a market stall licence",
        "refused",
        draw_stall,
        solve_stall,
        ("M22",),
    ),
)
