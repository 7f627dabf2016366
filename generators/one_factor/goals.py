"""One goal more, as a factor: beside the others, or on top of one of them."""

from collections.abc import Iterator
from dataclasses import replace as with_fields
from functools import partial
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact
from generators.domains.plan import PlanBroken
from generators.hiding import hidden_count, hinted, labelled, telling, withholdable
from generators.one_factor.variation import CannotVary
from generators.sources.registry import SOURCES, source_of
from generators.sources.request import Further, PlanRequest, stream


def _longer(
    dependent: bool, base: Blueprint, request: PlanRequest, level: str, rng: Random
) -> Iterator[Blueprint]:
    name = source_of(request.domain, request.spec, request.seed, request.index)
    tried: frozenset[str] = frozenset()
    while True:
        further = Further(of=base.id, dependent=dependent, without=tried)
        try:
            found = SOURCES[name](_again(request, further))
        except PlanBroken as broken:
            raise CannotVary(str(broken)) from None
        if found is None or len(found.goals) == len(base.goals):
            raise CannotVary(f"plans of the source {name} take no further goal")
        yield _joined(base, found, request, rng)
        tried |= {found.goals[-1].intent}


width = partial(_longer, False)
"""A further goal of an intent that needs no other. See ``Vary``."""

depth = partial(_longer, True)
"""A further goal of an intent that needs one of the goals before. See ``Vary``."""


def leans(member: Blueprint) -> str:
    """Why the goal that was added is not beside the others."""
    last = member.goals[-1]
    return f"{last.intent} turns out to need {' and '.join(last.after)}" if last.after else ""


def _again(request: PlanRequest, further: Further) -> PlanRequest:
    """The request as it was when the base was drawn, with one more goal."""
    rng = stream(request.domain, request.persona, request.seed, request.index)
    return with_fields(request, rng=rng, further=further)


def _joined(base: Blueprint, found: Blueprint, request: PlanRequest, rng: Random) -> Blueprint:
    """The base with the further goal: what it withholds stays so, and its level is kept."""
    known = {fact.key for fact in base.facts}
    added = tuple(fact for fact in found.facts if fact.key not in known)
    draft = replace(
        base,
        goals=(*base.goals, *found.goals[len(base.goals) :]),
        facts=(*base.facts, *added),
        steps=found.steps,
        actions=found.actions,
        must_say=found.must_say,
        must_not_say=found.must_not_say,
        end_hash=found.end_hash,
    )
    added = added if base.uncertainty is None else _level(draft, added, base.uncertainty, rng)
    added = tuple(hinted(fact, rng.random() < request.spec.implied) for fact in added)
    draft = labelled(replace(draft, facts=(*base.facts, *added)), request.domain)
    return replace(draft, goals=(*base.goals, *draft.goals[len(base.goals) :]))


def _level(
    draft: Blueprint, added: tuple[Fact, ...], level: float, rng: Random
) -> tuple[Fact, ...]:
    """The added facts, so that of all that the agent needs the same share is withheld as before."""
    new = {fact.key for fact in added}
    every = withholdable(draft)
    may = [fact.key for fact in every if fact.key in new]
    before = sum(fact.reveal == "when_asked" for fact in every if fact.key not in new)
    more = hidden_count(level, len(every)) - before
    if not 0 <= more <= len(may):
        raise CannotVary(f"with a further goal the level {level:g} cannot be kept")
    return telling(added, may, rng.sample(may, more))
