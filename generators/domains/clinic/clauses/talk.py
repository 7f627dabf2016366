"""The clauses of the manual that need the talk: what was said, and before what.

They go by values, order and question marks, never by the words of any one speaker. Utterances that
follow one another without the caller in between count as one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from generators.domains.clinic.catalogue import FEES, POSTAGE, QUEUES
from generators.domains.clinic.database import Appointment, Invoice, Prescription, Slot
from generators.domains.domain import Clause
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT, USER
from generators.spoken import forms

_UNASKED = ("set_reminder", "send_confirmation", "hand_over")
_GAPS = re.compile(r"[\s()/-]")
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Block:
    """What one party said in one go: its text in lower case, and the event where it ended."""

    party: str
    text: str
    index: int


def blocks(timeline: Timeline) -> list[Block]:
    """The talk as alternating blocks."""
    found: list[Block] = []
    for entry in timeline.entries:
        if entry.kind != "say":
            continue
        text = entry.text.casefold()
        if found and found[-1].party == entry.party:
            text = f"{found.pop().text} {text}"
        found.append(Block(entry.party, text, entry.index))
    return found


def _answered(timeline: Timeline, call: Entry) -> list[str]:
    """The agent's blocks before a call to which the caller has replied, also before the call."""
    before = blocks_until(timeline, call.index)
    last_reply = max((block.index for block in before if block.party == USER), default=-1)
    return [block.text for block in before if block.party == AGENT and block.index < last_reply]


def blocks_until(timeline: Timeline, index: int) -> list[Block]:
    """The blocks of what was said before an event."""
    entries = tuple(entry for entry in timeline.entries if entry.index < index)
    return blocks(Timeline(entries, timeline.start, timeline.has_talk))


def argument(call: Entry, name: str) -> str:
    """A call's argument as text; empty when it has none of that name."""
    return str((call.arguments or {}).get(name, ""))


def _times(start: datetime) -> list[str]:
    hour = start.hour % 12 or 12
    found = [*forms(time(start.hour, start.minute)), f"{hour}:{start:%M}", f"{hour}.{start:%M}"]
    return found if start.minute else [*found, f"{hour} am", f"{hour} pm", f"{hour}am", f"{hour}pm"]


def _days(day: date, today: date) -> list[str]:
    near = {0: ["today"], 1: ["tomorrow"]}.get((day - today).days, [])
    ordinal = f"{day.day}{'th' if 10 < day.day < 20 else _ENDINGS.get(day.day % 10, 'th')}"
    said = [f"{ordinal} {day:%B}", f"{day:%B} {ordinal}", f"{ordinal} of {day:%B}"]
    said += [f"{day:%d/%m}", f"{day:%m/%d}", f"{day:%d.%m}", f"{day.day}/{day.month}"]
    return [*forms(day), *said, f"{day:%A}", *near]


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def says_one(text: str, values: list[str]) -> bool:
    """Whether a text in lower case says one of the values, as whole words. Long numbers may be
    grouped in any way."""
    bare = _GAPS.sub("", text)
    for value in (each.casefold() for each in values):
        if re.search(rf"(?<!\w){re.escape(value)}(?=([ap]m)?(?!\w))", text):
            return True
        if sum(letter.isdigit() for letter in value) > 5 and _GAPS.sub("", value) in bare:
            return True
    return False


def _to_be_named(timeline: Timeline, call: Entry) -> list[list[str]]:
    """For each value that must be named before this change, the ways to name it."""
    db = timeline.database_before(call)
    today = db.now.date()
    if call.tool in ("book_appointment", "reschedule_appointment"):
        start = db[Slot].get(argument(call, "slot_id")).start
        return [_times(start), _days(start.date(), today)]
    if call.tool == "cancel_appointment":
        start = db[Appointment].get(argument(call, "appointment_id")).start
        return [_days(start.date(), today)]
    if call.tool == "join_waiting_list":
        return [_days(date.fromisoformat(argument(call, "wanted_by")), today)]
    if call.tool == "request_renewal":
        return [[db[Prescription].get(argument(call, "prescription_id")).medicine]]
    if call.tool == "set_up_instalments":
        count = int(argument(call, "instalments"))
        return [[str(count), *_NUMBERS[count : count + 1]]]
    if call.tool == "waive_fee":
        return [list(forms(db[Invoice].get(argument(call, "invoice_number")).patient_share))]
    if call.tool == "update_insurance":
        return [[argument(call, "member_number")]]
    if call.tool == "update_phone":
        return [[argument(call, "phone")]]
    return []


def agreed_first(timeline: Timeline) -> Iterator[Breach]:
    """C06: before a change the agent has named it and asked, and the caller has answered."""
    for call in timeline.calls():
        if not call.writes or call.tool in _UNASKED:
            continue
        wanted = _to_be_named(timeline, call)
        asked = [text for text in _answered(timeline, call) if "?" in text]
        if not any(all(says_one(text, values) for values in wanted) for text in asked):
            yield Breach(call.index, f"{call.tool} without having been named and agreed to")


def _fee_of(call: Entry) -> float:
    arguments: dict[str, Any] = call.arguments or {}
    if call.tool == "request_records":
        return POSTAGE if arguments.get("delivery") == "post" else 0.0
    kinds = {"reschedule_appointment": "late_move", "cancel_appointment": "late_cancellation"}
    kind = kinds.get(call.tool, "")
    return FEES[kind] if kind and arguments.get("charge_late_fee") else 0.0


def fee_named_first(timeline: Timeline) -> Iterator[Breach]:
    """C07: the amount of a fee is said before the caller agrees to what costs it."""
    for call in timeline.calls():
        fee = _fee_of(call)
        said = any(says_one(text, list(forms(fee))) for text in _answered(timeline, call))
        if fee and not said:
            yield Breach(call.index, f"{call.tool} costs {fee:.2f}, which was not said before")


def staff_lines_kept(timeline: Timeline) -> Iterator[Breach]:
    """C04: no staff-only line that a tool has shown is said."""
    for index, line in _shown(timeline, "get_service", "practitioners", "staff_only_line"):
        yield from _said_after(timeline, index, line, "a staff-only line was given out")


def findings_kept(timeline: Timeline) -> Iterator[Breach]:
    """C32: no finding that a tool has shown is said."""
    for index, finding in _shown(timeline, "list_tests", "", "finding"):
        yield from _said_after(timeline, index, finding, "the finding of a test was given")


def _shown(timeline: Timeline, tool: str, part: str, name: str) -> list[tuple[int, str]]:
    found: dict[str, int] = {}
    for call in timeline.calls(tool):
        for row in call.value[part] if part else call.value:
            found.setdefault(row[name], call.index)
    return [(index, value) for value, index in found.items()]


def _said_after(timeline: Timeline, index: int, value: str, what: str) -> Iterator[Breach]:
    for entry in timeline.says(AGENT):
        if entry.index > index and says_one(entry.text.casefold(), [value]):
            yield Breach(entry.index, what)


def urgent_first(timeline: Timeline) -> Iterator[Breach]:
    """C35: once a warning sign has been spoken of, the next call that is not the verification hands
    over to the triage nurse."""
    signs = [
        name.replace("_", " ").replace("breathing difficulty", "difficulty breathing")
        for name, queue in QUEUES.items()
        if queue == "triage_nurse"
    ]
    for entry in timeline.says(USER):
        if not says_one(entry.text.casefold(), signs):
            continue
        later = [
            call
            for call in timeline.calls(failed=True)
            if call.index > entry.index and call.tool != "verify_patient"
        ]
        before = [
            call
            for call in timeline.calls("hand_over")
            if call.index < entry.index and argument(call, "queue") == "triage_nurse"
        ]
        if later and not before:
            first = later[0]
            if first.tool != "hand_over" or argument(first, "queue") != "triage_nurse":
                yield Breach(first.index, f"{first.tool} came before the hand-over to triage")
        return


TALK_CLAUSES = (
    Clause("C04", "talk", staff_lines_kept),
    Clause("C06", "talk", agreed_first),
    Clause("C07", "talk", fee_named_first),
    Clause("C32", "talk", findings_kept),
    Clause("C35", "talk", urgent_first),
)
