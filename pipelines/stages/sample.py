"""Personas to quota. A person takes a fraction of a millisecond, so this stays in this process.

Ages are counted on the day of the earliest world that the recipe names, so nobody is a minor in one.
"""

import asyncio
from datetime import date, datetime

from generators.domains.shelf import Shelf
from personas.persona import Persona
from personas.quota import checked_quotas, quota_report
from personas.sampler import cells, persona_at
from pipelines.executor import Executor
from pipelines.recipe import Recipe
from pipelines.shards import Line, Shards, line_of
from pipelines.workspace import StageReport, Workspace

STAGE = "sample"
_BATCH = 1000


def personas_of(work: Workspace) -> Shards[Persona]:
    """The personas by position (``persona_key``); the note of each is its id."""
    return work.shards("personas", Persona)


def persona_key(position: int) -> str:
    """The key of the persona at a position."""
    return f"{position:07d}"


async def sample(work: Workspace, executor: Executor) -> StageReport:
    """Draws every persona that is not there yet."""
    count, seed = work.recipe.personas.count, work.recipe.seed
    quotas = checked_quotas(work.recipe.personas.quotas)
    today = earliest_day(work.recipe, work.shelf)
    shards = personas_of(work)
    before = len(shards)
    work.progress.begin(STAGE, count, before)
    batch: list[Line] = []
    for position, cell in enumerate(cells(count, seed, quotas)):
        key = persona_key(position)
        if key in shards:
            continue
        persona = persona_at(position, seed, cell, today)
        batch.append(line_of(key, persona, note=(persona.id,)))
        if len(batch) == _BATCH:
            shards.add(batch)
            work.progress.step(len(batch))
            batch = []
            await asyncio.sleep(0)
    shards.add(batch)
    work.progress.step(len(batch))
    work.progress.end()
    report = quota_report(shards, quotas)
    return StageReport(
        stage=STAGE,
        total=count,
        kept=count,
        done_now=count - before,
        details={"quotas": report},
    )


def earliest_day(recipe: Recipe, shelf: Shelf) -> date:
    """The day of the earliest world that a recipe names."""
    clocks = [shelf.named(name).clock for name in recipe.blueprints.domains]
    return min(datetime.fromisoformat(clock).date() for clock in clocks)
