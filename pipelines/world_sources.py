"""Where the worlds of a recipe come from: what they are made of, and taking them over."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generators.domains.registry import DOMAINS, domain_named
from generators.domains.services.folders import copy_service, service_folders
from generators.domains.services.importing.finishing import Imported
from generators.domains.services.importing.openapi import import_openapi
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.mistakes import ImportFailed
from generators.domains.shelf import parts_of, shelf_of
from outputs.reading import file_hash
from pipelines.recipe import Recipe
from pipelines.recipe_worlds import Folder, OpenAPI, Sgd, files_of

Say = Callable[[str], None]


class NoSource(Exception):
    """A group of worlds of which nothing can be had; the message says why."""


def sources_of(recipe: Recipe) -> dict[str, Any]:
    """Hashes of all that the recipe's domains are made of: shipped ones, service folders, and the files
    that services are imported from."""
    named = {part for name in recipe.blueprints.domains for part in parts_of(name)}
    shipped = {name: domain_named(name).hash for name in sorted(named & DOMAINS.keys())}
    groups = {name: _hashes(source) for name, source in sorted(recipe.worlds.items())}
    return {"domains": shipped} | ({"worlds": groups} if groups else {})


def _hashes(source: Folder | Sgd | OpenAPI) -> dict[str, str]:
    if isinstance(source, Folder):
        shelf = shelf_of(service_folders(Path(source.folder)))
        return {name: shelf.named(name).hash for name in sorted(shelf.folders)}
    return {field: file_hash(Path(path)) for field, path in files_of(source).items()}


def take_over(name: str, source: Folder | Sgd | OpenAPI, place: Path, say: Say) -> None:
    """Puts the services of a group into ``place``: folders are copied, the others imported, and ``say``
    hears what could not be. Raises ``NoSource`` or ``OSError``."""
    place.mkdir(parents=True)
    if isinstance(source, Folder):
        for folder in service_folders(Path(source.folder)):
            copy_service(folder, place / folder.name)
        return
    done, notes = 0, 0
    try:
        for each in _imported(source, place):
            done += not each.problem
            notes += len(each.left_out) + len(each.guessed)
            if each.problem:
                say(f"{name}: {each.service}: {each.problem}")
    except ImportFailed as error:
        raise NoSource(str(error)) from None
    say(f"{name}: {done} services imported; {notes} things left out or guessed")


def _imported(source: Sgd | OpenAPI, place: Path) -> Iterator[Imported]:
    if isinstance(source, OpenAPI):
        return import_openapi(Path(source.document), place)
    return import_schema(Path(source.schema_file), Path(source.entities), place)
