"""How a scripted agent is polite: greeting, reacting to how the user put something, taking leave.

Nothing here decides what is done. Each word fits what was just said: thanks are answered by a welcome,
impatience by an apology, bad news by no cheerful word.
"""

from generators.distractors import DISTRACTORS
from generators.scripted import hearing, mood
from generators.scripted.agent_script import Line
from generators.scripted.draft import Draft
from generators.scripted.phrasebook import manners
from generators.scripted.values import Checkable, checkables
from generators.scripted.voice import Voice
from generators.scripted.wording import plain

_GREETS_BACK, _GREETS = 0.9, 0.45
_WELCOMES = 0.5
_ACKNOWLEDGES = 0.35
_REACTS = 0.6


class Courtesy:
    """The manners of one agent in one dialogue. Writes into its draft."""

    def __init__(self, voice: Voice, draft: Draft) -> None:
        self.greeted = False
        self._voice = voice
        self._draft = draft
        self._was_greeted = self._alarmed = False
        self._said: list[Checkable] = []

    def react(self, heard: str, awaits: str) -> None:
        """A word on how the user put it; ``awaits`` is what the agent was waiting for."""
        voice, draft = self._voice, self._draft
        asked = awaits in ("facts", "act")
        self._alarmed = self._alarmed or mood.is_alarming(heard)
        if not self.greeted:
            self._was_greeted = mood.greets(heard)
        if hearing.asks_what_if(heard) and awaits == "yes":
            draft.add(voice.manner("agent_what_if"), "explain")
        elif hearing.asks_why(heard) and asked:
            draft.add(voice.manner("agent_why"), "explain")
        if hearing.corrects(heard):
            draft.opener = voice.manner("agent_after_correction")
        elif mood.told_before(heard):
            draft.opener = voice.manner("agent_asked_twice")
        elif mood.urges(heard):
            if voice.chance(_REACTS):
                late = self.greeted and voice.chance(0.4)
                draft.opener = voice.manner("agent_wait" if late else "agent_hurry")
        elif manners().says("manners", "user_digression", heard):
            if voice.chance(_REACTS) and not self._alarmed:
                draft.opener = voice.manner("agent_smalltalk")
        elif asked and "?" not in heard and voice.chance(_ACKNOWLEDGES):
            draft.opener = voice.manner("agent_ack")

    def confirm_value(self, heard: str) -> bool:
        """Says yes to a user who makes sure of something that this agent has said. Returns whether
        that was asked."""
        if not hearing.checks(heard):
            return False
        asked = checkables(heard)
        matching = [_same(each, self._said) for each in asked]
        if not asked or None in matching:
            return False
        value = next(each for each in matching if each)
        self._draft.add(self._voice.manner("agent_confirms", value=value.words), "confirm")
        return True

    def answers(self, heard: str, news: Line | None) -> bool:
        """Answers a question about what was said last, the ``news``, if it is one and no wish.
        Returns whether it was."""
        if self.confirm_value(heard):
            return True
        if any(manners().says("manners", key, heard) for key in DISTRACTORS):
            self._draft.add(self._voice.manner("agent_aside"), "explain")
            return True
        if news and hearing.asks_again(heard):
            section, act = ("tells", "inform") if news.kind == "tell" else ("refusals", "refuse")
            self._draft.opener = self._voice.manner("agent_of_course")
            self._draft.add(self._voice.telling(section, news.key, news.slots), act)
            return True
        if hearing.asks_next(heard):
            openly = heard.lower().startswith(("what", "and what"))
            said = self._voice.manner("agent_next" if openly else "agent_nothing_left")
            self._draft.add(said, "inform")
            return True
        return False

    def greeting(self, sentences: list[str], plunges: bool) -> list[str]:
        """The sentences with what comes before them in the first utterance; ``plunges`` says that
        they begin with a question."""
        if self.greeted:
            return sentences
        self.greeted = True
        before = []
        if self._voice.chance(_GREETS_BACK if self._was_greeted else _GREETS):
            if not self._alarmed:
                before.append(self._voice.manner("agent_greeting"))
                self._draft.acts.insert(0, "greet")
        if plunges and self._voice.chance(_WELCOMES):
            before.append(self._voice.manner("agent_alarmed" if self._alarmed else "agent_welcome"))
        return [*before, *sentences]

    def goodbye(self, heard: str, glad: bool) -> None:
        """Takes leave; ``glad`` when something could be done for the user at last."""
        if self._alarmed:
            self._draft.add(self._voice.manner("agent_take_care"), "close")
            return
        if mood.thanks(heard) and self._voice.chance(0.7):
            plainly = "" if glad else "_plainly"
            self._draft.add(self._voice.manner(f"agent_welcome_thanks{plainly}"))
        elif glad and self._voice.chance(0.3):
            self._draft.add(self._voice.manner("agent_glad"))
        self._draft.add(self._voice.manner("agent_farewell"), "close")

    def spoke(self, text: str) -> None:
        """Remembers what was said, the latest first."""
        self._said = [*checkables(plain(text)), *self._said]


def _same(one: Checkable, others: list[Checkable]) -> Checkable | None:
    """The same value among the others, in its longer wording."""
    forms = {one.words.lower(), one.brief.lower()}
    return next(
        (each for each in others if not forms.isdisjoint((each.words.lower(), each.brief.lower()))),
        None,
    )
