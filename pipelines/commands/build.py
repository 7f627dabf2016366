"""``duologue build``: from a recipe to a released version."""

import asyncio
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.answer import Answer, answering
from pipelines.commands.options import DEFAULT_ROOT, AsJson, Overrides, RecipeFile, Root, Workers

if TYPE_CHECKING:
    from pipelines.build import BuildResult

KeepWork = Annotated[
    bool, typer.Option("--keep-work", help="Keep the stages' files after the release.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be built and how long it takes.")
]


def build(
    recipe: RecipeFile,
    root: Root = DEFAULT_ROOT,
    overrides: Overrides = None,
    workers: Workers = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
    keep_work: KeepWork = False,
) -> None:
    """Build the dataset that a recipe describes. Interrupted or killed, it goes on where it was."""
    with answering(root, as_json, resume_with(sys.argv)) as answer:
        from pipelines.build import build as run
        from pipelines.progress import progress_here
        from pipelines.recipe_file import load_recipe

        loaded = load_recipe(recipe, overrides or ())
        many = loaded.play.workers if workers is None else workers
        if dry_run:
            from pipelines.forecast import forecast

            expected = forecast(loaded, many)
            if as_json:
                answer.json(expected)
            else:
                answer.say(expected.text())
            return
        with progress_here() as progress:
            result = asyncio.run(run(loaded, root, many, progress, keep_work))
        show_result(answer, result, as_json)


def resume_with(command: list[str]) -> str:
    """What to say to somebody who has interrupted a build."""
    return (
        "Finished work is kept. Go on with the same command: "
        f"{shlex.join([Path(command[0]).name, *command[1:]])}"
    )


def show_result(answer: Answer, result: "BuildResult", as_json: bool) -> None:
    """The end of a build: the funnel for people, the paths, or one JSON object."""
    if as_json:
        answer.json(
            {
                "dataset": result.dataset,
                "version": result.version,
                "path": result.path,
                "report": result.report,
                "content_hash": result.content_hash,
                "counts": dict(result.funnel),
                "ledger": result.ledger,
                "seconds": result.seconds,
                "stage_seconds": result.stage_seconds,
                "done_now": result.done_now,
                "already": result.already,
            }
        )
        return
    from rich.console import Console

    from pipelines.terminal import funnel

    Console(stderr=True, highlight=False).print(funnel(result.funnel, result.ledger))
    state = "already released, and whole" if result.already else f"{result.seconds:.0f} s"
    answer.say(f"{result.dataset}@{result.version} ({state})")
    answer.say(f"dataset  {result.path}")
    answer.say(f"report   {result.report}")
