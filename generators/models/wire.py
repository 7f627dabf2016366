"""The OpenAI chat-completions protocol, not streamed: request bodies, and replies read from theirs."""

from typing import Annotated, Any

import msgspec

from generators.event import TokenTrace, ToolCall, Usage
from generators.models.attribution import excerpt
from generators.models.chat import ChatReply, ChatRequest, ModelError
from personas.record import content_hash

_ENCODE = msgspec.json.Encoder(order="sorted").encode

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


def body_of(request: ChatRequest, model: str) -> bytes:
    """The body of a request: JSON with sorted fields, the same for the same request.

    Messages, tools and response format go in as they were encoded. ``extra`` fields of the sampling
    stand beside our own and win over them; one that is null leaves the field out. ``keep_tokens`` asks
    for token ids the way vLLM wants to be asked.
    """
    sampling = request.sampling
    body: dict[str, Any] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
        "seed": request.seed,
    }
    if request.tools:
        body["tools"] = request.tools
        body["tool_choice"] = "auto"
    if request.response_format:
        body["response_format"] = request.response_format
    if request.keep_tokens:
        body["return_token_ids"] = True
        body["logprobs"] = True
    if sampling.extra:
        body.update(sampling.extra)
        body = {name: value for name, value in body.items() if value is not None}
        body.pop("stream", None)
    body["model"] = model
    body["messages"] = request.messages
    return _ENCODE(body)


class _Part(msgspec.Struct):
    text: str = ""


class _Function(msgspec.Struct):
    name: str
    arguments: msgspec.Raw = msgspec.Raw(b"null")


class _Call(msgspec.Struct):
    function: _Function
    id: str | None = None


class _Message(msgspec.Struct):
    content: str | list[_Part] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Token(msgspec.Struct):
    logprob: float


class _Logprobs(msgspec.Struct):
    content: list[_Token] | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None
    token_ids: list[Count] | None = None
    prompt_token_ids: list[Count] | None = None


class _PromptDetails(msgspec.Struct):
    cached_tokens: Count | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    prompt_tokens_details: _PromptDetails | None = None


class _Completion(msgspec.Struct):
    choices: Annotated[list[_Choice], msgspec.Meta(min_length=1)]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: _Usage | None = None
    prompt_token_ids: list[Count] | None = None


_DECODE = msgspec.json.Decoder(_Completion).decode
_DECODE_STRING = msgspec.json.Decoder(str).decode


def reply_of(data: bytes, latency_ms: float = 0.0, journalled: bool = False) -> ChatReply:
    """The reply in the bytes that a server answered with.

    Raises ``ModelError``: ``bad_reply`` for what is not the protocol, ``refused`` when a content filter
    or the model itself declined.
    """
    try:
        completion = _DECODE(data)
        choice = completion.choices[0]
        calls = _calls(choice.message.tool_calls)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        began = excerpt(data[:4096].decode("utf-8", "replace"))
        raise ModelError("bad_reply", f"no chat completion: {error}; it begins {began!r}") from None
    message = choice.message
    if message.refusal or choice.finish_reason == "content_filter":
        raise ModelError("refused", f"refused: {excerpt(message.refusal or 'content filter')}")
    return ChatReply(
        content=_text(message.content),
        reasoning=message.reasoning_content or message.reasoning or "",
        tool_calls=calls,
        finish_reason=choice.finish_reason or "stop",
        usage=_usage(completion.usage, latency_ms),
        model=completion.model or "",
        fingerprint=completion.system_fingerprint or "",
        tokens=_trace(completion, choice),
        journalled=journalled,
    )


def _text(content: str | list[_Part] | None) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.text for part in content or ())


def _calls(calls: list[_Call] | None) -> tuple[ToolCall, ...]:
    if not calls:
        return ()
    return tuple(
        ToolCall(
            id=call.id or f"call_{index}",
            name=call.function.name,
            arguments=_arguments(call.function.arguments),
        )
        for index, call in enumerate(calls)
    )


def _arguments(raw: msgspec.Raw) -> str:
    """The argument string as the model wrote it. Servers that parsed it send what it meant instead."""
    text = bytes(raw)
    if text.startswith(b'"'):
        return _DECODE_STRING(text)
    return "{}" if text == b"null" else text.decode()


def _usage(usage: _Usage | None, latency_ms: float) -> Usage:
    if usage is None:
        return Usage(latency_ms=latency_ms)
    details = usage.prompt_tokens_details
    return Usage(
        prompt_tokens=usage.prompt_tokens or 0,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
        completion_tokens=usage.completion_tokens or 0,
        latency_ms=latency_ms,
    )


def _trace(completion: _Completion, choice: _Choice) -> TokenTrace | None:
    """What there is of the exact tokens. The prompt is told by the hash of its ids and their number."""
    drawn = choice.logprobs.content if choice.logprobs else None
    if choice.token_ids is None and drawn is None:
        return None
    prompt = completion.prompt_token_ids or choice.prompt_token_ids
    return TokenTrace(
        prompt_hash=content_hash(prompt) if prompt else "",
        prompt_length=len(prompt or ()),
        token_ids=tuple(choice.token_ids or ()),
        log_probabilities=tuple(token.logprob for token in drawn or ()),
    )
