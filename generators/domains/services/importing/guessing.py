"""What a foreign field is, guessed from its name, its description and its values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from generators.domains.services.reading import allowed
from generators.domains.services.spec import FieldSpec

MOST_TEXT = 400
"""How much of a foreign description is kept, in characters."""

_FLAGS = {"true": True, "false": False, "yes": True, "no": False}
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,6}")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_CODE = re.compile(r"\b(?:phone|telephone|zip|postcode|postal|code|id|number)$")
_VERBS = ("serves", "offers", "allows", "accepts", "includes", "provides", "sells", "takes")
_PEOPLE = {"group size": "people", "party size": "people"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A field, and what was guessed about it, in a few words; empty where nothing was."""

    field: FieldSpec
    guessed: str = ""


def guessed_field(
    name: str, description: str, choices: Sequence[str], values: Sequence[str]
) -> Guess:
    """A field for values that came as text. ``choices`` are the only ones, where there are any."""
    description = " ".join(description.split())[:MOST_TEXT]
    every = [*choices, *values]
    label = label_of_name(name, description)
    base = FieldSpec(description=description, label=label)
    if every and all(each.strip().lower() in _FLAGS for each in every):
        yes, no = words_of_flag(name)
        field = FieldSpec(
            type="boolean", description=description, label=label, when_true=yes, when_false=no
        )
        return Guess(field, f"a boolean, said as {yes!r} or {no!r}")
    if every and all(_INTEGER.fullmatch(each) for each in every) and not _CODE.search(label):
        numbers = tuple(sorted({int(each) for each in choices}))
        unit = unit_of(name, label)
        field = msgspec.structs.replace(base, type="integer", choices=numbers, unit=unit)
        return Guess(field, f"a whole number{f' of {unit}' if unit else ''}")
    if choices:
        return Guess(msgspec.structs.replace(base, choices=tuple(dict.fromkeys(choices))))
    if values and all(_INTEGER.fullmatch(e) or _NUMBER.fullmatch(e) for e in values):
        if not _CODE.search(label):
            return Guess(msgspec.structs.replace(base, type="number"), "a number")
    if values and all(_TIME.fullmatch(each) for each in values):
        return Guess(msgspec.structs.replace(base, type="time"), "a time of day")
    for kind in ("date", "datetime"):
        field = msgspec.structs.replace(base, type=kind)
        if values and all(allowed(field, each) for each in values):
            return Guess(field, f"a {kind}")
    return Guess(base)


def converted(field: FieldSpec, value: Any) -> Any:
    """A value that came as text, as the field holds it. Raises ``ValueError`` with the reason."""
    made: Any = value
    if isinstance(value, str):
        text = value.strip()
        if field.type == "boolean":
            made = _FLAGS.get(text.lower(), value)
        elif field.type == "integer" and _INTEGER.fullmatch(text):
            made = int(text)
        elif field.type == "number" and (_INTEGER.fullmatch(text) or _NUMBER.fullmatch(text)):
            made = float(text)
        else:
            made = text
    if made == "" or not allowed(field, made):
        right = f"none of {', '.join(map(str, field.choices))[:200]}"
        raise ValueError(f"{str(value)[:60]!r} is {right if field.choices else f'no {field.type}'}")
    return made


def label_of_name(name: str, description: str) -> str:
    """What people may call a field: ``check_in_date`` is the check-in date, ``directed_by`` the
    director, ``number_of_rooms`` the number of rooms."""
    words = name.split("_")
    head = _head(description)
    if words[-1] in ("by", "to", "from", "at") or name == "type":
        return head or " ".join(words)
    if name == "destination" and head == "location":
        return head
    if len(words) == 1 and head and name == f"{head}s":
        return head
    if words[0] in ("has", "is", "are") and len(words) > 1:
        words = words[1:]
    if words[0] in ("from", "to") and len(words) > 1:
        words[0] = {"from": "departure", "to": "arrival"}[words[0]]
    if words[0] == "number" and len(words) == 2:
        words.insert(1, "of")
    if "of" in words[1:-1] and not words[-1].endswith("s"):
        words.insert(words.index("of") + 1, "the")
    text = " ".join(words)
    for plain, hyphened in (("check in", "check-in"), ("check out", "check-out")):
        text = text.replace(plain, hyphened)
    return text.replace("dropoff", "drop-off").replace("pickup", "pick-up")


def _head(description: str) -> str:
    """What a description begins with: ``Speciality of the doctor`` is about a speciality."""
    text = re.sub(r"^(?:the )?name of (?:the |an? )?", "", description.strip(), flags=re.I)
    found = re.match(
        r"(?:the |an? )?([A-Za-z -]+?)(?= (?:of|to|for|where|which|in|on|at)\b|$)", text
    )
    words = found[1].lower().split() if found else []
    return " ".join(words) if 0 < len(words) <= 3 else ""


def unit_of(name: str, label: str) -> str:
    """What a number counts, in the plural; empty where it is no count."""
    if label in _PEOPLE:
        return _PEOPLE[label]
    if label.startswith("number of "):
        return label.removeprefix("number of ").removeprefix("the ")
    word = name.split("_")[-1]
    plural = word.endswith("s") and not word.endswith("ss") and "_" not in name
    return word if plural else ""


def words_of_flag(name: str) -> tuple[str, str]:
    """How a yes and a no are said of the thing that has the flag: ``with wifi``, ``without wifi``;
    ``that is furnished``, ``that is not furnished``."""
    words = name.split("_")
    rest = " ".join(words[1:])
    if words[0] == "has" and rest:
        return f"with {rest}", f"without {rest}"
    if words[0] in ("is", "are") and rest:
        rest = {"redeye": "a red-eye"}.get(rest, rest)
        return f"that is {rest}", f"that is not {rest}"
    if words[0] in _VERBS and rest:
        stem = words[0].removesuffix("s")
        return f"that {words[0]} {rest}", f"that does not {stem} {rest}"
    if words[-1] in ("allowed", "welcome", "included", "accepted", "permitted") and words[:-1]:
        thing = " ".join(words[:-1])
        verb = "are" if thing.endswith("s") else "is"
        return f"where {thing} {verb} {words[-1]}", f"where {thing} {verb} not {words[-1]}"
    if words[0] == "good" or (len(words) == 1 and name.endswith(("ed", "able", "ible"))):
        text = " ".join(words)
        return f"that is {text}", f"that is not {text}"
    if words[0].endswith("ed") and rest:
        return f"that is {words[0]}", f"that is not {words[0]}"
    text = " ".join(words)
    return f"with {text}", f"without {text}"
