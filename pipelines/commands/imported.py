"""What an import brought in: as a person reads it, or as JSON."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.domains.services.importing.finishing import Imported
from pipelines.answer import Answer
from pipelines.mishap import MISMATCH
from pipelines.terminal import plain


def answer_imported(
    answer: Answer, found: Sequence[Imported], out: Path, notes: bool, as_json: bool
) -> None:
    """Tells what came of an import. Exits with ``MISMATCH`` when nothing did."""
    done = [each for each in found if not each.problem]
    if as_json:
        answer.json([msgspec.to_builtins(each) for each in found])
    else:
        answer.show(imported_table(found, notes))
        count = "1 domain is" if len(done) == 1 else f"{len(done)} domains are"
        answer.say(
            f"{count} in {out}. What was left out or guessed stands in the import.yaml of each: please "
            "look through it."
        )
    if not done:
        raise typer.Exit(MISMATCH)


def imported_table(found: Sequence[Imported], notes: bool) -> RenderableType:
    """A line for each service, and what is not imported with the reason. With ``notes``, everything
    that was left out or guessed too."""
    done = [each for each in found if not each.problem]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("domain", "tables", "rows", "tools", "intents", "left out", "guessed"):
        table.add_column(column, justify="left" if column == "domain" else "right")
    for each in done:
        counts = (each.tables, each.rows, each.tools, each.intents)
        listed = (len(each.left_out), len(each.guessed))
        table.add_row(plain(each.name), *(f"{count:,}" for count in (*counts, *listed)))
    parts: list[RenderableType] = [table] if done else []
    for each in found:
        if each.problem:
            parts.append(Text(plain(f"{each.service}: {each.problem}"), "yellow"))
    for each in done if notes else ():
        parts.append(Text(plain(f"\n{each.name}"), "bold"))
        for mark, kind in (("left out", each.left_out), ("guessed", each.guessed)):
            for note in kind:
                parts.append(
                    Text(plain(f"  {mark}: {note.where}: {note.found}: {note.done}"), "dim")
                )
    return Group(*parts)
