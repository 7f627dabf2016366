"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A chooser takes goals one after the other from the state that the goals before have left, and each
intent's oracle solves its goal in a live world. In a share of plans the user changes its mind about one.
"""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from generators.blueprint import Blueprint, ChangeKind
from generators.domains.domain import Draw, Intent
from generators.domains.plan import PlanBroken
from generators.sources.chance import Taped
from generators.sources.chooser import Chooser, shuffled, weights
from generators.sources.request import Further, PlanRequest
from generators.sources.scene import Scene, strangers
from generators.sources.second_thoughts import changes_mind, tells_apart
from personas.record import seeded

_CASTINGS = 16
"""So many callers are tried, each with wishes of its own, until one can change its mind about one."""
_THIS_ONE = 0.6
"""The chance that it is this goal, and not a later one."""
_WITHDRAWS = 0.35


def compose(
    request: PlanRequest, source: str, chooser: Chooser, world_seed: int | None = None
) -> Blueprint | None:
    """A draft with the goals that ``chooser`` takes, in any of the worlds or in that of ``world_seed``;
    None where nothing fits the caller. See ``Source``."""
    # None of the request's own chance: plans without a change stay what they are.
    rng = seeded(
        request.seed, f"{request.domain.name}:{request.persona.id}:{request.index}", "change"
    )
    if rng.random() < request.spec.changes:
        scene = _changed(request, chooser, world_seed, rng)
    else:
        scene = staged(request, chooser, world_seed)
    if request.further and scene.goals:
        _lengthen(scene, request.further)
    return scene.blueprint(source, chooser.note) if scene.goals else None


def _changed(request: PlanRequest, chooser: Chooser, world_seed: int | None, rng: Random) -> Scene:
    """A scene with a change of mind. Raises ``PlanBroken`` where there is none to be had."""
    broken = PlanBroken("there is nothing about which the user could change its mind", "no_change")
    kinds: list[ChangeKind] = ["revise", "withdraw"]
    if rng.random() < _WITHDRAWS:
        kinds.reverse()
    for number in range(_CASTINGS):
        kind = kinds[2 * number // _CASTINGS]
        try:
            scene = staged(request, chooser, world_seed, (kind, rng))
        except PlanBroken as reason:
            broken = reason
            continue
        if scene.changes and tells_apart(scene):
            return scene
    raise broken


def staged(
    request: PlanRequest,
    chooser: Chooser,
    world_seed: int | None = None,
    change: tuple[ChangeKind, Random] | None = None,
) -> Scene:
    """The scene with all goals solved that ``chooser`` takes. Of one of them the user thinks better, if
    a ``change`` is wanted and any allows for it."""
    if world_seed is None:
        world_seed = request.rng.randrange(request.spec.worlds)
    scene = Scene(request, world_seed, chooser.caller(strangers(request, world_seed)))
    chance = request.rng
    while True:
        if change:
            chance = Taped(request.rng)
        drawn = _drawn(scene, chooser.following(scene.situation(), scene.goals), chance)
        if drawn is None:
            return scene
        if isinstance(chance, Taped) and change and not scene.changes:
            if change[1].random() < _THIS_ONE:
                changes_mind(scene, *drawn, chance.rolls, *change)
                continue
        scene.solve(*drawn)


def _lengthen(scene: Scene, further: Further) -> None:
    """One more goal. Raises ``PlanBroken`` where there is none."""
    request = scene.request
    # What has been drawn for the plan so far stays as it is: this is another stream.
    rng = seeded(request.seed, further.of, "further")
    scene.request = replace(request, rng=rng)
    domain = request.domain
    possible = {
        name: weight
        for name, weight in weights(domain, scene.situation(), request.spec.intents).items()
        if bool(domain.intents[name].after) == further.dependent and name not in further.without
    }
    drawn = _drawn(scene, shuffled(possible, rng), rng)
    if drawn is None:
        kind = "builds on an earlier one" if further.dependent else "stands by itself"
        raise PlanBroken(f"there is no further goal that {kind}", "no_further_goal")
    scene.solve(*drawn)


def _drawn(scene: Scene, intents: Iterable[str], chance: Random) -> tuple[Intent, Draw] | None:
    """The first of the intents that has a case, and no fact that clashes."""
    for name in intents:
        if name in scene.let_go:
            continue
        intent = scene.request.domain.intents[name]
        draw = intent.draw(scene.situation(chance))
        if draw is not None and not scene.clashes(draw):
            return intent, draw
    return None
