"""Whether a text says a value, in whatever way people write it; and who had answered what."""

import re
from datetime import date, datetime

from generators.domains.timeline import Entry, Timeline
from generators.event import AGENT, USER
from generators.spoken import forms

_SPACES = re.compile(r"[\s()/-]")


def argument(call: Entry, name: str) -> str:
    """A call's argument as text; empty when it has none of that name."""
    return str((call.arguments or {}).get(name, ""))


def flag(call: Entry, name: str) -> bool:
    """Whether a yes-or-no argument of a call is yes."""
    return bool((call.arguments or {}).get(name))


def says(text: str, values: list[str]) -> bool:
    """Whether the text has one of the values as whole words, in any case; long numbers may be
    grouped in any way."""
    low = " ".join(text.casefold().split())
    bare = _SPACES.sub("", low)
    for value in (" ".join(each.casefold().split()) for each in values):
        if re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(value)}(?![.,]?\d)(?=([ap]m)?(?!\w))", low):
            return True
        if sum(letter.isdigit() for letter in value) > 5 and _SPACES.sub("", value) in bare:
            return True
    return False


def amount_said(text: str, amount: float) -> bool:
    """Whether an amount of money stands in the text."""
    exact = f"{amount:.2f}"
    return says(text, [*forms(amount), exact.replace(".", ",")])


def ways_of_day(day: date, today: date) -> list[str]:
    """The ways to name a day: by month, in figures, by weekday, as today or tomorrow."""
    ending = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    number = f"{day.day}{ending}"
    near = {0: ["today"], 1: ["tomorrow"]}.get((day - today).days, [])
    written = [f"{number} {day:%B}", f"{day:%B} {number}", f"{number} of {day:%B}", f"{day:%d/%m}"]
    short = [f"{day.day} {day:%b}", f"{day:%b} {day.day}", f"{day:%d.%m}", f"{day:%A}"]
    return [*forms(day), *written, *short, *near]


def ways_of_time(start: datetime) -> list[str]:
    """The ways to name a time of day."""
    hour = start.hour % 12 or 12
    found = [*forms(start.time()), f"{hour}:{start:%M}", f"{start.hour}.{start:%M}"]
    half = "am" if start.hour < 12 else "pm"
    return found if start.minute else [*found, f"{hour} {half}", f"{hour}{half}"]


def answered(timeline: Timeline, call: Entry) -> list[str]:
    """What the agent had said before a call, turn by turn, as far as the caller had replied to it."""
    turns: list[tuple[str, str]] = []
    for entry in timeline.entries:
        if entry.kind != "say" or entry.index >= call.index or entry.party not in (AGENT, USER):
            continue
        text = entry.text
        if turns and turns[-1][0] == entry.party:
            text = f"{turns.pop()[1]} {text}"
        turns.append((entry.party, text))
    while turns and turns[-1][0] == AGENT:
        turns.pop()
    return [text for party, text in turns if party == AGENT]
