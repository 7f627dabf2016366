"""The user's planned faults: what it says instead of, or besides, what it should.

A fault is due at its place or, when there is no occasion, at the first one after it. One that never
finds an occasion is never marked.
"""

import re
from collections.abc import Sequence
from random import Random

from generators.blueprint import Blueprint, Fact
from generators.faults import Fault
from generators.scripted.phrasebook import Phrasebook
from generators.scripted.telling import Telling, naming
from generators.scripted.values import says
from generators.scripted.voice import Voice

_ECHOES = 2
"""How often one that repeats itself does so after the first time."""


class UserFaults:
    """The faults of one user in one dialogue that have not come up yet."""

    def __init__(
        self, faults: Sequence[Fault], blueprint: Blueprint, book: Phrasebook, rng: Random
    ) -> None:
        self._open = {fault.kind: fault for fault in faults}
        self._blueprint = blueprint
        self._book = book
        self._rng = rng
        self._echoes = 0

    def __bool__(self) -> bool:
        return bool(self._open)

    def told_at_once(self, telling: Telling, voice: Voice) -> tuple[list[str], Fault | None]:
        """Everything that was to be told when asked, for the opening."""
        fault = self._open.pop("tells_all_at_once", None)
        hidden = [
            fact
            for fact in self._blueprint.facts
            if fact.reveal == "when_asked" and fact.key not in telling.said
        ]
        if fault is None or len(hidden) < 2:
            return [], None
        return [telling.state(fact, voice, bare=False) for fact in hidden], fault

    def instead(self, goal: int, last: str, voice: Voice) -> tuple[str, Fault | None]:
        """What to say instead of the right answer to a question, in the ``goal``-th goal; the empty
        text when nothing is due. ``last`` is the user's last utterance."""
        if self._echoes:
            self._echoes -= 1
            return last, None
        if self._due("repeats_itself", goal) and len(last.split()) > 3:
            self._echoes = _ECHOES - 1
            return last, self._open.pop("repeats_itself")
        for kind, manner in (
            ("ends_early", "fault_leaving"),
            ("answers_for_agent", "fault_answers_for_agent"),
            ("wrong_language", "fault_foreign_user"),
        ):
            if self._due(kind, goal):
                return voice.manner(manner), self._open.pop(kind)
        return "", None

    def besides(
        self, goal: int, telling: Telling, heard: str, voice: Voice
    ) -> tuple[list[str], list[Fault]]:
        """What to say besides the right answer. ``goal`` is 0 in the opening; ``heard`` is all that
        the agent has said."""
        sentences, fired = [], []
        if self._due("reveals_secret", goal):
            secret = next((f for f in self._blueprint.facts if f.reveal == "never"), None)
            if secret:
                sentences.append(voice.manner("fault_reveals_secret", value=secret.saying))
                fired.append(self._open.pop("reveals_secret"))
        if goal and self._due("knows_too_much", goal):
            value = self._unknown_value(heard)
            if value:
                sentences.append(voice.manner("fault_knows_too_much", value=value))
                fired.append(self._open.pop("knows_too_much"))
        if goal and self._due("changes_fact", goal):
            changed = self._changed_fact(telling, voice)
            if changed:
                sentences.append(changed)
                fired.append(self._open.pop("changes_fact"))
        return sentences, fired

    def _due(self, kind: str, goal: int) -> bool:
        fault = self._open.get(kind)
        if fault is None:
            return False
        if fault.at.startswith("goal:"):
            return goal >= int(fault.at.removeprefix("goal:"))
        if fault.at == "end":
            return goal == len(self._blueprint.goals)
        return fault.at == "opening"

    def _unknown_value(self, heard: str) -> str:
        """Something that only the world knows and that the agent has not said yet: no date or time,
        which anybody may guess, and no part of what the user knows."""
        plan = self._blueprint
        own = [fact.value for fact in plan.facts]
        own += [part for goal in plan.goals for part in (goal.need, *goal.slots.values())]
        own += [str(value) for patch in plan.setup for value in patch.fields.values()]
        known = " ".join(own)
        values = [
            each.forms[0]
            for each in plan.must_say
            if len(_digits(each.forms[0])) > 3
            and _digits(each.forms[0]) not in _digits(known)
            and not re.search(r"[\s:]", each.forms[0])
            and not any(says(f"{heard} {known}", form) for form in each.forms)
        ]
        if values:
            return self._rng.choice(values)
        return f"REF-{self._rng.randint(10000, 99999)}"

    def _changed_fact(self, telling: Telling, voice: Voice) -> str:
        """A fact told before, now with another value."""
        told = [
            (fact, wrong)
            for fact in telling.facts.values()
            if fact.key in telling.said and (wrong := _another(fact, self._rng))
        ]
        if not told:
            return ""
        fact, wrong = self._rng.choice(told)
        among = naming(self._book, fact)
        return voice.phrase("state", fact.key, {"value": wrong}, among=among)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _another(fact: Fact, rng: Random) -> str:
    if fact.slip:
        return fact.slip
    text = fact.saying
    digits = [index for index, letter in enumerate(text) if letter.isdigit()]
    if len(digits) < 3:
        return ""
    at = rng.choice(digits[-2:])
    return f"{text[:at]}{(int(text[at]) + rng.randint(1, 8)) % 10}{text[at + 1 :]}"
