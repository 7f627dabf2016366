"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A chooser takes goals one after the other from the state that the goals before have left, and each
intent's oracle solves its goal in a live world.
"""

from collections.abc import Iterable
from dataclasses import replace

from generators.blueprint import Blueprint
from generators.domains.domain import Draw, Intent
from generators.domains.plan import PlanBroken
from generators.sources.chooser import Chooser, shuffled, weights
from generators.sources.request import Further, PlanRequest
from generators.sources.scene import Scene, strangers
from personas.record import seeded


def compose(
    request: PlanRequest, source: str, chooser: Chooser, world_seed: int | None = None
) -> Blueprint | None:
    """A draft with the goals that ``chooser`` takes, in any of the worlds or in that of ``world_seed``;
    None where nothing fits the caller. See ``Source``."""
    scene = staged(request, chooser, world_seed)
    if request.further and scene.goals:
        _lengthen(scene, request.further)
    return scene.blueprint(source, chooser.note) if scene.goals else None


def staged(request: PlanRequest, chooser: Chooser, world_seed: int | None = None) -> Scene:
    """The scene with all goals solved that ``chooser`` takes."""
    if world_seed is None:
        world_seed = request.rng.randrange(request.spec.worlds)
    scene = Scene(request, world_seed, chooser.caller(strangers(request, world_seed)))
    while drawn := _drawn(scene, chooser.following(scene.situation(), scene.goals)):
        scene.solve(*drawn)
    return scene


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
    drawn = _drawn(scene, shuffled(possible, rng))
    if drawn is None:
        kind = "builds on an earlier one" if further.dependent else "stands by itself"
        raise PlanBroken(f"there is no further goal that {kind}", "no_further_goal")
    scene.solve(*drawn)


def _drawn(scene: Scene, intents: Iterable[str]) -> tuple[Intent, Draw] | None:
    """The first of the intents that has a case, and no fact that clashes."""
    for name in intents:
        intent = scene.request.domain.intents[name]
        draw = intent.draw(scene.situation())
        if draw is not None and not scene.clashes(draw):
            return intent, draw
    return None
