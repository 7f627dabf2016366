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
    request: PlanRequest, source: str, chooser: Chooser, parents: tuple[str, ...] = ()
) -> Blueprint | None:
    """A draft with the goals that ``chooser`` takes; None where nothing fits the caller. See
    ``Source``."""
    scene = staged(request, chooser)
    return scene.blueprint(source, chooser.note, parents) if scene.goals else None


def staged(request: PlanRequest, chooser: Chooser) -> Scene:
    """The scene with all goals solved that ``chooser`` takes."""
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
