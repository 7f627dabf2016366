"""What an agent's utterance wants of the user: facts, a yes, an act, a further wish, or nothing.

The domain's own phrases are recognised for certain. Other wording, such as a model's, goes by cue
words, question marks and the words that a tool is described with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from generators.blueprint import Blueprint, Fact
from generators.domains.tool import Tool
from generators.event import USER
from generators.scripted import hearing
from generators.scripted.phrasebook import GENERAL, Phrasebook


@dataclass(frozen=True, slots=True)
class Errand:
    """Something the user may be asked to do with a tool of its own."""

    goal: str
    key: str
    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the agent wants: ``facts`` by key, or an ``errand``, as ``kind`` says."""

    kind: Literal["facts", "errand", "yes", "wish", "patience", "nothing", "unclear"]
    facts: tuple[str, ...] = ()
    errand: Errand | None = None


def errands_of(blueprint: Blueprint) -> list[Errand]:
    """The user's own actions, in order."""
    actions = {action.id: action for action in blueprint.actions if action.party == USER}
    found = []
    for step in blueprint.steps:
        action = actions.get(step.action)
        if action:
            found.append(Errand(step.goal, step.key, action.tool, action.arguments))
    return found


def wanted(
    text: str,
    facts: Sequence[Fact],
    told: set[str],
    errands: Sequence[Errand],
    tools: dict[str, Tool],
    book: Phrasebook,
) -> Wanted:
    """What the agent wants with ``text``. ``facts`` and ``errands`` are those that may be meant, the
    likeliest first; ``told`` holds the keys of facts that were told already."""
    for errand in errands:
        if book.says("request", errand.key, text):
            return Wanted("errand", errand=errand)
    if book.says("confirms", GENERAL, text):
        return Wanted("yes")  # It speaks of a deed in a tool's words, and of the agent's own.
    known = _asked_by_phrase(text, facts, book)
    if known:
        return Wanted("facts", facts=known)
    questions = hearing.questions(text)
    others = [each for each in questions if not hearing.offers_more(each)]
    asked = _asked_by_cues(others, facts, told)
    if asked:
        return Wanted("facts", facts=asked)
    for errand in errands:
        if _fits(text, tools.get(errand.tool)):
            return Wanted("errand", errand=errand)
    if len(others) < len(questions):
        return Wanted("wish")
    if questions:
        yes = any(hearing.wants_yes_or_no(each) for each in questions)
        return Wanted("yes" if yes else "unclear")
    return Wanted("patience" if hearing.holds(text) else "nothing")


def _asked_by_phrase(text: str, facts: Sequence[Fact], book: Phrasebook) -> tuple[str, ...]:
    """The facts that the text asks for in the domain's words, in the order in which it does; of two
    with the same question, the likelier one."""
    first: dict[int, str] = {}
    for fact in facts:
        place = book.place("ask", fact.key, text)
        if place >= 0:
            first.setdefault(place, fact.key)
    return tuple(first[place] for place in sorted(first))


def _asked_by_cues(
    questions: Sequence[str], facts: Sequence[Fact], told: set[str]
) -> tuple[str, ...]:
    """The facts that the questions name by a cue: those not told yet, else the best match."""
    for question in questions:
        if not hearing.asks_for_words(question):
            continue
        named = {fact.key: hearing.cues_in(question, fact) for fact in facts}
        fresh = [key for key, count in named.items() if count and key not in told]
        if fresh and " and " in question:
            return tuple(fresh[:3])
        among = fresh or [key for key, count in named.items() if count]
        if among:
            return (max(among, key=lambda key: named[key]),)
    return ()


def _fits(text: str, tool: Tool | None) -> bool:
    """Whether the text has two of the words that the tool is described with, and asks for a deed."""
    if tool is None:
        return False
    words = hearing.spaced_words(text)
    asks = any(f" {word} " in words for word in ("please", "could", "can", "try", "you"))
    return asks and sum(f" {word} " in words for word in _keywords(tool)) >= 2


@lru_cache(maxsize=256)
def _keywords(tool: Tool) -> frozenset[str]:
    text = f"{tool.name.replace('_', ' ')} {tool.description}"
    return frozenset(word for word in hearing.spaced_words(text).split() if len(word) >= 4)
