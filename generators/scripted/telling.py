"""How a scripted user tells what it knows: which wording suits, what it has told, and its slips.

A slip is the wrong version of one fact, said first and put right at once or in the next utterance.
"""

from collections.abc import Iterable, Mapping
from random import Random

from generators.blueprint import Blueprint, Fact
from generators.scripted.hearing import cues_in
from generators.scripted.phrasebook import Phrasebook
from generators.scripted.template import CLOSE, OPEN, Template
from generators.scripted.values import facts_in, hints_in
from generators.scripted.voice import Voice
from generators.topics import topic_of

_SLIPS = 0.18
"""The share of attempts in which the user makes a slip, where a fact has one."""
_CORRECTS_AT_ONCE = 0.6


class Telling:
    """What one user has told so far. ``said`` holds the facts whose right value is out.

    A value only tells a fact whose goal has been raised: ``in the afternoon`` said of one
    appointment says nothing about the next.
    """

    def __init__(self, facts: Iterable[Fact], book: Phrasebook, rng: Random) -> None:
        self.facts = {fact.key: fact for fact in facts}
        self.said: set[str] = set()
        self._at_issue = {key for key, fact in self.facts.items() if not fact.goal}
        self._book = book
        slippery = slips_of(self.facts.values())
        slips = bool(slippery) and rng.random() < _SLIPS
        self._slip = rng.choice(slippery) if slips else None
        self._at_once = rng.random() < _CORRECTS_AT_ONCE
        self._wrong: Fact | None = None
        self._not_yet = {key for key, fact in self.facts.items() if fact.reveal == "instead"}
        self._past: set[str] = set()

    @property
    def current(self) -> list[Fact]:
        """What counts now: nothing that the user will want only later, or no longer wants."""
        gone = self._not_yet | self._past
        return [fact for key, fact in self.facts.items() if key not in gone]

    def change(self, instead: Mapping[str, str]) -> None:
        """From now on other facts count: key of the one so far -> key of the one from now on."""
        self._past.update(instead)
        self._not_yet.difference_update(instead.values())
        self._at_issue.difference_update(instead)
        self._at_issue.update(instead.values())

    @property
    def uncorrected(self) -> bool:
        """Whether a slip is still to be put right."""
        return self._wrong is not None

    def raise_facts(self, facts: Iterable[Fact]) -> None:
        """From now on these can be told: their goal has been raised."""
        self._at_issue.update(fact.key for fact in facts)

    def slots(self, facts: Iterable[Fact]) -> dict[str, str]:
        """The facts as slots of a phrase, by topic: a slip where one is due."""
        return {topic_of(fact.key): self._saying(fact) for fact in facts}

    def state(self, fact: Fact, voice: Voice, bare: bool) -> str:
        """A sentence that states the fact, or from which it can be seen. Unless ``bare``, it can be
        understood by itself."""
        if fact.reveal == "implied":
            return f"{OPEN}{voice.rng.choice(fact.hints)}{CLOSE}"
        slots = {"value": self._saying(fact)}
        among = () if bare else naming(self._book, fact)
        return voice.phrase("state", fact.key, slots, among=among)

    def correction(self, voice: Voice) -> str:
        """The sentence that puts the last slip right."""
        wrong, self._wrong = self._wrong, None
        assert wrong is not None
        return voice.manner("user_correction", right=wrong.saying, wrong=wrong.slip)

    def heard_myself(self, text: str) -> list[str]:
        """Takes in what was just said; returns the keys of the facts that it told for the first time."""
        tellable = self._tellable()
        implied = [fact for fact in tellable if fact.reveal == "implied"]
        told = facts_in(text, [fact for fact in tellable if fact not in implied])
        told |= hints_in(text, implied)
        new = sorted(told - self.said)
        self.said |= told
        if self._slip and self._slip.key not in self.said:
            if facts_in(text, [as_slip(self._slip)]):
                self._wrong, self._slip = self._slip, None
        elif self._slip and self._slip.key in told:
            self._slip = None
        return new

    def corrects_at_once(self, text: str) -> bool:
        """Whether ``text`` has the slip and the user notices right away."""
        if self._slip and self._at_once and facts_in(text, [as_slip(self._slip)]):
            self._wrong, self._slip = self._slip, None
            return True
        return False

    def _tellable(self) -> list[Fact]:
        return [
            fact
            for fact in self.facts.values()
            if fact.reveal != "never" and fact.key in self._at_issue
        ]

    def _saying(self, fact: Fact) -> str:
        slips = self._slip is not None and self._slip.key == fact.key and fact.key not in self.said
        return fact.slip if slips else fact.saying


def slips_of(facts: Iterable[Fact]) -> list[Fact]:
    """The facts with a slip that is wrong whoever hears it: no other fact has that value."""
    known = list(facts)
    return [
        fact
        for fact in known
        if fact.slip and fact.reveal != "never" and not facts_in(fact.slip, known)
    ]


def facts_by_goal(blueprint: Blueprint) -> Mapping[str, tuple[Fact, ...]]:
    """The facts that belong to each goal before the user changes its mind. The goal of a fact that two
    goals need may be the later one, so what a goal's plan asks for counts as its own too."""
    asked: dict[str, set[str]] = {goal.id: set() for goal in blueprint.goals}
    for step in blueprint.steps:
        if step.goal in asked:
            asked[step.goal].update(step.facts)
    return {
        goal: tuple(
            fact
            for fact in blueprint.facts
            if fact.reveal != "instead" and (fact.goal == goal or fact.key in keys)
        )
        for goal, keys in asked.items()
    }


def naming(book: Phrasebook, fact: Fact) -> list[Template]:
    """The phrases for a fact that say what it is, and not just its value."""
    templates = [each for each in book.all("state", fact.key) if "value" in each.sure_slots]
    named = [each for each in templates if cues_in(" ".join(each.words), fact)]
    return named or [each for each in templates if len(each.words) >= 3]


def as_slip(fact: Fact) -> Fact:
    """The fact as it is when the slip is said."""
    return Fact(key=fact.key, value=fact.slip, reveal=fact.reveal)
