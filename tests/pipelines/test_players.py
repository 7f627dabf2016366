import asyncio

import pytest

from generators.brief import briefs_of
from generators.domains.registry import domain_named
from personas.record import canonical_json
from pipelines.players import Models, casting, scene_of
from pipelines.recipe_file import load_recipe
from pipelines.stages.attempt import played
from tests.builds import SMALLEST
from tests.generators.llm.talkers import Talker, agent_says, slot
from tests.played import cases
from tests.sets import plan_sets


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


def test_models_are_asked_with_the_same_seeds_throughout_a_set():
    model = "models={mine: {url: 'http://127.0.0.1:1/v1', model: m}}"
    agent = "players.agent={kind: llm, model: mine, mode: structured}"
    recipe = load_recipe(SMALLEST, [model, agent])
    found = list[list[int]]()
    one, other = plan_sets("cloakroom", 2, ("opening=vague", "distractor=1"))
    for plan_set in (one, other):
        for plan in (plan_set.base, *plan_set.members.values()):
            talker = Talker(agent_says("Could you say that again, please?"))
            scene = scene_of(recipe, plan, plan_set.persona, domain_named("cloakroom"))
            models = Models(slots={"mine": slot("mine", talker)})
            told = asyncio.run(played(recipe, scene, 0, models))
            assert {request.dialogue for request in talker.requests} == {f"{plan.id}:00"}
            assert told.blueprint_id == plan.id
            found.append([request.seed for request in talker.requests][:2])
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4] == found[5] != found[0]
