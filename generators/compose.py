"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A caller is drawn from the data and given the persona's name; a source chooses goals one after the other
from the state that the goals before have left, and each intent's oracle solves its goal in a live world.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import repeat
from random import Random

from msgspec import field
from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Goal, Provenance
from generators.blueprint_check import Defect, defects, settled
from generators.domains.domain import Domain, Draw, Intent, Situation
from generators.domains.plan import Plan, PlanBroken
from generators.domains.world import World
from generators.sources.chooser import Chooser
from generators.sources.composed import Composed
from generators.sources.policy_graph import PolicyGraph, Walked, policy_graph
from generators.spoken import spoken
from personas.persona import Persona
from personas.record import Record, identified, seeded


class ComposeSpec(Record):
    """What to compose: the share of facts that are withheld until asked for, how many worlds to draw
    from, and weights for intents (1 where none is given).

    ``sources`` are the weights of what chooses the goals: ``composed`` takes one to four by the weights
    in ``goals``; ``policy_graph`` walks over clauses, with weights from ``clauses`` (1 where none is
    given), until their weights add up to a number drawn by the weights in ``complexity``.
    """

    goals: dict[int, float]
    sources: dict[str, float] = field(default_factory=lambda: {"composed": 1.0})
    complexity: dict[int, float] = field(default_factory=lambda: {2: 1.0})
    clauses: dict[str, float] = {}
    withheld: float = 0.5
    worlds: int = 3
    intents: dict[str, float] = {}
    turn_limit: int = 40
    call_limit: int = 60


def _composed(domain: Domain, spec: ComposeSpec, rng: Random) -> Chooser:
    return Composed(domain, spec.goals, spec.intents)


def _walked(domain: Domain, spec: ComposeSpec, rng: Random) -> Chooser:
    graph = _graph(domain, tuple(sorted(spec.clauses.items())))
    return Walked(domain, graph, spec.complexity, spec.intents, rng)


@lru_cache(maxsize=64)
def _graph(domain: Domain, weights: tuple[tuple[str, float], ...]) -> PolicyGraph:
    return policy_graph(domain, dict(weights))


SOURCES: dict[str, Callable[[Domain, ComposeSpec, Random], Chooser]] = {
    "composed": _composed,
    "policy_graph": _walked,
}
"""Name -> what chooses the goals of one blueprint."""


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
    source = source_of(domain, spec, seed, index)
    try:
        drafted = _draft(domain, persona, spec, seed, rng, source)
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


def source_of(domain: Domain, spec: ComposeSpec, seed: int, index: int) -> str:
    """What chooses the goals of the ``index``-th candidate: it follows from the numbers alone."""
    rng = seeded(seed, f"{domain.name}:{index}", "source")
    return rng.choices(sorted(spec.sources), [spec.sources[name] for name in sorted(spec.sources)])[
        0
    ]


def _draft(
    domain: Domain, persona: Persona, spec: ComposeSpec, seed: int, rng: Random, source: str
) -> Blueprint | None:
    world_seed = rng.randrange(spec.worlds)
    base = World(domain, world_seed, domain.clock)
    chooser = SOURCES[source](domain, spec, rng)
    subjects = domain.subjects(base.db)
    subject = chooser.caller(
        Situation(base.db, rng.choice(subjects), persona, rng, {}) for _ in repeat(None)
    )
    setup = domain.settle(base.db, subject, persona)
    world = World(domain, world_seed, domain.clock, setup)

    facts = {fact.key: _withheld(fact, spec, rng) for fact in domain.identity(world.db, subject)}
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
        provenance=Provenance(source=source, seed=seed, note=chooser.note),
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
