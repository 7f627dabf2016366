"""What an utterance asks for: by question marks, words of request, and the cues of facts."""

import re
from collections.abc import Iterable

from generators.blueprint import Fact
from generators.scripted import hearing
from verifiers.fact_talk import asks_for

_REQUEST = re.compile(
    r"\b(?:tell me|give me(?! an? (?:moment|second|minute))|send me|let me (?:know|have)(?! a look)"
    r"|read (?:me|out)|provide|share|spell|confirm your|please state"
    r"|(?:i|i'll|we|we'll) (?:\w+ )?(?:need|require) (?:your|the|to (?:know|have|ask)))\b",
    re.I,
)
"""What asks for something without a question mark."""
_EITHER = re.compile(
    r"\b(?:is|are|was|would)\b.* or (?!not\b|else\b|is\b|are\b|shall\b|should\b|would\b)", re.I
)
"""A choice between two, to which yes is no answer."""


def asking_in(text: str) -> list[str]:
    """The sentences that ask for something, offers of further help left out."""
    questions = set(hearing.questions(text))
    return [
        each
        for each in hearing.sentences(text)
        if (each in questions and not hearing.offers_more(each))
        or (each not in questions and _REQUEST.search(each))
    ]


def asked_in(text: str, facts: Iterable[Fact]) -> set[str]:
    """The keys of the facts that a text asks for. A fact without cues is never recognised."""
    asking = [each for each in asking_in(text) if wants_words(each)]
    return {
        fact.key for fact in facts if fact.cues and any(asks_for(each, fact) for each in asking)
    }


def wants_words(sentence: str) -> bool:
    """Whether it asks for more than yes or no."""
    asks = (hearing.asks_for_words(sentence), _REQUEST.search(sentence), _EITHER.search(sentence))
    return any(asks)
