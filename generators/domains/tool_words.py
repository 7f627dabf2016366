"""Plain words for tools and their arguments, taken from their descriptions.

What a model reads in a schema is written to the agent; a caller who wants the same says it otherwise:
"hand an item back to its guest" becomes "hand an item back to me", or "to you" where it is said to the
caller. Nothing is known here of what a tool does.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from generators.domains.tool import Tool
from generators.spoken import spoken

WALKED = "walk:"
"""What keys begin with for which nobody wrote any words: those of calls that no intent has made. The
tool follows."""

Speaker = Literal["caller", "other"]
"""Who says it: the caller, of whom a description speaks as the guest or the member, or somebody else
to the caller."""

_PEOPLE = (
    r"(?:the|an?|its|one|another|this) (?:account holder|applicant|caller|citizen|client|customer|guest"
    r"|holder|member|passenger|patient|policyholder|resident|subscriber|tenant|user)"
    r"(?! (?:account|card|file|id|name|number|portal|record))"
)
_OWNED = re.compile(rf"\b{_PEOPLE}'s\b|\b(?:the account|somebody)'s\b", re.I)
_ACTING = re.compile(
    rf"\b{_PEOPLE}(?= (?:has|had|have|is|was|handed|may|might|must|can|could|would|will|wants|moves"
    r"|needs|holds|owes|reads|booked|sent|asked))",
    re.I,
)
_MEANT = re.compile(rf"\b{_PEOPLE}\b", re.I)
_AGREEING = (
    (re.compile(r"\b(you|I) has\b"), r"\1 have"),
    (re.compile(r"\byou is\b"), "you are"),
    (re.compile(r"\bI is\b"), "I am"),
    (re.compile(r"\byou was\b"), "you were"),
    (re.compile(r"\byou who (move|want|need|hold|owe)s\b"), r"you who \1"),
    (re.compile(r"\b(you|I) (move|want|need|hold|owe|read)s\b"), r"\1 \2"),
)
_STOPS = re.compile(r"\. |: |; | \(|, so that |\.$")
_UNSAID = re.compile(r"[\[\]{}|]")
_DROPPED = re.compile(r"_(?:id|ids)$")
_LONGEST = 90


@lru_cache(maxsize=2048)
def deed(tool: Tool, speaker: Speaker) -> str:
    """What a tool does, as one says it after "could you": ``set the monthly advance``."""
    text = _STOPS.split(tool.description.strip(), maxsplit=1)[0]
    text = _UNSAID.sub("", text)
    if len(text) > _LONGEST:
        cut = text[:_LONGEST]
        text = cut.rsplit(",", 1)[0] if "," in cut else cut.rsplit(" ", 1)[0]
    own, subject, meant = ("my", "I", "me") if speaker == "caller" else ("your", "you", "you")
    text = _OWNED.sub(own, text)
    text = _ACTING.sub(subject, text)
    text = _MEANT.sub(meant, text)
    for wrong, right in _AGREEING:
        text = wrong.sub(right, text)
    if speaker == "caller":
        text = re.sub(r"\byour\b", "my", text)
        text = re.sub(r"\bour\b", "your", text)
    return text[:1].lower() + text[1:]


def label(name: str) -> str:
    """An argument or a field of a result, as one says it: ``monthly advance``, ``contract``,
    ``iban last 4``."""
    words = re.sub(r"(?<=[a-z])(?=\d)", " ", _DROPPED.sub("", name))
    return words.replace("_", " ").strip() or name


def listed(pairs: Sequence[tuple[str, Any]]) -> str:
    """Fields and their values in one phrase: ``amount 45.00 and first collection 1 April 2025``. Several
    values of one field follow its name once."""
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(label(name), []).append(in_words(value))
    parts = [f"{name} {_and(values)}" for name, values in by_name.items()]
    return _and(parts)


def in_words(value: Any) -> str:
    """A value as people say it; a member of an enumeration without its underscores."""
    if isinstance(value, str) and re.fullmatch(r"[a-z]+(?:_[a-z]+)+", value):
        return value.replace("_", " ")
    return spoken(value)


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
