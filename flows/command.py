"""The command that runs the build as a flow, with no server needed."""

from typing import TYPE_CHECKING

import typer

from flows.surroundings import leave, settle
from pipelines.checkout import check_packages
from pipelines.commands.build import build_command

if TYPE_CHECKING:
    from pipelines.build import BuildResult
    from pipelines.commands.build import Request


def main() -> None:
    """Reads the options of ``duologue build`` and runs the flow."""
    check_packages()
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(build_command(_as_flow))
    app()


async def _as_flow(request: "Request") -> "BuildResult":
    from pipelines.build import released
    from pipelines.progress import progress_here

    with progress_here() as progress:
        result = released(request.order(), progress)
        if result:
            return result
        progress.say("starting Prefect")
    home = settle(request.root)
    try:
        return await _run(request)
    finally:
        leave(home)


async def _run(request: "Request") -> "BuildResult":
    import msgspec

    # Not earlier: Prefect is slow to import, and reads its settings while it is imported.
    from flows.build_dataset import build_dataset
    from flows.server import start_server
    from pipelines.build import BuildResult

    guard = await start_server()
    try:
        made = await build_dataset(
            file=str(request.file),
            root=str(request.root),
            overrides=request.overrides,
            workers=request.workers,
            next_version=request.next_version,
            keep_work=request.keep_work,
        )
    finally:
        if guard:
            guard.release()
    return msgspec.convert(made, BuildResult)
