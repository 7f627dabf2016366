"""Goals that come of what is broken: a world is broken by composed faults, and mended.

Row by row the faults are put into the world before anybody speaks, and it is asserted that they are
really there. What puts them right in that world gives the expected actions; assertions on the end state
show that it did, and that nothing less does. A fault that nobody at the desk can put right becomes a
goal that is right when it is honestly handed over. The idea of compositional atoms (initial condition,
solution, assertion) is that of tau2-bench (Barres et al., 2025).
"""

from collections.abc import Mapping
from itertools import islice

from generators.blueprint import Blueprint, RowPatch
from generators.domains.domain import FaultAtom, Situation
from generators.domains.plan import PlanBroken
from generators.replay import rehearse
from generators.sources.chooser import shuffled
from generators.sources.request import PlanRequest
from generators.sources.scene import Scene, strangers

_LOOKED_AT = 24
_MOST = 3

Broken = Mapping[str, tuple[RowPatch, ...]]
"""The faults of one plan, by name, and what breaks them."""


def mended(request: PlanRequest) -> Blueprint | None:
    """One to three faults of one caller, as many as the recipe's distribution of goals says or as the
    caller's data allow, and what a right agent does about each. See ``Source``."""
    spec, rng = request.spec, request.rng
    names = _possible(request)
    (wanted,) = rng.choices(list(spec.goals), list(spec.goals.values()))
    world_seed = rng.randrange(spec.worlds)
    best: tuple[str, Broken] = "", {}
    for name in shuffled(names, rng):
        # Each fault is looked for in its turn: one that few callers can have comes up as well.
        for stranger in islice(strangers(request, world_seed), _LOOKED_AT):
            broken = _composed(request, stranger, min(wanted, _MOST), name)
            if len(broken) > len(best[1]):
                best = stranger.subject, broken
            if len(best[1]) == min(wanted, _MOST):
                break
        if best[1]:
            break
    subject, broken = best
    if not broken:
        return None
    scene = _mending(request, world_seed, subject, broken)
    draft = scene.blueprint("fault_fix", " ".join(broken))
    _assert_each_is_needed(scene, draft, broken)
    return draft


def _possible(request: PlanRequest) -> dict[str, float]:
    """The domain's faults, each as likely as the recipe makes what is then wished for."""
    weights = request.spec.intents
    return {
        name: weights.get(each.intent.name, 1.0) for name, each in request.domain.faults.items()
    }


def _composed(request: PlanRequest, stranger: Situation, wanted: int, first: str) -> Broken:
    """The ``first`` fault and up to so many in all, that touch no row in common and can be put right
    one after the other; none where this caller cannot have the first."""
    faults = request.domain.faults
    others = (name for name in shuffled(_possible(request), stranger.rng) if name != first)
    chosen: dict[str, tuple[RowPatch, ...]] = {}
    rows: set[tuple[str, str]] = set()
    for name in (first, *others):
        if len(chosen) == wanted or (name != first and not chosen):
            break
        patches = faults[name].breaks(stranger) or ()
        touched = {(patch.table, patch.key) for patch in patches}
        if patches and not touched & rows:
            chosen[name] = patches
            rows |= touched
    return chosen


def _mending(request: PlanRequest, world_seed: int, subject: str, broken: Broken) -> Scene:
    """The scene with all faults put right. Raises ``PlanBroken`` where an assertion does not hold."""
    patches = tuple(patch for each in broken.values() for patch in each)
    scene = Scene(request, world_seed, subject, patches)
    faults = {name: request.domain.faults[name] for name in broken}
    for name, fault in faults.items():
        if not fault.broken(scene.world.db, subject):
            raise PlanBroken(f"{name} is not broken after all", "fault_missing")
        if fault.fixed(scene.world.db, subject):
            raise PlanBroken(f"{name} counts as fixed from the start", "fault_fixed_already")
    for fault in faults.values():
        draw = fault.intent.draw(scene.situation())
        if draw is None or scene.clashes(draw):
            raise PlanBroken(f"nobody can ask for {fault.intent.name} now", "fault_unasked")
        scene.solve(fault.intent, draw)
    for name, fault in faults.items():
        if not fault.fixed(scene.world.db, subject):
            raise PlanBroken(f"{name} is not fixed in the end", "fault_stays")
    return scene


def _assert_each_is_needed(scene: Scene, draft: Blueprint, broken: Broken) -> None:
    """Without what is done about one fault, that fault stays. Raises ``PlanBroken``."""
    domain, subject = scene.request.domain, scene.plan.subject
    for name, goal in zip(broken, draft.goals, strict=True):
        fault: FaultAtom = domain.faults[name]
        others = [each for each in draft.actions if each.goal != goal.id]
        run = rehearse(draft, domain, others)
        if fault.fixed(run.world.db, subject):
            raise PlanBroken(f"{name} is fixed without {goal.intent}", "fault_mends_itself")
