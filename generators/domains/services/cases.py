"""What a case is drawn by: the state, what the caller has said before, and what a search finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from generators.blueprint import Fact
from generators.domains.services.scope import Scope, field_of, matching, owner_argument
from generators.domains.services.spec import FieldSpec, ToolSpec
from generators.domains.services.values import as_text, saying
from generators.domains.services.words import cues_of
from generators.domains.table import Database, Row

Given = dict[str, Any]
"""Arguments by name."""


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


def searched_before(moment: Moment, tool: str, given: Given) -> bool:
    """Whether the caller has had just this search in a goal before."""
    return any((tool, given) in outputs.get("searched", ()) for outputs in moment.earlier.values())


def found_by(scope: Scope, tool: ToolSpec, moment: Moment, given: Given) -> list[Row]:
    """What the tool would find."""
    full = {
        name: each.default for name, each in tool.arguments.items() if each.default is not None
    } | given
    owner = owner_argument(scope.spec, tool)
    if owner:
        full[owner] = moment.subject
    return matching(scope, moment.db, tool, full)


def facts_of(scope: Scope, tool: ToolSpec, given: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The arguments as what the caller knows."""
    found = []
    for name, value in given.items():
        field = field_of(scope.spec, tool, name)
        found.append(
            Fact(
                key=scope.fact(name),
                value=as_text(value),
                spoken=saying(field, value),
                reveal="upfront",
                cues=cues_of(name, field),
                slip=_slip(field, value),
            )
        )
    return tuple(found)


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


def agrees(scope: Scope, given: Given, known: Given) -> bool:
    """Whether the arguments go with what the caller has said before."""
    return all(known.get(scope.fact(name), value) == value for name, value in given.items())
