"""Which calls of a server's tools are worth trying: with values from its schemas and its answers."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Any

_MOST_VALUES = 8
_MOST_FOR_ONE = 24
_DEEPEST = 6


class Values:
    """Values by the name of an argument, in the order in which they were seen."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, Any]] = {}

    def learn(self, tool: str, result: Any) -> None:
        """Takes in what stands in a result: a ``room_id``, and an ``id`` in what ``list_rooms`` answers,
        are both values of ``room_id``."""
        self._walk(result, _thing(tool), 0)

    def _walk(self, node: Any, thing: str, depth: int) -> None:
        if depth > _DEEPEST:
            return
        if isinstance(node, Mapping):
            for key, value in node.items():
                if isinstance(value, (Mapping, list)):
                    self._walk(value, _thing(str(key)), depth + 1)
                elif value is not None:
                    self.add(str(key), value)
                    if str(key) in ("id", "name", "key", "code"):
                        self.add(f"{thing}_{key}", value)
        elif isinstance(node, list):
            for each in node:
                self._walk(each, thing, depth + 1)

    def add(self, name: str, value: Any) -> None:
        """One more value of an argument."""
        self._seen.setdefault(name.lower(), {}).setdefault(repr(value), value)

    def of(self, name: str, part: Mapping[str, Any]) -> list[Any]:
        """Values that an argument may have: those that its schema names, then those that were seen."""
        if isinstance(part.get("enum"), list):
            return part["enum"][:_MOST_VALUES]
        named = [part[key] for key in ("const", "default") if part.get(key) is not None]
        named += part["examples"] if isinstance(part.get("examples"), list) else []
        if part.get("type") == "boolean":
            named += [True, False]
        seen = self._seen.get(name.lower(), {}).values()
        fitting = [each for each in (*named, *seen) if _fits(each, part)]
        return list({repr(each): each for each in fitting}.values())[:_MOST_VALUES]


def _thing(name: str) -> str:
    word = name.lower().split("_")[-1]
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _fits(value: Any, part: Mapping[str, Any]) -> bool:
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    kind = kinds.get(str(part.get("type")))
    if kind is None:
        return "type" not in part
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def calls_of(schema: Mapping[str, Any], values: Values) -> Iterator[dict[str, Any]]:
    """Arguments for calls of a tool with this schema: every required one, then each optional one with
    them. None where a required one has no value that is known."""
    properties = schema.get("properties", {})
    required = [name for name in properties if name in schema.get("required", [])]
    known = {name: values.of(name, properties[name]) for name in properties}
    if any(not known[name] for name in required):
        return
    base = [dict(zip(required, each, strict=True)) for each in _mixed([known[n] for n in required])]
    yield from base
    for name in properties:
        if name not in required:
            for value in known[name][:3]:
                yield {**base[0], name: value}


def _mixed(choices: list[list[Any]]) -> Iterable[tuple[Any, ...]]:
    """Combinations, of which no one argument keeps its first value for long."""
    if not choices:
        return [()]
    longest = max(map(len, choices))
    diagonal = [tuple(each[n % len(each)] for each in choices) for n in range(longest)]
    every = islice(product(*choices), _MOST_FOR_ONE)
    return _distinct([*diagonal, *every])[:_MOST_FOR_ONE]


def _distinct(tuples: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list({repr(each): each for each in tuples}.values())
