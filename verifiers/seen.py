"""What a party has come across so far, so that what it says can be checked against it.

A value may be repeated in any of its forms: read as ``2025-05-14`` it may be said as ``May 14th``.
Arithmetic on what was seen is not followed; a verifier that needs it must add the results itself.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from verifiers.mentions import Mention, mentions, number_key, states

_NEEDS_NO_SOURCE = {"n:100", "i:247"}
"""``100%`` and ``24/7`` are figures of speech."""


class Seen:
    """Grows while a dialogue is read in order; never shrinks."""

    def __init__(self) -> None:
        self._keys: set[str] = set(_NEEDS_NO_SOURCE)
        self._texts: list[str] = []

    def hear(self, text: str) -> None:
        """Takes in running text."""
        self._texts.append(text)
        for each in mentions(text):
            self.take(each)

    def take(self, mention: Mention) -> None:
        """Takes in one value."""
        self._keys.update(mention.shows)

    def read(self, content: str) -> None:
        """Takes in a tool's JSON. Text that is no JSON counts as running text."""
        self._texts.append(content)
        self._keys.update(_keys_in(content))

    def live_at(self, clock: str) -> None:
        """Takes in the time of day and the days around: nobody has to be told what today is."""
        now = datetime.fromisoformat(clock)
        self._keys.add(f"t:{now:%H:%M}")
        self._keys.update(f"n:{now.year + years}" for years in (-1, 0, 1))
        for days in (-1, 0, 1):
            day = now + timedelta(days=days)
            self._keys.update((f"d:{day:%Y-%m-%d}", f"d:{day:%m-%d}"))

    def knows(self, mention: Mention) -> bool:
        """Whether the value has been seen, or is one that needs no source: a single digit, the parts
        of a range, the last digits of a longer id."""
        if mention.small or not self._keys.isdisjoint(mention.fits):
            return True
        if mention.kind == "id" and not mention.text.replace("-", "").isalpha():
            parts = [part for part in mention.text.replace("/", "-").split("-") if part]
            if len(parts) > 1 and all(part.isdigit() for part in parts):
                return all(self.knows(each) for part in parts for each in mentions(part))
        tail = mention.shows[0][2:]
        if len(tail) < 4 or not tail.isdigit():
            return False
        return any(key.startswith("i:") and key.endswith(tail) for key in self._keys)

    def heard(self, form: str) -> bool:
        """Whether anything that was taken in says this form of a value."""
        return any(states(text, form) for text in self._texts)


@lru_cache(maxsize=4096)
def _keys_in(content: str) -> frozenset[str]:
    try:
        value = msgspec.json.decode(content)
    except msgspec.DecodeError:
        value = content
    return frozenset(key for leaf in leaves(value) for key in _keys_of(leaf))


def leaves(value: Any) -> Iterator[Any]:
    """All scalars in a JSON value, names of fields and lengths of lists among them."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        yield len(value)
        for each in value:
            yield from leaves(each)
    else:
        yield value


def _keys_of(leaf: Any) -> Iterator[str]:
    if isinstance(leaf, str):
        for each in mentions(leaf):
            yield from each.shows
    elif isinstance(leaf, (int, float)) and not isinstance(leaf, bool):
        exact = Decimal(repr(leaf))
        yield number_key(exact)
        if isinstance(leaf, float):
            # People round to two decimals, and say a share as a percentage.
            yield number_key(round(exact, 2))
            yield number_key(round(exact * 100, 2))
