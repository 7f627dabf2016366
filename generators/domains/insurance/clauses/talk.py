"""Clauses that need the talk: what was said, and before what.

They go by values, order and question marks, never by the words of any one speaker.
"""

import re
from collections.abc import Iterator
from datetime import date

from generators.domains.insurance.clauses.caller import argument
from generators.domains.insurance.database import CoverTerms
from generators.domains.insurance.products import COVER_NAMES
from generators.domains.insurance.tools.quoting import (
    quote_cover,
    quote_extension,
    quote_person,
)
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT, USER

_UNASKED = ("accept_document", "ask_by_post", "send_certificate", "send_code", "hand_over")
_ASKED_FOR_CAUSE = ("medical", "rental_excess", "sports_gear")
_NUMBER = re.compile(r"\d+(?:[.,' ]\d+)*")
_SIGNS = (
    "unconscious",
    "unconsciousness",
    "not waking up",
    "heavy bleeding",
    "bleeding heavily",
    "trouble breathing",
    "chest pain",
    "bad accident",
)


def says_number(text: str, value: float) -> bool:
    """Whether a number stands in the text, however its thousands and cents are set off."""
    wanted = {f"{value:.2f}".replace(".", ""), *([str(int(value))] if value == int(value) else [])}
    return any(re.sub(r"\D", "", token) in wanted for token in _tokens(text))


def _tokens(text: str) -> list[str]:
    found = _NUMBER.findall(text)
    return [*found, *(f"{each}0" for each in found if re.search(r"[.,]\d$", each))]


def says_code(text: str, code: str) -> bool:
    """Whether a number with letters stands in the text, however it is grouped."""
    return _letters(code) in _letters(text)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def says_day(text: str, day: date) -> bool:
    """Whether a day stands in the text, by the name of its month or in figures."""
    number = f"0?{day.day}(?:st|nd|rd|th)?"
    month = f"(?:{day:%B}|{day:%b})"
    patterns = (
        rf"\b{number}(?: of)? {month}\b",
        rf"\b{month}\.? (?:the )?{number}\b",
        rf"\b0?{day.day}[./]0?{day.month}(?!\d)",
        rf"\b{day.isoformat()}\b",
    )
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def says_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, whatever their case and spacing."""
    return " ".join(words.casefold().split()) in " ".join(text.casefold().split())


def _answered(timeline: Timeline, call: Entry) -> list[Entry]:
    """The agent's utterances before a call to which the caller has replied, also before the call."""
    last = max((each.index for each in timeline.says(USER, call.index)), default=-1)
    return [each for each in timeline.says(AGENT, call.index) if each.index < last]


def _names(text: str, call: Entry) -> bool:
    """Whether the text names what must be named before this change."""
    match call.tool:
        case "open_claim" | "approve_payout" | "approve_treatment":
            return says_number(text, float(argument(call, "amount")))
        case "cancel_policy":
            return says_number(text, float(argument(call, "refund")))
        case "withdraw_claim" | "file_appeal":
            return says_code(text, argument(call, "claim_number"))
        case "add_cover":
            return says_words(text, COVER_NAMES[argument(call, "cover")].removesuffix(" cover"))
        case "add_person":
            return says_words(text, argument(call, "given_name"))
        case "extend_trip":
            return says_day(text, date.fromisoformat(argument(call, "new_end")))
        case "change_bank_details":
            return says_code(text, argument(call, "iban")[-4:])
    return True


def agreed_first(timeline: Timeline) -> Iterator[Breach]:
    """T06: a question that names the change, and a reply of the caller, stand before it."""
    for call in timeline.calls():
        if not call.writes or call.tool in _UNASKED:
            continue
        asked = [each.text for each in _answered(timeline, call) if "?" in each.text]
        if not any(_names(text, call) for text in asked):
            yield Breach(call.index, f"{call.tool} without having been named and agreed to")


def premium_named_first(timeline: Timeline) -> Iterator[Breach]:
    """T07: the premium is said before the caller agrees to what costs it."""
    for call in timeline.calls("add_cover", "add_person", "extend_trip"):
        db, given = timeline.database_before(call), dict(call.arguments or {})
        policy = argument(call, "policy_number")
        if call.tool == "add_cover":
            quote = quote_cover(db, policy, given["cover"])
        elif call.tool == "add_person":
            quote = quote_person(db, policy, date.fromisoformat(argument(call, "birth_date")))
        else:
            quote = quote_extension(db, policy, date.fromisoformat(argument(call, "new_end")))
        said = [each.text for each in _answered(timeline, call)]
        if not any(says_number(text, quote["premium"]) for text in said):
            yield Breach(call.index, f"{quote['premium']:.2f} was not named before")


def report_number_as_read(timeline: Timeline) -> Iterator[Breach]:
    """T13: a claim for luggage carries a number that the caller has said."""
    for call in timeline.calls("open_claim"):
        number = argument(call, "report_number")
        said = (each.text for each in timeline.says(USER, call.index))
        if argument(call, "cover") == "luggage" and not (
            number and any(says_code(text, number) for text in said)
        ):
            yield Breach(call.index, f"the report number {number!r} was not read out")


def nothing_excluded(timeline: Timeline) -> Iterator[Breach]:
    """T43: no claim is opened for what its cover excludes, once the caller has said so."""
    for call in timeline.calls("open_claim"):
        if argument(call, "cover") not in _ASKED_FOR_CAUSE:
            continue
        terms = timeline.start[CoverTerms].get(argument(call, "cover"))
        if any(says_words(each.text, terms.excluded) for each in timeline.says(USER, call.index)):
            yield Breach(call.index, f"{terms.name} excludes {terms.excluded}")


def doctor_lines_kept(timeline: Timeline) -> Iterator[Breach]:
    """T05: no doctor line that a tool has shown is said."""
    for call in timeline.calls("get_case"):
        line = call.value["staff_only_doctor_line"]
        for entry in timeline.says(AGENT):
            if entry.index > call.index and says_code(entry.text, line):
                yield Breach(entry.index, "a doctor line was given out")


def emergency_first(timeline: Timeline) -> Iterator[Breach]:
    """T38: once an emergency was spoken of, the next call that does not find out who is calling hands
    over to the assistance line."""
    for entry in timeline.says(USER):
        if not any(says_words(entry.text, sign) for sign in _SIGNS):
            continue
        handed = [
            call
            for call in timeline.calls("hand_over")
            if argument(call, "queue") == "assistance_line"
        ]
        if any(call.index < entry.index for call in handed):
            return
        later = [
            call
            for call in timeline.calls(failed=True)
            if call.index > entry.index and call.tool != "identify_client"
        ]
        if later and later[0].index not in [call.index for call in handed]:
            yield Breach(later[0].index, f"{later[0].tool} came before the assistance line")
        return
