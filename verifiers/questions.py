"""What an agent's questions are worth: facts that it needs, or nothing.

A question is judged by what comes of it. It goes by the words of the questions and the cues of facts,
so a roundabout one counts as neither useful nor needless.
"""

from dataclasses import dataclass, field
from typing import Literal

from generators.blueprint import Blueprint
from generators.event import AGENT, USER, Event
from personas.record import Record
from verifiers.asking import asked_in, asking_in, wants_words
from verifiers.disclosure import Knowledge, Revealed
from verifiers.fact_talk import says_fact
from verifiers.whole_turns import whole_turns

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
    asked: set[str]
    told: set[str]
    for_words: bool
    gained: list[str] = field(default_factory=list)
    repeats: bool = False
    bears_fruit: bool = False
    acted_on: bool = False


def questions_of(blueprint: Blueprint, events: tuple[Event, ...]) -> tuple[Question, ...]:
    """The agent's questions in order."""
    knowledge, found = Knowledge(blueprint, events), list[Question]()
    facts = [fact for fact in blueprint.facts if fact.reveal != "never"]
    last: _Open | None = None
    said: set[str] = set()
    for event in whole_turns(events):
        if event.kind == "say" and event.party == AGENT:
            found += [_judged(last)] if last else []
            last = None
            asking = asking_in(event.text)
            if asking:
                asked = asked_in(event.text, facts)
                for_words = any("?" in each and wants_words(each) for each in asking)
                last = _Open(event.index, asked, asked & knowledge.told.keys(), for_words)
        before = set(knowledge.told)
        knowledge.take(event)
        if last and event.party == USER:
            new = [each for key, each in knowledge.told.items() if key not in before]
            _answered(last, event, new)
            if event.kind == "say" and event.text not in said:
                again = [fact for fact in facts if fact.key in last.told]
                last.repeats |= any(says_fact(event.text, fact) for fact in again)
                # Whoever says a whole sentence once more does not answer with it.
                said |= {event.text} if event.text.count(" ") >= _SENTENCE else set()
    found += [_judged(last)] if last else []
    return tuple(found)


def _answered(question: _Open, event: Event, told: list[Revealed]) -> None:
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
    return Question(question.event, worth, tuple(question.gained))
