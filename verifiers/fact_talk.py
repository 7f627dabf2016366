"""Recognising a user's facts in what is said: which words give a fact away, and which prove nothing.

``yes``, ``blue`` or ``12`` turn up in any talk, so a fact with such a value can be said without being
revealed; rules that blame somebody only look at distinctive values.
"""

import re
from functools import lru_cache

from generators.blueprint import Fact
from generators.spoken import forms, without_wishes
from verifiers.mentions import mentions, sharp, states

_SHORTEST = 3


@lru_cache(maxsize=4096)
def distinctive(value: str) -> bool:
    """Whether nobody says this by accident: an id, a date, a number of three or more figures, or at
    least two words of which one begins with a capital."""
    for each in mentions(value):
        if each.kind in ("id", "date") or (each.kind == "number" and len(each.shows[0]) >= 5):
            return True
    words = value.split()
    return len(words) >= 2 and any(word[:1].isupper() for word in words)


@lru_cache(maxsize=4096)
def ways_to_say(value: str, spoken: str = "") -> tuple[str, ...]:
    """Every form of a value that counts as saying it, the speaker's own wording included."""
    return sharp(tuple(dict.fromkeys(form for form in (value, spoken, *forms(value)) if form)))


def says_fact(text: str, fact: Fact) -> bool:
    """Whether the text gives the fact away in any form."""
    return any(states(text, form) for form in ways_to_say(fact.value, fact.spoken))


def gives_away(text: str, fact: Fact) -> bool:
    """Whether the text tells the fact, be it in its wrong version. A value in plain words counts only
    as the user says it, and never ``yes``, a small number, or the day in ``Good morning``."""
    if distinctive(fact.value):
        return says_fact(text, fact) or says_slip(text, fact)
    if len(fact.saying) < _SHORTEST or fact.saying.casefold() in ("yes", "no", "true", "false"):
        return False
    return states(without_wishes(text), fact.saying)


def says_slip(text: str, fact: Fact) -> bool:
    """Whether the text has the fact's wrong version."""
    return bool(fact.slip) and any(states(text, form) for form in ways_to_say(fact.slip))


def asks_for(text: str, fact: Fact) -> bool:
    """Whether an utterance can count as asking for the fact: it has one of its cues, whatever else
    it is about. A fact without cues can be asked for in any words."""
    return not fact.cues or _cue_pattern(fact.cues).search(text) is not None


@lru_cache(maxsize=4096)
def _cue_pattern(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, cues)) + ")", re.I)
