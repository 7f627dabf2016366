"""How a scripted user changes its mind: when it is due, and how it says so."""

from generators.blueprint import Blueprint, Change, Fact
from generators.scripted.draft import Draft
from generators.scripted.telling import Telling
from generators.scripted.voice import Voice

_SAYS_BOTH = 0.5
"""The share of changes of one fact that name the old value beside the new one."""
_LONGEST = 6
"""Words of a value that goes into such a sentence."""


class SecondThoughts:
    """The changes of mind of one user in one dialogue. Writes into its draft."""

    def __init__(self, blueprint: Blueprint, telling: Telling, voice: Voice, draft: Draft) -> None:
        self._due = {change.goal: change for change in blueprint.changes}
        self._telling = telling
        self._voice = voice
        self._draft = draft

    def due(self, goal: str, asked_to_agree: bool) -> Change | None:
        """The change that this goal comes to now: when the user is asked to agree, or has heard how the
        matter stands, whichever is first, but not before it has told what it wanted so far."""
        change = self._due.get(goal)
        if change is None or not self._telling.said.issuperset(change.instead):
            return None
        return None if asked_to_agree and change.at == "told" else change

    def say(self, change: Change) -> None:
        """Changes its mind."""
        del self._due[change.goal]
        voice, telling = self._voice, self._telling
        if change.kind == "withdraw":
            self._draft.add(voice.manner("user_withdraws"), "change")
            return
        pairs = [(telling.facts[old], telling.facts[new]) for old, new in change.instead.items()]
        telling.change(change.instead)
        brief = all(len(fact.saying.split()) <= _LONGEST for pair in pairs for fact in pair)
        if len(pairs) == 1 and brief and voice.chance(_SAYS_BOTH):
            ((old, new),) = pairs
            said = voice.manner("user_instead", new=new.saying, old=old.saying)
            self._draft.add(said, "change", "inform")
            return
        anew = "user_asks_anew" if change.at == "told" else "user_thinks_again"
        self._draft.add(voice.manner(anew), "change")
        for _, new in pairs:
            self._draft.add(self._stated(new), "inform")

    def _stated(self, fact: Fact) -> str:
        return self._telling.state(fact, self._voice, bare=False)
