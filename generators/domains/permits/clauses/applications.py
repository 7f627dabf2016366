"""Clauses about documents, inspections and objections."""

from collections.abc import Iterator
from datetime import timedelta

from generators.domains.domain import Clause
from generators.domains.permits.catalogue import OBJECTION_DAYS
from generators.domains.permits.clauses.who import argument
from generators.domains.permits.database import Application
from generators.domains.timeline import Breach, Timeline
from generators.event import USER


def readable_only(timeline: Timeline) -> Iterator[Breach]:
    """M30: the document was looked at after its last upload, and shown as readable."""
    for call in timeline.calls("accept_document"):
        name, kind = argument(call, "application_number"), argument(call, "document")
        uploads = [
            each.index
            for each in timeline.calls("upload_document", party=USER)
            if each.index < call.index and argument(each, "application_number") == name
        ]
        looks = [
            each
            for each in timeline.earlier(call, "list_applications")
            if each.index > max(uploads, default=-1)
        ]
        shown = [
            document["readable"]
            for application in (looks[-1].value if looks else [])
            for document in application["documents"]
            if application["number"] == name and document["kind"] == kind
        ]
        if shown != [True]:
            yield Breach(call.index, f"the {kind} was not seen to be readable")


def shown_slots_only(timeline: Timeline) -> Iterator[Breach]:
    """M31: a slot that is booked was in an earlier answer."""
    for call in timeline.calls("book_inspection"):
        shown = {
            slot["slot_id"]
            for each in timeline.earlier(call, "list_inspection_slots")
            for slot in each.value
        }
        if argument(call, "slot_id") not in shown:
            yield Breach(call.index, f"{argument(call, 'slot_id')} was not shown")


def objected_in_time(timeline: Timeline) -> Iterator[Breach]:
    """M32: no objection later than 30 days after the decision."""
    for call in timeline.calls("file_objection"):
        db = timeline.database_before(call)
        decided = db[Application].get(argument(call, "application_number")).decided_on
        if decided and decided + timedelta(days=OBJECTION_DAYS) < db.now.date():
            yield Breach(call.index, f"the decision was made on {decided}")


APPLICATION_CLAUSES = (
    Clause("M30", "calls", readable_only),
    Clause("M31", "calls", shown_slots_only),
    Clause("M32", "calls", objected_in_time),
)
