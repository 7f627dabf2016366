"""A model that picks the dialogue act of a turn before the turn is made (plug-and-play planning)."""

from typing import Any

import msgspec

from generators.event import Annotation
from generators.llm.asking import Asking
from generators.llm.conversation import encoded
from generators.llm.draft import note
from generators.llm.minutes import minutes
from generators.llm.schemas import choice_format
from generators.models.chat import Slot
from generators.models.meter import Meter
from generators.player import PlayerError, View
from generators.prompt import filled, prompt_text
from personas.record import Record, content_id

_DRAFTS = 3


class Plan(Record):
    """The act picked for a turn, what it asks of the player, and what is written down about it."""

    act: str
    remark: str
    notes: tuple[Annotation, ...]


class _Choice(msgspec.Struct):
    act: str


_CHOICE = msgspec.json.Decoder(_Choice)


class Planner:
    """Picks one of ``acts`` (name -> meaning) by asking ``slot``."""

    def __init__(self, slot: Slot, acts: dict[str, str], asking: Asking, meter: Meter) -> None:
        self._slot = slot
        self._acts = acts
        self._asking = asking
        self._meter = meter
        self._format = choice_format(list(acts))
        self._system = filled(prompt_text("planner.md"), acts=list(acts.items()))
        self._hash = content_id(self._system)

    async def plan(self, view: View) -> Plan:
        """The act of the turn that begins now.

        Raises ``PlayerError("malformed_plan")`` when the model names none of the acts, and what the
        model's calls raise.
        """
        shown = f"{minutes(view.events)}\n\nIt is the {view.party}'s turn. Which act?"
        messages = (
            encoded({"role": "system", "content": f"{self._system}\n{view.brief}"}),
            encoded({"role": "user", "content": shown}),
        )
        for number in range(1, _DRAFTS + 1):
            purpose = f"plan:{number}"
            reply = await self._asking.ask(
                self._slot, messages, purpose, response_format=self._format
            )
            act = _picked(reply.content)
            if act in self._acts:
                by: dict[str, Any] = {"act": act, "by": self._slot.name}
                return Plan(
                    act=act,
                    remark=f"{prompt_text('this_turn.md').strip()}\n{act}: {self._acts[act]}",
                    notes=(
                        note("act", by, view.party),
                        self._asking.note(self._slot, self._hash, purpose, reply),
                    ),
                )
            self._meter.add("rejects", f"{self._slot.name}/malformed")
        raise PlayerError(
            "malformed_plan",
            f"{self._slot.name} picked none of the acts in {_DRAFTS} tries",
            "engine",
        )


def _picked(content: str) -> str:
    try:
        return _CHOICE.decode(content).act
    except (msgspec.DecodeError, RecursionError):
        return ""
