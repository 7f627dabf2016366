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
from typing import Any

from generators.domains.registry import DOMAINS, domain_named
from generators.domains.services.folders import copy_service, service_folders
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.importing.sgd_files import ImportFailed
from generators.domains.shelf import Shelf, parts_of, shelf_of
from outputs.reading import file_hash
from pipelines.recipe import Recipe
from pipelines.recipe_file import Problem, RecipeError, dotted
from pipelines.recipe_worlds import Folder, Sgd
from pipelines.world_names import Groups, settled

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


def sources_of(recipe: Recipe) -> dict[str, Any]:
    """Hashes of all that the recipe's domains are made of: shipped ones, service folders, and the files
    that services are imported from."""
    named = {part for name in recipe.blueprints.domains for part in parts_of(name)}
    shipped = {name: domain_named(name).hash for name in sorted(named & DOMAINS.keys())}
    groups = {name: _hashes(source) for name, source in sorted(recipe.worlds.items())}
    return {"domains": shipped} | ({"worlds": groups} if groups else {})


def _hashes(source: Folder | Sgd) -> dict[str, str]:
    if isinstance(source, Folder):
        shelf = shelf_of(service_folders(Path(source.folder)))
        return {name: shelf.named(name).hash for name in sorted(shelf.folders)}
    return {
        "schema": file_hash(Path(source.schema_file)),
        "entities": file_hash(Path(source.entities)),
    }


def _import(source: Sgd, place: Path, say: Callable[[str], None]) -> None:
    """Imports what can be imported, and says what cannot. Raises ``ImportFailed``."""
    done, notes = 0, 0
    for each in import_schema(Path(source.schema_file), Path(source.entities), place):
        done += not each.problem
        notes += len(each.left_out) + len(each.guessed)
        if each.problem:
            say(f"{source.schema_file}: {each.service}: {each.problem}")
    say(f"{done} services imported from {source.schema_file}; {notes} things left out or guessed")


def _bring(recipe: Recipe, file: str, home: Path, say: Callable[[str], None]) -> None:
    """All groups, whole or not at all."""
    unfinished = home.with_name(f"{home.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, source in recipe.worlds.items():
        place = unfinished / name
        if isinstance(source, Folder):
            for folder in service_folders(Path(source.folder)):
                copy_service(folder, place / folder.name)
        else:
            try:
                _import(source, place, say)
            except ImportFailed as error:
                problem = Problem(f"worlds.{name}", str(error), "files that can be imported")
                raise RecipeError(file, (problem,)) from None
    os.replace(unfinished, home)
