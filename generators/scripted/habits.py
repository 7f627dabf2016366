"""Habits of writing: what a user's quirks do to its words.

The quirks are those of ``personas.quirks``; a few of them steer what is said and not how, and are
looked up where that is decided. Values are never touched, and no habit may turn an utterance into
something else: if the sense that a listener makes of it changes, the plain wording stays.
"""

import re
from collections.abc import Callable
from random import Random

from generators.scripted import hearing, mood
from generators.scripted.template import CLOSE, OPEN
from generators.scripted.voice import Voice
from generators.scripted.wording import joined, lowered, numbered, plain
from personas import quirks
from personas.persona import Persona

_VALUES = re.compile(f"({OPEN}[^{CLOSE}]*{CLOSE})")
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")
_LOUD = re.compile(r"\b(now|again|already|need|please|really|not|never)\b")
_SHORT_FORMS = ((r"\bplease\b", "pls"), (r"\bthanks\b", "thx"), (r"\bbecause\b", "bc"))
_EMOJI = ("🙂", "👍", "🙏", "😊")
_MOST_APOLOGIES = 2


class Habits:
    """One persona's habits in one dialogue."""

    def __init__(self, persona: Persona) -> None:
        self._quirks = frozenset(persona.style.quirks)
        self._name = persona.demographics.given_name
        self._apologies = 0

    def has(self, quirk: str) -> bool:
        """Whether the persona has this quirk."""
        return quirk in self._quirks

    def widened(self, sentences: list[str], voice: Voice, opens: bool, closes: bool) -> list[str]:
        """The sentences with those that the persona likes to add."""
        added = list(sentences)
        sorry = self.has(quirks.APOLOGISES) and self._apologies < _MOST_APOLOGIES and not closes
        fits = opens or (len(added) == 1 and not mood.sorry(plain(added[0])))
        if sorry and fits and voice.chance(0.2):
            self._apologies += 1
            added.insert(len(added) if opens else 0, voice.manner("user_sorry"))
        if self.has(quirks.ASIDES) and not closes and voice.chance(0.12):
            added.append(voice.manner("user_aside"))
        open_end = "thank" in " ".join(added).lower() or added[-1].endswith("?")
        if self.has(quirks.THANKS) and not open_end and voice.chance(0.3):
            added.append(voice.manner("user_thanks"))
        return added

    def listed(self, sentences: list[str], rng: Random) -> str:
        """Several statements as one text."""
        if self.has(quirks.LISTS) and len(sentences) > 1:
            return numbered(sentences)
        return joined(sentences, rng)

    def written(self, text: str, rng: Random) -> str:
        """The utterance as the persona writes it, without marks around values."""
        for quirk, habit in _HABITS.items():
            if quirk in self._quirks:
                changed = habit(text, rng)
                text = changed if _sense(plain(changed)) == _sense(plain(text)) else text
        return plain(text)

    def signed(self, text: str, known: str, rng: Random) -> str:
        """With the first name under it, if that is a habit and no fact (``known``) keeps the name."""
        if not self.has(quirks.SIGNS) or self._name.lower() in known.lower():
            return text
        return f"{text} {rng.choice(('Regards', 'Kind regards', 'Best wishes'))}, {self._name}."

    def split(self, text: str, rng: Random) -> list[str]:
        """One thought over several messages, for those who write that way."""
        parts = hearing.sentences(text)
        if parts and not re.search(r"\w", parts[-1]):  # A smiley belongs to the words before it.
            parts[-2:] = [" ".join(parts[-2:])]
        if not self.has(quirks.SPLITS) or len(parts) < 2 or rng.random() < 0.5:
            return [text]
        middle = rng.randrange(1, len(parts))
        return [" ".join(parts[:middle]), " ".join(parts[middle:])]


def _sense(text: str) -> tuple[bool, ...]:
    return (
        hearing.is_done(text),
        hearing.affirms(text),
        hearing.corrects(text),
        hearing.pushes_back(text),
        hearing.asks_why(text),
        hearing.asks_what_if(text),
        hearing.is_lost(text),
        hearing.asks_again(text),
        hearing.asks_next(text),
        hearing.asks_enough(text),
        hearing.checks(text),
        "?" in text,
    )


def _words(text: str, change: Callable[[str], str]) -> str:
    """Changes everything but the values."""
    return "".join(
        part if part.startswith(OPEN) else change(part) for part in _VALUES.split(text) if part
    )


def _lower_case(text: str, rng: Random) -> str:
    return _words(text, str.lower)


def _ellipses(text: str, rng: Random) -> str:
    if rng.random() < 0.5 and text.endswith("."):
        return f"{text}.."
    return text.replace(". ", "... ", 1) if rng.random() < 0.4 else text


def _short_of_punctuation(text: str, rng: Random) -> str:
    text = text.removesuffix(".")
    return _words(text, lambda part: part.replace(",", "")) if rng.random() < 0.5 else text


def _exclamation_marks(text: str, rng: Random) -> str:
    return f"{text[:-1]}!" if text.endswith(".") and rng.random() < 0.6 else text


def _question_marks(text: str, rng: Random) -> str:
    return text.replace("?", "??")


def _smiley(text: str, rng: Random) -> str:
    return f"{text} :)" if rng.random() < 0.35 else text


def _emoji(text: str, rng: Random) -> str:
    return f"{text} {rng.choice(_EMOJI)}" if rng.random() < 0.35 else text


def _fillers(text: str, rng: Random) -> str:
    if rng.random() < 0.3 and lowered(text) != text:
        return f"{rng.choice(('Well', 'So', 'Right', 'Okay so'))}, {lowered(text)}"
    return text


def _abbreviates(text: str, rng: Random) -> str:
    def shorten(part: str) -> str:
        for word, short in _SHORT_FORMS:
            part = re.sub(word, short, part)
        return part

    return _words(text, shorten)


def _capitals(text: str, rng: Random) -> str:
    if rng.random() < 0.4:
        return _words(text, lambda part: _LOUD.sub(lambda word: word[0].upper(), part, count=1))
    return text


def _typos(text: str, rng: Random) -> str:
    if rng.random() < 0.7:
        return text
    places = [
        match
        for match in _LONG_WORD.finditer(text)
        if text.rfind(OPEN, 0, match.start()) <= text.rfind(CLOSE, 0, match.start())
    ]
    if not places:
        return text
    word = rng.choice(places)
    at = word.start() + rng.randrange(1, len(word[0]) - 2)
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


_HABITS: dict[str, Callable[[str, Random], str]] = {
    quirks.FILLERS: _fillers,
    quirks.ABBREVIATES: _abbreviates,
    quirks.TYPOS: _typos,
    quirks.CAPITALS: _capitals,
    quirks.LOWER_CASE: _lower_case,
    quirks.QUESTION_MARKS: _question_marks,
    quirks.SHORT_OF_PUNCTUATION: _short_of_punctuation,
    quirks.EXCLAMATION_MARKS: _exclamation_marks,
    quirks.ELLIPSES: _ellipses,
    quirks.SMILEY: _smiley,
    quirks.EMOJI: _emoji,
}
"""In the order in which they apply."""
