"""A language model that speaks for a party."""

from collections.abc import Mapping

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.llm.settings import Settings
from generators.models.chat import ChatRequest, Slot
from generators.models.meter import Meter
from generators.player import Act, Move, View
from personas.record import seeded

_ENCODE = msgspec.json.Encoder().encode


class LLMPlayer:
    """Plays one party of one attempt by asking the model of ``slot``.

    ``dialogue`` is the attempt's key. ``critic`` judges drafts and ``planner`` picks dialogue acts,
    where the settings want them. Seeds are hashed from the dialogue, the turn and the draft.
    """

    def __init__(
        self,
        party: str,
        slot: Slot,
        settings: Settings,
        *,
        blueprint: Blueprint,
        domain: Domain,
        dialogue: str,
        seed: int,
        meter: Meter,
        critic: Slot | None = None,
        planner: Slot | None = None,
    ) -> None:
        self.party = party
        self.name = f"llm:{slot.name}"
        self._slot = slot
        self._dialogue = dialogue
        self._seed = seed
        self._turn = 0

    async def move(self, view: View) -> Move:
        """What the model says to what its party has seen."""
        messages: list[Mapping[str, str]] = [{"role": "system", "content": view.brief}]
        messages += [
            {"role": "assistant" if event.party == self.party else "user", "content": event.text}
            for event in view.events
            if event.kind == "say"
        ]
        self._turn += 1
        reply = await self._slot.chat.chat(
            ChatRequest(
                dialogue=self._dialogue,
                slot=self._slot.name,
                turn=self._turn,
                messages=tuple(msgspec.Raw(_ENCODE(each)) for each in messages),
                sampling=self._slot.sampling,
                seed=seeded(self._seed, self._dialogue, f"{self.party}:{self._turn}").getrandbits(
                    31
                ),
            )
        )
        return Move(acts=(Act(kind="say", text=reply.content, usage=reply.usage),))
