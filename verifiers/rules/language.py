"""Whether each utterance is in the language that its event says.

Only utterances of some length are judged, without the names, ids and numbers in them, among
the languages that a build may speak, and only when the other language is clearly the likelier one:
a doubtful case is no finding. Code-switching inside one utterance is not seen.
"""

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

LANGUAGES = (
    *("ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja"),
    *("ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
"""The languages among which an utterance is placed; of others nothing is said."""

_FEWEST_WORDS = 6
_MARGIN = 25.0
"""How much likelier the other language must be, in log units."""

_ALIASES = {"nb": "no", "nn": "no"}


class SpokenLanguage:
    """See ``language.wrong`` in the code catalogue."""

    name = "language"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on an utterance that is clearly in another language."""
        findings = []
        for event in case.trajectory.events:
            if event.kind == "say":
                language = event.language or case.blueprint.language
                other = other_language(event.text, _ALIASES.get(language, language))
                if other:
                    findings.append(
                        Finding(
                            code="language.wrong",
                            message=f"marked {language!r}, but it reads like {other!r}",
                            event=event.index,
                            party=event.party,
                        )
                    )
        return verdict_from(self.name, findings)


@lru_cache(maxsize=4096)
def other_language(text: str, language: str) -> str:
    """The language that the text is clearly in instead of ``language``, or empty when it may well be
    in that, is too short, or ``language`` is none of ``LANGUAGES``."""
    if language not in LANGUAGES:
        return ""
    words = _plain_words(text)
    short = len(words) < _FEWEST_WORDS and not _unspaced(text)
    if short:
        return ""
    scores = _identifier().rank(" ".join(words))
    best, likelihood = scores[0]
    return best if likelihood - dict(scores)[language] > _MARGIN else ""


def _plain_words(text: str) -> list[str]:
    """The words without those that look like names (a capital inside a sentence) or values."""
    found = []
    starts = True
    for word in text.split():
        bare = word.strip(".,;:!?()[]\"'’“”«»…-")
        if bare and not any(letter.isdigit() for letter in bare) and "@" not in bare:
            if starts or not bare[0].isupper() or bare == "I" or bare.startswith(("I'", "I’")):
                found.append(bare)
        starts = bool(re.search(r"[.!?…]\W*$", word))
    return found


def _unspaced(text: str) -> bool:
    """Whether the text is long although white space does not show it: Chinese, Japanese, Thai."""
    return sum(ord(letter) > 0x0E00 for letter in text) >= 2 * _FEWEST_WORDS


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
