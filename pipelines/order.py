"""What somebody asked to be built: a recipe, where to, and by how many workers."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from outputs.store import Store
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe


@dataclass(frozen=True)
class Order:
    """``workers`` of 0 work in this process. ``keep_work`` keeps the stages' files after the release.
    ``file`` is where the recipe stands, for messages."""

    recipe: Recipe
    root: Path
    workers: int = 0
    keep_work: bool = False
    file: str = "the recipe"


def order_of(
    file: Path,
    root: Path,
    overrides: Iterable[str] = (),
    workers: int | None = None,
    next_version: bool = False,
    keep_work: bool = False,
) -> Order:
    """The order that options amount to. Without ``workers`` the recipe says how many.

    With ``next_version`` the version is the patch after the latest, and the seed another one, so that
    a schedule makes new dialogues every time; until that version is released the order is the same.
    Raises ``Mishap``.
    """
    recipe = load_recipe(file, overrides)
    earlier = Store(root).versions(recipe.name) if next_version else []
    if earlier:
        update = {"version": following(earlier[-1]), "seed": recipe.seed + len(earlier)}
        recipe = recipe.model_copy(update=update)
    workers = recipe.play.workers if workers is None else workers
    return Order(recipe, root, workers, keep_work, str(file))


def following(version: str) -> str:
    """The next patch version."""
    major, minor, patch = version.partition("-")[0].split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
