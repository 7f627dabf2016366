"""Worlds of a recipe's own: what their names mean, and that what was built stands without them."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
import yaml

from generators.domains.policy import policy_in
from outputs.formats.verl_reward import compute_score
from outputs.integrity import verify
from outputs.manifest import Manifest
from outputs.reading import judged_of
from outputs.statistics import summary_of
from outputs.store import Store
from pipelines.build_key import build_key
from pipelines.order import Order, order_of
from pipelines.recipe_file import RecipeError, load_recipe
from pipelines.worlds import Ground, ground_of
from tests.builds import built
from tests.services import sources

ALLOTMENTS = Path("tests/generators/domains/services/allotments.yaml")
PAIR = "bakeries_1+kayaks_1"


def tree(worlds: dict[str, Any], domains: dict[str, float], **plans: Any) -> dict[str, Any]:
    return {
        "name": "hired",
        "seed": 5,
        "personas": {"count": 8},
        "worlds": worlds,
        "blueprints": {"count": 12, "domains": domains, "goals": {1: 0.5, 2: 0.5}, **plans},
        "release": {"exports": ["verl"]},
    }


def recipe_file(folder: Path, recipe: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "recipe.yaml"
    file.write_text(yaml.safe_dump(recipe))
    return file


def ground(folder: Path, recipe: dict[str, Any]) -> Ground:
    file = recipe_file(folder, recipe)
    return ground_of(load_recipe(file), str(file), folder / "work")


def problems(folder: Path, recipe: dict[str, Any]) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        ground(folder, recipe)
    assert "recipe.yaml" in str(caught.value)
    return [str(each) for each in caught.value.problems]


def mine(services: Path, **more: Any) -> dict[str, Any]:
    return {"mine": {"folder": str(services), **more}}


def test_a_group_spreads_its_weight_evenly_over_its_domains(services: Path, tmp_path: Path):
    domains = {"mine": 0.5, "mine.pairs": 0.2, "mine.kayaks_1": 0.2, "cloakroom": 0.1}
    settled = ground(tmp_path, tree(mine(services, pairs=1), domains)).recipe.blueprints.domains
    assert settled == pytest.approx(
        {"bakeries_1": 0.25, "kayaks_1": 0.45, PAIR: 0.2, "cloakroom": 0.1}
    )


def test_one_folder_is_a_group_of_one_and_services_can_be_joined_by_name(
    services: Path, tmp_path: Path
):
    alone = tree({"one": {"folder": str(services / "kayaks_1")}}, {"one": 1.0})
    assert ground(tmp_path / "a", alone).recipe.blueprints.domains == {"kayaks_1": 1.0}
    both = tree(mine(services), {"mine.kayaks_1+mine.bakeries_1": 1.0})
    assert ground(tmp_path / "b", both).recipe.blueprints.domains == {PAIR: 1.0}


def test_what_is_said_of_a_domain_of_a_group_is_said_of_the_domain(services: Path, tmp_path: Path):
    recipe = tree(mine(services), {"mine": 1.0}, intents={"mine.kayaks_1": {"hire_kayak": 3.0}})
    recipe["coverage"] = {"targets": {"intents": {"mine.kayaks_1/find_kayak": 2}}}
    settled = ground(tmp_path, recipe).recipe
    assert settled.blueprints.intents == {"kayaks_1": {"hire_kayak": 3.0}}
    assert settled.coverage.targets == {"intents": {"kayaks_1/find_kayak": 2}}


def test_an_openapi_document_is_a_group_too(tmp_path: Path):
    worlds = {"garden": {"kind": "openapi", "document": str(ALLOTMENTS)}}
    found = ground(tmp_path, tree(worlds, {"garden": 1.0}))
    assert list(found.recipe.blueprints.domains) == list(found.groups["garden"])
    assert all(found.shelf.knows(name) for name in found.groups["garden"])


def test_every_wrong_name_is_told_at_once(services: Path, tmp_path: Path):
    recipe = tree(
        mine(services, pairs=2),
        {"mine.kajaks_1": 0.4, "mine.pairs": 0.3, "mine.bakeries_1": 0.3},
        intents={"mine.bakeries_1": {"find_bakry": 2.0}, "mine.kayaks_1": {"hire_kayak": 1.0}},
    )
    recipe["coverage"] = {"targets": {"intents": {"mine.bakeries_1/eat": 2}}}
    told = problems(tmp_path, recipe)
    assert [each.partition(": ")[0] for each in told] == [
        "blueprints.domains.mine.kajaks_1",
        "blueprints.domains.mine.pairs",
        "blueprints.intents.mine.bakeries_1.find_bakry",
        "blueprints.intents.mine.kayaks_1",
        "coverage.targets.intents.mine.bakeries_1/eat",
    ]
    assert "did you mean 'mine.kayaks_1'" in told[0]
    assert "in which 1 pairs are unlike; worlds.mine.pairs of at most 1" in told[1]
    assert "did you mean 'find_bakery'" in told[2]


@pytest.mark.parametrize(
    ("worlds", "domains", "told"),
    [
        ({"mine": {"folder": "no/where"}}, {"mine": 1.0}, "there is no service in 'no/where'"),
        (
            {"mine": {"kind": "sgd", "schema": "no.json", "entities": "no.gz"}},
            {"mine": 1.0},
            "worlds.mine.entities: there is no file 'no.gz'; the path of a file",
        ),
        (
            {"mine": {"kind": "wsdl", "folder": "x"}},
            {"mine": 1.0},
            "right would be 'folder' or 'sgd'",
        ),
        (
            {"mine": {"kind": "sgd", "entities": "x"}},
            {"mine": 1.0},
            "schema: this field is missing",
        ),
        ({"energy": {"folder": "x"}}, {"energy": 1.0}, "'energy' is a shipped domain"),
        ({}, {"mine": 1.0}, "unknown domain 'mine'"),
        ({}, {"energy+clinic": 1.0}, "only services can be joined"),
    ],
)
def test_what_is_wrong_with_worlds_is_told_before_anything_starts(
    tmp_path: Path, worlds: dict[str, Any], domains: dict[str, float], told: str
):
    with pytest.raises(RecipeError) as caught:
        load_recipe(recipe_file(tmp_path, tree(worlds, domains)))
    assert told in str(caught.value)


def test_pairs_of_none_are_told(services: Path, tmp_path: Path):
    with pytest.raises(
        RecipeError, match=r"mine has no pairs; say how many in worlds\.mine\.pairs"
    ):
        load_recipe(recipe_file(tmp_path, tree(mine(services), {"mine.pairs": 1.0})))


def test_the_build_key_goes_by_what_is_in_folders_and_not_by_where_they_are(
    services: Path, tmp_path: Path
):
    shutil.copytree(services, tmp_path / "elsewhere")

    def key(folder: Path) -> str:
        return build_key(load_recipe(recipe_file(tmp_path, tree(mine(folder), {"mine": 1.0}))))

    here = key(services)
    assert key(tmp_path / "elsewhere") == here
    file = tmp_path / "elsewhere" / "kayaks_1" / "policy.md"
    file.write_text(file.read_text() + "\n- **S99** The agent is brief.\n")
    assert key(tmp_path / "elsewhere") != here


def test_worlds_are_brought_in_once(services: Path, tmp_path: Path):
    shutil.copytree(services, tmp_path / "mine")
    recipe = tree(mine(tmp_path / "mine"), {"mine": 1.0})
    first = ground(tmp_path, recipe)
    loaded = load_recipe(tmp_path / "recipe.yaml")
    shutil.rmtree(tmp_path / "mine")
    again = ground_of(loaded, "recipe.yaml", tmp_path / "work")
    assert again.recipe == first.recipe
    assert again.shelf == first.shelf


def order(folder: Path, recipe: dict[str, Any], workers: int = 0) -> Order:
    return order_of(recipe_file(folder, recipe), folder / "builds", (), workers)


def manifest(folder: Path) -> Manifest:
    return Store(folder / "builds").open("hired").manifest


@pytest.mark.slow
def test_a_version_stands_without_the_folders_that_it_was_made_from(services: Path, tmp_path: Path):
    shutil.copytree(services, tmp_path / "mine")
    domains = {"mine": 0.4, "mine.pairs": 0.4, "cloakroom": 0.2}
    recipe = tree(mine(tmp_path / "mine", pairs=1), domains)
    result, _ = built(order(tmp_path, recipe))
    shutil.rmtree(tmp_path / "mine")
    moved = tmp_path / "another machine"
    shutil.move(tmp_path / "builds", moved)
    store = Store(moved)
    version = store.open("hired")
    assert {each.blueprint.domain for each in judged_of(version)} == {
        "bakeries_1",
        "kayaks_1",
        PAIR,
        "cloakroom",
    }
    held = {Path(each.path).parts[1] for each in version.manifest.files if "domains/" in each.path}
    assert held == {"bakeries_1", "kayaks_1"}
    assert version.manifest.notes["worlds"] == {"mine": ["bakeries_1", "kayaks_1"]}
    assert version.manifest.recipe["worlds"] == {"mine": {"kind": "folder", "pairs": 1}}
    assert verify(store, "hired") == []
    assert len(result.content_hash) == 64

    (rows,) = (version.folder / "exports" / "verl").glob("train/*.parquet")
    scored = {
        compute_score(
            row["data_source"],
            _solution(row["reward_model"]["ground_truth"]),
            row["reward_model"]["ground_truth"],
            domains=str(version.folder / "domains"),
        )["end_state"]
        for row in pq.read_table(rows).to_pylist()
    }
    assert scored == {1.0}

    file = version.folder / "domains" / "kayaks_1" / "policy.md"
    file.chmod(0o644)
    file.write_text("- **S01** The agent does as it likes.\n")
    told = [str(each) for each in verify(store, "hired")]
    assert any(each.startswith("domains/kayaks_1/policy.md") for each in told)
    assert any(each.startswith("domain kayaks_1") for each in told)


@pytest.mark.slow
def test_a_domain_made_of_data_files_has_its_clauses_in_the_policy_report(
    services: Path, tmp_path: Path
):
    recipe = tree(mine(services), {"mine.kayaks_1": 0.5, "cloakroom": 0.5})
    skips = {"kind": "skips_confirmation", "probability": 1.0}
    recipe["players"] = {"agent": {"faults": [skips]}}
    built(order(tmp_path, recipe))
    version = Store(tmp_path / "builds").open("hired")
    policies = {each.domain: each for each in summary_of(version).policies}
    assert policies.keys() == {"cloakroom", "kayaks_1"}
    policy = policy_in((services / "kayaks_1" / "policy.md").read_text())
    assert [each.clause for each in policies["kayaks_1"].clauses] == sorted(policy.clauses)
    broken = {
        name: {each.clause for each in found.clauses if each.broken + each.elsewhere}
        for name, found in policies.items()
    }
    (asks_first,) = (name for name, said in policy.clauses.items() if "yes" in said)
    assert broken == {"cloakroom": {"K03"}, "kayaks_1": {asks_first}}


def _solution(truth: str) -> str:
    """What a right agent calls."""
    calls = (
        msgspec.json.encode({"name": each["tool"], "arguments": each["arguments"]}).decode()
        for each in msgspec.json.decode(truth)["actions"]
    )
    return "".join(f"<tool_call>{call}</tool_call>" for call in calls)


@pytest.mark.slow
def test_an_imported_world_gives_the_same_for_any_number_of_workers(tmp_path: Path):
    found = set[str]()
    for workers in (0, 1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        schema, rows = sources(folder)
        worlds = {
            "shops": {"kind": "sgd", "schema": str(schema), "entities": str(rows), "pairs": 1}
        }
        recipe = tree(worlds, {"shops": 0.5, "shops.pairs": 0.5})
        result, said = built(order(folder, recipe, workers))
        assert "shops: 2 services imported" in said
        found.add(result.content_hash)
        assert verify(Store(folder / "builds"), "hired") == []
    assert len(found) == 1
    again, _ = built(order(folder, recipe))
    assert again.already


@pytest.mark.slow
def test_a_file_of_which_nothing_can_be_imported_is_the_recipes_fault(tmp_path: Path):
    schema, rows = sources(tmp_path)
    schema.write_text("{}")
    worlds = {"shops": {"kind": "sgd", "schema": str(schema), "entities": str(rows)}}
    with pytest.raises(RecipeError, match=r"worlds\.shops: .*schema\.json: found dict"):
        built(order(tmp_path, tree(worlds, {"shops": 1.0})))
