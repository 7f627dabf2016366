"""What the server answers: text, an instance of a schema, or a tool call; good, or broken to order."""

from functools import lru_cache
from typing import Any
from zlib import crc32

import msgspec

from benchmarks.server.draw import Draw
from benchmarks.server.instances import Maker
from benchmarks.server.prose import prose
from benchmarks.server.question import Question, Tool, last_speaker, schema_of, tools_of

VOCABULARY = 50_000
_DEFAULT_TOKENS = 512
_ENDLESS = "I am still looking into that for you. "
_PURPOSE = 3
_EPOCH = 1_700_000_000
_ENCODE = msgspec.json.Encoder().encode


class Answer(msgspec.Struct):
    """A message before it goes on the wire. ``text`` is all that was generated, for counting."""

    content: str | None
    text: str
    finish: str
    calls: list[dict[str, Any]] = []
    refusal: str | None = None


@lru_cache(maxsize=512)
def _known_schema(raw: bytes) -> dict[str, Any] | None:
    return schema_of(raw)


@lru_cache(maxsize=512)
def _known_tools(raw: bytes) -> list[Tool]:
    return tools_of(raw)


def answer_to(
    question: Question, payload: int, fault: str, call_share: float, vary: float
) -> Answer:
    """The answer to a question: always the same for the same arguments.

    Of the calls that offer tools and do not come right after a tool's result, ``call_share`` are
    answered by a tool call; of the structured answers, ``vary`` have their choices drawn. Raises
    ``SchemaRefused`` and ``msgspec.MsgspecError``.
    """
    draw = Draw(payload, _PURPOSE)
    most = question.max_tokens or question.max_completion_tokens or _DEFAULT_TOKENS
    schema = _known_schema(bytes(question.response_format))
    if fault == "empty":
        return Answer(content="", text="", finish="stop")
    if fault == "refusal":
        return Answer(content="", text="", finish="content_filter", refusal="This cannot be said.")
    if fault == "endless":
        repeated = (_ENDLESS * (most // len(_ENDLESS.split()) + 1)).split()[:most]
        opened = '{"text": "' if schema is not None else ""
        text = opened + " ".join(repeated)
        return Answer(content=text, text=text, finish="length")
    if schema is not None:
        drawn = bool(vary) and draw.unit() < vary
        made = Maker(schema, draw, lambda: prose(draw), drawn).make()
        text = _ENCODE(made).decode()
        if fault == "truncated_call":
            return Answer(content=text[: len(text) // 2], text=text, finish="length")
        return _within(text, most)
    if _wants_call(question, draw, fault, call_share):
        return _call(question, draw, payload, fault)
    if fault == "truncated_call":
        return _left_in_content("look_up", '{"reference": "', draw)
    return _within(prose(draw), most)


def _wants_call(question: Question, draw: Draw, fault: str, share: float) -> bool:
    if not _known_tools(bytes(question.tools)) or question.tool_choice == "none":
        return False
    if fault == "truncated_call" or question.tool_choice not in (None, "auto"):
        return True
    return share > 0 and last_speaker(question) != "tool" and draw.unit() < share


def _call(question: Question, draw: Draw, payload: int, fault: str) -> Answer:
    offered = [each.function for each in _known_tools(bytes(question.tools))]
    named = question.tool_choice
    if isinstance(named, dict):
        offered = [each for each in offered if each.name == named.get("function", {}).get("name")]
    if not offered:
        return Answer(content="", text="", finish="stop")
    tool = offered[draw.below(len(offered))]
    schema = tool.parameters or {"type": "object"}
    text = _ENCODE(Maker(schema, draw, lambda: prose(draw), drawn=True).make()).decode()
    finish = "tool_calls"
    if fault == "truncated_call":
        text, finish = text[: max(1, len(text) // 2)], "length"
        if draw.unit() < 0.5:
            return _left_in_content(tool.name, text, draw)
    call = {
        "id": f"chatcmpl-tool-{payload:016x}",
        "type": "function",
        "function": {"name": tool.name, "arguments": text},
    }
    return Answer(content=None, text=f"{tool.name} {text}", finish=finish, calls=[call])


def _left_in_content(name: str, arguments: str, draw: Draw) -> Answer:
    text = f'{prose(draw)} <tool_call>{{"name": "{name}", "arguments": {arguments}'
    return Answer(content=text, text=text, finish="stop")


def _within(text: str, most: int) -> Answer:
    if text.count(" ") < most:
        return Answer(content=text, text=text, finish="stop")
    cut = " ".join(text.split(" ")[:most])
    return Answer(content=cut, text=cut, finish="length")


def completion_tokens(answer: Answer) -> int:
    """Words generated; an empty answer took one token to end."""
    return answer.text.count(" ") + 1


def encoded(
    question: Question, answer: Answer, payload: int, prompt: bytes, counts: tuple[int, int]
) -> bytes:
    """The body of the reply. ``counts`` are prompt tokens and those of them that were cached."""
    prompt_tokens, cached = counts
    words = answer.text.split(" ")
    message: dict[str, Any] = {"role": "assistant", "content": answer.content}
    message["refusal"] = answer.refusal
    if answer.calls:
        message["tool_calls"] = answer.calls
    body: dict[str, Any] = {
        "id": f"chatcmpl-{payload:016x}",
        "object": "chat.completion",
        "created": _EPOCH + payload % 10_000_000,
        "model": question.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": _logprobs(words) if question.logprobs else None,
                "finish_reason": answer.finish,
                "stop_reason": None,
                "token_ids": _ids(words) if question.return_token_ids else None,
            }
        ],
        "system_fingerprint": "bench-1",
        "usage": {
            "prompt_tokens": prompt_tokens,
            "total_tokens": prompt_tokens + len(words),
            "completion_tokens": len(words),
            "prompt_tokens_details": {"cached_tokens": cached},
        },
    }
    if question.return_token_ids:
        body["prompt_token_ids"] = [crc32(each) % VOCABULARY for each in prompt.split(b" ")]
    return _ENCODE(body)


def _ids(words: list[str]) -> list[int]:
    return [crc32(word.encode()) % VOCABULARY for word in words]


def _logprobs(words: list[str]) -> dict[str, Any]:
    content = []
    for number, word in enumerate(words):
        token = f" {word}" if number else word
        logprob = -(crc32(word.encode()) % 1000 + 1) / 500
        spelled = list(token.encode())
        content.append({"token": token, "logprob": logprob, "bytes": spelled, "top_logprobs": []})
    return {"content": content}
