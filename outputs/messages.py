"""A dialogue as the agent sees it: the messages that a trainer reads.

Only what the agent may see becomes a message, and each agent message says whether it may be trained on.
Messages are no second record of the dialogue: they are made from its events, and from nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from generators.brief import agent_brief
from generators.domains.domain import Domain
from generators.event import AGENT, USER, Event, ToolCall, ToolResult, view_of
from generators.trajectory import Trajectory
from outputs.judged import Judged
from personas.record import Record, canonical_json
from verifiers.decision import Decision
from verifiers.rules.tool_calls import REFINED

Role = Literal["system", "user", "assistant", "tool"]


class Message(Record):
    """One message. ``train`` is false for every role but ``assistant``.

    ``name`` is the tool of a ``tool`` message, or the party of a ``user`` message that is not the
    user's own. ``events`` are the indexes of the events that the message was made from.
    """

    role: Role
    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    name: str = ""
    train: bool = False
    events: tuple[int, ...] = ()


class Transcript(Record):
    """The messages of a dialogue, one sitting after the other, each opened by a system message.

    Every sitting ends with words of the agent; ``cut`` are the indexes of the events after them, which
    a trainer could not use: nobody answers them any more.
    """

    messages: tuple[Message, ...]
    cut: tuple[int, ...] = ()


def transcript_of(judged: Judged, domain: Domain) -> Transcript:
    """The messages of a judged dialogue, with the turns that nobody should learn left untrained."""
    trajectory = judged.trajectory
    starts = {each.index: each for each in trajectory.sessions}
    untrained = blamed_events(judged.decision) | repeated_failures(trajectory)
    seen = view_of(trajectory.events, AGENT)
    messages: list[Message] = []
    cut: list[int] = []
    sittings = [(index, list(each)) for index, each in groupby(seen, lambda event: event.session)]
    for index, events in sittings or [(0, [])]:
        session = starts.get(index)
        brief = agent_brief(domain, session.starts_at if session else judged.blueprint.clock)
        if session and session.memory:
            brief = f"{brief}\n\n{session.memory}"
        spoken = list(_spoken(events, untrained))
        kept = _answered(spoken)
        messages += [Message(role="system", content=brief), *spoken[:kept]]
        cut += [index for each in spoken[kept:] for index in each.events]
    return Transcript(messages=tuple(messages), cut=tuple(cut))


def sittings(messages: Iterable[Message]) -> Iterator[tuple[Message, ...]]:
    """The conversations in a transcript: one per system message."""
    current: list[Message] = []
    for message in messages:
        if message.role == "system" and current:
            yield tuple(current)
            current = []
        current.append(message)
    if current:
        yield tuple(current)


def blamed_events(decision: Decision) -> frozenset[int]:
    """The events at which an error finding blames the agent, and its slips that were put right. A
    verifier that abstained blames nobody."""
    return frozenset(
        finding.event
        for vote in decision.votes
        if vote.verdict.outcome != "abstain"
        for finding in vote.verdict.findings
        if finding.party == AGENT and finding.event >= 0
        if finding.severity == "error" or finding.code == REFINED
    )


def repeated_failures(trajectory: Trajectory) -> frozenset[int]:
    """The agent's calls that failed just as the same call had failed before: nobody should learn to
    insist. The first failure may be trained on, since what follows shows how to recover."""
    results = _results(trajectory.events)
    failed: set[tuple[str, bytes]] = set()
    found: set[int] = set()
    for event in trajectory.events:
        if event.party != AGENT or event.kind != "call" or not event.call:
            continue
        result = results.get(event.call.id)
        if result and result[1].error:
            key = (event.call.name, _normal(event.call.arguments))
            if key in failed:
                found.add(event.index)
            failed.add(key)
    return frozenset(found)


def plain(message: Message, arguments: Callable[[str], Any] = str) -> dict[str, Any]:
    """The message in OpenAI's shape, without any key that has nothing to say.

    ``arguments`` makes what stands for a call's arguments from their raw JSON string. An agent message
    has ``content`` or ``tool_calls`` or both; others always have ``content``.
    """
    found: dict[str, Any] = {"role": message.role}
    if message.content or not message.tool_calls:
        found["content"] = message.content
    if message.tool_calls:
        found["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": arguments(call.arguments)},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        found["tool_call_id"] = message.tool_call_id
    if message.name:
        found["name"] = message.name
    return found


def _spoken(events: list[Event], untrained: frozenset[int]) -> Iterator[Message]:
    results = _results(events)
    moves = _moves(events)
    pending: Message | None = None
    for event in events:
        if event.party == AGENT:
            move = moves.pop(event.turn, None)
            # A move of thoughts alone is none to the user, whose next words belong to those before.
            made = list(_agent_move(move, results, untrained)) if move else []
            if made and pending:
                yield pending
                pending = None
            yield from made
        elif event.kind == "say":
            name = "" if event.party == USER else event.party
            if pending and pending.name == name:
                pending = replace(
                    pending,
                    content=f"{pending.content}\n{event.text}",
                    events=(*pending.events, event.index),
                )
                continue
            if pending:
                yield pending
            pending = Message(role="user", content=event.text, name=name, events=(event.index,))
    if pending:
        yield pending


def _moves(events: list[Event]) -> dict[int, list[Event]]:
    """What the agent said, thought and called, by turn: the events of a move share it."""
    moves: dict[int, list[Event]] = {}
    for event in events:
        if event.party == AGENT and event.kind in ("say", "think", "call"):
            moves.setdefault(event.turn, []).append(event)
    return moves


def _agent_move(
    move: list[Event], results: dict[str, tuple[int, ToolResult]], untrained: frozenset[int]
) -> Iterator[Message]:
    calls = tuple(event.call for event in move if event.kind == "call" and event.call)
    answers = [(call, *results[call.id]) for call in calls if call.id in results]
    spoken = "\n".join(event.text for event in move if event.kind == "say" and event.text)
    indexes = tuple(event.index for event in move)
    if spoken or calls:
        yield Message(
            role="assistant",
            content=spoken,
            reasoning="\n".join(event.text for event in move if event.kind == "think"),
            tool_calls=calls,
            train=untrained.isdisjoint((*indexes, *(index for _, index, _ in answers))),
            events=indexes,
        )
    for call, index, result in answers:
        yield Message(
            role="tool",
            content=result.content,
            tool_call_id=call.id,
            name=call.name,
            events=(index,),
        )


def _results(events: Iterable[Event]) -> dict[str, tuple[int, ToolResult]]:
    """The first result of each call, with its event's index."""
    found: dict[str, tuple[int, ToolResult]] = {}
    for event in events:
        if event.kind == "result" and event.result:
            found.setdefault(event.result.call_id, (event.index, event.result))
    return found


def _answered(messages: list[Message]) -> int:
    """How many messages there are up to the agent's last words that call nothing."""
    for count in range(len(messages), 0, -1):
        message = messages[count - 1]
        if message.role == "assistant" and not message.tool_calls:
            return count
    return 0


def _normal(arguments: str) -> bytes:
    try:
        return canonical_json(msgspec.json.decode(arguments or "{}"))
    except msgspec.DecodeError:
        return arguments.encode()
