"""A judged dialogue as a canonical row, and back, without loss.

``to_row`` and ``from_row`` are inverse; columns that can be computed (``messages``, ``tools``, the hash
and some that are there for filtering) are written for readers and are no part of the dialogue.
"""

import math
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import AGENT, Event, ToolCall
from generators.trajectory import Trajectory
from outputs.content import row_hash
from outputs.judged import Judged
from outputs.messages import Message, transcript_of
from outputs.migrations import migrated
from outputs.schema import SCHEMA_VERSION
from personas.persona import Persona
from personas.record import canonical_json
from verifiers.decision import Decision, Vote
from verifiers.rules.tool_calls import REFINED

_AS_JSON = ("annotations", "rewards", "usage", "tokens", "attachments")
_OF_TRAJECTORY = (
    "stop_reason",
    "failure",
    "rewards",
    "annotations",
    "group_id",
    "attempt",
    "seed",
    "members",
    "sessions",
    "parent",
    "start_hash",
    "end_hash",
)


class Unstorable(ValueError):
    """A record that no row can carry; the message names the row and the reason."""


def to_row(judged: Judged, domain: Domain, dataset_version: str = "") -> dict[str, Any]:
    """The row, with every column of ``ROW_SCHEMA`` and null where there is nothing.

    Raises ``Unstorable`` for numbers that JSON cannot say (NaN, infinity), for parts that belong to
    another dialogue, and for a trajectory of another schema version.
    """
    trajectory, blueprint, persona = judged.trajectory, judged.blueprint, judged.persona
    _check(judged)
    row: dict[str, Any] = {
        "id": trajectory.id,
        "schema_version": SCHEMA_VERSION,
        "dataset_version": dataset_version,
        "domain": trajectory.domain,
        "language": blueprint.language,
        "locale": blueprint.locale,
        "intents": list(blueprint.intents),
        "difficulty": blueprint.difficulty,
        "environment": blueprint.environment,
        "refined": is_refined(judged.decision),
        "split": judged.split,
        "dropped": judged.dropped,
        "duplicate_of": judged.duplicate_of,
        "messages": [_message(each) for each in transcript_of(judged, domain).messages],
        "tools": tools_text(domain),
        "events": [_event(each) for each in trajectory.events],
        "decision": judged.decision.outcome,
        "score": judged.decision.score,
        "reasons": list(judged.decision.reasons),
        "blamed": judged.decision.party,
        "votes": [_vote(each) for each in judged.decision.votes],
        "blueprint_id": blueprint.id,
        "blueprint": canonical_json(blueprint).decode(),
        "persona_id": persona.id,
        "persona": canonical_json(persona).decode(),
    }
    row |= {name: _full(getattr(trajectory, name)) for name in _OF_TRAJECTORY}
    row["row_hash"] = row_hash(row)
    return row


def from_row(row: dict[str, Any]) -> Judged:
    """The judged dialogue in a row of this or an older schema version.

    Raises ``msgspec.ValidationError`` or ``msgspec.DecodeError`` when the row is none of ours, and
    ``UnknownSchema`` when a newer program wrote it.
    """
    row = migrated(row)
    body = {name: row[name] for name in _OF_TRAJECTORY}
    body |= {name: row[name] for name in ("id", "blueprint_id", "domain", "schema_version")}
    body["events"] = [_opened(event) for event in row["events"]]
    decision = {
        "trajectory_id": row["id"],
        "outcome": row["decision"],
        "score": row["score"],
        "reasons": row["reasons"],
        "party": row["blamed"],
    }
    votes = tuple(msgspec.convert(_opened_vote(each), Vote) for each in row["votes"])
    return Judged(
        trajectory=msgspec.convert(_given(body), Trajectory),
        blueprint=msgspec.json.decode(row["blueprint"], type=Blueprint),
        persona=msgspec.json.decode(row["persona"], type=Persona),
        decision=msgspec.convert(decision | {"votes": votes}, Decision),
        split=row["split"],
        dropped=row["dropped"],
        duplicate_of=row["duplicate_of"],
    )


def tools_text(domain: Domain) -> str:
    """The agent's tools as a JSON list of OpenAI schemas, keys in the order a model is shown them."""
    return msgspec.json.encode(domain.schemas_of(AGENT)).decode()


def is_refined(decision: Decision) -> bool:
    """Whether the agent made a call by a wrong name and then by the right one."""
    return any(
        finding.code == REFINED for vote in decision.votes for finding in vote.verdict.findings
    )


def messages_of(row: dict[str, Any]) -> tuple[Message, ...]:
    """The messages stored in a row."""
    return tuple(_opened_message(each) for each in row["messages"])


def _check(judged: Judged) -> None:
    trajectory, name = judged.trajectory, judged.trajectory.id
    if trajectory.schema_version != SCHEMA_VERSION:
        raise Unstorable(f"row {name}: its schema version is {trajectory.schema_version}")
    for what, found, expected in (
        ("blueprint", judged.blueprint.id, trajectory.blueprint_id),
        ("persona", judged.persona.id, judged.blueprint.persona_id),
        ("decision", judged.decision.trajectory_id, trajectory.id),
        ("blueprint's domain", judged.blueprint.domain, trajectory.domain),
    ):
        if found != expected:
            raise Unstorable(f"row {name}: its {what} is that of {found!r}, not of {expected!r}")
    # JSON has no NaN and the encoder writes null instead, so only a null can hide one.
    if b"null" in canonical_json(judged):
        place = _not_a_number(msgspec.to_builtins(judged), "")
        if place:
            raise Unstorable(f"row {name}: {place} is not a finite number")


def _not_a_number(value: Any, path: str) -> str:
    if isinstance(value, float):
        return "" if math.isfinite(value) else path
    if isinstance(value, dict):
        pairs = ((f"{path}.{key}" if path else str(key), each) for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        pairs = ((f"{path}[{index}]", each) for index, each in enumerate(value))
    else:
        return ""
    return next((found for where, each in pairs if (found := _not_a_number(each, where))), "")


def _full(value: Any) -> Any:
    """Builtins with every field of every record, also those at their defaults."""
    if isinstance(value, msgspec.Struct):
        return {name: _full(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, (list, tuple)):
        return [_full(each) for each in value]
    return value if value is None else msgspec.to_builtins(value)


def _message(message: Message) -> dict[str, Any]:
    return {
        "role": message.role,
        "content": message.content,
        "reasoning": message.reasoning or None,
        "tool_calls": _full(message.tool_calls) or None,
        "tool_call_id": message.tool_call_id or None,
        "name": message.name or None,
        "train": message.train,
        "events": list(message.events),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "index": event.index,
        "turn": event.turn,
        "session": event.session,
        "party": event.party,
        "kind": event.kind,
        "visible_to": list(event.visible_to),
        "text": event.text,
        "call": _full(event.call),
        "result": _full(event.result),
        "language": event.language,
        "locale": event.locale,
    } | {
        name: None if value in (None, ()) else canonical_json(value).decode()
        for name in _AS_JSON
        for value in (getattr(event, name),)
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return _full(vote.verdict) | {"weight": vote.weight, "veto": vote.veto}


def _opened_vote(stored: dict[str, Any]) -> dict[str, Any]:
    verdict = {name: value for name, value in stored.items() if name not in ("weight", "veto")}
    return {"verdict": verdict, "weight": stored["weight"], "veto": stored["veto"]}


def _opened(event: dict[str, Any]) -> dict[str, Any]:
    found = _given(event)
    for name in _AS_JSON:
        if name in found:
            found[name] = msgspec.json.decode(found[name])
    return found


def _opened_message(stored: dict[str, Any]) -> Message:
    calls = tuple(msgspec.convert(each, ToolCall) for each in stored["tool_calls"] or ())
    return msgspec.convert(_given(stored) | {"tool_calls": calls}, Message)


def _given(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if value is not None}
