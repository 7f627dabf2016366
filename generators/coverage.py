"""How many accepted dialogues of which kind are wanted, and which of these a dialogue counts for.

Targets map a facet to values and numbers: ``difficulty: {hard: 120}``, ``clauses: {energy/E07: 20}``,
``turns: {"1-12": 80, "13+": 80}``, ``style.register: {terse: 60}``. Facets are those of plans, the
intents and clauses of a domain, the turns of a dialogue, and facets of the persona.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from generators.blueprint import Blueprint
from generators.plan_quota import FACETS, cell_of, mistake_in
from personas.persona import Persona, facet

Targets = Mapping[str, Mapping[str, int]]
Cell = tuple[str, str]
"""A facet and one of its values."""

INTENTS = "intents"
CLAUSES = "clauses"
TURNS = "turns"
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4})|(\+))?")


@dataclass(frozen=True, slots=True)
class Kind:
    """What targets look at: a plan's facets by the names in ``FACETS``, its intents and the clauses
    that they test, both as ``domain/name``, and how many turns it takes: from the first number to the
    last, which are one for a dialogue that was played."""

    facets: Mapping[str, str | int]
    intents: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    turns: tuple[int, int] = (0, 0)
    persona: Mapping[str, str] = field(default_factory=dict)


def kind_of(plan: Blueprint, persona: Persona, turns: int, targets: Targets) -> Kind:
    """What a dialogue of so many turns counts as. Only those facets of the persona are looked at that
    have a target."""
    return Kind(
        facets={"difficulty": plan.difficulty, **plan.factors},
        intents=intents_of(plan),
        clauses=clauses_of(plan),
        turns=(turns, turns),
        persona={path: facet(persona, path) for path in persona_facets(targets)},
    )


def intents_of(plan: Blueprint) -> tuple[str, ...]:
    """The intents of a plan as ``domain/intent``."""
    return tuple(dict.fromkeys(f"{plan.domain}/{goal.intent}" for goal in plan.goals))


def clauses_of(plan: Blueprint) -> tuple[str, ...]:
    """The clauses that a plan tests as ``domain/clause``."""
    tested = (clause for goal in plan.goals for clause in goal.clauses)
    return tuple(dict.fromkeys(f"{plan.domain}/{clause}" for clause in tested))


def persona_facets(targets: Targets) -> list[str]:
    """The facets among the targets that are a persona's."""
    return [name for name in targets if name not in (*FACETS, INTENTS, CLAUSES, TURNS)]


def cells(kind: Kind, targets: Targets) -> list[Cell]:
    """The cells that a dialogue of this kind counts for."""
    return [
        (name, value)
        for name, values in targets.items()
        for value in _values(kind, name, values)
        if value in values
    ]


def _values(kind: Kind, name: str, values: Iterable[str]) -> Iterable[str]:
    if name == INTENTS:
        return kind.intents
    if name == CLAUSES:
        return kind.clauses
    if name == TURNS:
        return [each for each in values if touches(kind.turns, each)]
    if name in FACETS:
        found = cell_of(kind.facets.get(name, 0), values)
        return () if found is None else (found,)
    return (kind.persona.get(name, ""),)


def touches(turns: tuple[int, int], span: str) -> bool:
    """Whether numbers of turns, ends included, meet ``12``, ``5-12`` or ``13+``."""
    match = _RANGE.fullmatch(span)
    if match is None:
        return False
    low, high, open_ended = int(match[1]), match[2], match[3]
    return turns[1] >= low and (bool(open_ended) or turns[0] <= int(high or low))


def mistake_in_target(name: str, values: Iterable[str]) -> tuple[str, str]:
    """What is wrong with the values of a target over turns or a plan's facet, and what would be right;
    empty when nothing is."""
    if name != TURNS:
        return mistake_in(name, values)
    for each in values:
        match = _RANGE.fullmatch(each)
        if match is None or (match[2] and int(match[2]) < int(match[1])):
            return f"found {each!r}", 'numbers of turns such as "5-12" or "13+"'
    return "", ""
