"""Every blueprint played as often as wanted, many dialogues at once, the longest planned first.

Dialogues that take long are begun early, so that at the end no worker waits for one of them. What a
dialogue becomes depends on its blueprint, its attempt and the seed, never on when or where it is
played.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from generators.trajectory import StopReason, Trajectory
from pipelines.calls.build_reading import snapshot
from pipelines.calls.journal import Spent
from pipelines.calls.pressure import Pressure
from pipelines.calls.spending import Spending
from pipelines.calls.watch import spent_before, watching
from pipelines.cancelling import end
from pipelines.executor import Executor
from pipelines.model_slots import used_slots
from pipelines.players import dialogue_key
from pipelines.recipe import Recipe
from pipelines.shards import Shards
from pipelines.stages.attempt import PlayItem, make_job
from pipelines.stages.outcomes import Outcomes
from pipelines.stages.plan import blueprint_receipts
from pipelines.stages.sample import personas_of
from pipelines.workbench import Station
from pipelines.workspace import StageReport, Workspace

STAGE = "play"
_FOLDER = "dialogues"
_SLACK_SECONDS = 60.0
"""A dialogue ends itself at its deadline. One that lasts so much longer has its worker ended."""


def dialogues_of(work: Workspace) -> Shards[Trajectory]:
    """The dialogues by blueprint and attempt (``dialogue_key``). The note is the stop reason and, where
    somebody broke, who and how (``engine.timeout``)."""
    return work.shards(_FOLDER, Trajectory)


def station(recipe: Recipe, folder: Path) -> Station:
    """How workers play."""
    play = recipe.play
    return Station(
        make=partial(make_job, recipe, folder),
        folder=folder / _FOLDER,
        in_flight=play.in_flight,
        commit_size=play.commit.size,
        commit_seconds=play.commit.seconds,
        width=play.in_flight + play.commit.size,
        deadline=recipe.limits.seconds + _SLACK_SECONDS,
    )


async def play(work: Workspace, executor: Executor) -> StageReport:
    """Plays every attempt that is not on disk yet, or as many as the budget allows.

    Raises ``RequestError`` when the budget is used up and the recipe wants no release of less, and
    ``EngineError`` when the models cannot be asked, or fail every dialogue alike.
    """
    shards = dialogues_of(work)
    before = len(shards)
    planned = len(blueprint_receipts(work)) * work.recipe.attempts
    if before < planned:
        await work.engines.ready()
        await executor.ready()
    work.progress.begin(STAGE, planned, before)
    outcomes = Outcomes(work, shards)
    items = _longest_first(work)
    spending = (
        await _run(work, executor, items, outcomes)
        if items
        else Spending(work.recipe, _before(work))
    )
    work.progress.end()
    # Unless a budget has ended it, whatever was planned has to be there: the ledger counts on it.
    reason = spending.reached()
    begun = outcomes.ends.total() if reason else planned
    details: dict[str, Any] = {
        "planned": planned,
        "ends": dict(sorted(outcomes.ends.items())),
        "failures": dict(sorted(outcomes.failures.items())),
        "model_calls": snapshot(spending.reading),
        "prefix_hits": await work.engines.prefix_hits(),
        "money": round(spending.accounts()["money"].used, 6),
    }
    if begun < planned:
        if not work.recipe.budget.release:
            raise spending.mishap()
        work.progress.say(f"{reason}: {planned - begun:,} of {planned:,} dialogues are not played")
        details["stopped"] = reason
    elif reason and before < planned:
        work.progress.say(f"{reason}, but not before all dialogues had begun")
    return StageReport(
        stage=STAGE,
        total=begun,
        kept=begun - outcomes.ends[StopReason.ERROR],
        done_now=len(shards) - before,
        details=details,
    )


def _before(work: Workspace) -> Spent:
    return spent_before(work.folder, work.progress.say)


async def _run(
    work: Workspace,
    executor: Executor,
    items: list[PlayItem],
    outcomes: Outcomes,
) -> Spending:
    """Plays the items while the driver watches, and keeps as many under way as servers can take."""
    recipe, planned = work.recipe, len(items) + outcomes.ends.total()
    pressure = Pressure(executor, STAGE, recipe.play.in_flight, work.folder)
    async with watching(
        recipe,
        executor,
        _before(work),
        work.progress,
        outcomes=outcomes.ends,
        planned=planned,
        limit=lambda: pressure.limit,
    ) as watch:
        steers = recipe.play.adapt and used_slots(recipe)
        steering = asyncio.create_task(pressure.watch()) if steers else None
        try:
            await executor.run(STAGE, items, outcomes.take, watch.stop)
        finally:
            if steering:
                await end(steering)
        return watch.spending


def _longest_first(work: Workspace) -> list[PlayItem]:
    shards, personas = dialogues_of(work), personas_of(work)
    people = {str(each.note[0]): each.location for each in personas.receipts.values()}
    items = []
    for blueprint_id, receipt in blueprint_receipts(work).items():
        _, steps, persona_id, *_ = receipt.note
        for attempt in range(work.recipe.attempts):
            key = dialogue_key(blueprint_id, attempt)
            if key not in shards:
                items.append(
                    PlayItem(
                        key=key,
                        attempt=attempt,
                        steps=int(steps),
                        candidate=receipt.location,
                        persona=people[str(persona_id)],
                    )
                )
    return sorted(items, key=lambda item: (-item.steps, item.key))
