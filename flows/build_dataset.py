"""The build as a Prefect flow: schedules, retries, artifacts. What is built, and how, is in pipelines.

``python -m flows.build_dataset RECIPE`` takes the options of ``duologue build`` and needs no server;
``prefect.yaml`` deploys the flow by its module path.
"""

if __name__ == "__main__":
    # Ahead of Prefect: it reads its settings when it is imported.
    from flows.command import main

    main()

from pathlib import Path
from typing import Any

import msgspec
from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from flows.funnel import artifact_key, funnel_markdown
from pipelines.build import Build, released, started
from pipelines.mishap import may_pass
from pipelines.order import order_of
from pipelines.progress import progress_here
from pipelines.stages import STAGES


def _worth_another_try(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Engines and networks recover; recipes, full disks and bugs do not."""
    return isinstance(state.data, BaseException) and may_pass(state.data)


@task(
    retries=2,
    retry_delay_seconds=exponential_backoff(10),
    retry_condition_fn=_worth_another_try,
    # A key of its own for every try of every run: reports are kept, and never taken for work done.
    result_storage_key="{flow_run.id}-{task_run.name}-{task_run.run_count}.json",
    result_serializer="json",
)
async def run_stage(build: Build, stage: str) -> dict[str, Any]:
    """Runs one stage; a second try does only what is missing. Returns its report as plain data."""
    return msgspec.to_builtins(await build.stage(stage))


@flow(name="build-dataset", persist_result=True, result_serializer="json")
async def build_dataset(
    file: str,
    root: str = "builds",
    overrides: tuple[str, ...] = (),
    workers: int | None = None,
    next_version: bool = False,
    keep_work: bool = False,
) -> dict[str, Any]:
    """Builds the recipe in ``file``, stage by stage. Returns a ``BuildResult`` as plain data."""
    order = order_of(Path(file), Path(root), overrides, workers, next_version, keep_work)
    with progress_here() as progress:
        result = released(order, progress)
        if result is None:
            async with started(order, progress) as build:
                for stage in STAGES:
                    await run_stage.with_options(name=stage)(build, stage)
                result = build.result()
    await acreate_markdown_artifact(funnel_markdown(result), artifact_key(result))
    return msgspec.to_builtins(result)
