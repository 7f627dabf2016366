"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A caller is drawn from the data and given the persona's name; a chooser takes goals one after the other
from the state that the goals before have left, and each intent's oracle solves its goal in a live world.
"""

from collections.abc import Iterable
from itertools import repeat
from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Goal, Provenance
from generators.domains.domain import Domain, Draw, Intent, Situation
from generators.domains.plan import Plan
from generators.domains.world import World, callers
from generators.sources.chooser import Chooser
from generators.sources.request import PlanRequest, PlanSpec
from generators.spoken import spoken


def compose(
    request: PlanRequest, source: str, chooser: Chooser, world_seed: int | None = None
) -> Blueprint | None:
    """A draft with the goals that ``chooser`` takes, in any of the worlds or in that of ``world_seed``;
    None where nothing fits the caller. See ``Source``."""
    domain, persona, spec, rng = request.domain, request.persona, request.spec, request.rng
    world_seed = rng.randrange(spec.worlds) if world_seed is None else world_seed
    base = World(domain, world_seed, domain.clock)
    subjects = callers(domain, world_seed)
    subject = chooser.caller(
        Situation(base.db, rng.choice(subjects), persona, rng, {}) for _ in repeat(None)
    )
    setup = domain.settle(base.db, subject, persona)
    world = World(domain, world_seed, domain.clock, setup)

    facts = {fact.key: withheld(fact, spec, rng) for fact in domain.identity(world.db, subject)}
    plan = Plan(world, subject, facts)
    domain.identify(plan)

    goals: list[Goal] = []
    earlier: dict[str, dict[str, object]] = {}
    while True:
        situation = Situation(world.db, subject, persona, rng, earlier)
        drawn = _drawn(domain, chooser.following(situation, goals), situation, plan)
        if drawn is None:
            break
        intent, draw = drawn
        goal = _goal(f"g{len(goals)}", intent, draw, goals)
        for fact in draw.facts:
            plan.facts[fact.key] = withheld(replace(fact, goal=goal.id), spec, rng)
        plan.goal, plan.slots, plan.outputs = goal.id, dict(draw.slots), {}
        intent.oracle(plan)
        earlier[intent.name] = plan.outputs
        goals.append(goal)
    if not goals:
        return None
    return Blueprint(
        domain=domain.name,
        domain_hash=domain.hash,
        persona_id=persona.id,
        world_seed=world_seed,
        clock=domain.clock,
        locale=persona.demographics.locale,
        setup=setup,
        goals=tuple(goals),
        facts=(*plan.facts.values(), canary(rng)),
        steps=tuple(plan.steps),
        actions=tuple(plan.actions),
        must_say=tuple(plan.must_say),
        must_not_say=tuple(plan.must_not_say),
        provenance=Provenance(source=source, seed=request.seed, note=chooser.note),
        turn_limit=spec.turn_limit,
        call_limit=spec.call_limit,
    )


def _drawn(
    domain: Domain, intents: Iterable[str], situation: Situation, plan: Plan
) -> tuple[Intent, Draw] | None:
    """The first of the intents that has a case, and no fact that clashes."""
    for name in intents:
        draw = domain.intents[name].draw(situation)
        if draw is None:
            continue
        known = {fact.key: fact.value for fact in plan.facts.values()}
        if all(known.get(fact.key, fact.value) == fact.value for fact in draw.facts):
            return domain.intents[name], draw
    return None


def _goal(goal_id: str, intent: Intent, draw: Draw, before: list[Goal]) -> Goal:
    return Goal(
        id=goal_id,
        intent=intent.name,
        need=draw.need,
        outcome=intent.outcome,
        slots={name: spoken(value) for name, value in draw.slots.items()},
        after=tuple(goal.id for goal in before if goal.intent in intent.after),
        clauses=intent.clauses,
    )


def withheld(fact: Fact, spec: PlanSpec, rng: Random) -> Fact:
    """The fact, told only when asked for in the share of plans that the recipe says."""
    hide = fact.reveal == "upfront" and bool(fact.cues) and rng.random() < spec.withheld
    return replace(fact, reveal="when_asked") if hide else fact


_CANARY_WORDS = (
    "heron",
    "tamarind",
    "obsidian",
    "lantern",
    "juniper",
    "falcon",
    "marble",
    "saffron",
)


def canary(rng: Random) -> Fact:
    """A private word of the user's: if it ever turns up anywhere else, something leaks."""
    return Fact(
        key="private_word",
        value=f"{rng.choice(_CANARY_WORDS)}-{rng.randrange(1000, 10000)}",
        reveal="never",
    )
