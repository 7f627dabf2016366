"""What a case is drawn by: the state, what the caller has said before, and what a search finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from generators.blueprint import Fact
from generators.domains.services.scope import Scope, field_of, matching, owner_argument
from generators.domains.services.spec import FieldSpec, IntentSpec, ToolSpec
from generators.domains.services.values import as_text, saying
from generators.domains.services.words import cues_of, listed
from generators.domains.table import Database, Row
from generators.topics import key_of, topic_of

Given = dict[str, Any]
"""Arguments by name."""
SEARCHED_BY = "searched by"
"""The slot that says by which arguments what a write is about is searched for."""
OTHER = "other_"
"""What stands before the fact that another value of a criterion would do."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a case is drawn from: the part of a ``Situation`` that matters here."""

    db: Database
    subject: str
    rng: Random
    earlier: Mapping[str, Mapping[str, Any]]


def known_values(moment: Moment) -> Given:
    """What the caller has said in the goals before, by fact key."""
    known: Given = {}
    for outputs in moment.earlier.values():
        known |= outputs.get("given", {})
    return known


def liked_values(moment: Moment) -> Given:
    """Those of what the caller has said with which there was something."""
    known = known_values(moment)
    missed = {key for outputs in moment.earlier.values() for key in outputs.get("missed", ())}
    return {key: value for key, value in known.items() if key not in missed}


def searched_before(moment: Moment, tool: ToolSpec, name: str, given: Given) -> bool:
    """Whether the caller has searched for such a thing in a goal before: ``name`` is what the tool is
    called."""
    return any(
        all(before.get(each) == given.get(each) for each in tool.names)
        for outputs in moment.earlier.values()
        for searched, before in outputs.get("searched", ())
        if searched == name
    )


def told_key(scope: Scope, name: str, value: Any, known: Mapping[str, Any]) -> str:
    """The key under which the caller knows this value for an argument, empty when they do not: as such,
    as a further value, or as one that would do instead. ``known`` are values by key."""
    topics = (scope.fact(name), scope.fact(f"{OTHER}{name}"))
    same = (key for key, each in known.items() if as_text(each) == as_text(value))
    return next((key for key in same if topic_of(key) in topics), "")


def free_key(topic: str, known: Mapping[str, Any]) -> str:
    """The key for a further value about a topic."""
    number = 1
    while key_of(topic, number) in known:
        number += 1
    return key_of(topic, number)


def found_by(scope: Scope, tool: ToolSpec, moment: Moment, given: Given) -> list[Row]:
    """What the tool would find."""
    full = {
        name: each.default for name, each in tool.arguments.items() if each.default is not None
    } | given
    owner = owner_argument(scope.spec, tool)
    if owner:
        full[owner] = moment.subject
    return matching(scope, moment.db, tool, full)


def facts_of(
    scope: Scope, tool: ToolSpec, given: Mapping[str, Any], known: Mapping[str, Any]
) -> tuple[Fact, ...]:
    """The arguments as what the caller knows besides what was said in the goals before."""
    found = []
    for name, value in given.items():
        if told_key(scope, name, value, known):
            continue
        field = field_of(scope.spec, tool, name)
        key = free_key(scope.fact(name), known)
        found.append(
            Fact(
                key=key,
                value=as_text(value),
                spoken=saying(field, value),
                reveal="upfront",
                cues=cues_of(name, field),
                # Of two values about one topic, nobody could tell whose slip it is.
                slip=_slip(field, value) if key == topic_of(key) else "",
            )
        )
    return tuple(found)


def need_of(intent: IntentSpec, facts: Iterable[Fact], more: str = "") -> str:
    """The wish in one or two sentences. Where some facts are not the first ones about their topic, it
    says which belong to this wish."""
    again = [
        f"{topic_of(fact.key).removeprefix(OTHER).replace('_', ' ')} {fact.saying}"
        for fact in facts
        if topic_of(fact.key) != fact.key
    ]
    this = f" This one is about {listed(again)}." if again else ""
    return f"You want to {intent.want}.{this}{more}"


def _slip(field: FieldSpec, value: Any) -> str:
    """How somebody may get the value wrong at first: the day after, the next of the choices."""
    if field.type == "date":
        return saying(field, (date.fromisoformat(value) + timedelta(days=1)).isoformat())
    if value in field.choices[:-1]:
        return saying(field, field.choices[field.choices.index(value) + 1])
    return ""


def tellable(row: Row, tells: tuple[str, ...]) -> bool:
    """Whether a row has everything that is to be told of it."""
    return all(getattr(row, name, "-") not in (None, "") for name in tells)


def distinct(given: Given) -> bool:
    """Whether no value could be taken for another: ``2`` rooms and ``2`` people could."""
    texts = [as_text(value).casefold() for value in given.values() if not isinstance(value, bool)]
    return len(set(texts)) == len(texts)
