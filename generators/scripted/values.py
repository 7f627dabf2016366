"""Values in an utterance: which facts it states, and what in it one may want to hear confirmed.

Everything goes by the letters: forms of known values are looked up, dates, amounts and reference
numbers are recognised by their shape. What a value means is not known here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from generators.blueprint import Fact
from generators.spoken import forms, without_wishes


def facts_in(text: str, facts: Iterable[Fact]) -> set[str]:
    """The keys of the facts whose values the text states, in any form.

    Longer values are found first and taken out of the text, so that the ``2`` in ``2 May 2025`` is
    not taken for a number of people; greetings never count as a time of day.
    """
    rest = without_wishes(text).casefold()
    found: set[str] = set()
    for form, keys in _forms_of(tuple(facts)):
        if form not in rest:
            continue
        position = _whole(rest, form)
        if position >= 0:
            found |= keys
            while position >= 0:
                rest = f"{rest[:position]} \n {rest[position + len(form) :]}"
                position = _whole(rest, form)
    return found


def hints_in(text: str, facts: Iterable[Fact]) -> set[str]:
    """The keys of the facts of which the text has a hint."""
    plain = text.casefold()
    return {
        fact.key
        for fact in facts
        if any(hint.rstrip(".").casefold() in plain for hint in fact.hints)
    }


@lru_cache(maxsize=4096)
def _forms_of(facts: tuple[Fact, ...]) -> list[tuple[str, frozenset[str]]]:
    by_form: dict[str, set[str]] = {}
    for fact in facts:
        for form in (fact.saying, fact.value, *forms(fact.value)):
            by_form.setdefault(form.casefold(), set()).add(fact.key)
    return sorted(
        ((form, frozenset(keys)) for form, keys in by_form.items() if form),
        key=lambda each: (-len(each[0]), each[0]),
    )


def says(text: str, value: str) -> bool:
    """Whether the text has this value, as a whole word or several."""
    return bool(value) and _whole(text.casefold(), value.casefold()) >= 0


def _whole(text: str, form: str) -> int:
    """Where ``form`` stands in ``text`` between word boundaries, or -1."""
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        if not (before.isalnum() and form[0].isalnum()):
            if not (after.isalnum() and form[-1].isalnum()):
                return start
        start = text.find(form, start + 1)
    return -1


CheckableKind = Literal["day", "amount", "reference"]


class Checkable(NamedTuple):
    """Something said that one can ask back about: ``words`` as they were said, a preposition
    included; ``brief`` is the same as one would say it the second time, a date without its year."""

    kind: CheckableKind
    words: str
    brief: str


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_CHECKABLE = re.compile(
    rf"""(?P<day>\b(?:[Oo]n|[Bb]y|[Uu]ntil|[Ff]rom)\ (?P<date>\d{{1,2}}\ {_MONTH})(?:\ \d{{4}})?
          (?P<time>\ at\ \d{{1,2}}:\d\d)?)
    | (?P<amount>(?<![\w.,-])\d[\d,]*(?:\.\d+)?\ (?:euros|cents)
          (?:\ (?:a\ month|each\ month|each|per\ kWh|in\ all)\b)?)
    | (?P<reference>(?<![\w-])[A-Z]{{1,4}}-\d{{4,}}\b)""",
    re.X,
)


@lru_cache(maxsize=1024)
def checkables(text: str) -> tuple[Checkable, ...]:
    """Days, amounts and reference numbers in the text, in order."""
    found = []
    for match in _CHECKABLE.finditer(text):
        words = match[0][0].lower() + match[0][1:] if match["day"] else match[0]
        brief = words
        if match["day"]:
            brief = f"{words.split()[0]} {match['date']}{match['time'] or ''}"
        kind = next(name for name in get_args(CheckableKind) if match[name])
        found.append(Checkable(kind, words, brief))
    return tuple(found)


def clear(text: str) -> tuple[Checkable, ...]:
    """Those of the text that cannot be mistaken for another of their kind in it."""
    found = checkables(text)
    kinds = [each.kind for each in found]
    return tuple(each for each in found if kinds.count(each.kind) == 1)
