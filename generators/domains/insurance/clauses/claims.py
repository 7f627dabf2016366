"""Clauses about claims: opening them, their documents, paying them, appeals."""

from collections.abc import Iterator
from datetime import date, timedelta

from generators.domains.insurance.clauses.caller import argument
from generators.domains.insurance.database import (
    Claim,
    ClaimDocument,
    CoverTerms,
    Policy,
    PolicyCover,
)
from generators.domains.insurance.products import APPEAL_WITHIN, PAYOUT_LIMIT, payable
from generators.domains.timeline import Breach, Entry, Timeline


def looked_up_first(timeline: Timeline) -> Iterator[Breach]:
    """T10: check_event was asked about the same policy, cover and day."""
    names = ("policy_number", "cover", "event_on")
    for call in timeline.calls("open_claim"):
        wanted = [argument(call, name) for name in names]
        checks = timeline.earlier(call, "check_event")
        if wanted not in [[argument(each, name) for name in names] for each in checks]:
            yield Breach(call.index, "the loss was not looked up before")


def covered_then(timeline: Timeline) -> Iterator[Breach]:
    """T11: the cover held on the day of the loss. That it is held at all the tool sees to."""
    for call in timeline.calls("open_claim"):
        db, day = timeline.database_before(call), _event(call)
        policy = db[Policy].get(argument(call, "policy_number"))
        cover = db[PolicyCover].get(f"{policy.number}:{argument(call, 'cover')}")
        first = cover.covered_from
        if cover.cover != "cancellation":
            first = max(first, policy.starts_on)
        if not first <= day <= policy.ends_on:
            yield Breach(call.index, f"{cover.cover} did not hold on {day}")


def _event(call: Entry) -> date:
    return date.fromisoformat(argument(call, "event_on"))


def reported_in_time(timeline: Timeline) -> Iterator[Breach]:
    """T12: the loss is reported within the days of its cover."""
    for call in timeline.calls("open_claim"):
        db = timeline.database_before(call)
        days = db[CoverTerms].get(argument(call, "cover")).report_within_days
        if _event(call) + timedelta(days=days) < db.now.date():
            yield Breach(call.index, f"the loss of {_event(call)} was reported too late")


def delay_as_quoted(timeline: Timeline) -> Iterator[Breach]:
    """T14: what is claimed for a delay is what a quote for the policy gave."""
    for call in timeline.calls("open_claim"):
        if argument(call, "cover") != "delay":
            continue
        quotes = [
            each.value["pays"]
            for each in timeline.earlier(call, "quote_delay")
            if argument(each, "policy_number") == argument(call, "policy_number")
        ]
        if float(argument(call, "amount")) not in quotes:
            yield Breach(call.index, f"{argument(call, 'amount')} claimed, quoted were {quotes}")


def _looks(timeline: Timeline, call: Entry) -> list[bool]:
    """Whether each photograph of the document that was looked at before the call was legible."""
    wanted = [argument(call, name) for name in ("claim_number", "kind")]
    return [
        each.value["legible"]
        for each in timeline.earlier(call, "check_upload")
        if [argument(each, name) for name in ("claim_number", "kind")] == wanted
    ]


def legible_only(timeline: Timeline) -> Iterator[Breach]:
    """T17: the latest photograph was looked at and is legible."""
    for call in timeline.calls("accept_document"):
        if not any(_looks(timeline, call)[-1:]):
            yield Breach(call.index, f"{argument(call, 'kind')} accepted unseen or illegible")


def post_after_two_photographs(timeline: Timeline) -> Iterator[Breach]:
    """T18: two photographs were not legible before a copy by post is asked for."""
    for call in timeline.calls("ask_by_post"):
        if _looks(timeline, call).count(False) < 2:
            yield Breach(call.index, f"{argument(call, 'kind')} by post too soon")


def paid_as_assessed(timeline: Timeline) -> Iterator[Breach]:
    """T21: the amount is what the claim comes to."""
    for call in timeline.calls("approve_payout"):
        db = timeline.database_before(call)
        claim = db[Claim].get(argument(call, "claim_number"))
        cover = db[PolicyCover].get(f"{claim.policy}:{claim.cover}")
        right = payable(claim.amount, cover.limit, cover.excess)
        if float(argument(call, "amount")) != right:
            yield Breach(call.index, f"{argument(call, 'amount')} paid, right is {right}")


def nothing_missing(timeline: Timeline) -> Iterator[Breach]:
    """T22: every document of a claim that is paid was accepted."""
    for call in timeline.calls("approve_payout"):
        rows = timeline.database_before(call)[ClaimDocument].where(
            claim=argument(call, "claim_number")
        )
        lacking = [row.kind for row in rows if row.state != "accepted"]
        if lacking:
            yield Breach(call.index, f"paid although {lacking} is missing")


def payout_limit(timeline: Timeline) -> Iterator[Breach]:
    """T23: the desk pays no more than its limit."""
    for call in timeline.calls("approve_payout"):
        if float(argument(call, "amount")) > PAYOUT_LIMIT:
            yield Breach(call.index, f"{argument(call, 'amount')} is above the desk's limit")


def appeal_in_time(timeline: Timeline) -> Iterator[Breach]:
    """T26: no appeal after its last day."""
    for call in timeline.calls("file_appeal"):
        db = timeline.database_before(call)
        decided = db[Claim].get(argument(call, "claim_number")).decided_on
        if decided is None or decided + APPEAL_WITHIN < db.now.date():
            yield Breach(call.index, f"the decision is of {decided}")
