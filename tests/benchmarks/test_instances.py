"""Instances of schemas obey the schemas."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from benchmarks.server.draw import Draw
from benchmarks.server.instances import Maker, SchemaRefused

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string", "maxLength": 12},
    {"type": "string", "minLength": 400},
    {"enum": ["a", 3, None]},
    {"const": {"x": 1}},
    {"type": "integer", "minimum": 3, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
    {"type": "integer", "maximum": -200},
    {"type": ["string", "null"]},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 3},
    {"type": "array", "prefixItems": [{"const": 1}], "items": {"type": "null"}, "minItems": 2},
    {"type": "string", "format": "date"},
    {"type": "string", "pattern": r"^[A-Z]-\d{4,6}(?:x|y+)?[^@\s]*\.$"},
    {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+\.[^@\s]+$"},
    {
        "$defs": {"call": {"type": "object", "properties": {"name": {"enum": ["look", "book"]}}}},
        "type": "object",
        "properties": {
            "said": {"anyOf": [{"type": "null"}, {"type": "string"}]},
            "calls": {"type": "array", "items": {"$ref": "#/$defs/call"}},
            "over": {"type": "boolean"},
            "note": {"allOf": [{"type": "string", "maxLength": 3}]},
        },
        "required": ["said", "calls", "over"],
        "additionalProperties": False,
    },
]


@given(st.sampled_from(SCHEMAS), st.integers(0, 2**64 - 1), st.booleans())
def test_every_instance_is_valid(schema: dict[str, Any], start: int, drawn: bool) -> None:
    made = Maker(schema, Draw(start, 0), lambda: "Some words.", drawn).make()
    Draft202012Validator(schema).validate(made)


def test_choices_are_the_first_ones_unless_drawn() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["say", "call"]}, "over": {"type": "boolean"}},
        "required": ["kind", "over"],
    }
    firsts = [Maker(schema, Draw(at, 0), str, drawn=False).make() for at in range(50)]
    assert all(made == {"kind": "say", "over": False} for made in firsts)
    drawn = [Maker(schema, Draw(at, 0), str, drawn=True).make() for at in range(50)]
    assert {(made["kind"], made["over"]) for made in drawn} == {
        (kind, over) for kind in ("say", "call") for over in (True, False)
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "elsewhere.json"},
        {"type": "string", "pattern": "(?=a)b"},
        {"type": "string", "pattern": "["},
        {"type": "tuple"},
        {"enum": []},
    ],
)
def test_what_is_not_known_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaRefused):
        Maker(schema, Draw(1, 0), str, drawn=False).make()
