"""One run of a recipe, from the first persona to a released version.

Every stage leaves its results on disk before it counts them as done. A build that is killed and started
again therefore goes on where it was, and ends with the same content hash as one that was left alone.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from outputs.integrity import verify
from outputs.release import REPORT
from outputs.statistics import summary_of
from outputs.store import Store, Version
from personas.record import Record
from pipelines.build_key import build_key
from pipelines.executor import Executor, executor_for
from pipelines.failed_plans import parent_of
from pipelines.kept_examples import version_of_examples
from pipelines.mishap import MachineError, RequestError
from pipelines.model_slots import source_of, used_slots
from pipelines.order import Order, following
from pipelines.progress import Progress, stepping
from pipelines.recipe import Gates
from pipelines.release_gates import held, results_of
from pipelines.stages import STAGES, stations
from pipelines.stages.release import BUILD_KEY
from pipelines.workspace import StageReport, Workspace, opened
from pipelines.worlds import ground_of


class BuildResult(Record):
    """What a build made. ``funnel`` is what was left after each stage; ``ledger`` what became of every
    attempt. ``already`` says that the version had been released before by the same build."""

    dataset: str
    version: str
    path: str
    report: str
    content_hash: str
    funnel: tuple[tuple[str, int], ...]
    ledger: dict[str, Any]
    seconds: float
    stage_seconds: dict[str, float] = {}
    done_now: dict[str, int] = {}
    already: bool = False


class Build:
    """A build under way. Made by ``started``."""

    def __init__(self, work: Workspace, executor: Executor) -> None:
        self.work = work
        self._executor = executor
        self._began = time.monotonic()

    async def stage(self, name: str) -> StageReport:
        """Runs one of ``STAGES`` and keeps its report. Run again, it does only what is missing."""
        began = time.monotonic()
        report = await STAGES[name](self.work, self._executor)
        report = replace(report, seconds=time.monotonic() - began)
        self.work.reports[name] = report
        return report

    def result(self) -> BuildResult:
        """What was made, when all stages have run."""
        recipe, reports = self.work.recipe, self.work.reports
        version = Store(self.work.root).open(f"{recipe.name}@{recipe.version}")
        return replace(
            result_of(version),
            seconds=round(time.monotonic() - self._began, 2),
            stage_seconds={name: round(each.seconds, 2) for name, each in reports.items()},
            done_now={name: each.done_now for name, each in reports.items()},
            already=False,
        )


async def build(order: Order, progress: Progress) -> BuildResult:
    """Builds what was ordered. Raises ``Mishap`` for what the user can put right; work done so far is
    kept then."""
    already = released(order, progress)
    if already:
        return already
    async with started(order, progress) as run:
        for stage in STAGES:
            await run.stage(stage)
        return run.result()


@asynccontextmanager
async def started(order: Order, progress: Progress) -> AsyncIterator[Build]:
    """A build with its folder, its workers, and what serves its models. The folder goes when the build
    has succeeded, unless it is to be kept; it stays when anything went wrong."""
    with opened(order.recipe, order.root, key_of(order), progress) as work:
        work.stand_on(ground_of(order.recipe, order.file, work.folder, progress.say))
        places = stations(work.recipe, work.shelf, work.folder)
        async with (
            _engines(work),
            executor_for(order.workers, places, work.folder, progress.say) as executor,
        ):
            yield Build(work, executor)
        if not order.keep_work:
            work.remove()


def key_of(order: Order) -> str:
    """What the build's work is filed under. Raises ``RequestError`` when there is no such version as
    its plans are to grow from, or their writer is to be shown examples of."""
    earlier = (parent_of(order.recipe, order.root), version_of_examples(order.recipe, order.root))
    return build_key(
        order.recipe, *(each.manifest.content_hash if each else "" for each in earlier)
    )


@asynccontextmanager
async def _engines(work: Workspace) -> AsyncIterator[None]:
    """What serves the models, where the recipe asks any."""
    if not used_slots(work.recipe):
        yield
        return
    # Loaded late: a recipe without models needs no HTTP client.
    from pipelines.engines.placing import place_named
    from pipelines.engines.servers import served

    recipe = work.recipe
    ours = any(source_of(recipe.models, slot).vllm for slot in used_slots(recipe))
    place = place_named() if ours else None
    async with served(recipe, work.folder, work.progress.say, place=place) as servers:
        work.engines = servers
        yield


def released(order: Order, progress: Progress) -> BuildResult | None:
    """The version, when this very build has released it before and it is whole; None when there is no
    such version. Raises ``RequestError`` when another build has taken it, ``MachineError`` when it is
    damaged, and ``ReleaseHeld`` when a gate that it was not released under would have held it."""
    recipe, store = order.recipe, Store(order.root)
    if recipe.version not in store.versions(recipe.name):
        return None
    version = store.open(f"{recipe.name}@{recipe.version}")
    reference = version.manifest.reference
    key = key_of(order)
    if version.manifest.notes.get(BUILD_KEY) != key:
        raise RequestError(
            f"{reference} has been released already, from another recipe or another version of the "
            f"code ({version.folder})",
            f"Raise the version in the recipe (or --set version={following(recipe.version)}, or "
            "--next-version); a released version never changes.",
        )
    progress.say(f"{reference} has been released by this very build; verifying it")
    problems = verify(store, reference, stepping(progress, "verify"))
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise MachineError(
            f"{reference} has been released already but is damaged: {problems[0]}{more}",
            f"See duologue verify {reference}. Copy it again from where it came from, or remove "
            f"{version.folder} and build it again.",
        )
    if recipe.release.gates != Gates():
        remedy = (
            f"It was released under other gates and stays as it is; see {version.folder / REPORT}. "
            "Change release.gates, or raise the version and change what is planned, played or judged."
        )
        stop = held(reference, results_of(recipe, summary_of(version)), remedy)
        if stop:
            raise stop
    with opened(recipe, order.root, key, progress) as work:
        work.remove()
    return result_of(version)


def result_of(version: Version) -> BuildResult:
    """What is known of a released version."""
    manifest = version.manifest
    return BuildResult(
        dataset=manifest.name,
        version=manifest.version,
        path=str(version.folder),
        report=str(version.folder / REPORT),
        content_hash=manifest.content_hash,
        funnel=manifest.funnel,
        ledger=manifest.ledger,
        seconds=0.0,
        already=True,
    )
