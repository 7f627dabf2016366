"""``duologue domain import``: services that are described, or that run, become domains to be edited."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.answer import answering
from pipelines.commands.options import AsJson

Out = Annotated[Path, typer.Option(help="Where the folders go, one for each domain.")]
Notes = Annotated[bool, typer.Option("--notes", help="Show all that was left out or guessed.")]


def import_sgd(
    schema: Annotated[Path, typer.Option(help="The services: a JSON list, as published.")],
    entities: Annotated[Path, typer.Option(help="Their rows: JSON lines, plain or gzipped.")],
    out: Out,
    notes: Notes = False,
    as_json: AsJson = False,
) -> None:
    """Make a domain of each service in a schema-guided description."""
    with answering(out, as_json) as answer:
        from generators.domains.services.importing.sgd import import_schema
        from pipelines.commands.imported import answer_imported

        found = list(import_schema(schema, entities, out))
        answer_imported(answer, found, out, notes, as_json)


def import_openapi(
    document: Annotated[Path, typer.Option(help="An OpenAPI 3 document, JSON or YAML.")],
    out: Out,
    notes: Notes = False,
    as_json: AsJson = False,
) -> None:
    """Make a domain of the resources and operations in an OpenAPI document."""
    with answering(out, as_json) as answer:
        from generators.domains.services.importing.openapi import import_openapi as imported
        from pipelines.commands.imported import answer_imported

        answer_imported(answer, list(imported(document, out)), out, notes, as_json)


def import_mcp(
    server: Annotated[str, typer.Option(help="A URL, or the command line that starts the server.")],
    name: Annotated[str, typer.Option(help="What the domain is called.")],
    out: Out,
    calls: Annotated[
        Path | None,
        typer.Option(help='Calls to try too, one a line: {"tool": ..., "arguments": {...}}.'),
    ] = None,
    reset: Annotated[
        str,
        typer.Option(help="How it comes back to its start: `restart`, or one of its tools."),
    ] = "",
    notes: Notes = False,
    as_json: AsJson = False,
) -> None:
    """Record a live MCP server: what it answers becomes a domain that replays exactly.

    Without --reset no tool that writes is called at all.
    """
    with answering(out, as_json) as answer:
        from generators.domains.recorded.importing import import_mcp as imported
        from pipelines.commands.imported import answer_imported

        given = _calls_in(calls) if calls else []
        made = asyncio.run(imported(server, name, out, given, reset))
        answer_imported(answer, [made], out, notes, as_json)


def _calls_in(file: Path) -> list[tuple[str, dict[str, Any]]]:
    from pipelines.mishap import RequestError

    found = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            each = json.loads(line)
            found.append((str(each["tool"]), dict(each.get("arguments", {}))))
        except (ValueError, KeyError, TypeError, AttributeError):
            right = 'right would be {"tool": NAME, "arguments": {...}}'
            raise RequestError(f"{file}, line {number}: found {line[:60]!r}; {right}") from None
    return found
