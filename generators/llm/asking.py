"""The model calls of one player in one dialogue: numbered, seeded, added up, written down."""

from collections import Counter

import msgspec

from generators.event import Annotation, Usage
from generators.llm.draft import note
from generators.llm.reply import cleaned
from generators.models.chat import ChatReply, ChatRequest, Slot
from personas.record import seeded


class Asking:
    """Asks slots on behalf of one party.

    Calls are numbered per slot, and their seeds hash the dialogue, the party, its move and what the
    call is for, so that the same dialogue always asks the same. ``usage`` is what the calls of the
    present move took, rejected drafts, critic and planner included. Dialogues with the same ``chances``,
    which are those of the dialogue itself unless others are given, have the same seeds.
    """

    def __init__(self, party: str, dialogue: str, seed: int, chances: str = "") -> None:
        self._party = party
        self._dialogue = dialogue
        self._chances = chances or dialogue
        self._seed = seed
        self._calls: Counter[str] = Counter()
        self._move = 0
        self._seeds: dict[str, int] = {}
        self.usage = Usage()

    def begin(self) -> None:
        """The next move begins."""
        self._move += 1
        self._seeds.clear()
        self.usage = Usage()

    def seed_for(self, purpose: str) -> int:
        """The seed of a call for this purpose in the present move, 31 bits."""
        if purpose not in self._seeds:
            of = f"{self._party}:{self._move}:{purpose}"
            self._seeds[purpose] = seeded(self._seed, self._chances, of).getrandbits(31)
        return self._seeds[purpose]

    async def ask(
        self,
        slot: Slot,
        messages: tuple[msgspec.Raw, ...],
        purpose: str,
        tools: msgspec.Raw | None = None,
        response_format: msgspec.Raw | None = None,
    ) -> ChatReply:
        """One answer, safe to store. Raises what ``ChatModel.chat`` raises."""
        self._calls[slot.name] += 1
        reply = await slot.chat.chat(
            ChatRequest(
                dialogue=self._dialogue,
                slot=slot.name,
                turn=self._calls[slot.name],
                messages=messages,
                sampling=slot.sampling,
                seed=self.seed_for(purpose),
                tools=tools,
                response_format=response_format,
                keep_tokens=slot.keep_tokens,
            )
        )
        self.usage = _added(self.usage, reply.usage)
        return cleaned(reply)

    def note(self, slot: Slot, prompt_hash: str, purpose: str, reply: ChatReply) -> Annotation:
        """What a call of the present move was."""
        return note("model_call", described(slot, prompt_hash, self.seed_for(purpose), reply))


def described(slot: Slot, prompt_hash: str, seed: int, reply: ChatReply) -> dict[str, object]:
    """What a call was, for whoever wants to make it again: nothing in it depends on how fast or how
    often it was answered."""
    return {
        "slot": slot.name,
        "model": reply.model or slot.chat.model,
        "revision": slot.chat.revision,
        "prompt": prompt_hash,
        "seed": seed,
        "sampling": slot.sampling,
        "finish_reason": reply.finish_reason,
        "fingerprint": reply.fingerprint,
    }


def _added(one: Usage, other: Usage) -> Usage:
    return Usage(
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        latency_ms=one.latency_ms + other.latency_ms,
    )
