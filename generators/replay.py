"""Re-executing a dialogue's calls in a fresh world: the certain way to know what it did."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.table import Database
from generators.domains.timeline import Entry, Timeline
from generators.domains.world import World, world_of
from generators.event import Event


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A call whose recorded result is not what the world answers. ``index`` is the call's event."""

    index: int
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What re-execution found: the timeline, the mismatches, and the end state's hash."""

    timeline: Timeline
    mismatches: tuple[Mismatch, ...]
    start_hash: str
    end_hash: str
    world: World


def replay(blueprint: Blueprint, domain: Domain, events: Iterable[Event]) -> Replay:
    """Runs every call of ``events``, in order, in a fresh world of the blueprint.

    A call without a recorded result counts as not executed: the dialogue ended before it was.
    """
    world = world_of(blueprint, domain)
    start_hash, start = world.state_hash(), _copy(world)
    transcript = list(events)
    recorded = {
        event.result.call_id: event.result
        for event in transcript
        if event.kind == "result" and event.result
    }
    entries, mismatches = [], []
    for event in transcript:
        if event.kind == "say":
            entries.append(Entry(event.index, event.turn, event.party, "say", text=event.text))
        elif event.kind == "call" and event.call and event.call.id in recorded:
            entry, content = _execute(
                world, event.party, event.call.name, event.call.arguments, event
            )
            entries.append(entry)
            result = recorded[event.call.id]
            if (result.content, result.error) != (content, entry.error):
                mismatches.append(Mismatch(event.index, result.content, content))
    timeline = Timeline(tuple(entries), start, has_talk=True)
    return Replay(timeline, tuple(mismatches), start_hash, world.state_hash(), world)


def rehearse(blueprint: Blueprint, domain: Domain, actions: Iterable[Action]) -> Replay:
    """Runs bare planned actions, in order, in a fresh world of the blueprint."""
    world = world_of(blueprint, domain)
    start_hash, start = world.state_hash(), _copy(world)
    entries = []
    for index, action in enumerate(actions):
        raw = msgspec.json.encode(action.arguments).decode()
        entries.append(_execute(world, action.party, action.tool, raw, index)[0])
    timeline = Timeline(tuple(entries), start, has_talk=False)
    return Replay(timeline, (), start_hash, world.state_hash(), world)


def _execute(world: World, party: str, name: str, raw: str, at: Event | int) -> tuple[Entry, str]:
    index, turn = (at, at) if isinstance(at, int) else (at.index, at.turn)
    tool = world.domain.tools_of(party).get(name)
    before = world.db.snapshot()
    outcome = world.call(party, name, raw)
    entry = Entry(
        index,
        turn,
        party,
        "call",
        tool=name,
        arguments=_arguments(raw),
        value=outcome.value if outcome.error else msgspec.json.decode(outcome.content),
        error=outcome.error,
        writes=bool(tool and tool.writes),
        before=before,
    )
    return entry, outcome.content


def _arguments(raw: str) -> dict[str, object]:
    try:
        parsed = msgspec.json.decode(raw or "{}")
    except msgspec.DecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _copy(world: World) -> Database:
    db = Database(world.db.base, world.db.now)
    db.restore(world.db.snapshot())
    return db
