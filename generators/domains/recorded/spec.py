"""A recorded server as data: its tools as they stand in ``server.yaml``, its answers in
``recordings.jsonl``."""

from typing import Any

from personas.record import Record, canonical_json


class RecordedTool(Record, forbid_unknown_fields=True, omit_defaults=True):
    """One tool. ``schema`` is the JSON Schema of its arguments as the server gives it; ``theirs`` is its
    name there. ``want`` completes "You want to ..."; ``tells`` are the fields of its results that a
    caller must hear, as paths (``price``, ``rooms.0.name``), empty where nobody can want it by itself.
    """

    theirs: str
    description: str
    schema: dict[str, Any]
    writes: bool = False
    want: str = ""
    tells: tuple[str, ...] = ()


class ServerSpec(Record, forbid_unknown_fields=True, omit_defaults=True):
    """What stands in ``server.yaml``. ``clock`` is the world's frozen time, ISO 8601 without zone;
    ``confirmed`` is the clause of ``policy.md`` that asks for a yes before each write, empty for none.
    ``source`` is what was recorded, for people."""

    name: str
    title: str
    summary: str
    clock: str
    tools: dict[str, RecordedTool]
    confirmed: str = ""
    source: str = ""


class Recording(Record, forbid_unknown_fields=True, omit_defaults=True):
    """What a server answered to one call. ``before`` are the writes that had been made since its start,
    as ``call_key``s; ``error`` is a code, and empty for an answer."""

    tool: str
    arguments: dict[str, Any]
    result: Any
    before: tuple[str, ...] = ()
    error: str = ""


def call_key(tool: str, arguments: dict[str, Any]) -> str:
    """A call as text: the same for the same call, in whatever order its arguments stand."""
    return f"{tool} {canonical_json(arguments).decode()}"
