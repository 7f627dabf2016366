"""How a party writes and reads: what its model is shown of a dialogue, and what becomes of replies."""

from typing import Any, Protocol

from generators.event import Event
from generators.llm.draft import Draft
from generators.models.chat import ChatReply

ChatMessage = dict[str, Any]


class Mode(Protocol):
    """One way of talking to a model, for one party of one dialogue."""

    def own(self, move: list[Event]) -> ChatMessage:
        """What the party did in one move, as the reply that it gave."""
        ...

    def heard(self, events: list[Event]) -> list[ChatMessage]:
        """What others said and tools answered, in order. The last message may be added to when its
        role is ``user``."""
        ...

    def read(self, reply: ChatReply) -> Draft:
        """What a reply says. Raises ``Malformed``."""
        ...

    def again(self, reply: ChatReply, remark: str) -> list[ChatMessage]:
        """A reply that was not accepted, and a remark on it."""
        ...


def said(event: Event, party: str) -> str:
    """What another party's event sounds like to ``party``; empty for what makes no sound."""
    shown = [f"[{each.media_type}: {each.caption or each.uri}]" for each in event.attachments]
    if event.kind in ("say", "signal", "observe") and (event.text or shown):
        text = " ".join([event.text, *shown]) if event.text else " ".join(shown)
        return text if event.kind == "say" else f"({text})"
    return ""


def shortened(text: str) -> str:
    """A reply as its writer is shown it again: enough to see what was wrong."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SHOWN = 1200
