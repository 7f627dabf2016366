"""The JSON schemas that constrain structured replies: few, bounded, plain enough for any grammar engine.

There is one per party and domain, so an engine compiles it once. Every text and list has a longest
length: without one a bad model fills a reply to its last token. Keys are in the order in which a model
should decide them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from generators.blueprint import Outcome
from generators.event import USER

_MOST_CALLS = 4
_MOST_GOALS = 8
_ARGUMENT = 200
"""The most characters of an argument whose tool sets no bound, ..."""
_LONG_ARGUMENT = 1200
"""... and of one whose tool does: a query, say."""
_REASON = 300
_NEED = 300
_VALUE = 80
MOST_NAMED = 12
"""The most facts that a proposed call may ask for, and values that it may name beforehand."""
VERDICTS = ("accept", "reject", "cannot_judge")
"""What a reviewer of plans can say."""
_WHOLE = 1_000_000_000
_KEPT = ("type", "enum", "const", "pattern", "format", "minimum", "maximum")
_FORMATS = frozenset({"date", "time", "date-time"})
_ENDLESS = re.compile(r"[*+.]|\[\^|\(\?")
"""Patterns with these, escapes aside, have no longest match, or mean more than grammars know."""


def longest(max_tokens: int) -> int:
    """The most characters of one utterance that fit a reply of ``max_tokens``, its other parts
    included, even where a token is hardly more than a character."""
    return max(80, min(3 * max_tokens // 2, 2000))


def reply_format(
    party: str, tools: list[dict[str, Any]], *, think: bool, length: int
) -> msgspec.Raw:
    """The ``response_format`` of a party's replies. ``tools`` are its OpenAI schemas, ``length`` the
    longest utterance in characters."""
    properties: dict[str, Any] = {}
    if think:
        properties["thought" if party == USER else "think"] = _text(length // 2)
    properties["say"] = _text(length)
    if party == USER:
        number = {"type": "integer", "enum": list(range(1, _MOST_GOALS + 1))}
        properties["goals_done"] = {"type": "array", "items": number, "maxItems": _MOST_GOALS}
        properties["end"] = {"type": "boolean"}
    if tools:
        call = {"anyOf": [_call(each["function"]) for each in tools]}
        properties["calls"] = {"type": "array", "items": call, "maxItems": _MOST_CALLS}
    return formatted(f"{party}_reply", _object(properties))


def formatted(name: str, schema: dict[str, Any]) -> msgspec.Raw:
    """A schema as the ``response_format`` of a request, encoded."""
    return msgspec.Raw(
        msgspec.json.encode(
            {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            }
        )
    )


def choice_format(acts: list[str]) -> msgspec.Raw:
    """The ``response_format`` of a planner that picks one of ``acts``."""
    return formatted("planned_act", _object({"act": {"type": "string", "enum": acts}}))


def verdict_format() -> msgspec.Raw:
    """The ``response_format`` of a critic."""
    return formatted("verdict", _object({"accept": {"type": "boolean"}, "reason": _text(_REASON)}))


def review_format() -> msgspec.Raw:
    """The ``response_format`` of a reviewer of plans."""
    verdict = {"type": "string", "enum": list(VERDICTS)}
    return formatted("review", _object({"verdict": verdict, "comment": _text(_REASON)}))


def proposal_format(
    goals: int,
    intents: Sequence[str],
    tools: Mapping[str, Sequence[dict[str, Any]]],
    most: Mapping[str, int],
    key: str,
) -> msgspec.Raw:
    """The ``response_format`` of a writer of plans: exactly so many ``goals`` of these ``intents``,
    calls of these ``tools`` (OpenAI schemas by party), at most so many facts, actions and answers
    (``most``, by field). ``key`` is the pattern of the keys of facts."""
    number = {"type": "integer", "enum": list(range(1, goals + 1))}
    outcomes = {"type": "string", "enum": list(get_args(Outcome))}
    goal = {
        "intent": {"type": "string", "enum": list(intents)},
        "need": _text(_NEED),
        "outcome": outcomes,
    }
    fact = {
        "goal": number,
        "key": {"type": "string", "pattern": f"^{key}$"},
        "value": _text(_VALUE),
        "spoken": _text(_VALUE),
        "reveal": {"type": "string", "enum": ["upfront", "when_asked"]},
    }
    keys = {"type": "array", "items": fact["key"], "maxItems": MOST_NAMED}
    names = {"type": "array", "items": _text(_VALUE), "maxItems": MOST_NAMED}
    before = {"asks": keys, "names": names}
    calls = [
        _object({"goal": number, "party": {"type": "string", "enum": [party]}, **inner, **before})
        for party, schemas in tools.items()
        for each in schemas
        for inner in (_call(each["function"])["properties"],)
    ]
    answer = {"goal": number, "value": _text(_VALUE)}
    items: dict[str, dict[str, Any]] = {
        "facts": _object(fact),
        "actions": {"anyOf": calls},
        "say": _object(answer),
    }
    exactly = {"minItems": goals, "maxItems": goals}
    properties = {"goals": {"type": "array", "items": _object(goal), **exactly}} | {
        name: {"type": "array", "items": item, "maxItems": most[name]}
        for name, item in items.items()
    }
    return formatted("plan", _object(properties))


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _text(length: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": length}


def _call(function: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {
            "tool": {"type": "string", "enum": [function["name"]]},
            "arguments": _bounded(function["parameters"]),
        }
    )


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """A tool's schema with the keywords that grammars know, and an end to every value."""
    found = {key: schema[key] for key in _KEPT if key in schema}
    if found.get("format") not in _FORMATS:
        found.pop("format", None)
    if _ENDLESS.search(re.sub(r"\\.", "", found.get("pattern", ""))):
        del found["pattern"]
    if "anyOf" in schema:
        found["anyOf"] = [_bounded(each) for each in schema["anyOf"]]
    kind = schema.get("type")
    if kind == "object":
        inner = {key: _bounded(each) for key, each in schema.get("properties", {}).items()}
        found |= _object(inner, schema.get("required", []))
    elif kind == "array":
        found |= {"items": _bounded(schema.get("items", {})), "maxItems": schema.get("maxItems", 8)}
    elif kind == "string" and not found.keys() & {"enum", "const", "pattern", "format"}:
        found["maxLength"] = min(schema.get("maxLength", _ARGUMENT), _LONG_ARGUMENT)
    elif kind == "integer" and "enum" not in found:
        found.setdefault("minimum", -_WHOLE)
        found.setdefault("maximum", _WHOLE)
    return found
