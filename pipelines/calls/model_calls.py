"""The way of a model call in this process: the journal first, then the server, then the journal."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable

from generators.models.chat import ChatReply, ChatRequest, ModelError
from generators.models.meter import LATENCY_BOUNDS, Meter
from generators.models.router import Router
from generators.models.wire import body_of, reply_of
from pipelines.calls.journal import Found, Journal, Paid

PAYLOAD_BYTES = 16
_REMEMBERED = 16_384
"""Dialogues that nobody said had ended are forgotten after so many others."""


class Recall:
    """What the journal knows of the dialogues that are under way here; asked once for each of them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._dialogues: dict[str, Found] = {}

    def find(self, dialogue: str, turn: int, payload: bytes) -> Paid | None:
        """The finished call, if there was one. Raises ``JournalError``."""
        found = self._dialogues.get(dialogue)
        if found is None:
            if len(self._dialogues) >= _REMEMBERED:
                del self._dialogues[next(iter(self._dialogues))]
            found = self._dialogues[dialogue] = self._journal.lookup(dialogue)
        return found.get((turn, payload)) if found else None

    def forget(self, dialogue: str) -> None:
        """The dialogue has ended."""
        self._dialogues.pop(dialogue, None)


class ModelCalls:
    """The ``ChatModel`` of one slot. ``model`` and ``revision`` are the recipe's words for what answers;
    ``served_as`` says under which name its server knows it.

    A call that an earlier run has paid for is answered from the journal, with the usage and the latency
    of then, and counts as ``journalled`` and as nothing else. Every other call that finishes is kept
    and counted once.
    """

    def __init__(
        self,
        slot: str,
        router: Router,
        journal: Journal,
        recall: Recall,
        meter: Meter,
        *,
        model: str,
        revision: str = "",
        served_as: Callable[[], str],
    ) -> None:
        self.model = model
        self.revision = revision
        self._slot = slot
        self._router = router
        self._journal = journal
        self._recall = recall
        self._meter = meter
        self._served_as = served_as

    async def chat(self, request: ChatRequest) -> ChatReply:
        """See ``ChatModel``. Raises ``JournalError``, an ``EngineDown``, when it cannot be kept."""
        body = body_of(request, self._served_as())
        payload = hashlib.sha256(body).digest()[:PAYLOAD_BYTES]
        paid = self._recall.find(request.dialogue, request.turn, payload)
        if paid is not None:
            self._meter.add("journalled", self._slot)
            return reply_of(paid.reply, paid.latency_ms, journalled=True)
        try:
            answer = await self._router.post(request.dialogue, body)
            reply = reply_of(answer.data, answer.latency_ms)
        except ModelError as error:
            self._meter.add("errors", f"{self._slot}/{error.kind}")
            raise
        self._count(reply, answer.retries)
        # Counted before it is kept: the journal holds the count of the same moment.
        paid = Paid(answer.data, answer.latency_ms)
        self._journal.write(request.dialogue, request.turn, payload, paid)
        return reply

    def _count(self, reply: ChatReply, retries: int) -> None:
        add, slot, usage = self._meter.add, self._slot, reply.usage
        seconds = usage.latency_ms / 1000.0
        add("calls", slot)
        add("seconds", slot, seconds)
        add("latency", f"{slot}/{bisect_left(LATENCY_BOUNDS, seconds)}")
        add("tokens", f"{slot}/prompt", usage.prompt_tokens)
        add("tokens", f"{slot}/cached", usage.cached_tokens)
        add("tokens", f"{slot}/completion", usage.completion_tokens)
        if retries:
            add("retries", slot, retries)
