"""Sound and flawed blueprints in turn, to measure whoever is to tell them apart.

Sound plans are composed and settled, and never checked: an oracle has carried them out, so they are
right whatever a check says. A flawed plan is such a one with a flaw in it, and nobody asks whether a
check finds it.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact
from generators.blueprint_check import settled
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.domains.registry import domain_named
from generators.planting import acting, calling, telling
from generators.planting.original import Flaw, Original
from generators.signature import signature
from generators.sources.composed import composed
from generators.sources.request import PlanRequest, PlanSpec
from personas.persona import Persona
from personas.record import Record, identified, seeded
from personas.sampler import sample_personas

FLAWS: dict[str, tuple[Flaw, ...]] = {
    "wrong_end_state": (acting.stale_end, acting.write_too_many, acting.write_left_out),
    "impossible_slot": (acting.no_such_row, acting.no_such_day),
    "clause_broken": (acting.opening_left_out, acting.write_first),
    "secret_in_opening": (telling.secret_in_need, telling.secret_in_fact),
    "unreachable_goal": (acting.done_already, acting.waits_in_vain, acting.no_such_tool),
    "missing_argument": (telling.forgotten_fact, telling.asked_in_vain, telling.unsaid_choice),
    "contradictory_facts": (
        telling.told_twice,
        telling.need_says_otherwise,
        telling.slot_says_otherwise,
    ),
    "answer_given_away": (telling.answer_in_need, telling.answer_in_fact),
    "wrong_persona": (
        calling.somebody_elses,
        calling.another_name,
        calling.another_place,
        calling.another_language,
    ),
    "duplicate": (
        calling.played_again,
        calling.other_fact_withheld,
        calling.played_by_another,
    ),
}
"""Kind -> the ways to put it into a plan."""

_SPEC = PlanSpec(goals={1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1})
_TRIES = 200


class Planted(Record):
    """One plan of a planted set. ``kind`` is what is wrong with it, empty where it is ``sound``, and
    ``way`` how that came about. ``shown``: whether execution and the plan's text show the flaw; where
    not, somebody has to read it. A ``duplicate`` repeats the sound plan before it."""

    kind: str
    way: str
    sound: bool
    shown: bool
    blueprint: Blueprint
    persona: Persona


def planted(domain_names: Sequence[str], seed: int, n: int) -> Iterator[Planted]:
    """``n`` sound and ``n`` flawed plans of these domains in turn, beginning with a sound one; kinds
    of flaw and the ways to put them there take turns. The same arguments give the same plans.

    Raises ``ValueError`` when a flaw finds no place in any of many plans, or a domain has no more
    plans that are different.
    """
    domains = [domain_named(name) for name in domain_names]
    people = sample_personas(2 * n + 1, seed=seed).personas
    kinds, seen = list(FLAWS), set[str]()
    for number in range(n):
        domain = domains[number % len(domains)]
        sound = _sound(domain, people, seed, number, seen)
        seen.add(signature(sound.blueprint))
        yield sound
        kind, lap = kinds[number % len(kinds)], number // len(kinds)
        other = domain if kind == "duplicate" else domains[(number + lap) % len(domains)]
        yield _flawed(kind, lap, other, people, seed, number, sound)


def _sound(
    domain: Domain, people: Sequence[Persona], seed: int, number: int, seen: set[str]
) -> Planted:
    persona, change = people[2 * number], _HARMLESS[number % len(_HARMLESS)]
    for attempt in range(_TRIES):
        plan = _composed(domain, persona, seed, f"sound:{number}:{attempt}")
        if plan is None:
            continue
        plan = identified(settled(change(plan), domain))
        if signature(plan) not in seen:
            return Planted(
                kind="",
                way=change.__name__,
                sound=True,
                shown=False,
                blueprint=plan,
                persona=persona,
            )
    raise ValueError(f"{domain.name} has no {number} different plans")


def _flawed(
    kind: str,
    lap: int,
    domain: Domain,
    people: Sequence[Persona],
    seed: int,
    number: int,
    sound: Planted,
) -> Planted:
    ways = FLAWS[kind]
    persona, other = people[2 * number + 1], people[(2 * number + 3) % len(people)]
    for attempt in range(_TRIES):
        plan: Blueprint | None
        if kind == "duplicate":
            plan, persona = sound.blueprint, sound.persona
        else:
            plan = _composed(domain, persona, seed, f"flawed:{number}:{attempt}")
        if plan is None:
            continue
        rng = seeded(seed, f"{domain.name}:{number}:{attempt}", "flaw")
        original = Original(settled(plan, domain), domain, persona, other, rng)
        # A way that finds no place in several plans makes way for the next.
        way = ways[(lap + attempt // 20 + (attempt if kind == "duplicate" else 0)) % len(ways)]
        flaw = way(original)
        if flaw is not None:
            spoiled = settled(flaw.blueprint, domain) if flaw.settle else flaw.blueprint
            return Planted(
                kind=kind,
                way=way.__name__,
                sound=False,
                shown=flaw.shown,
                blueprint=identified(spoiled),
                persona=flaw.persona or persona,
            )
    raise ValueError(f"{domain.name} has no place for the flaw {kind}")


def _composed(domain: Domain, persona: Persona, seed: int, key: str) -> Blueprint | None:
    rng = seeded(seed, f"{domain.name}:{persona.id}:{key}", "planted")
    try:
        return composed(PlanRequest(domain, persona, _SPEC, seed, 0, rng))
    except PlanBroken:
        return None


def as_composed(blueprint: Blueprint) -> Blueprint:
    """The plan as it is."""
    return blueprint


def facts_turned(blueprint: Blueprint) -> Blueprint:
    """The facts in another order."""
    return replace(blueprint, facts=blueprint.facts[::-1])


def told_more(blueprint: Blueprint) -> Blueprint:
    """One more fact, which has nothing to do with anything."""
    more = Fact(key="weather", value="drizzle", reveal="upfront")
    return replace(blueprint, facts=(*blueprint.facts, more))


_HARMLESS: tuple[Callable[[Blueprint], Blueprint], ...] = (as_composed, facts_turned, told_more)
"""What may be done to a sound plan without harm."""
