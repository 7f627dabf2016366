"""Supervised fine-tuning with TRL: ``messages`` and ``tools`` per line.

Most chat templates need a call's arguments as an object and silently encode a string twice; a few need
the string. TRL trains on every agent turn, so a dialogue ends before one that must not be trained on.
``tools`` is a JSON string, which TRL decodes: as objects, Arrow would fill every tool's schema with the
other tools' keys.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from outputs.formats.conversation import conversations, without_untrained
from outputs.formats.format import Format, Left, Line, Options, Rows
from outputs.messages import Message, plain


def _convert(rows: Rows, options: Options) -> Iterator[Line | Left]:
    arguments = _decoded if options["arguments"] == "object" else str
    for conversation in conversations(rows):
        if isinstance(conversation, Left):
            yield conversation
            continue
        kept = without_untrained(conversation, options["untrained"])
        if isinstance(kept, Left):
            yield kept
            continue
        content = {
            "messages": [
                _message(each, arguments, options["reasoning"] == "keep") for each in kept.messages
            ],
            "tools": msgspec.json.encode(kept.tools).decode(),
        }
        yield Line(kept.split, content, kept.shortened)


def _message(message: Message, arguments: Any, reasoning: bool) -> dict[str, Any]:
    # Templates look at the content of every message, also of one that only calls.
    found = {"role": message.role, "content": message.content} | plain(message, arguments)
    if reasoning and message.reasoning:
        found["reasoning_content"] = message.reasoning
    return found


def _decoded(arguments: str) -> Any:
    return msgspec.json.decode(arguments or "{}")


TRL = Format(
    name="trl",
    summary="TRL SFTTrainer: JSONL with messages and tools.",
    kind="sft",
    options={
        "arguments": ("object", "json"),
        "untrained": ("split", "drop"),
        "reasoning": ("drop", "keep"),
    },
    convert=_convert,
)
