"""Blueprints composed from intents: always executable, since the plan is made by executing it.

A chooser takes goals one after the other from the state that the goals before have left, and each
intent's oracle solves its goal in a live world.
"""

from collections.abc import Iterable

from generators.blueprint import Blueprint
from generators.domains.domain import Draw, Intent
from generators.sources.chooser import Chooser
from generators.sources.request import PlanRequest
from generators.sources.scene import Scene, strangers


def compose(
    request: PlanRequest, source: str, chooser: Chooser, world_seed: int | None = None
) -> Blueprint | None:
    """A draft with the goals that ``chooser`` takes, in any of the worlds or in that of ``world_seed``;
    None where nothing fits the caller. See ``Source``."""
    scene = staged(request, chooser, world_seed)
    return scene.blueprint(source, chooser.note) if scene.goals else None


def staged(request: PlanRequest, chooser: Chooser, world_seed: int | None = None) -> Scene:
    """The scene with all goals solved that ``chooser`` takes."""
    if world_seed is None:
        world_seed = request.rng.randrange(request.spec.worlds)
    scene = Scene(request, world_seed, chooser.caller(strangers(request, world_seed)))
    while drawn := _drawn(scene, chooser.following(scene.situation(), scene.goals)):
        scene.solve(*drawn)
    return scene


def _drawn(scene: Scene, intents: Iterable[str]) -> tuple[Intent, Draw] | None:
    """The first of the intents that has a case, and no fact that clashes."""
    for name in intents:
        intent = scene.request.domain.intents[name]
        draw = intent.draw(scene.situation())
        if draw is not None and not scene.clashes(draw):
            return intent, draw
    return None
