"""The scripted user: it wants things, knows things, and tells them by the rules of its blueprint.

It answers what it is asked, acts with its own tools when told to, raises its wishes one after the
other, and ends the conversation by an explicit act. Of the blueprint it uses goals, facts and its own
actions; what the agent should do or say it does not look at.
"""

from collections.abc import Sequence

import msgspec

from generators.blueprint import Blueprint, Fact
from generators.domains.domain import Domain
from generators.event import USER, ToolResult
from generators.faults import Fault
from generators.player import Act, Move, View
from generators.scripted import hearing
from generators.scripted.draft import Draft
from generators.scripted.habits import Habits
from generators.scripted.listening import Errand, errands_of, wanted
from generators.scripted.opening import opening_of, told_unasked
from generators.scripted.phrasebook import phrases_of
from generators.scripted.telling import facts_by_goal
from generators.scripted.user_faults import UserFaults
from generators.scripted.voice import Voice
from generators.scripted.wording import joined, plain
from generators.spoken import spoken
from personas import quirks
from personas.persona import Persona
from personas.record import seeded

_ASKS_WHY = {"terse": 0.05, "chatty": 0.1, "formal": 0.1, "impatient": 0.12}
_CHATS = {"terse": 0.02, "chatty": 0.12, "formal": 0.03, "impatient": 0.07}
_OBJECTS = {"terse": 0.15, "chatty": 0.25, "formal": 0.2, "impatient": 0.45}
_PREFACES = {"terse": 0.08, "chatty": 0.4, "formal": 0.35, "impatient": 0.15}
"""The chances, by register, of asking back, of small talk, of objecting to a refusal, and of a word
before an answer."""
_MOST_CHATS = 2
_MOST_PUZZLED = 3
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
        of = f"{blueprint.id}:{attempt}"
        self._blueprint = blueprint
        self._style = persona.style
        self._habits = Habits(persona)
        self._tools = domain.user_tools
        self._book = phrases_of(domain.folder)
        self._opening = opening_of(blueprint, self._book, persona, seed, attempt)
        self._telling = self._opening.telling
        self._voice = Voice(
            self._book, seeded(seed, of, "user"), self._style.register, blueprint.clock
        )
        self._voice.avoid(self._opening.templates)
        own = [fault for fault in faults if fault.party == USER]
        self._faults = UserFaults(own, blueprint, self._book, seeded(seed, of, "user_faults"))
        self._draft = Draft(USER)
        self._goals = blueprint.goals
        self._facts = facts_by_goal(blueprint)
        self._errands = errands_of(blueprint)
        self._doing: Errand | None = None
        self._settled: set[str] = set()
        self._raised = 0
        self._read = 0
        self._heard = ""
        self._last = ""
        self._chats = self._needless = self._puzzled = 0
        self._leaving = self._asked_why = self._asked_what_if = self._objected = False

    async def move(self, view: View) -> Move:
        """The first words, the answer to what was heard, a report, or the end."""
        new = view.events[self._read :]
        self._read = len(view.events)
        results = [event.result for event in new if event.result]
        if not self._raised:
            return self._open()
        if results:
            return self._report(results[-1])
        if self._leaving:
            return Move(acts=(Act(kind="stop"),))
        heard = " ".join(e.text for e in new if e.kind == "say" and e.party != USER)
        self._heard += f" {heard}"
        return self._reply(heard) if heard else _WAIT

    def _open(self) -> Move:
        self._raised = 1
        self._draft.parts = list(self._opening.sentences)
        self._draft.acts = list(self._opening.acts)
        told = sorted(self._telling.said)
        extra, fault = self._faults.told_at_once(self._telling, self._voice)
        self._draft.mark(fault)
        for sentence in extra:
            self._draft.add(sentence, "inform")
        return self._say(told, opens=True)

    def _reply(self, heard: str) -> Move:
        goal = self._goals[self._raised - 1].id
        facts = sorted(
            self._telling.facts.values(),
            key=lambda fact: fact not in self._facts[goal] and fact.goal != "",
        )
        want = wanted(heard, facts, self._telling.said, self._errands, self._tools, self._book)
        if want.kind in ("facts", "yes", "errand") and not self._telling.uncorrected:
            text, fault = self._faults.instead(self._raised, self._last, self._voice)
            if text:
                self._draft.mark(fault)
                self._leaving = fault is not None and fault.kind == "ends_early"
                return self._say_instead(text)
        if want.kind == "patience":
            return _WAIT
        if want.kind == "errand" and want.errand:
            return self._do(want.errand)
        if self._telling.uncorrected:
            self._draft.add(self._telling.correction(self._voice), "correct")
        match want.kind:
            case "facts":
                self._answer([self._telling.facts[key] for key in want.facts])
            case "yes":
                self._agree()
            case "unclear":
                self._puzzled += 1
                self._draft.add(self._voice.manner("user_unclear"), "ask_back")
                if self._puzzled >= _MOST_PUZZLED:
                    self._finish(offered=False)
            case _:
                self._go_on(heard, offered=want.kind == "wish")
        return self._say([])

    def _answer(self, asked: list[Fact]) -> None:
        """Tells what was asked for, as far as the rules allow."""
        voice, telling, draft = self._voice, self._telling, self._draft
        text = plain(" ".join(draft.parts))
        asked = [fact for fact in asked if not hearing.facts_in(text, [fact])]
        fresh = [fact for fact in asked if fact.key not in telling.said]
        if fresh and not self._asked_why and voice.chance(_ASKS_WHY[self._style.register]):
            self._asked_why = True
            draft.add(voice.manner("user_why"), "ask_back")
            return
        if asked and not fresh:
            self._needless += 1
            if self._needless > self._style.patience:
                draft.add(voice.manner("user_already_told"), "urge")
        elif not draft.parts and voice.chance(_PREFACES[self._style.register]):
            draft.opener = voice.manner("user_preface")
        tell = []
        for fact in asked:
            if fact.reveal == "never":
                draft.add(voice.manner("user_secret_kept"), "decline")
            elif fact.reveal == "after" and fact.after not in self._settled:
                draft.add(voice.manner("user_later"), "decline")
            else:
                tell.append(fact)
        tell += [fact for fact in self._free() if fact not in tell and voice.chance(0.25)][:1]
        bare = len(tell) == 1 and not draft.parts and not self._habits.has(quirks.FULL_SENTENCES)
        stated = [telling.state(fact, voice, bare) for fact in tell]
        if stated:
            draft.add(joined(stated, voice.rng), "inform")
        if telling.corrects_at_once(plain(" ".join(draft.parts))):
            draft.add(telling.correction(voice), "correct")
        self._chat()
        if self._style.register == "impatient" and voice.chance(0.06):
            draft.add(voice.manner("user_hurry"), "urge")

    def _free(self) -> list[Fact]:
        """What may be told unasked now and has not been told: this goal's own, and who it is."""
        goal = self._goals[self._raised - 1].id
        return [
            fact
            for fact in self._telling.facts.values()
            if fact.key not in self._telling.said
            and (not fact.goal or fact in self._facts[goal])
            and (
                fact.reveal == "upfront" or (fact.reveal == "after" and fact.after in self._settled)
            )
        ]

    def _agree(self) -> None:
        voice = self._voice
        if not self._asked_what_if and voice.chance(0.05):
            self._asked_what_if = True
            self._draft.add(voice.manner("user_what_if"), "ask_back")
            return
        self._draft.add(voice.manner("user_yes"), "affirm")
        self._chat()

    def _chat(self) -> None:
        if self._chats < _MOST_CHATS and self._voice.chance(_CHATS[self._style.register]):
            self._chats += 1
            self._draft.add(self._voice.manner("user_digression"), "digress")

    def _do(self, errand: Errand) -> Move:
        """Acts with its own tool. What came of it is reported in the next move."""
        self._doing = errand
        arguments = msgspec.json.encode(errand.arguments).decode()
        return Move(acts=(Act(kind="call", tool=errand.tool, arguments=arguments),))

    def _report(self, result: ToolResult) -> Move:
        errand, self._doing = self._doing, None
        value = msgspec.json.decode(result.content)
        if self._telling.uncorrected:
            self._draft.add(self._telling.correction(self._voice), "correct")
        if result.error or errand is None:
            message = str(value.get("message", result.error))
            self._draft.add(self._voice.manner("user_tool_failed", message=message), "report")
        else:
            if errand in self._errands:
                self._errands.remove(errand)
            fields = value if isinstance(value, dict) else {"result": value}
            slots = {
                name: spoken(each)
                for name, each in fields.items()
                if isinstance(each, (str, int, float))
            }
            self._draft.add(self._voice.phrase("report", errand.key, slots), "report")
            self._chat()
        return self._say([])

    def _go_on(self, heard: str, offered: bool) -> None:
        """A goal is settled: objects to a refusal, raises the next wish, or is done."""
        voice, draft = self._voice, self._draft
        refused = hearing.declines(heard)
        if refused and not self._objected and voice.chance(_OBJECTS[self._style.register]):
            self._objected = True
            draft.add(voice.manner("user_pushback"), "object")
            return
        self._settled.add(self._goals[self._raised - 1].id)
        if self._raised == len(self._goals):
            if refused and voice.chance(0.6):
                draft.add(voice.manner("user_accept"), "accept")
            self._finish(offered)
            return
        self._raised += 1
        if refused and voice.chance(0.6):
            draft.add(voice.manner("user_accept"), "accept")
        elif offered and voice.chance(0.5):
            draft.add(voice.manner("user_more"), "affirm")
        elif not offered or voice.chance(0.3):
            draft.add(voice.manner("user_ack"), "thank")
        free = self._free()
        intent = self._goals[self._raised - 1].intent
        wish = voice.phrase("followups", intent, self._telling.slots(free))
        draft.add(wish, "request")
        facts = told_unasked(free, wish, self._style, voice)
        if facts:
            stated = [self._telling.state(fact, voice, bare=False) for fact in facts]
            draft.add(joined(stated, voice.rng), "inform")
        if self._telling.corrects_at_once(plain(" ".join(draft.parts))):
            draft.add(self._telling.correction(voice), "correct")

    def _finish(self, offered: bool) -> None:
        self._draft.add(self._voice.manner("user_done_asked" if offered else "user_done"), "thank")
        self._leaving = True

    def _say(self, told: list[str], opens: bool = False) -> Move:
        """All that is drafted, in the persona's hand. ``told`` are facts told already with it."""
        draft, rng = self._draft, self._voice.rng
        if not self._leaving:
            extra, fired = self._faults.besides(
                0 if opens else self._raised, self._telling, self._heard, self._voice
            )
            draft.parts.extend(extra)
            for fault in fired:
                draft.mark(fault)
        sentences = self._habits.widened(
            draft.sentences(), self._voice, opens, closes=self._leaving
        )
        text = " ".join(sentences)
        told = sorted({*told, *self._telling.heard_myself(plain(text))})
        written = self._habits.written(text, rng)
        if opens or self._leaving:
            written = self._habits.signed(written, self._known(), rng)
        # A slip and its correction belong together.
        whole = self._telling.uncorrected or "correct" in draft.acts
        parts = [written] if whole else self._habits.split(written, rng)
        self._last = parts[-1]
        acts = [draft.said(parts[0], **self._notes(told))]
        return Move(acts=(*acts, *(Act(kind="say", text=part) for part in parts[1:])))

    def _say_instead(self, text: str) -> Move:
        self._draft.parts, self._draft.acts = [], ["inform"]
        act = self._draft.said(text, **self._notes([]))
        self._last = act.text
        return Move(acts=(act,))

    def _notes(self, told: list[str]) -> dict[str, object]:
        status = {
            goal.id: "settled" if goal.id in self._settled else "open" for goal in self._goals
        }
        notes: dict[str, object] = {"goal_status": status}
        if told:
            notes["reveals"] = told
        return notes

    def _known(self) -> str:
        return " ".join(fact.saying for fact in self._telling.facts.values())
