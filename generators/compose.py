"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A caller is drawn from the data and given the persona's name; goals are drawn one after the other from
the state that the goals before have left, and each intent's oracle solves its goal in a live world.
"""

from random import Random

from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Goal, Provenance
from generators.blueprint_check import Defect, defects, settled
from generators.domains.domain import Domain, Draw, Intent, Situation
from generators.domains.plan import Plan, PlanBroken
from generators.domains.world import World
from generators.spoken import spoken
from personas.persona import Persona
from personas.record import Record, identified, seeded


class ComposeSpec(Record):
    """What to compose: weights for one to four goals, the share of facts that are withheld until
    asked for, how many worlds to draw from, and weights for intents (1 where none is given)."""

    goals: dict[int, float]
    withheld: float = 0.5
    worlds: int = 3
    intents: dict[str, float] = {}
    turn_limit: int = 40
    call_limit: int = 60


class Refusal(Record):
    """A candidate that did not become a blueprint, and why. ``code`` is stable and counted."""

    domain: str
    index: int
    code: str
    message: str


def plan_blueprint(
    domain: Domain, persona: Persona, spec: ComposeSpec, seed: int, index: int
) -> Blueprint | Refusal:
    """The ``index``-th candidate of a build: a checked blueprint, or the reason why there is none."""
    rng = seeded(seed, f"{domain.name}:{persona.id}:{index}", "compose")
    try:
        drafted = _draft(domain, persona, spec, seed, rng)
        if drafted is None:
            return _refused(
                domain, index, Defect(code="no_case", message="no intent fits the caller")
            )
        blueprint = settled(drafted, domain)
        found = defects(blueprint, domain)
    except PlanBroken as broken:
        return _refused(domain, index, Defect(code="oracle_broken", message=str(broken)))
    if found:
        return _refused(domain, index, found[0])
    return identified(blueprint)


def _refused(domain: Domain, index: int, defect: Defect) -> Refusal:
    return Refusal(domain=domain.name, index=index, code=defect.code, message=defect.message)


def _draft(
    domain: Domain, persona: Persona, spec: ComposeSpec, seed: int, rng: Random
) -> Blueprint | None:
    world_seed = rng.randrange(spec.worlds)
    base = World(domain, world_seed, domain.clock)
    subject = rng.choice(domain.subjects(base.db))
    setup = domain.settle(base.db, subject, persona)
    world = World(domain, world_seed, domain.clock, setup)

    facts = {fact.key: _withheld(fact, spec, rng) for fact in domain.identity(world.db, subject)}
    plan = Plan(world, subject, facts)
    domain.identify(plan)

    wanted = rng.choices(list(spec.goals), list(spec.goals.values()))[0]
    goals: list[Goal] = []
    earlier: dict[str, dict[str, object]] = {}
    while len(goals) < wanted:
        situation = Situation(world.db, subject, persona, rng, earlier)
        drawn = _draw_goal(domain, spec, situation, plan)
        if drawn is None:
            break
        intent, draw = drawn
        goal = _goal(f"g{len(goals)}", intent, draw, goals)
        for fact in draw.facts:
            plan.facts[fact.key] = _withheld(replace(fact, goal=goal.id), spec, rng)
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
        facts=(*plan.facts.values(), _canary(rng)),
        steps=tuple(plan.steps),
        actions=tuple(plan.actions),
        must_say=tuple(plan.must_say),
        must_not_say=tuple(plan.must_not_say),
        provenance=Provenance(source="composed", seed=seed),
        turn_limit=spec.turn_limit,
        call_limit=spec.call_limit,
    )


def _draw_goal(
    domain: Domain, spec: ComposeSpec, situation: Situation, plan: Plan
) -> tuple[Intent, Draw] | None:
    """The first intent, in a weighted random order, that has a case and no fact that clashes."""
    left = {
        intent.name: intent.weight * spec.intents.get(intent.name, 1.0) * (4 if intent.after else 1)
        for intent in domain.intents.values()
        if intent.name not in situation.earlier
        and (not intent.after or any(name in situation.earlier for name in intent.after))
    }
    left = {name: weight for name, weight in left.items() if weight > 0}
    while left:
        name = situation.rng.choices(list(left), list(left.values()))[0]
        del left[name]
        intent = domain.intents[name]
        draw = intent.draw(situation)
        if draw is None:
            continue
        known = {fact.key: fact.value for fact in plan.facts.values()}
        if all(known.get(fact.key, fact.value) == fact.value for fact in draw.facts):
            return intent, draw
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


def _withheld(fact: Fact, spec: ComposeSpec, rng: Random) -> Fact:
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


def _canary(rng: Random) -> Fact:
    """A private word of the user's: if it ever turns up anywhere else, something leaks."""
    return Fact(
        key="private_word",
        value=f"{rng.choice(_CANARY_WORDS)}-{rng.randrange(1000, 10000)}",
        reveal="never",
    )
