"""A second model that looks at a draft before it becomes a turn."""

import msgspec

from generators.event import USER, Annotation
from generators.llm.asking import Asking
from generators.llm.conversation import encoded
from generators.llm.draft import note
from generators.llm.minutes import drafted, minutes
from generators.llm.schemas import verdict_format
from generators.models.chat import Slot
from generators.models.meter import Meter
from generators.player import Move, View
from generators.prompt import prompt_text
from personas.record import Record, content_id

_FORMAT = verdict_format()


class Opinion(Record):
    """Why a draft must not become a turn, empty when nothing speaks against it; and what is written
    down about having asked."""

    reason: str
    notes: tuple[Annotation, ...]


class _Verdict(msgspec.Struct):
    accept: bool
    reason: str = ""


_VERDICT = msgspec.json.Decoder(_Verdict)


class Critic:
    """Asks ``slot`` about drafts of one party."""

    def __init__(self, slot: Slot, party: str, asking: Asking, meter: Meter) -> None:
        self._slot = slot
        self._asking = asking
        self._meter = meter
        self._system = prompt_text("critic_user.md" if party == USER else "critic_agent.md")
        self._hash = content_id(self._system)

    async def opinion(self, move: Move, view: View, draft: int) -> Opinion:
        """What the critic thinks of a draft. One that cannot be understood has no opinion: the draft
        stands. Raises what the model's calls raise."""
        shown = f"{minutes(view.events)}\n\nThe {view.party}'s draft:\n{drafted(move.acts)}"
        messages = (
            encoded({"role": "system", "content": f"{self._system}\n{view.brief}"}),
            encoded({"role": "user", "content": shown}),
        )
        purpose = f"critic:{draft}"
        reply = await self._asking.ask(self._slot, messages, purpose, response_format=_FORMAT)
        asked = self._asking.note(self._slot, self._hash, purpose, reply)
        try:
            verdict = _VERDICT.decode(reply.content)
        except (msgspec.DecodeError, RecursionError):
            self._meter.add("rejects", f"{self._slot.name}/malformed")
            return Opinion(
                reason="", notes=(asked, note("check_abstained", {"by": self._slot.name}))
            )
        reason = "" if verdict.accept else verdict.reason.strip() or "It is not good enough."
        return Opinion(reason=reason, notes=(asked,))
