"""What a plan keeps from the agent: which facts are told only when asked, how the user opens, and what
each wish is until its details are told.

The same for all sources: a draft comes in, and goes out with an exact level of uncertainty where one is
wanted, with the details that its wishes are raised without, and with the type of each wish.
"""

from collections.abc import Container, Iterable, Mapping
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Fact, Goal, Missing, TurnType
from generators.domains.domain import Domain
from generators.sources.request import PlanRequest
from personas.record import seeded

_OF_OUTCOME: dict[str, TurnType] = {
    "fulfilled": "answerable",
    "partial": "answerable",
    "informed": "answerable",
    "refused": "improper",
    "handed_over": "unanswerable",
}
"""What a wish is that ends like this, unless its intent says otherwise."""

EXPECTED: dict[TurnType, str] = {
    "answerable": "act",
    "ambiguous": "ask",
    "unanswerable": "say_so",
    "improper": "decline",
}
"""What a right agent does about each type of turn: ``act`` is to answer or to act, ``say_so`` to say
that it cannot be known or done here."""


def hidden_for(draft: Blueprint, request: PlanRequest) -> Blueprint:
    """The draft with what the recipe wants it to keep from the agent. See ``hidden``."""
    spec, of = request.spec, f"{request.domain.name}:{request.persona.id}:{request.index}"
    rng = seeded(request.seed, of, "hide")
    return hidden(draft, request.domain, rng, spec.uncertainty, spec.vague, spec.implied)


def hidden(
    draft: Blueprint,
    domain: Domain,
    rng: Random,
    levels: Mapping[float, float] | None = None,
    vague: float = 0.0,
    implied: float = 0.0,
) -> Blueprint:
    """The draft with what it keeps from the agent.

    ``levels`` are weights of levels of uncertainty, shares from 0 to 1; without them the draft's own
    reveal rules stay. ``vague`` is the chance that it opens vaguely, ``implied`` that a withheld fact
    which can be hinted at shows by hints only. A plan with a level opens with all that it does not
    withhold, so that the level is true of the talk as well.
    """
    level = rng.choices(list(levels), list(levels.values()))[0] if levels else None
    opens_vaguely = rng.random() < vague
    facts = draft.facts if level is None else withheld(draft, level, rng)
    # What is to be changed has to be stated first.
    stated = {key for change in draft.changes for key in change.instead}
    facts = tuple(hinted(f, rng.random() < implied and f.key not in stated) for f in facts)
    draft = replace(
        draft,
        facts=facts,
        uncertainty=level,
        opening="vague" if opens_vaguely else "free" if level is None else "full",
    )
    return labelled(draft, domain)


def labelled(draft: Blueprint, domain: Domain) -> Blueprint:
    """The draft with the type of each wish, and with the details that it is raised without."""
    return replace(draft, goals=tuple(_labelled(goal, draft, domain) for goal in draft.goals))


def hinted(fact: Fact, implied: bool = True) -> Fact:
    """The fact, shown by hints only where it is to be and can be."""
    if implied and fact.hints and fact.reveal == "when_asked":
        return replace(fact, reveal="implied", slip="")
    return fact


def withheld(draft: Blueprint, level: float, rng: Random) -> tuple[Fact, ...]:
    """The facts, so that exactly the share ``level`` of those that the agent needs is told only when
    asked (``hidden_count`` of them), and the others may be told unasked. Which, chance decides, also
    about those that an intent withholds of itself."""
    may = [fact.key for fact in withholdable(draft)]
    return telling(draft.facts, may, set(rng.sample(may, hidden_count(level, len(may)))))


def withholdable(draft: Blueprint) -> list[Fact]:
    """The facts that the agent needs and of which a level decides whether they are told unasked."""
    needed = {key for goal in draft.goals for key in needs(draft, goal)}
    return [
        fact
        for fact in draft.facts
        if fact.key in needed and fact.reveal in ("upfront", "when_asked") and fact.cues
    ]


def telling(facts: Iterable[Fact], may: Container[str], hide: Container[str]) -> tuple[Fact, ...]:
    """The facts, of which those that ``may`` be withheld are, if they are among those to ``hide``."""
    return tuple(
        replace(fact, reveal="when_asked" if fact.key in hide else "upfront")
        if fact.key in may
        else fact
        for fact in facts
    )


def hidden_count(level: float, needed: int) -> int:
    """How many of so many facts a level withholds: to the nearest whole number, a half is rounded up."""
    # A share that was written 0.7 is meant to be seven tenths, and not the float beside it.
    return floor(Fraction(str(level)) * needed + Fraction(1, 2))


def needs(blueprint: Blueprint, goal: Goal) -> tuple[str, ...]:
    """The keys of the facts that the agent needs for a goal, those about who is calling among them: all
    that the right agent asks for unless it was told."""
    asked = [key for step in blueprint.steps if step.goal in ("", goal.id) for key in step.facts]
    return tuple(dict.fromkeys(asked))


def uncertainty_of(blueprint: Blueprint) -> int:
    """The level in percent: as planned, else the share of needed facts that came to be withheld."""
    if blueprint.uncertainty is not None:
        return round(100 * blueprint.uncertainty)
    needed = {key for goal in blueprint.goals for key in needs(blueprint, goal)}
    untold = sum(fact.key in needed and not _told_freely(fact) for fact in blueprint.facts)
    return round(100 * untold / len(needed)) if needed else 0


def _told_freely(fact: Fact) -> bool:
    return fact.reveal == "upfront"


def _labelled(goal: Goal, draft: Blueprint, domain: Domain) -> Goal:
    stated = domain.intents[goal.intent].turn if goal.intent in domain.intents else None
    missing = tuple(
        Missing(fact=fact.key, needed_for=_needed_for(fact, goal, draft))
        for fact in draft.facts
        if fact.reveal not in ("never", "instead")
        and not _told_freely(fact)
        and _belongs(fact, goal, draft)
    )
    return replace(goal, turn=stated or _OF_OUTCOME[goal.outcome], missing=missing)


def _belongs(fact: Fact, goal: Goal, draft: Blueprint) -> bool:
    if not fact.goal:
        return goal.id == draft.goals[0].id
    asks = any(fact.key in step.facts for step in draft.steps if step.goal == goal.id)
    return fact.goal == goal.id or asks


def _needed_for(fact: Fact, goal: Goal, draft: Blueprint) -> Any:
    """By the calls that have its value; a fact that is asked for and stands in no call decides what
    comes after the question."""
    using = [action for action in draft.actions if uses(action, fact)]
    if not using and fact.key in needs(draft, goal):
        using = _after_question(fact, goal, draft)
    if not using:
        return "nothing"
    return "write" if any(action.writes for action in using) else "read"


def _after_question(fact: Fact, goal: Goal, draft: Blueprint) -> list[Action]:
    actions = {action.id: action for action in draft.actions}
    own = [step for step in draft.steps if step.goal in ("", goal.id)]
    at = next(index for index, step in enumerate(own) if fact.key in step.facts)
    return [actions[step.action] for step in own[at:] if step.action in actions]


def uses(action: Action, fact: Fact) -> list[str]:
    """The names of the action's arguments that have the fact's value."""
    return [name for name, value in action.arguments.items() if _has(value, fact.value)]


def _has(value: Any, wanted: str) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_has(each, wanted) for each in value)
    if isinstance(value, bool):
        return wanted.casefold() == str(value).casefold()
    return str(value) == wanted
