"""The Arrow schema of a canonical row: one attempt, its plan, its speaker, and every verdict.

The schema is written out, never inferred, so shards of different builds always fit together. What has
fixed fields is a struct that any Arrow reader can query. What has not (a tool's schema, a plan, a
note's details) is a JSON string of our own writing: Arrow would fill its missing keys with nulls, and a
trainer would learn to emit them. A field without a value is null here; exporters leave it out.
"""

import pyarrow as pa

from generators.trajectory import SCHEMA_VERSION

__all__ = ["BLUEPRINT_SCHEMA", "PERSONA_SCHEMA", "ROW_SCHEMA", "SCHEMA_VERSION"]

_TEXTS = pa.list_(pa.string())

_CALL = pa.struct([("id", pa.string()), ("name", pa.string()), ("arguments", pa.string())])

_MESSAGE = pa.struct(
    [
        ("role", pa.string()),
        ("content", pa.string()),
        ("reasoning", pa.string()),
        ("tool_calls", pa.list_(_CALL)),
        ("tool_call_id", pa.string()),
        ("name", pa.string()),
        ("train", pa.bool_()),
        ("events", pa.list_(pa.int32())),
    ]
)

_EVENT = pa.struct(
    [
        ("index", pa.int32()),
        ("turn", pa.int32()),
        ("session", pa.int32()),
        ("party", pa.string()),
        ("kind", pa.string()),
        ("visible_to", _TEXTS),
        ("text", pa.string()),
        ("call", _CALL),
        (
            "result",
            pa.struct([("call_id", pa.string()), ("content", pa.string()), ("error", pa.string())]),
        ),
        ("language", pa.string()),
        ("locale", pa.string()),
        ("annotations", pa.string()),
        ("rewards", pa.string()),
        ("usage", pa.string()),
        ("tokens", pa.string()),
        ("attachments", pa.string()),
    ]
)

_FINDING = pa.struct(
    [
        ("code", pa.string()),
        ("message", pa.string()),
        ("event", pa.int32()),
        ("party", pa.string()),
        ("severity", pa.string()),
    ]
)

_VOTE = pa.struct(
    [
        ("verifier", pa.string()),
        ("outcome", pa.string()),
        ("score", pa.float64()),
        ("confidence", pa.float64()),
        ("weight", pa.float64()),
        ("veto", pa.bool_()),
        ("findings", pa.list_(_FINDING)),
    ]
)

_MEMBER = pa.struct(
    [(name, pa.string()) for name in ("party", "role", "player", "model", "revision", "sampling")]
)

_SESSION = pa.struct([("index", pa.int32()), ("starts_at", pa.string()), ("memory", pa.string())])

_FAILURE = pa.struct([("party", pa.string()), ("kind", pa.string()), ("message", pa.string())])

_PARENT = pa.struct(
    [("trajectory_id", pa.string()), ("event_index", pa.int32()), ("derivation", pa.string())]
)

_REWARD = pa.struct([("name", pa.string()), ("value", pa.float64()), ("source", pa.string())])

_ANNOTATION = pa.struct([("name", pa.string()), ("value", pa.string()), ("visible_to", _TEXTS)])

ROW_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("row_hash", pa.string()),
        ("schema_version", pa.int32()),
        ("dataset_version", pa.string()),
        ("domain", pa.string()),
        ("language", pa.string()),
        ("locale", pa.string()),
        ("intents", _TEXTS),
        ("difficulty", pa.string()),
        ("environment", pa.string()),
        ("refined", pa.bool_()),
        ("split", pa.string()),
        ("dropped", pa.string()),
        ("duplicate_of", pa.string()),
        ("messages", pa.list_(_MESSAGE)),
        ("tools", pa.string()),
        ("events", pa.list_(_EVENT)),
        ("stop_reason", pa.string()),
        ("failure", _FAILURE),
        ("decision", pa.string()),
        ("score", pa.float64()),
        ("reasons", _TEXTS),
        ("blamed", pa.string()),
        ("votes", pa.list_(_VOTE)),
        ("rewards", pa.list_(_REWARD)),
        ("annotations", pa.list_(_ANNOTATION)),
        ("group_id", pa.string()),
        ("attempt", pa.int32()),
        ("seed", pa.int64()),
        ("members", pa.list_(_MEMBER)),
        ("sessions", pa.list_(_SESSION)),
        ("parent", _PARENT),
        ("start_hash", pa.string()),
        ("end_hash", pa.string()),
        ("blueprint_id", pa.string()),
        ("blueprint", pa.string()),
        ("persona_id", pa.string()),
        ("persona", pa.string()),
    ]
)
"""One judged dialogue. ``messages`` and ``tools`` are what the agent saw; ``blueprint``, ``persona`` and
most of ``events`` the agent never saw. Where ``environment`` is equal, tools are; ``refined`` says that
the agent put a call right which went by another environment's name. ``row_hash`` is the hash of
everything else in the row except ``dataset_version`` and what model calls cost."""

BLUEPRINT_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("domain", pa.string()),
        ("language", pa.string()),
        ("locale", pa.string()),
        ("intents", _TEXTS),
        ("difficulty", pa.string()),
        ("persona_id", pa.string()),
        ("blueprint", pa.string()),
    ]
)
"""One plan; ``blueprint`` is the whole record as JSON."""

PERSONA_SCHEMA = pa.schema([("id", pa.string()), ("locale", pa.string()), ("persona", pa.string())])
"""One persona; ``persona`` is the whole record as JSON."""
