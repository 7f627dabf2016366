"""A tiny random model on real vLLM writes plans and reviews them: well-formed nonsense, refused for what
it is, and nothing waits for it."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
import yaml

from generators.writing.proposal import MALFORMED, read_out
from pipelines.build import started
from pipelines.mishap import RequestError
from pipelines.order import Order
from pipelines.progress import LineProgress
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from pipelines.stages.candidate import Candidate
from pipelines.workspace import StageReport
from tests.builds import Said, batches, lines_of
from tests.vllm_server import KEY_ENV, VLLMServer


def recipe(folder: Path, server: VLLMServer, sources: dict[str, float]) -> Recipe:
    """Few plans at the cloakroom; whatever is to be reviewed is reviewed by the same model."""
    tree = {
        "name": "authored",
        "seed": 9,
        "personas": {"count": 4},
        "models": {
            "writer": {
                "url": server.url,
                "model": server.model,
                "api_key_env": KEY_ENV,
                "sampling": {"temperature": 1.0, "max_tokens": 4000},
            },
            "critic": {"share": "writer", "sampling": {"temperature": 1.0, "max_tokens": 400}},
        },
        "blueprints": {
            "count": 4,
            "domains": {"cloakroom": 1},
            "goals": {1: 1.0},
            "sources": sources,
            "candidates": 3,
            "writer": {"slot": "writer", "rounds": 2},
            "review": {"critics": [{"slot": "critic", "prompt": "faithful"}]},
        },
        "play": {"workers": 0, "in_flight": 16},
    }
    path = folder / "authored.yaml"
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


async def planned(recipe: Recipe, root: Path) -> StageReport:
    """The recipe's plans, made in this process."""
    order = Order(recipe=recipe, root=root, workers=0, keep_work=True)
    with LineProgress(Said()) as progress:  # pyright: ignore[reportArgumentType]
        async with asyncio.timeout(400), started(order, progress) as run:
            await run.stage("sample")
            return await run.stage("plan")


@pytest.mark.slow
async def test_what_random_weights_write_is_well_formed_and_refused_for_what_it_is(
    tmp_path: Path, vllm_server: VLLMServer
) -> None:
    with pytest.raises(RequestError) as caught:
        await planned(recipe(tmp_path, vllm_server, {"written": 1.0}), tmp_path)
    assert "cloakroom gave 0 of 4 blueprints in 12 candidates; refused:" in caught.value.what
    assert "blueprints.writer" in caught.value.remedy
    lines = map(json.loads, lines_of(batches(tmp_path, "authored", "blueprints")))
    found = [msgspec.convert(line["record"], Candidate) for line in lines]
    rounds = [each for candidate in found for each in candidate.rounds]
    assert len(found) == 12
    assert len(rounds) == 24
    whole = [each for each in rounds if '"finish_reason":"stop"' in each.asked]
    assert len(whole) >= 20, [each.defects for each in rounds]
    for each in whole:
        assert len(read_out(each.proposal).goals) == 1
        assert each.defects
    codes = {comment.code for each in whole for comment in each.defects}
    assert codes - {MALFORMED}, "nothing was ever carried out"
    assert not [each for each in found if each.refusal and each.refusal.code == "writer_failed"]


@pytest.mark.slow
async def test_composed_plans_beside_them_are_reviewed_and_make_a_dataset(
    tmp_path: Path, vllm_server: VLLMServer
) -> None:
    half = recipe(tmp_path, vllm_server, {"written": 0.3, "composed": 0.7})
    plans = half.blueprints.model_copy(update={"candidates": 40})
    report = await planned(half.model_copy(update={"blueprints": plans}), tmp_path)
    assert report.kept == 4
    votes = report.details["review"]["votes"]["critic-faithful"]
    assert votes["accept"] >= 4
