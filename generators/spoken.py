"""How values are said: the form a speaker uses, and every form that counts as having said it."""

import re
from datetime import date, datetime, time
from typing import Any

_WISHED = re.compile(
    r"\b(?:good|nice|lovely|pleasant|great|rest of (?:the|your)) (?:morning|afternoon|evening|day)\b",
    re.I,
)


def without_wishes(text: str) -> str:
    """The text without times of day that are wished and not asked for, as in ``Good morning``."""
    return _WISHED.sub(" ", text)


def spoken(value: Any) -> str:
    """The value as one would write it in a chat: dates as ``14 May 2025``, money as ``84.20``."""
    return forms(value)[0]


def forms(value: Any) -> tuple[str, ...]:
    """All forms of a value that count as saying it; the first is the usual one.

    Strings that are ISO dates, times or date-times are taken as such.
    """
    if isinstance(value, bool):
        return ("yes", "true") if value else ("no", "false")
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        day, clock = forms(value.date()), forms(value.time())
        return (f"{day[0]} at {clock[0]}", f"{day[1]} at {clock[0]}", value.isoformat())
    if isinstance(value, date):
        month = value.strftime("%B")
        return (
            f"{value.day} {month} {value.year}",
            f"{value.day} {month}",
            f"{month} {value.day}",
            value.isoformat(),
        )
    if isinstance(value, time):
        return (f"{value:%H:%M}", f"{value.hour}:{value:%M}")
    if isinstance(value, float):
        exact, short = f"{value:.2f}", repr(value).removesuffix(".0")
        grouped = f"{value:,.2f}"
        return tuple(dict.fromkeys((exact, short, grouped)))
    if isinstance(value, int):
        return tuple(dict.fromkeys((str(value), f"{value:,}")))
    return (str(value),)


def _parsed(text: str) -> Any:
    try:
        if len(text) == 10 and text[4] == "-":
            return date.fromisoformat(text)
        if len(text) in (16, 19) and text[4] == "-" and text[10] in "T ":
            return datetime.fromisoformat(text)
        if len(text) in (5, 8) and text[2] == ":":
            return time.fromisoformat(text)
    except ValueError:
        pass
    return text
