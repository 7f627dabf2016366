"""What is read of a request's body; the rest is skipped."""

from typing import Any

import msgspec

_BYTES_PER_BLOCK = 256


class Question(msgspec.Struct, frozen=True):
    """One chat completion that is asked for. ``messages``, ``tools`` and ``response_format`` stay as
    they came; the last two are empty where nothing was said."""

    model: str
    messages: list[msgspec.Raw]
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    tools: msgspec.Raw = msgspec.Raw()
    tool_choice: Any = None
    response_format: msgspec.Raw = msgspec.Raw()
    logprobs: bool | None = None
    return_token_ids: bool | None = None
    stream: bool | None = None
    n: int | None = None


class _Speaker(msgspec.Struct):
    role: str


class _Function(msgspec.Struct):
    name: str
    parameters: dict[str, Any] = {}


class Tool(msgspec.Struct):
    """A tool as a request offers it."""

    function: _Function


class _NamedSchema(msgspec.Struct):
    schema: dict[str, Any] | None = None


class _Format(msgspec.Struct):
    type: str
    json_schema: _NamedSchema | None = None


_question = msgspec.json.Decoder(Question)
_speaker = msgspec.json.Decoder(_Speaker)
_tools = msgspec.json.Decoder(list[Tool] | None)
_format = msgspec.json.Decoder(_Format | None)


def question_of(body: bytes) -> Question:
    """Raises ``msgspec.MsgspecError``."""
    return _question.decode(body)


def prompt_of(question: Question) -> bytes:
    """What a model would see, in its order: tools, then messages."""
    parts = [bytes(each) for each in question.messages]
    if question.tools:
        parts.insert(0, bytes(question.tools))
    return b" ".join(parts)


def tokens_in(prompt: bytes) -> int:
    """Prompt tokens: words, as far as blanks tell them apart."""
    return prompt.count(b" ") + 1


def blocks_of(prompt: bytes) -> list[int]:
    """A name for every whole block of a prompt that says what all blocks up to it hold."""
    names: list[int] = []
    name = 0
    for end in range(_BYTES_PER_BLOCK, len(prompt) + 1, _BYTES_PER_BLOCK):
        name = hash((name, prompt[end - _BYTES_PER_BLOCK : end]))
        names.append(name)
    return names


def last_speaker(question: Question) -> str:
    """The role of the last message. Raises ``msgspec.MsgspecError``."""
    return _speaker.decode(question.messages[-1]).role if question.messages else ""


def tools_of(raw: bytes) -> list[Tool]:
    """Raises ``msgspec.MsgspecError``."""
    return _tools.decode(raw) or [] if raw else []


def schema_of(raw: bytes) -> dict[str, Any] | None:
    """The schema that an answer is to follow; an object without rules for ``json_object``; nothing for
    ``text``. Raises ``msgspec.MsgspecError``."""
    wanted = _format.decode(raw) if raw else None
    if wanted is None:
        return None
    if wanted.type == "json_object":
        return {"type": "object"}
    return wanted.json_schema.schema if wanted.json_schema else None
