"""What an agent's questions are worth: facts that it needs, or nothing.

A question is judged by what comes of it. It goes by the words of the questions and the cues of facts,
so a roundabout one counts as neither useful nor needless.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from generators.blueprint import Blueprint
from generators.event import AGENT, USER, Event
from personas.record import Record
from verifiers.asking import asking_in, wants_words
from verifiers.disclosure import Heard, Revealed
from verifiers.fact_talk import says_fact

_SENTENCE = 3
"""Spaces in what is no bare value any more."""

Worth = Literal["useful", "needless", "neutral"]


class Question(Record):
    """One turn of the agent that asks for something; ``event`` is the index of its words.

    ``gained`` are the keys of needed facts that it elicits: a question with any is useful. One is
    needless when all that it asks for was told before, or only that is told again, or when it asks for
    words of which nothing comes: no fact, no deed of the user's, no question back. Others, such as
    those for consent, for a deed, and those that the user does not answer at once, are neutral.
    """

    event: int
    worth: Worth
    gained: tuple[str, ...] = ()


@dataclass(slots=True)
class _Open:
    event: int
    asked: frozenset[str]
    told: frozenset[str]
    for_words: bool
    gained: list[str] = field(default_factory=list)
    repeats: bool = False
    bears_fruit: bool = False
    acted_on: bool = False


def questions_of(blueprint: Blueprint, heard: Iterable[Heard]) -> tuple[Question, ...]:
    """The agent's questions in order; ``heard`` as ``disclosure.listened`` gives it."""
    facts = {fact.key: fact for fact in blueprint.facts if fact.reveal != "never"}
    found: list[Question] = []
    last: _Open | None = None
    said: set[str] = set()
    for each in heard:
        event = each.event
        if event.kind == "say" and event.party == AGENT:
            found += [_judged(last)] if last else []
            last = None
            asking = asking_in(event.text)
            if asking:
                for_words = any("?" in one and wants_words(one) for one in asking)
                last = _Open(event.index, each.asked, each.asked & each.told, for_words)
        elif last and event.party == USER:
            _answered(last, event, each.new)
            if event.kind == "say" and event.text not in said:
                last.repeats |= any(says_fact(event.text, facts[key]) for key in last.told)
                # Whoever says a whole sentence once more does not answer with it.
                said |= {event.text} if event.text.count(" ") >= _SENTENCE else set()
    found += [_judged(last)] if last else []
    return tuple(found)


def _answered(question: _Open, event: Event, told: tuple[Revealed, ...]) -> None:
    question.gained += [each.fact for each in told if each.needed and each.how == "elicited"]
    question.acted_on |= event.kind == "call"
    question.bears_fruit |= bool(told) or (event.kind == "say" and "?" in event.text)


def _judged(question: _Open) -> Question:
    worth: Worth = "neutral"
    if question.gained:
        worth = "useful"
    elif question.acted_on:
        worth = "neutral"
    elif question.repeats:
        worth = "needless"
    elif not question.bears_fruit and (question.asked or question.for_words):
        worth = "needless" if question.asked == question.told else "neutral"
    return Question(event=question.event, worth=worth, gained=tuple(question.gained))
