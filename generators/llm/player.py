"""A language model that speaks for a party."""

from itertools import count
from typing import NamedTuple

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import Annotation
from generators.llm.asking import Asking
from generators.llm.conversation import Conversation, encoded, system_message
from generators.llm.critic import Critic
from generators.llm.draft import Draft, Malformed, Notes, move_of, note
from generators.llm.loop import Loop
from generators.llm.mode import Mode
from generators.llm.part import Part, part_of
from generators.llm.planner import Plan, Planner
from generators.llm.settings import Settings
from generators.llm.structured import Structured
from generators.llm.tools import Tools
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import ChatReply, Slot
from generators.models.meter import Meter
from generators.player import Move, PlayerError, View
from generators.prompt import prompt_text

_MALFORMED = 3
"""So many replies that are none end the dialogue, whatever the checks."""
_PONDERINGS = 2
"""So often a model that has only thought is asked to go on; after that it has nothing to say."""


class _Fault(NamedTuple):
    code: str
    reason: str


class LLMPlayer:
    """Plays one party of one attempt by asking the model of ``slot``.

    ``dialogue`` is the attempt's key. ``critic`` judges drafts and ``planner`` picks dialogue acts,
    where the settings want them. Seeds are hashed from the dialogue, or the ``chances`` that it shares
    with others, the party, its move and the draft; with the same replies it always makes the same
    moves.
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
        chances: str = "",
    ) -> None:
        self.party = party
        self.name = f"llm:{slot.name}"
        self._slot = slot
        self._checks = settings.checks
        self._meter = meter
        self._part = part_of(party, settings, blueprint, domain, slot.sampling.max_tokens)
        self._mode = _mode_of(self._part, settings)
        self._asking = Asking(party, dialogue, seed, chances)
        self._critic = (
            Critic(critic, party, self._asking, meter) if critic and settings.checks else None
        )
        self._planner = (
            Planner(planner, settings.acts, self._asking, meter)
            if planner and settings.acts
            else None
        )
        self._plan: Plan | None = None
        self._talk: Conversation | None = None
        self._loop = Loop(party)

    async def move(self, view: View) -> Move:
        """What the model says and does next.

        Raises ``PlayerError``: ``malformed_reply`` when it answers nothing that can be understood,
        ``rejected_turn`` when no draft passes the checks and the settings want that to be the end,
        ``loop`` when it does the same over and over, ``malformed_plan`` when its planner fails; and
        ``ModelError`` and ``EngineDown`` from the model's calls. Its ``notes`` hold the drafts that
        were rejected.
        """
        if self._talk is None:
            system = system_message(self._part.form.preamble, view.brief)
            self._talk = Conversation(self.party, self._mode, system)
        self._talk.read(view.events)
        self._asking.begin()
        rejected: list[Annotation] = []
        try:
            if self._planner and self._talk.opens_turn:
                self._plan = await self._planner.plan(view)
                planned = self._plan.notes
            else:
                planned = self._plan.notes[:1] if self._plan else ()
            return await self._drafted(self._talk, view, planned, rejected)
        except PlayerError as error:
            error.notes = tuple(rejected)
            raise

    async def _drafted(
        self,
        talk: Conversation,
        view: View,
        planned: tuple[Annotation, ...],
        rejected: list[Annotation],
    ) -> Move:
        """The first draft that stands."""
        form = self._part.form
        base = talk.messages(self._plan.remark if self._plan and talk.opens_turn else "")
        remark: tuple[msgspec.Raw, ...] = ()
        thoughts: list[str] = []
        malformed = failed = pondered = 0
        for number in count(1):
            reply = await self._asking.ask(
                self._slot,
                base + remark,
                str(number),
                tools=form.tools,
                response_format=form.response_format,
            )
            try:
                draft = self._mode.read(reply)
            except Malformed as flaw:
                malformed += 1
                rejected.append(self._rejected(number, reply, flaw.code, flaw.reason))
                self._give_up_after(malformed, flaw)
                remark = self._remark(reply, "redraft.md", flaw.reason)
                continue
            for each in draft.repairs:
                self._meter.add("repairs", f"{self._slot.name}/{each}")
            if draft.thinks_only and pondered < _PONDERINGS:
                pondered += 1
                thoughts += draft.thoughts
                self._meter.add("repairs", f"{self._slot.name}/thought_only")
                remark = self._remark(reply, "go_on.md")
                continue
            every = (self._asking.note(self._slot, form.prompt_hash, str(number), reply),)
            status = self._goal_status(draft)
            bare = move_of(draft, notes=Notes(main=status))
            fault, asked = await self._fault_in(bare, view, number)
            if fault and self._checks:
                failed += 1
                if failed <= self._checks.redrafts or self._checks.then == "fail":
                    rejected.append(self._rejected(number, reply, *fault))
                    if failed > self._checks.redrafts:
                        raise PlayerError("rejected_turn", _why(number, fault))
                    remark = self._remark(reply, "redraft.md", fault.reason)
                    continue
                self._meter.add("rejects", f"{self._slot.name}/{fault.code}")
                asked = (*asked, note("check_failed", fault._asdict()))
            self._loop.watch(draft)
            return move_of(
                draft,
                thoughts,
                Notes(every=every, first=(*rejected, *asked), main=(*planned, *status)),
                self._asking.usage,
                reply.tokens,
            )
        raise AssertionError("drafts end by a move or an error")

    async def _fault_in(
        self, move: Move, view: View, number: int
    ) -> tuple[_Fault | None, tuple[Annotation, ...]]:
        """What speaks against a draft, the cheap rules first; and what is written down about asking."""
        for name in self._checks.rules if self._checks else ():
            reason = TURN_RULES[name](move, view, self._part)
            if reason:
                return _Fault(name, reason), ()
        if not self._critic:
            return None, ()
        opinion = await self._critic.opinion(move, view, number)
        fault = _Fault("critic", opinion.reason) if opinion.reason else None
        return fault, opinion.notes

    def _rejected(self, number: int, reply: ChatReply, code: str, reason: str) -> Annotation:
        """Counts a rejected draft, and writes it down as the model wrote it."""
        self._meter.add("rejects", f"{self._slot.name}/{code}")
        calls = [f"{call.name} {call.arguments}" for call in reply.tool_calls]
        value = {
            "party": self.party,
            "draft": "\n".join([reply.content, *calls]),
            "code": code,
            "reason": reason,
            "number": number,
            "seed": self._asking.seed_for(str(number)),
        }
        return note("rejected_draft", value)

    def _give_up_after(self, malformed: int, flaw: Malformed) -> None:
        if malformed >= _MALFORMED:
            fault = _Fault(flaw.code, flaw.reason)
            raise PlayerError("malformed_reply", _why(malformed, fault))

    def _remark(self, reply: ChatReply, file: str, reason: str = "") -> tuple[msgspec.Raw, ...]:
        remark = f"{prompt_text(file).strip()} {reason}".strip()
        return tuple(encoded(each) for each in self._mode.again(reply, remark))

    def _goal_status(self, draft: Draft) -> tuple[Annotation, ...]:
        """What the user thinks of its goals, seen by nobody else: the first that is not settled is
        open, those after it wait."""
        if draft.done is None:
            return ()
        status, ahead = {}, "open"
        for index, goal in enumerate(self._part.blueprint.goals, 1):
            status[goal.id] = "settled" if index in draft.done else ahead
            if index not in draft.done:
                ahead = "waiting"
        return (note("goal_status", status, self.party),)


def _why(drafts: int, fault: _Fault) -> str:
    """Why no draft became a turn, in characters that are safe in a terminal."""
    reason = "".join(each if each.isprintable() else "?" for each in fault.reason[:300])
    return f"{drafts} drafts; of the last: {fault.code}: {reason}"


def _mode_of(part: Part, settings: Settings) -> Mode:
    return Structured(part, settings.think) if settings.mode == "structured" else Tools(part)
