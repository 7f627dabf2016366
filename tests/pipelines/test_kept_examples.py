"""A writer that is shown what others wanted in an earlier version, and nothing that is set aside."""

import shutil
from pathlib import Path

import msgspec
import pytest

from generators.domains.shelf import Shelf
from outputs.reading import judged_of
from outputs.store import Store
from pipelines.build import key_of
from pipelines.build_key import build_key
from pipelines.kept_examples import kept_examples
from pipelines.mishap import RequestError
from pipelines.order import Order
from pipelines.recipe import Recipe
from tests.builds import built, order
from tests.pipelines.authoring import Authoring, recipe_on, serving
from tests.pipelines.test_authors import candidates, interrupted, planned, repeats

URL = "http://127.0.0.1:9/v1"
SPLITS = (
    "blueprints.sources={composed: 0.5, backward: 0.5}",
    "curate.splits={train: 0.5, validation: 0.0, test: 0.5}",
)
CLOAKROOM = frozenset({"cloakroom"})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a version half of whose plans are for test."""
    root = tmp_path_factory.mktemp("earlier")
    built(order(root, *SPLITS))
    return root


def by_split(root: Path) -> dict[str, set[str]]:
    """Split -> the ids of the plans in it."""
    found: dict[str, set[str]] = {}
    for row in judged_of(Store(root).open("smallest@0.1.0")):
        found.setdefault(row.split, set()).add(row.blueprint.id)
    return found


def shown(version: str = "smallest@0.1.0") -> dict[str, object]:
    return {"slot": "writer", "rounds": 2, "examples": {"version": version, "k": 2}}


def test_no_plan_that_is_set_aside_is_an_example(earlier: Path) -> None:
    splits = by_split(earlier)
    assert splits["train"]
    assert splits["test"]
    found = kept_examples(Store(earlier).open("smallest@0.1.0"), Shelf(), CLOAKROOM)["cloakroom"]
    assert {each.plan for each in found} == splits["train"]


def test_a_version_without_any_plan_of_the_domains_is_refused(earlier: Path) -> None:
    version = Store(earlier).open("smallest@0.1.0")
    with pytest.raises(RequestError, match="no example for energy"):
        kept_examples(version, Shelf(), frozenset({"energy"}))


def test_other_examples_make_another_build_and_a_version_that_is_not_there_none(
    earlier: Path,
) -> None:
    recipe = recipe_on(earlier, URL, writer=shown())
    hashed = Store(earlier).open("smallest@0.1.0").manifest.content_hash
    key = key_of(Order(recipe=recipe, root=earlier, workers=0))
    assert key == build_key(recipe, examples=hashed) != build_key(recipe, examples="other")
    missing = recipe_on(earlier, URL, writer=shown("smallest@9.9.9"))
    with pytest.raises(RequestError, match=r"blueprints\.writer\.examples\.version"):
        key_of(Order(recipe=missing, root=earlier, workers=0))


async def test_a_writer_is_shown_the_nearest_and_the_round_says_which(
    earlier: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(earlier, root)
    authoring = Authoring()
    async with serving(authoring, tmp_path, writer=shown()) as recipe:
        await interrupted(recipe, root, authoring, calls=5)
        await planned(recipe, root)
    assert repeats(authoring) <= recipe.play.in_flight
    used = set[str]()
    for key, each in candidates(root).items():
        names = msgspec.json.decode(each.rounds[0].asked)["examples"]
        assert len(names) == 2
        used |= {name.partition(":")[0] for name in names}
        assert "# What others wanted" in authoring.said(key, "author", 0)
    assert used <= by_split(root)["train"]
    assert await same_elsewhere(recipe, tmp_path, earlier) == written(root)


def written(root: Path) -> dict[str, str]:
    """Candidate -> the id of its plan."""
    return {key: each.blueprint.id for key, each in candidates(root).items() if each.blueprint}


async def same_elsewhere(recipe: Recipe, folder: Path, earlier: Path) -> dict[str, str]:
    """The plans of the same recipe, made without interruption."""
    root = folder / "elsewhere"
    shutil.copytree(earlier, root)
    async with serving(Authoring(), folder, writer=shown()) as again:
        assert again.blueprints == recipe.blueprints
        await planned(again, root)
    return written(root)
