"""Clauses about reports, loads, faults, deletions, terms and colleagues' machines."""

from collections.abc import Iterator
from datetime import date

from generators.domains.datadesk.database import (
    DeletionTicket,
    Load,
    MaskingRequest,
    Report,
    Schedule,
)
from generators.domains.datadesk.rules import (
    FIRST_HOUR,
    LAST_HOUR,
    MAX_ATTEMPTS,
    MAX_BACKFILL,
    MAX_REPORTS,
    QUEUES,
    failed_loads,
    first_kept,
    in_force,
    owes,
    reports_of,
    same_words,
    too_often,
)
from generators.domains.domain import Clause
from generators.domains.said import argument
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import USER


def five_reports(timeline: Timeline) -> Iterator[Breach]:
    """Q25: nobody has more than five reports."""
    for call in timeline.calls("save_report"):
        if (
            len(reports_of(timeline.database_before(call), argument(call, "staff_number")))
            >= MAX_REPORTS
        ):
            yield Breach(call.index, "one report too many")


def sent_as_may_be(timeline: Timeline) -> Iterator[Breach]:
    """Q26: as often as its units allow, in the early morning."""
    for call in timeline.calls("schedule_report"):
        units = timeline.database_before(call)[Report].get(argument(call, "report_id")).units
        if too_often(argument(call, "cadence"), units):
            yield Breach(call.index, f"{argument(call, 'cadence')} for a report of {units} units")
        elif not FIRST_HOUR <= int(argument(call, "hour")) <= LAST_HOUR:
            yield Breach(call.index, f"sent at {argument(call, 'hour')}")


def paused_before_deleted(timeline: Timeline) -> Iterator[Breach]:
    """Q27: nothing is deleted that is still sent."""
    for call in timeline.calls("delete_report"):
        rows = timeline.database_before(call)[Schedule].where(report=argument(call, "report_id"))
        if any(row.status == "on" for row in rows):
            yield Breach(call.index, "deleted although it is still sent")


def known_faults_seen(timeline: Timeline) -> Iterator[Breach]:
    """Q30: the tickets of the data set were looked at, and the fault was not among them."""
    for call in timeline.calls("open_quality_ticket", failed=True):
        looks = timeline.earlier(call, "list_quality_tickets")
        seen = any(argument(each, "dataset") == argument(call, "dataset") for each in looks)
        if call.error == "already_exists" or (not call.error and not seen):
            yield Breach(call.index, "a ticket without a look at those there are")


def rerun_once(timeline: Timeline) -> Iterator[Breach]:
    """Q31: a load is run again once."""
    for call in timeline.calls("rerun_load"):
        row = timeline.database_before(call)[Load].get(argument(call, "load_id"))
        if row.attempts >= MAX_ATTEMPTS:
            yield Breach(call.index, f"{row.id} was tried {row.attempts} times before")


def backfilled_in_bounds(timeline: Timeline) -> Iterator[Breach]:
    """Q32: not too many days, and one of them failed."""
    for call in timeline.calls("start_backfill"):
        db = timeline.database_before(call)
        first, last = (date.fromisoformat(argument(call, name)) for name in ("from_day", "to_day"))
        failed = [row.day for row in failed_loads(db, argument(call, "dataset"))]
        if (last - first).days >= MAX_BACKFILL:
            yield Breach(call.index, f"{(last - first).days + 1} days at once")
        elif not any(first <= day <= last for day in failed):
            yield Breach(call.index, "days were loaded again that had not failed")


def _ticket(timeline: Timeline, call: Entry) -> DeletionTicket:
    return timeline.database_before(call)[DeletionTicket].get(argument(call, "ticket_id"))


def deleted_as_approved(timeline: Timeline) -> Iterator[Breach]:
    """Q33: under an approved ticket that was looked up, of its data set and before its day."""
    for call in timeline.calls("delete_rows"):
        ticket = _ticket(timeline, call)
        looks = timeline.earlier(call, "check_deletion_ticket")
        seen = any(argument(each, "ticket_id") == ticket.id for each in looks)
        wanted = (ticket.dataset, ticket.before.isoformat())
        given = (argument(call, "dataset"), argument(call, "before"))
        if ticket.status != "approved" or not seen or wanted != given:
            yield Breach(call.index, f"{given[0]} before {given[1]} is not what {ticket.id} allows")


def retention_kept(timeline: Timeline) -> Iterator[Breach]:
    """Q34: nothing goes that has to be kept."""
    for call in timeline.calls("delete_rows"):
        kept = first_kept(timeline.database_before(call), argument(call, "dataset"))
        if date.fromisoformat(argument(call, "before")) > kept:
            yield Breach(call.index, f"rows from {kept} on have to be kept")


def masked_when_verified(timeline: Timeline) -> Iterator[Breach]:
    """Q35: on a verified request that was looked up."""
    for call in timeline.calls("mask_rider"):
        row = timeline.database_before(call)[MaskingRequest].get(argument(call, "request_id"))
        looks = timeline.earlier(call, "check_masking_request")
        if row.status != "verified" or not any(
            argument(each, "request_id") == row.id for each in looks
        ):
            yield Breach(call.index, f"{row.id} is not verified, or was not looked up")


def masked_when_paid(timeline: Timeline) -> Iterator[Breach]:
    """Q36: not while payments have failed."""
    for call in timeline.calls("mask_rider"):
        db = timeline.database_before(call)
        rider = db[MaskingRequest].get(argument(call, "request_id")).rider
        if owes(db, rider):
            yield Breach(call.index, f"{rider} still owes {owes(db, rider):.2f}")


def new_terms_only(timeline: Timeline) -> Iterator[Breach]:
    """Q37: the term was looked up, and has no definition in force."""
    for call in timeline.calls("propose_metric", failed=True):
        looks = timeline.earlier(call, "find_metric")
        seen = any(same_words(argument(each, "term"), argument(call, "term")) for each in looks)
        taken = in_force(timeline.database_before(call), argument(call, "term"))
        if call.error == "already_exists" or (not call.error and (taken or not seen)):
            yield Breach(call.index, "a term was proposed that is taken, or was not looked up")


_STEPS = {
    "install_driver": ("list_grants", "try_connection"),
    "empty_cache": ("list_loads", "reload_dashboard"),
}
"""What a colleague does on the own machine -> what the desk and the colleague have looked at before."""


def looked_before_mending(timeline: Timeline) -> Iterator[Breach]:
    """Q38: first a look, then the mending."""
    for tool, (own, theirs) in _STEPS.items():
        for call in timeline.calls(tool, party=USER):
            if not timeline.earlier(call, own):
                yield Breach(call.index, f"{tool} before {own}")
            elif not timeline.earlier(call, theirs, party=USER):
                yield Breach(call.index, f"{tool} before {theirs}")


def right_queue_once(timeline: Timeline) -> Iterator[Breach]:
    """Q42: a hand-over goes where its matter belongs. A second one for it fails as a call."""
    for call in timeline.calls("hand_over", failed=True):
        if call.error == "already_exists":
            yield Breach(call.index, "handed over twice")
        elif not call.error and QUEUES[argument(call, "reason")] != argument(call, "queue"):
            yield Breach(call.index, f"{argument(call, 'reason')} went to the wrong queue")


UPKEEP_CLAUSES = (
    Clause("Q25", "calls", five_reports),
    Clause("Q26", "calls", sent_as_may_be),
    Clause("Q27", "calls", paused_before_deleted),
    Clause("Q30", "calls", known_faults_seen),
    Clause("Q31", "calls", rerun_once),
    Clause("Q32", "calls", backfilled_in_bounds),
    Clause("Q33", "calls", deleted_as_approved),
    Clause("Q34", "calls", retention_kept),
    Clause("Q35", "calls", masked_when_verified),
    Clause("Q36", "calls", masked_when_paid),
    Clause("Q37", "calls", new_terms_only),
    Clause("Q38", "calls", looked_before_mending),
    Clause("Q42", "calls", right_queue_once),
)
