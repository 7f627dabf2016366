"""Accepted dialogues as conversations that are safe to train on: what all SFT formats start from.

A conversation is checked before any format writes it. One with a defect is left out with a reason, and
one with a turn that must not be trained on is cut before it where the format cannot say so.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.event import AGENT
from outputs.formats.format import Left, Rows
from outputs.judged import Judged
from outputs.messages import Message, sittings
from outputs.row import from_row, messages_of
from personas.record import Record


class Conversation(Record):
    """One sitting of an accepted dialogue. ``tools`` are OpenAI schemas; ``source`` is the row's id."""

    source: str
    split: str
    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...]
    shortened: bool = False


def conversations(rows: Rows) -> Iterator[Conversation | Left]:
    """The conversations of the accepted rows, and what was left out of them."""
    for row in rows():
        judged = from_row(row)
        if not judged.accepted:
            continue
        tools = tuple(msgspec.json.decode(row["tools"]))
        for messages in sittings(messages_of(row)):
            reason = (
                defect(messages, tools)
                or ("secret" if gives_away(messages, secrets_of(judged)) else "")
                or ("attachment" if _has_attachments(judged) else "")
            )
            if reason:
                yield Left(judged.id, reason)
            else:
                yield Conversation(
                    source=judged.id, split=judged.split, messages=messages, tools=tools
                )


def without_untrained(conversation: Conversation, how: str) -> Conversation | Left:
    """The conversation for a format in which every agent turn is trained on.

    ``how`` is ``split`` to keep what comes before the first turn that must not be trained on, or
    ``drop`` to leave the whole conversation out. Nothing that is kept goes untrained by accident, and
    nothing untrained is kept.
    """
    messages = conversation.messages
    untrained = [
        index
        for index, message in enumerate(messages)
        if message.role == "assistant" and not message.train
    ]
    if not untrained:
        return conversation
    if how == "drop":
        return Left(conversation.source, "untrained_turn")
    for count in range(untrained[0], 0, -1):
        last = messages[count - 1]
        if last.role == "assistant" and not last.tool_calls:
            return replace(conversation, messages=messages[:count], shortened=True)
    return Left(conversation.source, "untrained_turn")


def defect(messages: tuple[Message, ...], tools: tuple[dict[str, Any], ...]) -> str:
    """Why the messages are no conversation to train on: a stable code, or nothing."""
    names = {tool["function"]["name"] for tool in tools}
    open_calls: list[str] = []
    answered: set[str] = set()
    for place, message in enumerate(messages):
        if (message.role == "system") != (place == 0):
            return "misplaced_role"
        if message.role == "tool":
            if message.tool_call_id in answered:
                return "answered_twice"
            if message.tool_call_id not in open_calls:
                return "answer_to_no_call"
            open_calls.remove(message.tool_call_id)
            answered.add(message.tool_call_id)
            continue
        if open_calls:
            return "unanswered_call"
        if message.role == "assistant":
            if not message.content and not message.tool_calls:
                return "empty_turn"
            for call in message.tool_calls:
                # A slip that is put right stays as what not to do; nobody is trained on it.
                if call.name not in names and message.train:
                    return "unknown_tool"
                if not _is_object(call.arguments):
                    return "malformed_arguments"
                open_calls.append(call.id)
    if messages[-1].role != "assistant":
        return "no_agent_turn"
    return "unanswered_call" if open_calls else ""


def secrets_of(judged: Judged) -> list[str]:
    """What no trainer may ever see: the user's secrets, instructions and inner life.

    Facts that the user may tell are no secrets: they stand in the dialogue once told.
    """
    plan = judged.blueprint
    private = [fact.value for fact in plan.facts if fact.reveal == "never"]
    instructions = [each.need for each in (*plan.goals, *plan.changes)]
    notes = [
        note.value
        for event in judged.trajectory.events
        for note in event.annotations
        if note.name == "inner_state" and AGENT not in note.visible_to
    ]
    return [
        text
        for text in (*private, *instructions, *notes, judged.persona.biography.summary)
        if text.strip()
    ]


def gives_away(messages: Iterable[Message], secrets: list[str]) -> bool:
    """Whether any of the secrets stands in what the messages say, think or call."""
    for message in messages:
        said = "\n".join(
            (message.content, message.reasoning, *(call.arguments for call in message.tool_calls))
        ).casefold()
        if any(secret.casefold() in said for secret in secrets):
            return True
    return False


def _has_attachments(judged: Judged) -> bool:
    return any(event.attachments for event in judged.trajectory.events if AGENT in event.visible_to)


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(arguments or "{}"), dict)
    except msgspec.DecodeError:
        return False
