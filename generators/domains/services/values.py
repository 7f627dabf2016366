"""Values of fields: their types, how they stand in text, and how people say them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from generators.domains.services.spec import FieldSpec
from generators.spoken import forms, spoken

LONGEST = 2000
"""How long a text may be, in characters."""

_PATTERNS = {
    "date": r"^\d{4}-\d\d-\d\d$",
    "time": r"^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$",
    "datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$",
}
_TYPES = {"integer": int, "number": float, "boolean": bool}


def type_of(spec: FieldSpec) -> Any:
    """The Python type of a field, as msgspec checks it; None is not allowed by it."""
    if spec.choices:
        return Literal[tuple(spec.choices)]
    if spec.type in _PATTERNS:
        schema = {"format": spec.type} if spec.type == "date" else None
        return Annotated[str, Meta(pattern=_PATTERNS[spec.type], extra_json_schema=schema)]
    if spec.type in _TYPES:
        return _TYPES[spec.type]
    return Annotated[str, Meta(max_length=LONGEST)]


def is_day(spec: FieldSpec, value: Any) -> bool:
    """Whether a date or date-time is one of the calendar; true of values of other types."""
    try:
        if spec.type == "date":
            date.fromisoformat(value)
        elif spec.type == "datetime":
            datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def as_text(value: Any) -> str:
    """The value as a fact holds it: numbers without a needless ``.0``, ``true`` and ``false``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def saying(spec: FieldSpec, value: Any) -> str:
    """The value as a person says it: ``3 March 2019``, ``2 rooms``, ``with wifi``."""
    if isinstance(value, bool):
        words = spec.when_true if value else spec.when_false
        return words or spoken(value)
    if spec.type in ("integer", "number"):
        number = as_text(value)
        return f"{number} {counted(spec.unit, value)}" if spec.unit else number
    return spoken(value)


def counted(unit: str, value: float) -> str:
    """The unit, in the singular for one: ``1 room``, ``1 person``."""
    if value != 1:
        return unit
    head, space, last = unit.rpartition(" ")
    return f"{head}{space}{_SINGULAR.get(last, last.removesuffix('s'))}"


_SINGULAR = {"people": "person", "children": "child", "buses": "bus", "stories": "story"}


def ways_to_say(spec: FieldSpec, value: Any) -> tuple[str, ...]:
    """Every form that counts as having said the value."""
    text = as_text(value)
    return tuple(dict.fromkeys((saying(spec, value), text, *forms(value))))
