"""Plain data as records, with every mistake named: file, field, what was found, what is right."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec
import yaml

AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)
_SHOWN = 60
_MOST = 20
_IN_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in a file of a service."""

    file: str
    field: str
    found: str
    right: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.field}" if self.field else self.file
        return f"{place}: found {self.found}; right would be {self.right}"


class ServiceError(ValueError):
    """A service folder that cannot be used, with every mistake found in it."""

    def __init__(self, folder: Path, mistakes: list[Mistake]) -> None:
        self.folder = folder
        self.mistakes = tuple(mistakes)
        more = len(mistakes) - _MOST
        lines = [f"  {each}" for each in mistakes[:_MOST]]
        lines += [f"  and {more} more"] if more > 0 else []
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"{count} in the service {folder}", *lines]))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.folder, list(self.mistakes))


class ImportFailed(Exception):
    """Something of which nothing can be imported: the message says what, what was found, and what would
    be right."""


def shown(value: Any) -> str:
    """A value as it is put into a message: short, on one line."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


_BOOL = ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"))
_NULL = ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"))
_INT = ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9]\d*)$"))
_FLOAT = ("tag:yaml.org,2002:float", re.compile(r"^[-+]?\d+\.\d*(?:[eE][-+]?\d+)?$"))


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plainly(_Loader):
    """Reads YAML as people mean it: ``17:30``, ``no`` and ``2019-03-01`` are text."""

    yaml_implicit_resolvers = {
        **{first: [_BOOL] for first in "tTfF"},
        **{first: [_NULL] for first in ("~", "n", "N", "")},
        **{first: [_INT, _FLOAT] for first in "-+0123456789"},
    }


def yaml_in(path: Path) -> Any:
    """What a YAML file holds. Raises ``ServiceError``."""
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, _Plainly)
    except FileNotFoundError:
        raise ServiceError(path.parent, [Mistake(name, "", "no such file", "a file")]) from None
    except (OSError, UnicodeDecodeError) as error:
        wrong = Mistake(name, "", f"a file that cannot be read ({error})", "UTF-8 text")
        raise ServiceError(path.parent, [wrong]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        wrong = Mistake(name, "", " ".join(str(error).split()) or "nested too deeply", "YAML")
        raise ServiceError(path.parent, [wrong]) from None


def record_of(
    data: Any, kind: type[AnyStruct], file: str, wrong: list[Mistake], field: str = ""
) -> AnyStruct | None:
    """The record that plain data describes; None, and mistakes added to ``wrong``, where it is none.
    Mappings of records are gone through one by one, so that each mistake has its place."""
    if not isinstance(data, Mapping):
        wrong.append(Mistake(file, field, shown(data), "a mapping of fields"))
        return None
    before = len(wrong)
    parts = dict(_named_records(kind))
    plain: dict[str, Any] = {}
    held: dict[str, Any] = {}
    for name, value in data.items():
        place = f"{field}.{name}" if field else str(name)
        if not isinstance(name, str):
            wrong.append(Mistake(file, place, shown(name), "a name in quotes"))
        elif name not in parts:
            plain[name] = value
        elif not isinstance(value, Mapping):
            wrong.append(Mistake(file, place, shown(value), "a mapping of names"))
            plain[name] = {}
        else:
            plain[name] = {}
            held[name] = {
                str(key): record_of(each, parts[name], file, wrong, f"{place}.{key}")
                for key, each in value.items()
            }
    try:
        record = msgspec.convert(plain, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        wrong.append(_explained(str(error), file, field, plain, kind))
        return None
    if len(wrong) > before:
        return None
    return msgspec.structs.replace(record, **held)


def _named_records(kind: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    """The fields of a record that are mappings of names to records."""
    for each in msgspec.structs.fields(kind):
        if get_origin(each.type) is dict:
            value = get_args(each.type)[1]
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                yield each.encode_name, value


def _explained(
    message: str, file: str, field: str, plain: dict[str, Any], kind: type[msgspec.Struct]
) -> Mistake:
    """A message of msgspec's in the words of people."""
    text, _, path = message.partition(" - at `$")
    place = f"{field}{path.rstrip('`')}".lstrip(".")
    if text.startswith("Object contains unknown field"):
        name = text.split("`")[1]
        known = ", ".join(each.name for each in msgspec.structs.fields(kind))
        return Mistake(file, f"{place}.{name}".lstrip("."), "an unknown field", f"one of {known}")
    if text.startswith("Object missing required field"):
        name = text.split("`")[1]
        return Mistake(file, f"{place}.{name}".lstrip("."), "nothing", "a value, it has no default")
    name = path.rstrip("`").lstrip(".").partition("[")[0]
    found = shown(plain[name]) if name in plain else "something else"
    expected = text.replace("Expected ", "").partition(", got")[0]
    right = " or ".join(_IN_WORDS.get(each, each) for each in expected.strip("`").split(" | "))
    if text.startswith("Invalid enum value"):
        options = next(
            (get_args(each.type) for each in msgspec.structs.fields(kind) if each.name == name), ()
        )
        right = "one of " + ", ".join(map(str, options)) if options else "another value"
    return Mistake(file, place, found, right)
