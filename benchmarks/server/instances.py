"""A small valid instance of a JSON schema, as a server with structured output would give.

For the part of JSON Schema that such schemas use: objects, strings, numbers, booleans, arrays, ``enum``,
``const``, simple patterns, ``anyOf``, ``oneOf``, one-part ``allOf``, ``$ref`` to ``$defs``.
"""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.server.draw import Draw
from benchmarks.server.patterns import PatternRefused, matching

_DEPTH = 12
_FORMATS = {
    "date": "2025-03-04",
    "date-time": "2025-03-04T10:30:00Z",
    "time": "10:30:00Z",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "uuid": "8a3c1f0e-52d4-4a6b-9f6e-1b7c2d3e4f50",
}


class SchemaRefused(ValueError):
    """A schema uses what is not known here."""


class Maker:
    """Makes instances of one schema.

    ``drawn`` takes any of an ``enum`` and of alternatives, either boolean, and optional properties or
    not; otherwise the first of each choice, ``false`` and no optional property. ``text`` gives the words
    of free strings.
    """

    def __init__(
        self, schema: dict[str, Any], draw: Draw, text: Callable[[], str], drawn: bool
    ) -> None:
        self._root = schema
        self._draw = draw
        self._text = text
        self._drawn = drawn

    def make(self) -> Any:
        """An instance. Raises ``SchemaRefused``."""
        return self._of(self._root, 0)

    def _of(self, schema: Any, depth: int) -> Any:
        if depth > _DEPTH:
            raise SchemaRefused("the schema nests too deeply")
        if not isinstance(schema, dict) or not schema:
            return self._text()
        if "$ref" in schema:
            return self._of(self._found(schema["$ref"]), depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._one(schema["enum"])
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._of(self._one(schema[word]), depth + 1)
        if len(schema.get("allOf", ())) == 1:
            return self._of(schema["allOf"][0], depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = self._one(kind)
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema)
            case "integer" | "number":
                return self._number(schema, kind)
            case "boolean":
                return self._drawn and self._draw.unit() < 0.5
            case "null":
                return None
        raise SchemaRefused(f"no such type: {kind}")

    def _found(self, reference: str) -> Any:
        place: Any = self._root
        head, *steps = reference.split("/")
        try:
            for step in steps:
                place = place[step.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError):
            head = ""
        if head != "#":
            raise SchemaRefused(f"{reference} leads nowhere")
        return place

    def _one(self, choices: Sequence[Any]) -> Any:
        if not choices:
            raise SchemaRefused("a choice between nothing")
        return choices[self._draw.below(len(choices)) if self._drawn else 0]

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        made = {}
        for name, part in properties.items():
            if name in required or (self._drawn and depth < 4 and self._draw.unit() < 0.5):
                made[name] = self._of(part, depth + 1)
        for name in sorted(required - set(properties)):
            made[name] = self._text()
        return made

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = max(least, min(schema.get("maxItems", least + 2), least + 2))
        count = least + self._draw.below(most - least + 1) if self._drawn else least
        before = [self._of(part, depth + 1) for part in schema.get("prefixItems", ())]
        return before + [
            self._of(schema.get("items", {}), depth + 1) for _ in range(count - len(before))
        ]

    def _string(self, schema: dict[str, Any]) -> str:
        if "pattern" in schema:
            return self._matching(schema["pattern"])
        if "format" in schema:
            return _FORMATS.get(schema["format"], self._text())
        text = self._text()
        while len(text) < schema.get("minLength", 0):
            text = f"{text} {self._text()}"
        return text[: schema["maxLength"]] if "maxLength" in schema else text

    def _matching(self, pattern: str) -> str:
        try:
            return matching(pattern, self._draw)
        except PatternRefused as error:
            raise SchemaRefused(str(error)) from None

    def _number(self, schema: dict[str, Any], kind: str) -> float:
        whole = kind == "integer"
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0 if whole else 0.0))
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 100))
        if "minimum" not in schema and low > high:
            low = high - 100
        if whole:
            low += "exclusiveMinimum" in schema and "minimum" not in schema
            high -= "exclusiveMaximum" in schema and "maximum" not in schema
            return low + (self._draw.below(high - low + 1) if high > low else 0)
        return low + (high - low) * (0.25 + self._draw.unit() / 2)
