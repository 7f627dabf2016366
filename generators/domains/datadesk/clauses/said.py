"""Whether a text says a value, in whatever way people write it; and who had answered what."""

import re
from datetime import date

from generators.domains.timeline import Entry, Timeline
from generators.event import AGENT, USER
from generators.spoken import forms


def argument(call: Entry, name: str) -> str:
    """A call's argument as text; empty when it has none of that name."""
    return str((call.arguments or {}).get(name, ""))


def says(text: str, ways: list[str]) -> bool:
    """Whether the text has one of the values as whole words, in any case; an underscore may be a
    space."""
    low = _plain(text)
    return any(
        re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(_plain(way))}(?!\w)(?![.,]\d)", low)
        for way in ways
        if way
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def ways_of_day(day: date) -> list[str]:
    """The ways to name a day: by month, in figures, by weekday."""
    ending = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    number = f"{day.day}{ending}"
    written = [f"{number} {day:%B}", f"{day:%B} {number}", f"{number} of {day:%B}", f"{day:%d/%m}"]
    return [*forms(day), *written, f"{day.day} {day:%b}", f"{day:%b} {day.day}", f"{day:%d.%m}"]


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
