import asyncio

import pytest

from generators.brief import briefs_of
from generators.domains.registry import domain_named
from personas.record import canonical_json
from pipelines.players import Models, casting, scene_of
from pipelines.recipe_file import load_recipe
from pipelines.stages.attempt import played
from tests.builds import SMALLEST
from tests.played import cases


def test_players_are_told_what_their_briefs_say_and_nothing_else():
    plan, persona = cases("cloakroom", 1)[0]
    domain = domain_named("cloakroom")
    recipe = load_recipe(SMALLEST)
    scene = scene_of(recipe, plan, persona, domain)
    assert scene.briefs == briefs_of(plan, domain, persona)
    cast = casting(recipe, scene, attempt=0, models=Models())
    assert list(cast.players) == ["user", "agent"]


@pytest.mark.parametrize("name", ["clinic", "cloakroom", "energy"])
def test_attempts_share_a_scene_and_leave_it_as_it_was(name: str):
    recipe = load_recipe(SMALLEST)
    for plan, persona in cases(name, 4):
        domain = domain_named(name)
        scene = scene_of(recipe, plan, persona, domain)
        before = canonical_json(scene.blueprint)
        shared = [asyncio.run(played(recipe, scene, each, Models())) for each in range(3)]
        assert canonical_json(scene.blueprint) == before
        alone = [
            asyncio.run(played(recipe, scene_of(recipe, plan, persona, domain), each, Models()))
            for each in reversed(range(3))
        ]
        assert shared == alone[::-1]
