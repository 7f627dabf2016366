"""One template of a phrase: text with slots and choices, and how it becomes a sentence.

``{slot}`` is replaced by a value; ``[a|b|c]`` picks one part, may be nested, and may hold nothing
(``[please|]``). A rendered phrase keeps its values marked, so that whatever is done to the wording
afterwards (lower case, a typing mistake) leaves them alone; ``wording.plain`` takes the marks away.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

OPEN, CLOSE = "\ue000", "\ue001"
"""What stands around a value in a rendered phrase. Private-use characters: no text has them."""

_TOKEN = re.compile(
    r"\{(?P<slot>[a-z_][a-z0-9_]*)\}|(?P<mark>[\[\]|{}])|(?P<text>[^\[\]|{}]+)", re.I
)

_SLOT = re.compile(r"\{([a-z_][a-z0-9_]*)\}", re.I)


class TemplateError(ValueError):
    """The template is not well formed; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    parts: tuple["Part", ...]


Part = tuple["str | Slot | Choice", ...]


@dataclass(frozen=True, eq=False)
class Template:
    """A parsed phrase, itself and no other: two entries with the same words are two phrases.
    ``style`` is the one register it is for, or empty for all."""

    source: str
    style: str
    body: Part

    @cached_property
    def slots(self) -> frozenset[str]:
        """Every slot in it, in whatever part."""
        return frozenset(_slots(self.body))

    @cached_property
    def sure_slots(self) -> frozenset[str]:
        """The slots whose values are said whichever parts are picked."""
        return _sure(self.body)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its own words in lower case, without the slots."""
        return tuple(re.findall(r"[a-z']+", re.sub(r"\{[^}]*\}", " ", self.source.lower())))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds a rendering of this template in a text, whatever the values and the case."""
        return re.compile(_pattern(self.body), re.IGNORECASE)

    def with_slots(self, renamed: Callable[[str], str]) -> "Template":
        """The same words with other names for the slots."""
        source = _SLOT.sub(lambda found: f"{{{renamed(found[1])}}}", self.source)
        return parse(source, self.style)

    def fits(self, available: Container[str]) -> bool:
        """Whether some way through it needs only these slots."""
        return _fits(self.body, available)

    def render(self, rng: Random, slots: Mapping[str, str]) -> str:
        """The phrase, its values marked. Only parts whose slots are there are picked."""
        out: list[str] = []
        _render(self.body, rng, slots, out)
        return "".join(out)


def parse(source: str, style: str = "") -> Template:
    """The template in this text. Raises ``TemplateError``."""
    tokens = [(match.lastgroup or "", match[0].strip("{}")) for match in _TOKEN.finditer(source)]
    position, body = _parse(tokens, 0, nested=False)
    if position != len(tokens):
        raise TemplateError(f"there is a {tokens[position][1] or 'brace'!r} too many")
    if not source.strip():
        raise TemplateError("it is empty")
    return Template(source=source, style=style, body=body)


def _parse(tokens: list[tuple[str, str]], position: int, nested: bool) -> tuple[int, Part]:
    part: list[str | Slot | Choice] = []
    while position < len(tokens):
        kind, text = tokens[position]
        if kind == "slot":
            part.append(Slot(text))
        elif kind == "text":
            part.append(text)
        elif text == "[":
            parts = []
            while True:
                position, inner = _parse(tokens, position + 1, nested=True)
                parts.append(inner)
                if position >= len(tokens):
                    raise TemplateError("a '[' is not closed")
                if tokens[position][1] == "]":
                    break
            part.append(Choice(tuple(parts)))
        elif text in ("|", "]"):
            if nested:
                return position, tuple(part)
            raise TemplateError(f"there is a {text!r} outside of brackets")
        else:
            raise TemplateError("a brace does not enclose the name of a slot")
        position += 1
    return position, tuple(part)


def _slots(part: Part) -> Iterator[str]:
    for piece in part:
        if isinstance(piece, Slot):
            yield piece.name
        elif isinstance(piece, Choice):
            for inner in piece.parts:
                yield from _slots(inner)


def _sure(part: Part) -> frozenset[str]:
    found: set[str] = set()
    for piece in part:
        if isinstance(piece, Slot):
            found.add(piece.name)
        elif isinstance(piece, Choice):
            found |= frozenset.intersection(*(_sure(inner) for inner in piece.parts))
    return frozenset(found)


def _fits(part: Part, available: Container[str]) -> bool:
    for piece in part:
        if isinstance(piece, Slot):
            if piece.name not in available:
                return False
        elif isinstance(piece, Choice):
            if not any(_fits(inner, available) for inner in piece.parts):
                return False
    return True


def _render(part: Part, rng: Random, slots: Mapping[str, str], out: list[str]) -> None:
    for piece in part:
        if isinstance(piece, str):
            out.append(piece)
        elif isinstance(piece, Slot):
            out.append(f"{OPEN}{slots[piece.name]}{CLOSE}")
        else:
            fitting = [inner for inner in piece.parts if _fits(inner, slots)]
            _render(rng.choice(fitting), rng, slots, out)


def _pattern(part: Part) -> str:
    found = []
    for piece in part:
        if isinstance(piece, str):
            found.append(re.sub(r"(\\ |\s)+", r"\\s*", re.escape(piece)))
        elif isinstance(piece, Slot):
            found.append(r".+?")
        else:
            found.append("(?:" + "|".join(_pattern(inner) for inner in piece.parts) + ")")
    return "".join(found)
