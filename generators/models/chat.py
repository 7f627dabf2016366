"""What is asked of a chat model and what it answers, whatever serves it."""

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from generators.event import TokenTrace, ToolCall, Usage
from generators.player import PlayerError
from personas.record import Record


class Sampling(Record):
    """How a model draws. ``extra`` are further fields of the request body, as the server knows them
    (``top_k``, ``repetition_penalty``, ``chat_template_kwargs``)."""

    temperature: float = 0.7
    top_p: float = 1.0
    max_tokens: int = 512
    extra: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call. ``dialogue``, ``slot`` and ``turn`` say whose it is; the rest is what the model sees.

    ``messages`` are encoded one by one and never encoded again: a dialogue only ever adds some.
    ``tools`` and ``response_format`` are encoded too; empty for none. ``keep_tokens`` asks for token
    ids and log-probabilities.
    """

    dialogue: str
    slot: str
    turn: int
    messages: tuple[msgspec.Raw, ...]
    sampling: Sampling
    seed: int
    tools: msgspec.Raw | None = None
    response_format: msgspec.Raw | None = None
    keep_tokens: bool = False


class ChatReply(Record):
    """One answer. ``tool_calls`` are those that the server's own parser found, arguments raw.

    ``finish_reason`` is the server's: ``stop``, ``length``, ``tool_calls``, ``content_filter``.
    ``reasoning`` is what the server told apart from ``content``. ``journalled`` says that it was paid
    for by an earlier run.
    """

    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    usage: Usage = Usage()
    model: str = ""
    fingerprint: str = ""
    tokens: TokenTrace | None = None
    journalled: bool = False


class ChatModel(Protocol):
    """A model slot, ready to be asked."""

    @property
    def model(self) -> str:
        """The model's name, as the server has it."""
        ...

    @property
    def revision(self) -> str:
        """The model's revision, empty when nobody said."""
        ...

    async def chat(self, request: ChatRequest) -> ChatReply:
        """One answer. Raises ``ModelError`` for what costs this dialogue, and ``EngineDown`` when no
        dialogue could go on."""
        ...


class ModelError(PlayerError):
    """A call that failed for good. It ends its dialogue and no other.

    Kinds: ``context_length``, ``bad_request``, ``refused`` (a content filter), ``unauthorized``,
    ``unknown_model``, ``server_error``, ``bad_reply`` (not what the protocol says), ``empty_reply``,
    ``timeout``, ``overloaded``, ``unreachable``.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message, party="engine")


@dataclass(frozen=True, slots=True)
class Slot:
    """A model slot of a recipe: its name, whom to ask, and how it draws."""

    name: str
    chat: ChatModel
    sampling: Sampling
    keep_tokens: bool = False
