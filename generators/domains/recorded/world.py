"""The world of a recorded server: it answers what it was seen to answer, after the same writes.

The state is the writes that were made, in order. A call that was never recorded in this state is an
error of its own kind; no answer is ever made up.
"""

import keyword
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from generators.domains.recorded.spec import RecordedTool, Recording, call_key
from generators.domains.table import Base, Database, Row, TableSpec, ToolFailure
from generators.domains.tool import Tool

NOT_RECORDED = "not_recorded"
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list[Any],
    "object": dict[str, Any],
}


class Write(Row):
    """One write that was made. ``call`` is its ``call_key``."""

    place: str
    call: str


WRITES = TableSpec(Write, "writes", "place")
Answers = Mapping[tuple[tuple[str, ...], str], Recording]
"""Recordings by the writes before them, and their call."""


def answers_of(recordings: list[Recording]) -> Answers:
    """The recordings, to be found by state and call."""
    return {(each.before, call_key(each.tool, each.arguments)): each for each in recordings}


def seed(number: int) -> Base:
    """Nothing has been written yet. All worlds of a recording are alike."""
    return Base((WRITES,), {Write: ()})


def writes_before(db: Database) -> tuple[str, ...]:
    """The writes that were made so far."""
    return tuple(each.call for each in db[Write])


def why_no_tool(name: str, spec: RecordedTool) -> str:
    """Why a tool cannot be played; empty when it can."""
    properties = spec.schema.get("properties", {})
    if spec.schema.get("type") != "object" or not isinstance(properties, dict):
        return "its arguments are no object"
    for each in properties:
        if not str(each).isidentifier() or keyword.iskeyword(each) or str(each).startswith("_"):
            return f"the argument {str(each)[:40]!r} has a name that calls cannot have"
    return ""


def tool_of(name: str, spec: RecordedTool, answers: Answers) -> Tool:
    """The tool, as a model is shown it and as it is called."""

    def run(db: Database, **given: Any) -> Any:
        call = call_key(name, {each: value for each, value in given.items() if value is not None})
        before = writes_before(db)
        recording = answers.get((before, call))
        if recording is None:
            raise ToolFailure(NOT_RECORDED, f"{name} was not recorded with these arguments")
        if recording.error:
            said = recording.result
            raise ToolFailure(
                recording.error,
                said if isinstance(said, str) else msgspec.json.encode(said).decode(),
            )
        if spec.writes:
            db[Write].insert(Write(place=f"{len(before):04d}", call=call))
        return recording.result

    properties = spec.schema.get("properties", {})
    required = spec.schema.get("required", [])
    fields: list[Any] = [
        (each, _type_of(part)) if each in required else (each, _type_of(part) | None, None)
        for each, part in properties.items()
    ]
    arguments = msgspec.defstruct(
        f"{name}_arguments", fields, kw_only=True, forbid_unknown_fields=True
    )
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    if "$defs" in spec.schema:
        parameters["$defs"] = spec.schema["$defs"]
    shown = {"name": name, "description": spec.description, "parameters": parameters}
    return Tool(
        name=name,
        description=spec.description,
        function=run,
        writes=spec.writes,
        arguments=arguments,
        schema={"type": "function", "function": shown},
    )


def _type_of(part: Any) -> Any:
    """What an argument may be. The finer points of its schema are the server's to refuse."""
    if not isinstance(part, dict):
        return Any
    choices = part.get("enum")
    if isinstance(choices, list) and choices and all(type(each) in (str, int) for each in choices):
        return Literal[tuple(choices)]
    return _TYPES.get(str(part.get("type")), Any)
