"""``duologue domain import sgd``: schema-guided services become domains that a person can edit."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.answer import answering
from pipelines.commands.options import AsJson
from pipelines.mishap import MISMATCH


def import_sgd(
    schema: Annotated[Path, typer.Option(help="The services: a JSON list, as published.")],
    entities: Annotated[Path, typer.Option(help="Their rows: JSON lines, plain or gzipped.")],
    out: Annotated[Path, typer.Option(help="Where the folders go, one for each service.")],
    notes: Annotated[
        bool, typer.Option("--notes", help="Show all that was left out or guessed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a service folder of each service in a schema-guided description."""
    with answering(out, as_json) as answer:
        import msgspec

        from generators.domains.services.importing.sgd import import_schema
        from pipelines.commands.imported import imported_table

        found = list(import_schema(schema, entities, out))
        done = [each for each in found if not each.problem]
        if as_json:
            answer.json([msgspec.to_builtins(each) for each in found])
        else:
            answer.show(imported_table(found, notes))
            answer.say(
                f"{len(done)} services are in {out}. What was left out or guessed stands in the "
                f"import.yaml of each: please look through it."
            )
        if not done:
            raise typer.Exit(MISMATCH)
