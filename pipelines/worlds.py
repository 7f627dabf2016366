"""Worlds of the user's own: brought into the build's folder once, and called by the recipe's names.

``<folder>/domains/GROUP/NAME`` is a service folder. Nothing outside it is read after that, so that
whatever becomes of the originals, a build goes on as it began.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from generators.domains.services.folders import service_folders
from generators.domains.shelf import Shelf, shelf_of
from pipelines.recipe import Recipe
from pipelines.recipe_file import Problem, RecipeError, dotted
from pipelines.world_names import Groups, settled
from pipelines.world_sources import NoSource, take_over

HOME = "domains"
"""Where the service folders lie, under a build's folder."""


@dataclass(frozen=True)
class Ground:
    """What a build stands on: the recipe with the domains themselves in the place of their names, the
    shelf that has them, and which of them came with which group."""

    recipe: Recipe
    shelf: Shelf = field(default_factory=Shelf)
    groups: Groups = field(default_factory=dict)


def ground_of(
    recipe: Recipe, file: str, folder: Path, say: Callable[[str], None] = lambda text: None
) -> Ground:
    """Brings the recipe's worlds into ``folder``, unless they are there, and settles what it calls
    them. Raises ``RecipeError``; ``file`` is what it names."""
    if not recipe.worlds:
        return Ground(recipe)
    home = folder / HOME
    if not home.is_dir():
        _bring(recipe, file, home, say)
    found = {name: service_folders(home / name) for name in recipe.worlds}
    shelf = shelf_of(each for folders in found.values() for each in folders)
    names = {folder: name for name, folder in shelf.folders.items()}
    groups = {group: [names[each] for each in folders] for group, folders in found.items()}
    done, mistakes = settled(recipe, shelf, groups)
    if mistakes:
        problems = [Problem(dotted(place), what, right) for place, what, right in mistakes]
        raise RecipeError(file, tuple(problems))
    return Ground(done, shelf, groups)


@contextmanager
def ground_for_now(recipe: Recipe, file: str) -> Iterator[Ground]:
    """The ground of a recipe that is not built now: its worlds are gone afterwards."""
    with TemporaryDirectory(prefix="duologue-worlds-") as folder:
        yield ground_of(recipe, file, Path(folder))


def _bring(recipe: Recipe, file: str, home: Path, say: Callable[[str], None]) -> None:
    """All groups, whole or not at all."""
    unfinished = home.with_name(f"{home.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, source in recipe.worlds.items():
        try:
            take_over(name, source, unfinished / name, say)
        except NoSource as error:
            problem = Problem(f"worlds.{name}", str(error), "right would be what can be imported")
            raise RecipeError(file, (problem,)) from None
    os.replace(unfinished, home)
