"""Fine-tuning files in OpenAI's format, which many hosted trainers take.

Arguments are JSON strings here, every call is answered, and ``weight`` on agent messages says whether
they are trained on, so dialogues stay whole.
"""

from collections.abc import Iterator
from typing import Any

from outputs.formats.conversation import Conversation, conversations
from outputs.formats.format import Format, Left, Line, Options, Rows
from outputs.messages import Message, plain


def _convert(rows: Rows, options: Options) -> Iterator[Line | Left]:
    for conversation in conversations(rows):
        if isinstance(conversation, Left):
            yield conversation
        elif not any(message.train for message in conversation.messages):
            yield Left(conversation.source, "untrained_turn")
        else:
            yield Line(conversation.split, _content(conversation))


def _content(conversation: Conversation) -> dict[str, Any]:
    return {
        "messages": [_message(each) for each in conversation.messages],
        "tools": list(conversation.tools),
        "parallel_tool_calls": any(len(each.tool_calls) > 1 for each in conversation.messages),
    }


def _message(message: Message) -> dict[str, Any]:
    found = plain(message)
    if message.role == "assistant":
        found["weight"] = int(message.train)
    if message.role == "tool":
        # A tool message is matched by its call's id; the field is not part of this format.
        found.pop("name", None)
    return found


OPENAI = Format(
    name="openai",
    summary="OpenAI fine-tuning JSONL with weights; arguments are strings.",
    kind="sft",
    options={},
    convert=_convert,
)
