"""Plans made backwards: first what was done, then the instruction that it fulfils.

Somebody wanders through a world with valid calls; the walk is cut into spans, and from each span the
instruction is derived that its steps fulfil. Some spans in a row become a plan, whose actions are
exactly those steps, executed again from the caller's identification on, and read aloud: what breaks a
clause then is cut off before the breach.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from generators.blueprint import Blueprint, Goal
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.domains.tool_words import WALKED, listed
from generators.event import AGENT
from generators.replay import rehearse
from generators.sources.instruction import (
    Instruction,
    disagreements,
    instruction_for,
    is_own_words,
    naming,
    spans_of,
)
from generators.sources.recital import spoken_breaches
from generators.sources.request import PlanRequest
from generators.sources.scene import Scene, strangers
from generators.sources.walk import WalkStep, leaves, walked_steps, without_detours

_SHORTEST, _LONGEST = 3, 9
_CHANGES = 0.75
"""The share of plans that change something, where the walk did."""


def wandered(request: PlanRequest) -> Blueprint | None:
    """As many spans of one walk as the recipe's distribution of goals says, or as many of them as keep
    the policy. See ``Source``."""
    spec, rng = request.spec, request.rng
    world_seed = rng.randrange(spec.worlds)
    subject = next(strangers(request, world_seed)).subject
    (wanted,) = rng.choices(list(spec.goals), list(spec.goals.values()))
    scout = Scene(request, world_seed, subject)
    steps = without_detours(scout, walked_steps(scout, rng.randint(_SHORTEST, _LONGEST)))
    spans = spans_of(steps)
    starts = list(range(len(spans)))
    rng.shuffle(starts)
    if rng.random() < _CHANGES:
        # Most of what can be called only looks; what callers want is mostly a change.
        starts.sort(key=lambda first: not _writes(steps, spans[first : first + wanted]))
    broken: PlanBroken | None = None
    for first in starts:
        for count in range(min(wanted, len(spans) - first), 0, -1):
            scene = Scene(request, world_seed, subject)
            try:
                followed = follow(scene, steps, spans[first : first + count])
            except PlanBroken as error:
                broken = error
                continue
            if not followed:
                break
            draft = scene.blueprint(
                "backward", f"steps {followed[0].start + 1}-{followed[-1].stop} of {len(steps)}"
            )
            broken = _unfit(draft, request.domain)
            if broken is None:
                return draft
    if broken:
        raise broken
    return None


def _writes(steps: Sequence[WalkStep], spans: Sequence[tuple[int, int]]) -> bool:
    return any(step.writes for start, stop in spans for step in steps[start:stop])


def _unfit(draft: Blueprint, domain: Domain) -> PlanBroken | None:
    """What makes a plan one that nobody could be held to: it breaks the policy when it is read aloud,
    or it matters in which words of its own the agent puts something."""
    found = spoken_breaches(draft, domain)
    if found:
        return PlanBroken(f"{found[0][0]}: {found[0][1].message}", "walk_breaks_policy")
    reworded = [
        replace(
            each,
            arguments={
                name: "In other words." if is_own_words(value) else value
                for name, value in each.arguments.items()
            },
        )
        for each in draft.actions
    ]
    if (
        rehearse(draft, domain, reworded).end_hash
        != rehearse(draft, domain, draft.actions).end_hash
    ):
        return PlanBroken("the end depends on the agent's own words", "words_matter")
    return None


def pairs_of(scene: Scene, steps: Sequence[WalkStep]) -> list[Instruction]:
    """Every instruction that a walk from this scene yields, each with its span of steps. The agent is
    taken to have seen the results of all that came before."""
    seen = scene.plan.results
    known = list(scene.plan.facts.values())
    found = []
    for span in spans_of(steps):
        before = [*seen, *(step.value for step in steps[: span[0]])]
        instruction = instruction_for(scene.request.domain, steps, span, known, before)
        if instruction:
            found.append(instruction)
    return found


def follow(
    scene: Scene, steps: Sequence[WalkStep], spans: Sequence[tuple[int, int]]
) -> list[Instruction]:
    """Plans the spans as goals of one dialogue. Stops at the first that tells nothing new or whose
    facts clash with others. Raises ``PlanBroken`` where a span cannot do without what was cut off."""
    domain, plan = scene.request.domain, scene.plan
    results = list(plan.results)
    own = [value for result in results for _, value in leaves(result)]
    followed = []
    for span in spans:
        instruction = instruction_for(domain, steps, span, list(plan.facts.values()), results)
        if instruction is None or any(each.key in plan.facts for each in instruction.facts):
            break
        goal = Goal(
            id=f"g{len(scene.goals)}",
            intent=f"{WALKED}{instruction.tool}",
            need=instruction.need,
            outcome="fulfilled" if instruction.writes else "informed",
        )
        scene.begin(goal, instruction.facts)
        if instruction.facts:
            plan.ask(*(each.key for each in instruction.facts))
        for step in steps[instruction.start : instruction.stop]:
            results.append(_take(scene, step, results, own))
        plan.tell_all(goal.intent, instruction.told)
        followed.append(instruction)
    return followed


def _take(scene: Scene, step: WalkStep, results: Sequence[Any], own: Sequence[Any]) -> Any:
    """Takes one step of the walk again, asking first where it writes."""
    plan, key = scene.plan, f"{WALKED}{step.tool}"
    if step.party != AGENT:
        value = plan.act(key, step.tool, **step.arguments)
    else:
        if step.writes:
            named = list(naming(step.arguments, results, own))
            plan.confirm(key, **({"details": listed(named)} if named else {}))
        value = plan.call(step.tool, **step.arguments)
    if value != step.value:
        raise PlanBroken(f"{step.tool} answers otherwise without what was cut off", "span_not_free")
    return value


def mismatches(blueprint: Blueprint, domain: Domain) -> Iterator[str]:
    """Where an instruction that was derived from steps no longer agrees with them."""
    for goal in blueprint.goals:
        if goal.intent.startswith(WALKED):
            for why in disagreements(goal, blueprint.facts, blueprint.actions, domain):
                yield f"{goal.intent}: {why}"
