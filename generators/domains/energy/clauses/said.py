"""Whether a text says a value, in whatever way people write it.

Wider than the forms that a plan asks for: a clause must not raise an alarm because an agent writes
``14th of April`` or ``1 250``.
"""

import re
from datetime import date

_NUMBER = re.compile(r"\d+(?:[.,'\u00a0 ]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u00a0 ]\d{3})+")
# fmt: off
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)
# fmt: on


def says_number(text: str, value: float) -> bool:
    """Whether the number stands in the text, as digits or, up to twenty, as a word."""
    if value in range(len(_WORDS)) and re.search(rf"\b{_WORDS[int(value)]}\b", text.lower()):
        return True
    return any(abs(value - each) < 0.005 for each in _numbers(text))


def _numbers(text: str) -> list[float]:
    found = []
    for token in _NUMBER.findall(text):
        digits = re.sub(r"\D", "", token)
        if _GROUPED.fullmatch(token):
            found.append(float(digits))
        *whole, last = re.split(r"[.,]", token)
        if whole:
            found.append(float(re.sub(r"\D", "", "".join(whole)) + "." + re.sub(r"\D", "", last)))
        found.extend(float(part) for part in re.findall(r"\d+", token))
    return found


def says_date(text: str, day: date, with_year: bool = False) -> bool:
    """Whether the day stands in the text: by name of the month, in figures, or as ISO date."""
    month = f"(?:{day:%B}|{day:%b})\\.?"
    number = f"0?{day.day}(?:st|nd|rd|th)?"
    year = f",? (?:of )?{day.year}" if with_year else ""
    short_year = f"[./-](?:{day.year}|{day:%y})" if with_year else ""
    patterns = (
        rf"\b{number}(?: of)? {month}{year}\b",
        rf"\b{month} (?:the )?{number}{year}\b",
        rf"\b0?{day.day}[./]0?{day.month}{short_year}(?!\d)",
        rf"\b{day.isoformat()}\b",
    )
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def says_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, whatever their case and spacing."""
    return _squeezed(words) in _squeezed(text)


def says_code(text: str, code: str) -> bool:
    """Whether an id or account number stands in the text, however it is grouped."""
    return _letters(code) in _letters(text)


def _squeezed(text: str) -> str:
    return " ".join(text.lower().split())


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
