"""What a foreign intent is in words that complete "You want to ...", from its description."""

import re

_CUT = re.compile(
    r"\s+(?:(?:for|at|in|on|of|to|by|between|with|from|to head to)\s+)(?:an?\s|the\s|any\s|your\s)?"
    r"(?:given|particular|specific|specified|selected|certain|set of|location|attributes)\b.*"
    r"|\s+(?:based on|by (?:its |their |his |her )?(?:\w+,|\w+ (?:and|or)))\s.*"
    r"|\s+for (?:any|the user)\b.*"
    r"|\s+for (?:a )?specified\b.*"
    r"|\s+(?:to a destination|in a city|between cities|on a date)\b.*"
    r"|,.*",
    re.I,
)
_GIVEN = re.compile(r"\b(?:a|the) (?:given|selected|specific|particular|certain) (\w)", re.I)
_USER = re.compile(r"\b(?:an?|the) user's\b", re.I)
_BARE = re.compile(
    r"^(?P<verb>add|create|reserve|book|get|schedule|order|find|rent|delete|cancel|update) "
    r"(?P<thing>[a-z-]+(?: [a-z-]+)?)(?= (?:to|for|on|in|at|of|from|by|with)\b|$)"
)
_UNCOUNTED = ("money", "information", "weather", "help", "advice", "access", "details", "data")
_DETERMINERS = ("a", "an", "the", "all", "any", "your", "another", "this", "available", "some")


def want_of(description: str, name: str) -> str:
    """The description's gist as a wish: ``Find a hotel at a given location`` is ``find a hotel``.
    The name's words where there is no description."""
    text = " ".join(description.split()).rstrip(".!")
    text = _USER.sub("your", text).replace("another user's", "somebody else's")
    text = _CUT.sub("", text)
    text = _GIVEN.sub(lambda found: f"{_article(found[1])} {found[1]}", text)
    text = re.sub(r"\s+to (?:head|go)$", "", text)
    if len(text.split()) < 2:
        text = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name))
    text = text[:1].lower() + text[1:] if not text[:2].isupper() else text
    if len(text) > 120:
        text = text[:120].rsplit(" ", 1)[0]
    return _BARE.sub(_with_article, _lowered(text))


def _lowered(text: str) -> str:
    return text if any(letter.islower() for letter in text) else text.lower()


def _with_article(found: re.Match[str]) -> str:
    verb, thing = found["verb"], found["thing"]
    first, last = thing.split()[0], thing.split()[-1]
    if first in _DETERMINERS or last in _UNCOUNTED or last.endswith("s"):
        return f"{verb} {thing}"
    return f"{verb} {_article(thing)} {thing}"


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def title_of(name: str) -> str:
    """The name as a title: ``FindBus`` is ``Find bus``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return " ".join(words).lower().capitalize() or name
