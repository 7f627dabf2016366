"""The scripted user: it wants things, knows things, and tells them by the rules of its blueprint.

It answers what it is asked, acts with its own tools when told to, raises its wishes one after the
other, and ends the conversation by an explicit act. Of the blueprint it uses goals, facts and its own
actions; what the agent should do or say it does not look at.
"""

from collections.abc import Sequence

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import USER, ToolResult
from generators.faults import Fault
from generators.player import Act, Move, View
from generators.scripted import mood
from generators.scripted.draft import Draft
from generators.scripted.habits import Habits
from generators.scripted.listening import Errand, errands_of, wanted
from generators.scripted.opening import opening_of
from generators.scripted.replies import Replies
from generators.scripted.user_faults import UserFaults
from generators.scripted.voice import Voice
from generators.scripted.wording import plain
from generators.scripted.words import words_for
from personas.persona import Persona
from personas.record import seeded

_WAIT = Move(acts=(Act(kind="wait"),))


class ScriptedUser:
    """Plays the user's side of one attempt. Equal seed, blueprint and attempt, equal behaviour."""

    party = USER
    name = "scripted_user"

    def __init__(
        self,
        blueprint: Blueprint,
        domain: Domain,
        persona: Persona,
        *,
        seed: int,
        attempt: int,
        faults: Sequence[Fault] = (),
    ) -> None:
        of = f"{blueprint.base_id}:{attempt}"
        self._tools = domain.user_tools
        self._book = words_for(blueprint, domain)
        self._habits = Habits(persona)
        self._opening = opening_of(blueprint, self._book, persona, seed, attempt)
        self._telling = self._opening.telling
        rng = seeded(seed, of, "user")
        self._voice = Voice(self._book, rng, persona.style.register, blueprint.clock)
        self._voice.avoid(self._opening.templates)
        self._draft = Draft(USER)
        self._replies = Replies(blueprint, persona, self._telling, self._voice, self._draft)
        self._replies.alarmed = mood.is_alarming(self._opening.key)
        own = [fault for fault in faults if fault.party == USER]
        self._faults = UserFaults(own, blueprint, self._book, seeded(seed, of, "user_faults"))
        self._errands = errands_of(blueprint)
        self._doing: Errand | None = None
        self._begun = self._holds_wish = False
        self._read = 0
        self._heard = ""
        self._last = ""

    async def move(self, view: View) -> Move:
        """The first words, the answer to what was heard, a report, or the end."""
        new = view.events[self._read :]
        self._read = len(view.events)
        if not self._begun:
            return self._open()
        results = [event.result for event in new if event.result]
        if results and self._doing:
            return self._report(self._doing, results[-1])
        if self._replies.leaving:
            return Move(acts=(Act(kind="stop"),))
        heard = " ".join(e.text for e in new if e.kind == "say" and e.party != USER)
        self._heard += f" {heard}"
        return self._reply(heard) if heard else _WAIT

    def _open(self) -> Move:
        self._begun = True
        if self._opening.vaguely:
            self._holds_wish = True
            self._draft.parts, self._draft.acts = list(self._opening.vaguely), ["request"]
            return self._say([], opens=True)
        return self._say(self._raise_wish(), opens=True)

    def _raise_wish(self) -> list[str]:
        """Drafts the first wish; returns the keys of the facts that are told with it."""
        self._holds_wish = False
        self._draft.parts = list(self._opening.sentences)
        self._draft.acts = list(self._opening.acts)
        told = sorted(self._telling.said)
        everything, fault = self._faults.told_at_once(self._telling, self._voice)
        self._draft.mark(fault)
        for sentence in everything:
            self._draft.add(sentence, "inform")
        return told

    def _reply(self, heard: str) -> Move:
        replies, telling = self._replies, self._telling
        replies.listen()
        want = wanted(
            heard,
            replies.likeliest_facts(),
            telling.said,
            [errand for errand in self._errands if self._is_raised(errand)],
            self._tools,
            self._book,
        )
        if self._holds_wish:
            told = self._raise_wish()
            if want.kind == "facts":
                replies.answer([telling.facts[key] for key in want.facts], heard)
            return self._say(told)
        if want.kind in ("facts", "yes", "errand") and not telling.uncorrected:
            text, fault = self._faults.instead(replies.raised, self._last, self._voice)
            if text:
                replies.leaving = fault is not None and fault.kind == "ends_early"
                return self._say_instead(text, fault)
        if want.kind == "patience":
            return _WAIT
        if want.errand:
            return self._do(want.errand)
        if telling.uncorrected:
            self._draft.add(telling.correction(self._voice), "correct")
        asked_to_agree = want.kind == "yes"
        if asked_to_agree or want.kind in ("wish", "nothing"):
            if replies.thinks_again(asked_to_agree):
                return self._say([])
        match want.kind:
            case "facts":
                replies.answer([telling.facts[key] for key in want.facts], heard)
            case "yes":
                replies.agree(heard)
            case "unclear":
                replies.puzzled()
            case _:
                replies.go_on(heard, offered=want.kind == "wish")
        return self._say([])

    def _is_raised(self, errand: Errand) -> bool:
        return errand.goal in [goal.id for goal in self._replies.goals[: self._replies.raised]]

    def _do(self, errand: Errand) -> Move:
        """Acts with its own tool. What came of it is reported in the next move."""
        self._doing = errand
        arguments = msgspec.json.encode(errand.arguments).decode()
        return Move(acts=(Act(kind="call", tool=errand.tool, arguments=arguments),))

    def _report(self, errand: Errand, result: ToolResult) -> Move:
        self._doing = None
        if not result.error:
            self._errands.remove(errand)
        if self._telling.uncorrected:
            self._draft.add(self._telling.correction(self._voice), "correct")
        self._replies.report(errand, result)
        return self._say([])

    def _say(self, told: list[str], opens: bool = False) -> Move:
        """All that is drafted, in the persona's hand. ``told`` are facts told already with it."""
        draft, rng, closes = self._draft, self._voice.rng, self._replies.leaving
        if not closes:
            goal = 0 if opens else self._replies.raised
            extra, fired = self._faults.besides(goal, self._telling, self._heard, self._voice)
            draft.parts.extend(extra)
            for fault in fired:
                draft.mark(fault)
        text = " ".join(self._habits.widened(draft.sentences(), self._voice, opens, closes))
        told = sorted({*told, *self._telling.heard_myself(plain(text))})
        written = self._habits.written(text, rng)
        if opens or closes:
            known = " ".join(fact.saying for fact in self._telling.facts.values())
            written = self._habits.signed(written, known, rng)
        # A slip and its correction belong together.
        whole = self._telling.uncorrected or "correct" in draft.acts
        parts = [written] if whole else self._habits.split(written, rng)
        self._last = parts[-1]
        first = draft.said(parts[0], **self._notes(told))
        return Move(acts=(first, *(Act(kind="say", text=part) for part in parts[1:])))

    def _say_instead(self, text: str, fault: Fault | None) -> Move:
        """Something else than what was drafted, word for word."""
        self._draft.mark(fault)
        self._draft.acts = ["inform"]
        act = self._draft.said(text, **self._notes([]))
        self._last = act.text
        return Move(acts=(act,))

    def _notes(self, told: list[str]) -> dict[str, object]:
        """What the speaker thinks is settled, and the facts that it has just told."""
        status = {goal.id: self._replies.status(goal) for goal in self._replies.goals}
        return {"goal_status": status, "reveals": told} if told else {"goal_status": status}
