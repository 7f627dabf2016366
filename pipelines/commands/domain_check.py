"""``duologue domain check``: whether a domain holds up, and what is weak about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.answer import answering
from pipelines.commands.options import HERE, AsJson

if TYPE_CHECKING:
    from generators.domains.shelf import Shelf

Named = Annotated[
    str, typer.Argument(metavar="NAME|FOLDER", help="A shipped domain, or a service folder.")
]
Tries = Annotated[int, typer.Option(min=1, help="How often every intent is tried.")]
Worlds = Annotated[int, typer.Option(min=1, help="Over how many different worlds.")]


def check(name: Named, tries: Tries = 40, worlds: Worlds = 6, as_json: AsJson = False) -> None:
    """Plan, play and spoil a domain many times, and say what is weak or broken about it."""
    with answering(HERE, as_json) as answer:
        from generators.domain_check.examination import examined
        from pipelines.examination_view import examination
        from pipelines.mishap import MISMATCH
        from pipelines.progress import progress_here

        shelf, domain = shelf_for(name)
        with progress_here() as progress:
            found = examined(shelf, domain, tries, worlds, progress.say)
        if as_json:
            answer.json({"examination": found, "broken": found.broken})
        else:
            answer.show(examination(found))
        if found.broken:
            raise typer.Exit(MISMATCH)


def shelf_for(name: str) -> tuple["Shelf", str]:
    """The shelf on which a domain stands that was named or whose folder was given, and its name."""
    from generators.domains.services.folders import service_folders
    from generators.domains.shelf import Shelf, shelf_of

    folders = service_folders(Path(name))
    if len(folders) == 1:
        shelf = shelf_of(folders)
        return shelf, next(iter(shelf.folders))
    return Shelf(), name
