"""The questions that a scripted user asks of its own accord.

Why something is needed, what would happen otherwise, whether it heard right, what there is left to do.
All of them can be answered from what was said already, so they cost a turn and change nothing that is
done. How many a user asks goes by its register.
"""

import re
from collections.abc import Iterable

from generators.blueprint import Fact
from generators.scripted import hearing, mood
from generators.scripted.draft import Draft
from generators.scripted.telling import as_slip
from generators.scripted.values import Checkable, clear, facts_in
from generators.scripted.voice import Voice
from personas.persona import Style

_ASKS_WHY = {"terse": 0.06, "chatty": 0.12, "formal": 0.12, "impatient": 0.15}
_DOUBTS = {"terse": 0.08, "chatty": 0.24, "formal": 0.24, "impatient": 0.14}
"""Before it agrees to something."""
_WONDERS = {"terse": 0.15, "chatty": 0.4, "formal": 0.4, "impatient": 0.24}
"""After it was told how a matter stands."""
_OFFERS_MORE = {"terse": 0.02, "chatty": 0.08, "formal": 0.08, "impatient": 0.04}
"""After it has told who it is."""
_ECHOES = {"terse": 0.03, "chatty": 0.08, "formal": 0.06, "impatient": 0.05}
"""Before it answers."""
_MOST = 3
"""Questions about what the agent said, in one dialogue."""
_PATIENCE = 12
"""Turns of the agent after which no such question is asked any more."""

_THING = re.compile(
    r"\b(?:what(?:'s| is)|have|tell me|give me|read me|need) (your|the) ([a-z][a-z' -]*?)"
    r"(?=,| (?:on|in|for|that|at|do|now|please|from|with|we|so)\b|[?.])",
    re.I,
)
_WHICH = re.compile(
    r"\b((?:which|what|how many)(?: [a-z'-]+){1,3}?)"
    r"(?= (?:do|does|did|would|is|are|was|shall|will|has|have|should|suits|works|may|can)\b)",
    re.I,
)
_NO_THING = re.compile(r"\b(?:is|are|would|do|it|you|that|shall|one)\b", re.I)


class Curiosity:
    """The questions of one user in one dialogue. Writes into its draft."""

    def __init__(
        self, style: Style, facts: Iterable[Fact], voice: Voice, draft: Draft, echoes: bool
    ) -> None:
        self._register = style.register
        self._slips = [as_slip(fact) for fact in facts if fact.slip]
        self._echoes = 0.6 if echoes else _ECHOES[style.register]
        self._voice = voice
        self._draft = draft
        self._asked: set[str] = set()
        self._turns = 0
        self._count = 0

    def listen(self) -> None:
        """The agent has spoken once more. Nobody goes on asking for ever."""
        self._turns += 1

    def why(self) -> bool:
        """Asks, once at most, why the agent needs something. Returns whether it does."""
        return self._once("user_why", _ASKS_WHY[self._register])

    def before_consent(self, heard: str) -> bool:
        """Asks, once at most, what else would happen, or whether it heard right. Returns whether it
        does."""
        doubts = self._voice.chance(_DOUBTS[self._register])
        if "consent" in self._asked or self._turns > _PATIENCE or not doubts:
            return False
        self._asked.add("consent")
        values = self._sure_values(heard)
        if values and self._count < _MOST and self._voice.chance(0.7):
            self._check(values)
        else:
            self._draft.add(self._voice.manner("user_what_if"), "ask_back")
        return True

    def after_news(self, heard: str, goal: str, bad: bool) -> bool:
        """Asks, once per goal at most, whether it heard right, to hear it again, or what is left to
        do. Returns whether it does."""
        if goal in self._asked or self._count >= _MOST or self._turns > _PATIENCE:
            return False
        self._asked.add(goal)
        if not self._voice.chance(_WONDERS[self._register]):
            return False
        values = self._sure_values(heard)
        kinds = ["check"] * 4 + ["again"] if values else []
        if mood.is_good_news(heard) and not bad and "next" not in self._asked:
            kinds += ["next"] * 2
        if not kinds:
            return False
        kind = self._voice.rng.choice(kinds)
        if kind == "check":
            self._check(values)
            return True
        self._asked.add(kind)
        self._count += 1
        self._draft.add(
            self._voice.manner("user_again" if kind == "again" else "user_next"), "ask_back"
        )
        return True

    def after_answer(self) -> None:
        """Asks, once at most, whether the agent needs anything else."""
        self._once("user_enough", _OFFERS_MORE[self._register])

    def echo(self, heard: str) -> str:
        """The questions that were heard, taken up before they are answered; empty when not."""
        asked = hearing.questions(heard)
        if not asked or not self._voice.chance(self._echoes):
            return ""
        things = [_thing_asked(each) for each in asked]
        if all(things):
            together = " and ".join(
                [things[0], *(each[0].lower() + each[1:] for each in things[1:])]
            )
            return f"{together}?"
        which = _WHICH.search(asked[0])
        if len(asked) == 1 and which and not _NO_THING.search(which[1]):
            return f"{which[1][0].upper()}{which[1][1:]}?"
        return ""

    def _once(self, manner: str, chance: float) -> bool:
        if manner in self._asked or not self._voice.chance(chance):
            return False
        self._asked.add(manner)
        self._draft.add(self._voice.manner(manner), "ask_back")
        return True

    def _sure_values(self, heard: str) -> list[Checkable]:
        """What can be asked back about: nothing that this user has asked about before or may itself
        have said wrong."""
        return [
            each
            for each in clear(heard)
            if each.brief not in self._asked and not facts_in(each.words, self._slips)
        ]

    def _check(self, values: list[Checkable]) -> None:
        self._count += 1
        value = self._voice.rng.choice(values)
        self._asked.add(value.brief)
        words = value.brief if self._voice.chance(0.5) else value.words
        self._draft.add(self._voice.manner(f"user_check_{value.kind}", value=words), "ask_back")


def _thing_asked(question: str) -> str:
    """What a question asks for, as the one who has it calls it: ``My date of birth``."""
    thing = _THING.search(question)
    if thing is None or _NO_THING.search(thing[2]):
        return ""
    owner = "My" if thing[1].lower() == "your" else "The"
    return re.sub(r"\byour\b", "my", f"{owner} {thing[2]}")
