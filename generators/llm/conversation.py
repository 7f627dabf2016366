"""A dialogue as chat messages of one party: the others are ``user``, the party itself ``assistant``.

It only ever grows, and each event is encoded once, so that a request begins with the bytes of the one
before and a server's prefix cache holds. Two messages of the same side never follow each other: some
chat templates refuse that.
"""

from functools import lru_cache

import msgspec

from generators.event import Event
from generators.llm.mode import ChatMessage, Mode
from generators.prompt import prompt_text

_ENCODE = msgspec.json.Encoder().encode


def encoded(message: ChatMessage) -> msgspec.Raw:
    """A message as it goes into a request."""
    return msgspec.Raw(_ENCODE(message))


@lru_cache(maxsize=64)
def system_message(preamble: str, brief: str) -> msgspec.Raw:
    """What a party is told: how to answer, which is the same for all dialogues of a domain, and then
    its brief."""
    return encoded({"role": "system", "content": f"{preamble}\n{brief}"})


class Conversation:
    """What one party's model is shown. ``system`` is encoded already; it may be shared."""

    def __init__(self, party: str, mode: Mode, system: msgspec.Raw) -> None:
        self._party = party
        self._mode = mode
        self._messages = [system]
        self._read = 0
        self._last: ChatMessage = {}
        self.opens_turn = True
        """Whether the party's next move begins a turn, and does not go on after calls."""

    def read(self, events: list[Event]) -> None:
        """Takes in what has happened since the last time; the party is to move now."""
        own: list[Event] = []
        heard: list[Event] = []
        for event in events[self._read :]:
            if event.party == self._party:
                self._hear(heard)
                if own and own[-1].turn != event.turn:
                    self._move(own)
                own.append(event)
            else:
                self._move(own)
                heard.append(event)
        self._move(own)
        self._hear(heard)
        self._read = len(events)
        if self._last.get("role") not in ("user", "tool"):
            name = "silence.md" if self._last else "opening.md"
            self._add({"role": "user", "content": prompt_text(name).strip()})

    def _move(self, own: list[Event]) -> None:
        if own:
            self._add(self._mode.own(own))
            self.opens_turn = not any(event.kind == "call" for event in own)
            own.clear()

    def _hear(self, heard: list[Event]) -> None:
        for message in self._mode.heard(heard):
            self._add(message)
        heard.clear()

    def _add(self, message: ChatMessage) -> None:
        self._last = message
        self._messages.append(encoded(message))

    def messages(self, remark: str = "") -> tuple[msgspec.Raw, ...]:
        """All messages so far. ``remark`` is added to the end, for this once."""
        if not remark:
            return tuple(self._messages)
        if self._last["role"] == "user":
            joined = {"role": "user", "content": f"{self._last['content']}\n\n{remark}"}
            return (*self._messages[:-1], encoded(joined))
        return (*self._messages, encoded({"role": "user", "content": remark}))
