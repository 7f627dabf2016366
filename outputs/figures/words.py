"""How text is cut and recognised wherever surfaces are counted: words, openings, small habits.

One definition for every figure, so that a version and a reference corpus are measured alike. The
patterns for greetings, thanks and contractions are English.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:(?:['’\-]|(?<=\d)[.,:](?=\d))[^\W_]+)*")
_GREETING = re.compile(r"^\W*(hi|hello|hey|greetings|good (morning|afternoon|evening|day))\b", re.I)
_THANKS = re.compile(r"\b(thank|thanks|thx|cheers|grateful|appreciate[ds]?)\b", re.I)
_CONTRACTION = re.compile(r"[^\W\d_](n['’]t|['’](m|s|re|ll|ve|d))\b", re.I)

OPENING_WORDS = 3


def words(text: str) -> list[str]:
    """The words of a text, lower-cased: runs of letters and digits, with inner apostrophes and hyphens.
    A figure such as ``84.20`` or ``14:30`` is one word."""
    return _WORD.findall(text.lower())


def word_count(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def opening(text: str) -> str:
    """The first three words, or fewer when there are fewer."""
    return " ".join(words(text)[:OPENING_WORDS])


def template(text: str) -> str:
    """The text with its particulars masked: words with a digit, and capitalised ones past the first.

    What remains is how it was said, not about what: ``"Your seat is C4, Ann."`` -> ``your seat is _ _``.
    """
    found = _WORD.findall(text)
    kept = [
        "_"
        if any(letter.isdigit() for letter in word)
        or (place and word[:1].isupper() and word != "I")
        else word.lower()
        for place, word in enumerate(found)
    ]
    return " ".join(kept)


def ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """All runs of ``n`` neighbouring words."""
    return list(zip(*(tokens[start:] for start in range(n)), strict=False))


def is_question(text: str) -> bool:
    """Whether there is a question mark in it."""
    return "?" in text or "？" in text


def is_greeting(text: str) -> bool:
    """Whether it starts with a greeting."""
    return bool(_GREETING.search(text))


def is_thanks(text: str) -> bool:
    """Whether it thanks."""
    return bool(_THANKS.search(text))


def has_contraction(text: str) -> bool:
    """Whether it has one of ``n't 'm 's 're 'll 've 'd``."""
    return bool(_CONTRACTION.search(text))
