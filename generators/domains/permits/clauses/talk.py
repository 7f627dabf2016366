"""The clauses of the manual that need the talk: what was said, and before what.

They go by values, order and question marks, never by the words of any one speaker. Utterances that
follow one another without the caller in between count as one.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from generators.domains.domain import Clause
from generators.domains.permits.catalogue import (
    DOG_SURCHARGE,
    TICKET_PRICE,
    TRANSFER_FEE,
    VEHICLE_CHANGE_FEE,
)
from generators.domains.permits.clauses.who import argument
from generators.domains.permits.database import Dog, ParkingPermit, Permit, Slot
from generators.domains.permits.tools.amounts import dog_price, new_end
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT, USER
from generators.spoken import forms

_UNASKED = ("send_code", "check_code", "accept_document", "record_notice", "hand_over")
_GAPS = re.compile(r"[\s()./-]")
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def answered(timeline: Timeline, call: Entry) -> list[str]:
    """What the agent said before a call in one go each, as far as the caller has replied to it before
    the call; in lower case."""
    found: list[str] = []
    going_on = False
    replied = 0
    for entry in timeline.entries:
        if entry.index >= call.index or entry.kind != "say":
            continue
        if entry.party == AGENT:
            text = entry.text.casefold()
            found = [*found[:-1], f"{found[-1]} {text}"] if going_on else [*found, text]
            going_on = True
        elif entry.party == USER:
            going_on, replied = False, len(found)
    return found[:replied]


def says_one(text: str, values: list[str]) -> bool:
    """Whether a text in lower case says one of the values, as whole words. Long numbers may be
    grouped in any way."""
    bare = _GAPS.sub("", text)
    for value in (each.casefold() for each in values):
        if re.search(rf"(?<![\w.,]){re.escape(value)}(?=([ap]m)?(?!\w|[.,]\d))", text):
            return True
        digits = sum(letter.isdigit() for letter in value) + ("-" in value)
        if digits > 5 and _GAPS.sub("", value) in bare:
            return True
    return False


def _days(day: date, today: date) -> list[str]:
    near = {0: ["today"], 1: ["tomorrow"]}.get((day - today).days, [])
    ordinal = f"{day.day}{'th' if 10 < day.day < 20 else _ENDINGS.get(day.day % 10, 'th')}"
    said = [f"{ordinal} {day:%B}", f"{day:%B} {ordinal}", f"{ordinal} of {day:%B}"]
    said += [f"{day:%d/%m}", f"{day:%m/%d}", f"{day:%d.%m}", f"{day.day}/{day.month}"]
    said += [f"{day.day} {day:%b}", f"{day:%b} {day.day}"]
    return [*forms(day), *said, *near]


def _times(start: datetime) -> list[str]:
    hour = start.hour % 12 or 12
    found = [*forms(time(start.hour, start.minute)), f"{hour}:{start:%M}", f"{hour}.{start:%M}"]
    return found if start.minute else [*found, f"{hour} am", f"{hour} pm", f"{hour}am", f"{hour}pm"]


def _to_be_named(timeline: Timeline, call: Entry) -> list[list[str]]:
    """For each value that must be named before this change, the ways to name it."""
    db = timeline.database_before(call)
    today = db.now.date()
    match call.tool:
        case "issue_parking_permit" | "join_parking_waiting_list" | "change_parking_vehicle":
            return [[argument(call, "plate")]]
        case "return_parking_permit":
            return [[db[ParkingPermit].get(argument(call, "permit_number")).plate]]
        case "sell_visitor_tickets":
            count = argument(call, "count")
            return [[str(count), *_NUMBERS[count : count + 1]]]
        case "file_application":
            return [_days(date.fromisoformat(str(argument(call, "starts_on"))), today)]
        case "extend_permit":
            permit = db[Permit].get(argument(call, "permit_number"))
            return [_days(new_end(permit, argument(call, "days")), today)]
        case "transfer_permit":
            return [[argument(call, "new_holder")]]
        case "book_inspection":
            start = db[Slot].get(argument(call, "slot_id")).start
            return [_times(start), _days(start.date(), today)]
        case "file_objection":
            return [[argument(call, "application_number")]]
        case "register_dog":
            return [[argument(call, "name")]]
        case "deregister_dog":
            return [[db[Dog].get(argument(call, "tag")).name]]
    return []


def agreed_first(timeline: Timeline) -> Iterator[Breach]:
    """M06: before a change the agent has named it and asked, and the caller has answered."""
    for call in timeline.calls():
        if not call.writes or call.tool in _UNASKED:
            continue
        wanted = _to_be_named(timeline, call)
        asked = [text for text in answered(timeline, call) if "?" in text]
        if not any(all(says_one(text, values) for values in wanted) for text in asked):
            yield Breach(call.index, f"{call.tool} without having been named and agreed to")


def _costs(timeline: Timeline, call: Entry) -> list[float]:
    match call.tool:
        case "issue_parking_permit" | "file_application" | "extend_permit":
            return [argument(call, "fee")]
        case "change_parking_vehicle":
            return [VEHICLE_CHANGE_FEE]
        case "sell_visitor_tickets":
            return [round(TICKET_PRICE * argument(call, "count"), 2)]
        case "transfer_permit":
            return [TRANSFER_FEE]
        case "register_dog":
            db = timeline.database_before(call)
            arrived = date.fromisoformat(str(argument(call, "arrived_on")))
            price = dog_price(db, argument(call, "person_number"), arrived)["yearly_tax"]
            return [price, *([DOG_SURCHARGE] if argument(call, "charge_surcharge") else [])]
    return []


def cost_named_first(timeline: Timeline) -> Iterator[Breach]:
    """M07: what a change costs is said before the caller agrees to it."""
    for call in timeline.calls():
        for amount in _costs(timeline, call):
            said = any(says_one(text, list(forms(amount))) for text in answered(timeline, call))
            if amount and not said:
                yield Breach(call.index, f"{call.tool} costs {amount:.2f}, which was not said")


def mobiles_kept(timeline: Timeline) -> Iterator[Breach]:
    """M03: no mobile number of an inspector that a tool has shown is said."""
    shown: dict[str, int] = {}
    for call in timeline.calls("list_inspection_slots"):
        for slot in call.value:
            shown.setdefault(slot["colleagues_only_mobile"], call.index)
    yield from _said_after(timeline, shown, "an inspector's mobile number was given out")


def codes_kept(timeline: Timeline) -> Iterator[Breach]:
    """M05: no code is said by the agent after the caller has read it out."""
    shown = {argument(call, "code"): call.index for call in timeline.calls("check_code")}
    yield from _said_after(timeline, shown, "the code was said")


def _said_after(timeline: Timeline, shown: dict[str, int], what: str) -> Iterator[Breach]:
    for value, index in shown.items():
        for entry in timeline.says(AGENT):
            if entry.index > index and says_one(entry.text.casefold(), [value]):
                yield Breach(entry.index, what)


def notice_hangs(timeline: Timeline) -> Iterator[Breach]:
    """M24: a notice goes on file after the applicant has put it up, photographed it, and said so."""
    for call in timeline.calls("record_notice"):
        name = argument(call, "application_number")
        done = [
            each
            for each in timeline.calls("put_up_notice", "photograph_notice", party=USER)
            if each.index < call.index and argument(each, "application_number") == name
        ]
        reported = any(
            done and done[-1].index < each.index for each in timeline.says(USER, call.index)
        )
        if {each.tool for each in done} != {"put_up_notice", "photograph_notice"} or not reported:
            yield Breach(call.index, "the notice was not put up, photographed and reported")


TALK_CLAUSES = (
    Clause("M03", "talk", mobiles_kept),
    Clause("M05", "talk", codes_kept),
    Clause("M06", "talk", agreed_first),
    Clause("M07", "talk", cost_named_first),
    Clause("M24", "talk", notice_hangs),
)
