"""The ledger of what a user knows: which fact came to the agent when, and whether it had asked for it.

It is read off the events, whoever played: what a scripted user notes about itself counts as it stands,
else it goes by the words. So equal events give an equal ledger.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from generators.blueprint import Blueprint, Fact
from generators.event import AGENT, USER, Event
from generators.hiding import needs
from generators.scripted import hearing
from generators.scripted.values import facts_in, hints_in
from personas.record import Record
from verifiers.asking import asked_in
from verifiers.fact_talk import distinctive, says_fact, says_slip
from verifiers.goal_progress import status_of
from verifiers.whole_turns import whole_turns

WISH = "the wish"
"""Stands for what a user who opens vaguely wants. No fact's key has a space."""

How = Literal["elicited", "volunteered", "changed", "found"]


class Revealed(Record):
    """How the agent came to know a fact. ``event`` is the index of the utterance, or of the result, with
    which it did. ``elicited``: the user told it after the agent had asked for it; ``volunteered``: the
    user told it unasked; ``changed``: the user told it when it changed its mind; ``found``: the user
    never told it, and a tool's result left no doubt.

    ``withheld`` says that the plan has the user tell it only later than at once, ``needed`` that a
    right agent asks for it.
    """

    fact: str
    event: int
    how: How
    withheld: bool
    needed: bool


class Ledger(Record):
    """What was revealed, in order, and the keys of all facts that the plan withholds."""

    revealed: tuple[Revealed, ...]
    withheld: tuple[str, ...]

    def covered(self, *how: How) -> int:
        """How many of the withheld facts were revealed, in these ways or in any."""
        return sum(each.withheld and (not how or each.how in how) for each in self.revealed)


class Heard(NamedTuple):
    """One event, with utterances whole, and what the agent knows by then. ``asked`` are the keys of
    facts that it asks for with it, ``new`` what the user tells with it; ``told`` and ``known`` have all
    that it was told so far, and that it was told or could find out. ``answered`` has what the agent has
    asked for and got an answer to in words that nobody here understands, or of which it was told a
    wrong version."""

    event: Event
    asked: frozenset[str]
    new: tuple[Revealed, ...]
    told: frozenset[str]
    known: frozenset[str]
    answered: frozenset[str]


def listened(blueprint: Blueprint, events: tuple[Event, ...]) -> tuple[list[Heard], Ledger]:
    """The events one by one, and the ledger that they come to."""
    knowledge = _Knowledge(blueprint, events)
    return [knowledge.take(event) for event in whole_turns(events)], knowledge.ledger()


def ledger_of(blueprint: Blueprint, events: tuple[Event, ...]) -> Ledger:
    """The ledger of a dialogue."""
    return listened(blueprint, events)[1]


class _Knowledge:
    """What the agent knows of the user's facts, event by event."""

    def __init__(self, blueprint: Blueprint, events: tuple[Event, ...]) -> None:
        self._blueprint = blueprint
        self._events = events
        self._needed = needed_in(blueprint)
        self._told: dict[str, Revealed] = {}
        self._answered: set[str] = set()
        self._vague = blueprint.opening == "vague"
        self._facts = {fact.key: fact for fact in blueprint.facts if fact.reveal != "never"}
        self._found: dict[str, Revealed] = {}
        self._telling: dict[str, list[str]] = {}
        for key, fact in self._facts.items():
            # A small number may be anything.
            if distinctive(fact.value) or fact.value.isalpha():
                self._telling.setdefault(fact.value, []).append(key)
        self._asked: set[str] = set()
        self._last_asked: set[str] = set()
        self._heard = ""
        self._seen: dict[str, set[str]] = {}
        self._notes = any(True for event in events for _ in _noted(event))

    def take(self, event: Event) -> Heard:
        """Takes in the next event."""
        asked: set[str] = set()
        new: tuple[Revealed, ...] = ()
        if event.kind == "result" and event.result and AGENT in event.visible_to:
            self._read(event)
        elif event.kind == "say" and event.party == AGENT and USER in event.visible_to:
            self._last_asked = asked = asked_in(event.text, self._askable())
            self._asked |= asked
            self._heard = event.text
        elif event.kind == "say" and event.party == USER and AGENT in event.visible_to:
            new = self._hear(event)
        return Heard(
            event,
            frozenset(asked),
            new,
            frozenset(self._told),
            frozenset((*self._told, *self._found)),
            frozenset(self._answered),
        )

    def ledger(self) -> Ledger:
        """The ledger so far."""
        found = [each for key, each in self._found.items() if key not in self._told]
        revealed = sorted([*self._told.values(), *found], key=lambda each: (each.event, each.fact))
        withheld = [key for key, fact in self._facts.items() if _withheld(fact)]
        return Ledger(
            revealed=tuple(revealed), withheld=(*((WISH,) if self._vague else ()), *withheld)
        )

    def _hear(self, event: Event) -> tuple[Revealed, ...]:
        new = []
        if self._vague and self._heard and WISH not in self._told:
            new.append(_revealed(WISH, event, "elicited", withheld=True, needed=True))
        for key in self._told_in(event):
            if key not in self._told:
                proposed = "?" in self._heard and says_fact(self._heard, self._facts[key])
                how: How = "elicited" if key in self._asked or proposed else "volunteered"
                changed = self._facts[key].reveal == "instead"
                new.append(self._revealed(key, event, "changed" if changed else how))
        self._told |= {each.fact: each for each in new}
        if "?" not in event.text and not new:
            self._answered |= self._last_asked
        self._answered |= {k for k, fact in self._facts.items() if says_slip(event.text, fact)}
        self._last_asked = set()
        return tuple(new)

    def _revealed(self, key: str, event: Event, how: How) -> Revealed:
        withheld = _withheld(self._facts[key])
        return _revealed(key, event, how, withheld, needed=key in self._needed)

    def _askable(self) -> list[Fact]:
        """What an agent can ask for: not yet what the user will want only later."""
        return [f for k, f in self._facts.items() if f.reveal != "instead" or k in self._told]

    def _told_in(self, event: Event) -> list[str]:
        if self._notes:
            return [key for key in _noted(event) if key in self._facts]
        at_issue = self._at_issue(event)
        plain = facts_in(event.text, at_issue)
        shown = self._shown(event, at_issue)
        agrees = hearing.affirms(event.text) and "?" in self._heard
        return [
            key
            for key, fact in self._facts.items()
            if key in plain
            or key in shown
            or (
                distinctive(fact.value)
                and (says_fact(event.text, fact) or (agrees and says_fact(self._heard, fact)))
            )
        ]

    def _shown(self, event: Event, at_issue: list[Fact]) -> set[str]:
        """Preferences that are never stated: one is out with a hint, and with whatever is said when the
        agent has asked about it."""
        implied = [fact for fact in at_issue if fact.reveal == "implied"]
        answered = self._last_asked if "?" not in event.text else set()
        return hints_in(event.text, implied) | {f.key for f in implied if f.key in answered}

    def _at_issue(self, event: Event) -> list[Fact]:
        """What plain words can be about: who is calling, and the wishes raised so far."""
        status = status_of(self._blueprint, self._events[: event.index])
        raised = [goal for goal in self._blueprint.goals if status[goal.id] != "waiting"]
        own = {key for goal in raised for key in needs(self._blueprint, goal)}
        return [
            fact
            for fact in self._facts.values()
            if fact.key in own or status.get(fact.goal) != "waiting"
        ]

    def _read(self, event: Event) -> None:
        """Results tell a fact where all that they have under one name is its value: of several, the
        agent could not know which is meant."""
        assert event.result
        if event.result.error:
            return
        read = list(_scalars(_decoded(event.result.content), ""))
        for name, value in read:
            self._seen.setdefault(name, set()).add(value)
        for name, value in read:
            for key in self._telling.get(value, ()) if len(self._seen[name]) == 1 else ():
                if key not in self._found:
                    self._found[key] = self._revealed(key, event, "found")


def _withheld(fact: Fact) -> bool:
    return fact.reveal not in ("upfront", "instead")


def _revealed(key: str, event: Event, how: How, withheld: bool, needed: bool) -> Revealed:
    return Revealed(fact=key, event=event.index, how=how, withheld=withheld, needed=needed)


def needed_in(blueprint: Blueprint) -> frozenset[str]:
    """The keys of all facts that a right agent asks for unless it was told."""
    return frozenset(key for goal in blueprint.goals for key in needs(blueprint, goal))


def _noted(event: Event) -> Iterator[str]:
    """The facts that a scripted user notes to have told."""
    if event.party != USER:
        return
    for note in event.annotations:
        if note.name == "reveals":
            yield from msgspec.json.decode(note.value, type=list[str])


def _decoded(content: str) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None


def _scalars(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _scalars(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(each, name)
    elif value is not None:
        yield name, str(value)
