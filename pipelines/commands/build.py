"""``duologue build``: from a recipe to a released version."""

import asyncio
import shlex
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.answer import Answer, answering
from pipelines.commands.options import DEFAULT_ROOT, AsJson, Overrides, RecipeFile, Root, Workers

if TYPE_CHECKING:
    from pipelines.build import BuildResult
    from pipelines.order import Order

NextVersion = Annotated[
    bool,
    typer.Option("--next-version", help="Build the next version: patch + 1, and another seed."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be built and how long it takes.")
]
KeepWork = Annotated[
    bool, typer.Option("--keep-work", help="Keep the stages' files after the release.")
]


@dataclass(frozen=True)
class Request:
    """The options of a build as they were given."""

    file: Path
    root: Path
    overrides: tuple[str, ...]
    workers: int | None
    next_version: bool
    keep_work: bool

    def order(self) -> "Order":
        """What they amount to. Raises ``Mishap``."""
        from pipelines.order import order_of

        return order_of(**asdict(self))


Runner = Callable[[Request], Coroutine[Any, Any, "BuildResult"]]
"""Does what was asked: in this process, or as a flow."""


def build_command(runner: Runner) -> Callable[..., None]:
    """The command that builds by means of ``runner``."""

    def build(
        recipe: RecipeFile,
        root: Root = DEFAULT_ROOT,
        overrides: Overrides = None,
        workers: Workers = None,
        next_version: NextVersion = False,
        as_json: AsJson = False,
        dry_run: DryRun = False,
        keep_work: KeepWork = False,
    ) -> None:
        """Build the dataset that a recipe describes. Interrupted or killed, it goes on where it was."""
        with answering(root, as_json, resume_with(sys.argv)) as answer:
            request = Request(
                recipe, root, tuple(overrides or ()), workers, next_version, keep_work
            )
            if dry_run:
                show_forecast(answer, request, as_json)
            else:
                show_result(answer, asyncio.run(runner(request)), as_json)

    return build


async def build_here(request: Request) -> "BuildResult":
    """Builds in this process and its workers."""
    from pipelines.build import build
    from pipelines.progress import progress_here

    order = request.order()
    with progress_here() as progress:
        return await build(order, progress)


def show_forecast(answer: Answer, request: Request, as_json: bool) -> None:
    """What the build would be like."""
    from pipelines.forecast import forecast

    expected = forecast(request.order())
    if as_json:
        answer.json(expected)
    else:
        answer.say(expected.text())


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
