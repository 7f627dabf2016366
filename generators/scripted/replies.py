"""What a scripted user says to what the agent wants of it: answers, consent, objections, next wishes.

It keeps track of which wishes were raised and settled, and of the user's temper. When a reply is due,
and how it is put in the persona's hand, is up to ``user``.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from generators.blueprint import Blueprint, Fact, Goal
from generators.domains.tool_words import WALKED, listed
from generators.event import ToolResult
from generators.scripted import hearing, mood
from generators.scripted.curiosity import Curiosity
from generators.scripted.draft import Draft
from generators.scripted.habits import Habits
from generators.scripted.listening import Errand
from generators.scripted.opening import told_unasked
from generators.scripted.phrasebook import GENERAL
from generators.scripted.second_thoughts import SecondThoughts
from generators.scripted.telling import Telling, facts_by_goal
from generators.scripted.values import facts_in
from generators.scripted.voice import Voice
from generators.scripted.wording import plain
from generators.spoken import spoken
from personas import quirks
from personas.persona import Persona

_CHATS = {"terse": 0.02, "chatty": 0.12, "formal": 0.03, "impatient": 0.07}
_OBJECTS = {"terse": 0.15, "chatty": 0.25, "formal": 0.2, "impatient": 0.45}
_PREFACES = {"terse": 0.08, "chatty": 0.35, "formal": 0.3, "impatient": 0.15}
"""The chances, by register, of small talk, of objecting to a refusal, and of a word before an
answer."""
_VOLUNTEERS = 0.25
_URGES = 0.06
_MOST_CHATS = 2
_MOST_PUZZLED = 3


class Replies:
    """One user's side of a dialogue. Every method adds to the draft and returns nothing."""

    def __init__(
        self, blueprint: Blueprint, persona: Persona, telling: Telling, voice: Voice, draft: Draft
    ) -> None:
        self.goals = blueprint.goals
        self._distractors = list(blueprint.distractors)
        self.settled: set[str] = set()
        self.raised = 1
        self.leaving = False
        self._style = persona.style
        self._habits = Habits(persona)
        self._telling = telling
        self._voice = voice
        self._draft = draft
        self._facts = facts_by_goal(blueprint)
        self._second_thoughts = SecondThoughts(blueprint, telling, voice, draft)
        self._tells_all = blueprint.uncertainty is not None
        echoes = self._habits.has(quirks.REPEATS)
        self._curiosity = Curiosity(persona.style, blueprint.facts, voice, draft, echoes)
        self._chats = self._needless = self._puzzled = 0
        self.alarmed = self._objected = False
        self._news: Literal["", "good", "bad"] = ""

    def listen(self) -> None:
        """The agent has spoken."""
        self._curiosity.listen()

    def status(self, goal: Goal) -> str:
        """How far a goal has come, as the user sees it: ``waiting``, ``open`` or ``settled``."""
        if goal.id in self.settled:
            return "settled"
        return "open" if goal in self.goals[: self.raised] else "waiting"

    def likeliest_facts(self) -> list[Fact]:
        """The facts of the goals raised so far and of who it is, those of the present goal first."""
        raised = [fact for goal in self.goals[: self.raised] for fact in self._facts[goal.id]]
        known = [f for f in self._telling.current if not f.goal or f in raised]
        return sorted(known, key=lambda fact: not self._is_own(fact))

    def answer(self, asked: Sequence[Fact], heard: str) -> None:
        """Tells what was asked for, in that order, as far as the rules allow; or asks back why who it
        is matters."""
        voice, telling, draft = self._voice, self._telling, self._draft
        text = plain(" ".join(draft.parts))
        asked = [fact for fact in asked if not facts_in(text, [fact])]
        fresh = [fact for fact in asked if fact.key not in telling.said]
        personal = any(not fact.goal for fact in fresh)
        if personal and self._curiosity.why():
            return
        if asked and not fresh:
            self._needless += 1
            if self._needless > self._style.patience:
                draft.add(voice.manner("user_already_told"), "urge")
        elif not draft.parts:
            draft.opener = self._curiosity.echo(heard) if fresh else ""
            if not draft.opener and voice.chance(_PREFACES[self._style.register]):
                draft.opener = voice.manner("user_preface")
        facts = [fact for fact in asked if self._may_tell(fact)]
        others = [fact for fact in self._free() if not facts_in(text, [fact])]
        facts += [each for each in others if each not in facts and voice.chance(_VOLUNTEERS)][:1]
        bare = len(facts) == 1 and not draft.parts and not self._habits.has(quirks.FULL_SENTENCES)
        self._tell(facts, bare)
        self._chat()
        if personal:
            self._curiosity.after_answer()
        if self._style.register == "impatient" and voice.chance(_URGES):
            draft.add(voice.manner("user_hurry"), "urge")

    def agree(self, heard: str) -> None:
        """Says yes; or lets a preference show that nobody has asked about; or, once in a while, makes
        sure of something first."""
        if unheard := self._unheard():
            self._tell(unheard[:1], bare=False)
            return
        if self._curiosity.before_consent(heard):
            return
        right = hearing.asks_if_right(heard)
        self._draft.add(self._voice.manner("user_correct" if right else "user_yes"), "affirm")
        self._chat()

    def thinks_again(self, asked_to_agree: bool) -> bool:
        """Changes its mind about the present goal, where that is due. Returns whether it does."""
        goal = self.goals[self.raised - 1].id
        change = self._second_thoughts.due(goal, asked_to_agree)
        if change is None or (asked_to_agree and self._unheard()):
            return False
        self._second_thoughts.say(change)
        changed = [self._telling.facts[key] for key in change.instead.values()]
        kept = [fact for fact in self._facts[goal] if fact.key not in change.instead]
        self._facts = {**self._facts, goal: (*kept, *changed)}
        return True

    def _unheard(self) -> list[Fact]:
        """Preferences of the present goal that have not shown."""
        return [
            fact
            for fact in self._telling.facts.values()
            if fact.reveal == "implied"
            and fact.key not in self._telling.said
            and self._is_own(fact)
        ]

    def puzzled(self) -> None:
        """Has not understood; gives up when that goes on."""
        self._puzzled += 1
        self._draft.add(self._voice.manner("user_unclear"), "ask_back")
        if self._puzzled >= _MOST_PUZZLED:
            self._finish("user_done_refused")

    def report(self, errand: Errand, result: ToolResult) -> None:
        """What came of an errand."""
        value = msgspec.json.decode(result.content)
        if result.error:
            message = str(value.get("message", result.error))
            self._draft.add(self._voice.manner("user_tool_failed", message=message), "report")
            return
        fields = value if isinstance(value, dict) else {"result": value}
        slots = {
            name: spoken(each)
            for name, each in fields.items()
            if isinstance(each, (str, int, float))
        }
        self._draft.add(self._report(errand.key, slots), "report")
        self._chat()

    def _report(self, key: str, slots: dict[str, str]) -> str:
        if key == GENERAL:
            slots = {"shown": ", ".join(slots.values()) or "it worked"}
        if key.startswith(WALKED) and slots:
            # Nobody wrote words for these fields: all of them are read out.
            return self._voice.telling("report", key, {"details": listed(list(slots.items()))})
        return self._voice.phrase("report", key, slots)

    def go_on(self, heard: str, offered: bool) -> None:
        """A goal is settled: objects to a refusal, asks about what was said, raises the next wish, or
        is done."""
        voice, draft = self._voice, self._draft
        goal = self.goals[self.raised - 1]
        self._take_in(heard)
        bad = self._news == "bad"
        if mood.declines(heard) and not self._objected:
            if voice.chance(_OBJECTS[self._style.register]):
                self._objected = True
                draft.add(voice.manner("user_pushback"), "object")
                return
        if self._curiosity.after_news(heard, goal.id, bad):
            return
        if self._beside_the_point(goal):
            return
        self.settled.add(goal.id)
        if self.raised == len(self.goals):
            self._leave(offered)
            if bad and voice.chance(0.5):
                self._begin("user_accept", "accept")
            return
        glad = self._news == "good" and voice.chance(0.6)
        self.raised += 1
        self._wish()
        if mood.is_alarming(plain(" ".join(draft.parts))):
            self.alarmed = True
        elif bad:
            if voice.chance(0.65):
                self._begin("user_accept", "accept")
        elif offered and voice.chance(0.5):
            self._begin("user_more", "affirm")
        elif not offered or voice.chance(0.3):
            self._begin("user_ack_glad" if glad else "user_ack", "thank")

    def _beside_the_point(self, goal: Goal) -> bool:
        """Asks, once, what is none of the desk's business, where that is planned after this goal."""
        for each in self._distractors:
            if each.after == goal.id:
                self._distractors.remove(each)
                self._draft.add(self._voice.manner(each.key), "digress")
                return True
        return False

    def _begin(self, manner: str, act: str) -> None:
        """Puts a word before what is drafted, unless that says it already."""
        said, rest = self._voice.manner(manner), plain(" ".join(self._draft.parts)).lower()
        twice = ("more" in said and "more" in rest) or (mood.thanks(said) and mood.thanks(rest))
        if not twice:
            self._draft.parts.insert(0, said)
            self._draft.acts.insert(0, act)

    def _take_in(self, heard: str) -> None:
        """Whether it is good news or bad; what is neither leaves the news as they were."""
        self.alarmed = self.alarmed or mood.is_alarming(heard)
        if mood.declines(heard):
            self._news = "bad"
        elif mood.is_good_news(heard):
            self._news = "good"

    def _leave(self, offered: bool) -> None:
        glad = self._news == "good" and not self.alarmed and self._voice.chance(0.5)
        if self._news == "bad":
            self._finish("user_done_refused")
        elif offered:
            self._finish("user_done_asked_glad" if glad else "user_done_asked")
        else:
            self._finish("user_done_glad" if glad else "user_done")

    def _wish(self) -> None:
        goal = self.goals[self.raised - 1]
        self._news = ""
        self._telling.raise_facts(self._facts[goal.id])
        free = self._free()
        wish = self._voice.wish("followups", goal.intent, self._telling.slots(free))
        self._draft.add(wish, "request")
        told = told_unasked(free, wish, self._style, self._voice, self._tells_all)
        self._tell(told, bare=False)

    def _tell(self, facts: Sequence[Fact], bare: bool) -> None:
        """States the facts; a slip may be put right at once."""
        draft, voice = self._draft, self._voice
        stated = [self._telling.state(fact, voice, bare) for fact in facts]
        if stated:
            draft.add(self._habits.listed(stated, voice.rng), "inform")
        if self._telling.corrects_at_once(plain(" ".join(draft.parts))):
            draft.add(self._telling.correction(voice), "correct")

    def _may_tell(self, fact: Fact) -> bool:
        """Whether the fact may be told when asked for; says so when it may not."""
        if fact.reveal == "never":
            self._draft.add(self._voice.manner("user_secret_kept"), "decline")
            return False
        if fact.reveal == "after" and fact.after not in self.settled:
            self._draft.add(self._voice.manner("user_later"), "decline")
            return False
        return True

    def _free(self) -> list[Fact]:
        """What may be told unasked now and has not been told: this goal's own, and who it is."""
        return [
            fact
            for fact in self._telling.facts.values()
            if fact.key not in self._telling.said
            and self._is_own(fact)
            and (
                fact.reveal == "upfront" or (fact.reveal == "after" and fact.after in self.settled)
            )
        ]

    def _is_own(self, fact: Fact) -> bool:
        return not fact.goal or fact in self._facts[self.goals[self.raised - 1].id]

    def _chat(self) -> None:
        if self.alarmed:
            return
        if self._chats < _MOST_CHATS and self._voice.chance(_CHATS[self._style.register]):
            self._chats += 1
            self._draft.add(self._voice.manner("user_digression"), "digress")

    def _finish(self, words: str) -> None:
        said = self._voice.manner(words)
        acts = ["decline"] if words.startswith("user_done_asked") else []
        self._draft.add(said, *acts, *(["thank"] if mood.thanks(said) else ["close"]))
        self.leaving = True
