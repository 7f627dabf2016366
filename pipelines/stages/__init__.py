"""The stages of a build, in order. Each reads what the ones before it have left on disk."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from pipelines.executor import Executor
from pipelines.recipe import Recipe
from pipelines.stages import curate, judge, plan, play, release, sample, steer
from pipelines.workbench import Stations
from pipelines.workspace import StageReport, Workspace

Stage = Callable[[Workspace, Executor], Awaitable[StageReport]]

STAGES: dict[str, Stage] = {
    sample.STAGE: sample.sample,
    plan.STAGE: plan.plan,
    play.STAGE: play.play,
    judge.STAGE: judge.judge,
    steer.STAGE: steer.steer,
    curate.STAGE: curate.curate,
    release.STAGE: release.release,
}
"""Name -> stage. A stage that is run again does only what is missing."""


def stations(recipe: Recipe, folder: Path) -> Stations:
    """The work that stages give to workers."""
    return {each.STAGE: each.station(recipe, folder) for each in (plan, play, judge)}
