"""Clauses about who is calling, for whom they may act, and where they are sent."""

from collections.abc import Iterator
from typing import Any

from generators.domains.insurance.database import AssistanceCase, Authorisation, Claim, Policy
from generators.domains.insurance.products import QUEUES
from generators.domains.table import Database
from generators.domains.timeline import Breach, Entry, Timeline

_BANK = ("send_code", "check_code", "change_bank_details")


def argument(call: Entry, name: str) -> str:
    """A call's argument as text; empty when it has none of that name."""
    return str((call.arguments or {}).get(name, ""))


def known_first(timeline: Timeline) -> Iterator[Breach]:
    """T01: identify_client has succeeded before any other call."""
    for call in timeline.calls():
        if call.tool != "identify_client" and not timeline.earlier(call, "identify_client"):
            yield Breach(call.index, f"{call.tool} before the caller was known")


def own_or_authorised(timeline: Timeline) -> Iterator[Breach]:
    """T02: what a call is about belongs to the caller, or to somebody who lets the caller act in it."""
    for call in timeline.calls():
        callers = _callers(timeline, call)
        owner, scope = _owner(timeline.database_before(call), call)
        if call.tool in ("identify_client", *_BANK) or not owner or not callers or owner in callers:
            continue
        db = timeline.database_before(call)
        if not any(
            row.agent in callers
            and row.valid_until >= db.now.date()
            and row.scope in ("all", scope)
            for row in db[Authorisation].where(grantor=owner)
        ):
            yield Breach(call.index, f"{call.tool} for {owner}, for whom the caller may not act")


def _callers(timeline: Timeline, call: Entry) -> set[str]:
    return {argument(each, "client_number") for each in timeline.earlier(call, "identify_client")}


def _owner(db: Database, call: Entry) -> tuple[str, str]:
    """Whose business a call is, and the scope that it takes; empty when it is nobody's."""
    claim: Any = db[Claim].find(argument(call, "claim_number"))
    case: Any = db[AssistanceCase].find(argument(call, "case_number"))
    scope = "claims" if claim or case or call.tool in _ON_CLAIMS else "policies"
    about = claim.policy if claim else case.policy if case else argument(call, "policy_number")
    policy = db[Policy].find(about)
    if policy is not None:
        return policy.holder, scope
    return argument(call, "client_number"), scope


_ON_CLAIMS = ("check_event", "quote_delay", "open_claim")


def own_bank_only(timeline: Timeline) -> Iterator[Breach]:
    """T03: codes and bank details are the caller's own."""
    for call in timeline.calls(*_BANK):
        callers = _callers(timeline, call)
        if callers and argument(call, "client_number") not in callers:
            yield Breach(call.index, f"{call.tool} for somebody else")


def code_before_bank(timeline: Timeline) -> Iterator[Breach]:
    """T33: a code has matched for this client before the account is changed."""
    for call in timeline.calls("change_bank_details"):
        client = argument(call, "client_number")
        checks = timeline.earlier(call, "check_code")
        if not any(
            each.value["matches"] and argument(each, "client_number") == client for each in checks
        ):
            yield Breach(call.index, "bank details changed without a code")


def right_queue_once(timeline: Timeline) -> Iterator[Breach]:
    """T39: a hand-over goes where its reason belongs. A second one for it fails as a call."""
    for call in timeline.calls("hand_over", failed=True):
        if call.error == "already_exists":
            yield Breach(call.index, "handed over twice")
        elif not call.error and QUEUES[argument(call, "reason")] != argument(call, "queue"):
            yield Breach(call.index, f"{argument(call, 'reason')} went to the wrong queue")
