"""Making sentences of rendered phrases: articles, capitals, marks, and joining several into one.

Works on text whose values are still marked (``template.OPEN``/``CLOSE``) and never changes a value,
except that a plain word at the start of a sentence gets its capital.
"""

import re
from collections.abc import Sequence
from random import Random

from generators.scripted.template import CLOSE, OPEN

_ARTICLE = re.compile(rf"\b([Aa])n? (?={OPEN}([^{CLOSE}]*){CLOSE})")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,.;:?!](?:\s|$))")
_DOUBLE_MARK = re.compile(rf"([.?!])({CLOSE})[.](?=\s|$)")
_SPACES = re.compile(r"[ \t\n]+")
_LEADING_VALUE = re.compile(rf"\A{OPEN}([a-z])(?=[a-z]*[ ,{CLOSE}])")
_FIRST_WORD = re.compile(r"[A-Za-z']+")
_LIKE_A_CONSONANT = re.compile(r"(uni|use|usu|uti|eu|one\b|once\b|ur[aeio]|u[a-z]?\d)", re.I)
_LIKE_A_VOWEL = re.compile(
    r"([aeiouAEIOU]|8|11\b|18\b|hour|honest|heir|[FHLMNRSX](?:[A-Z0-9-]|\b))"
)
_JOINABLE = re.compile(
    r"(my|its?|it's|the|that|that's|this|there|there's|we|we're|your?|number|they|he|she|our|to"
    r"|for|on|at|from|in|until|by|over|please|could|can|may|(?:what|when|where|who|how)(?:'s)?|which|would|is"
    r"|are|do|did|have|has|was|were)",
    re.I,
)

_CLAUSES = {
    "thing": re.compile(r"(?:My|The|Our) [a-z' -]+? (?:is|was|has|ends|says|shows|reads)\b"),
    "speaker": re.compile(r"I(?:'m|'d| would| am| was|'ve| have| need| want) "),
}
"""Sentences that may stand on either side of ``and``: what a thing of the speaker's is, and what the
speaker is or wants. ``It`` and ``that`` would refer to something else the second time."""


def article(value: str) -> str:
    """``a`` or ``an``, by the sound that the value begins with."""
    if _LIKE_A_CONSONANT.match(value):
        return "a"
    return "an" if _LIKE_A_VOWEL.match(value) else "a"


def sentence(text: str) -> str:
    """The phrase as a whole sentence or several: capital, articles, spaces, one final mark."""
    text = _SPACES.sub(" ", text).strip()
    if f" {OPEN}" in text:
        text = _ARTICLE.sub(_with_article, text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", text)
    text = _DOUBLE_MARK.sub(r"\1\2", text)
    text = _LEADING_VALUE.sub(_capital_value, text[:1].upper() + text[1:])
    return text if plain(text)[-1:] in (".", "?", "!", "…", ")") else f"{text}."


def plain(text: str) -> str:
    """The text without the marks around values."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def lowered(text: str) -> str:
    """The sentence as it goes on after a comma, when its first word may lose its capital."""
    match = _FIRST_WORD.match(text)
    if match and _JOINABLE.fullmatch(match[0]):
        return text[0].lower() + text[1:]
    return text


def and_then(text: str) -> str:
    """The sentence as one that comes second: ``And ...``, where its first word allows it."""
    later = lowered(text)
    return text if later == text or later.startswith("and ") else f"And {later}"


def joined(sentences: Sequence[str], rng: Random) -> str:
    """Several sentences as one utterance: the last two may become one with ``and``, if both are
    clauses that say the same kind of thing of the same kind of subject."""
    parts = [part for part in sentences if part]
    if len(parts) >= 2 and rng.random() < 0.6:
        first, second = parts[-2], parts[-1]
        alike = first.split()[:2] == second.split()[:2]
        if not alike and _clause(first) and _clause(first) == _clause(second):
            parts[-2:] = [f"{first[:-1]} and {lowered(second)}"]
    return " ".join(parts)


def numbered(sentences: Sequence[str]) -> str:
    """Several sentences as points, in words: a figure would be taken for a value."""
    heads = ("First", "Second", "Third", "Fourth")
    points = [f"{head}, {_inner(text)}" for head, text in zip(heads, sentences, strict=False)]
    return " ".join([*points, *sentences[len(heads) :]])


def _inner(text: str) -> str:
    """The sentence as it goes on after a comma: all but ``I`` and values lose the capital."""
    keeps = text.startswith(OPEN) or re.match(r"I(?:'[a-z]+)? ", text)
    return text if keeps else text[:1].lower() + text[1:]


def _clause(text: str) -> str:
    """The kind of clause that a sentence is, empty when it is none or more than one."""
    words = plain(text)
    if not words.endswith(".") or re.search(r"[.,:;?!] ", words):
        return ""
    return next((kind for kind, form in _CLAUSES.items() if form.match(words)), "")


def _with_article(match: re.Match[str]) -> str:
    found = article(match[2])
    return f"{found.capitalize() if match[1] == 'A' else found} "


def _capital_value(match: re.Match[str]) -> str:
    # The capital belongs to the sentence and not to the value: it stands outside the marks.
    return f"{match[1].upper()}{OPEN}"
