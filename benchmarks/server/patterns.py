"""A text that a regular expression matches: for patterns made of literals, sets, counts and choices."""

import re

from benchmarks.server.draw import Draw

_CLASSES = {"d": "0123456789", "w": "abcdefghkmnprstuvwxyz", "s": " "}
_LETTERS = "abcdefghkmnprstuvwxyz0123456789"
_MANY = 3
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


class PatternRefused(ValueError):
    """A pattern uses what is not known here."""


def matching(pattern: str, draw: Draw) -> str:
    """A text that the whole pattern matches. Raises ``PatternRefused``."""
    try:
        known = re.compile(pattern)
        text, at = _choices(pattern, 0, draw)
    except (re.error, IndexError) as error:
        raise PatternRefused(f"{pattern}: {error}") from None
    if at != len(pattern) or not known.search(text):
        raise PatternRefused(f"{pattern} is not known here")
    return text


def _choices(pattern: str, at: int, draw: Draw) -> tuple[str, int]:
    """One of the alternatives from ``at`` to the end of the pattern or of the group."""
    made: list[str] = []
    while True:
        text, at = _sequence(pattern, at, draw)
        made.append(text)
        if at == len(pattern) or pattern[at] == ")":
            return made[draw.below(len(made))], at
        at += 1


def _sequence(pattern: str, at: int, draw: Draw) -> tuple[str, int]:
    text = ""
    while at < len(pattern) and pattern[at] not in "|)":
        start = at
        made, at = _atom(pattern, start, draw)
        least, most, at = _counted(pattern, at)
        count = least + draw.below(most - least + 1)
        text += made if count else ""
        for _ in range(count - 1):
            text += _atom(pattern, start, draw)[0]
    return text, at


def _atom(pattern: str, at: int, draw: Draw) -> tuple[str, int]:
    sign = pattern[at]
    if sign in "^$":
        return "", at + 1
    if sign == ".":
        return _of(_LETTERS, draw), at + 1
    if sign == "\\":
        return _of(_CLASSES.get(pattern[at + 1], pattern[at + 1]), draw), at + 2
    if sign == "[":
        signs, at = _set(pattern, at + 1)
        return _of(signs, draw), at
    if sign == "(":
        inner = at + 3 if pattern.startswith("(?:", at) else at + 1
        text, end = _choices(pattern, inner, draw)
        return text, end + 1
    return sign, at + 1


def _set(pattern: str, at: int) -> tuple[str, int]:
    wanted = pattern[at] != "^"
    at += not wanted
    signs = ""
    while pattern[at] != "]":
        if pattern[at] == "\\":
            signs += _CLASSES.get(pattern[at + 1], pattern[at + 1])
            at += 2
        elif pattern[at + 1] == "-" and pattern[at + 2] != "]":
            signs += "".join(map(chr, range(ord(pattern[at]), ord(pattern[at + 2]) + 1)))
            at += 3
        else:
            signs += pattern[at]
            at += 1
    return signs if wanted else "".join(each for each in _LETTERS if each not in signs), at + 1


def _counted(pattern: str, at: int) -> tuple[int, int, int]:
    sign = pattern[at : at + 1]
    if sign in ("?", "*", "+") and sign:
        least = int(sign == "+")
        return least, 1 if sign == "?" else least + _MANY, at + 1
    found = _COUNT.match(pattern, at)
    if found is None:
        return 1, 1, at
    least = int(found[1])
    most = least if found[2] is None else int(found[2] or least + _MANY)
    return least, most, found.end()


def _of(signs: str, draw: Draw) -> str:
    if not signs:
        raise PatternRefused("an empty set")
    return signs[draw.below(len(signs))]
