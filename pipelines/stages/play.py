"""Every blueprint played as often as wanted, many dialogues at once, the longest planned first.

Dialogues that take long are begun early, so that at the end no worker waits for one of them. What a
dialogue becomes depends on its blueprint, its attempt and the seed, never on when or where it is
played.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from generators.self_play import Limits
from generators.self_play import play as play_dialogue
from generators.trajectory import Failure, Member, StopReason, Trajectory, named
from personas.persona import Persona
from personas.record import Record
from pipelines.build_reading import snapshot
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import Executor
from pipelines.helm import Helm
from pipelines.models_here import models_of
from pipelines.players import Models, casting, dialogue_key
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, Receipt, Shards, line_of, read_at
from pipelines.stages.plan import Candidate, blueprint_receipts
from pipelines.stages.sample import personas_of
from pipelines.workbench import Job, Station
from pipelines.workspace import StageReport, Workspace

STAGE = "play"
_FOLDER = "dialogues"
_SLACK_SECONDS = 60.0
"""A dialogue ends itself at its deadline. One that lasts so much longer has its worker ended."""


class PlayItem(Record):
    """One attempt: its key, and where its plan and its persona lie. ``steps`` is how long it is
    planned to be."""

    key: str
    attempt: int
    steps: int
    candidate: Location
    persona: Location


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


def make_job(recipe: Recipe, folder: Path) -> Job:
    """Plays one attempt."""
    return PlayJob(recipe, folder)


class PlayJob:
    """Plays attempts in this process, and holds what asks the models meanwhile. See ``ModelJob``."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self._recipe = recipe
        self._folder = folder
        self._models = models_of(recipe, folder)
        self.meter = self._models.meter

    async def __call__(self, item: PlayItem) -> list[Line]:
        """One attempt, as the line that goes to disk."""
        blueprint = read_at(self._folder / "blueprints", item.candidate, Candidate).blueprint
        assert blueprint is not None, f"{item.key} is to be played from a refused candidate"
        persona = read_at(self._folder / "personas", item.persona, Persona)
        try:
            trajectory = await played(self._recipe, blueprint, persona, item.attempt, self._models)
        finally:
            self._models.ended(item.key)
        return [_line(item.key, trajectory)]

    async def aclose(self) -> None:
        """Closes connections and the journal."""
        await self._models.aclose()


async def played(
    recipe: Recipe, blueprint: Blueprint, persona: Persona, attempt: int, models: Models
) -> Trajectory:
    """One attempt at a blueprint, with the players that the recipe names."""
    domain = domain_named(blueprint.domain)
    cast = casting(recipe, blueprint, persona, domain, attempt, models)
    return await play_dialogue(
        blueprint,
        domain,
        cast.players,
        attempt=attempt,
        seed=recipe.seed,
        briefs=cast.briefs,
        faults=cast.faults,
        members=cast.members,
        limits=Limits(
            turns=blueprint.turn_limit,
            calls=blueprint.call_limit,
            seconds=recipe.limits.seconds,
        ),
    )


def _line(key: str, trajectory: Trajectory) -> Line:
    failure = trajectory.failure
    broke = f"{failure.party}.{failure.kind}" if failure else ""
    return line_of(key, trajectory, note=(trajectory.stop_reason.value, broke))


async def play(work: Workspace, executor: Executor) -> StageReport:
    """Plays every attempt that is not on disk yet, or as many as the budget allows.

    Raises ``RequestError`` when the budget is used up and the recipe wants no release of less.
    """
    shards = dialogues_of(work)
    before = len(shards)
    planned = work.recipe.blueprints.count * work.recipe.attempts
    if before < planned:
        await work.engines.ready()
        await executor.ready()
    work.progress.begin(STAGE, planned, before)
    ends = Counter(str(each.note[0]) for each in shards.receipts.values())
    failures = Counter(str(each.note[1]) for each in shards.receipts.values() if each.note[1])

    def note(receipts: list[Receipt]) -> None:
        shards.learn(receipts)
        ends.update(str(each.note[0]) for each in receipts)
        failures.update(str(each.note[1]) for each in receipts if each.note[1])

    def take(outcome: Outcome) -> None:
        if isinstance(outcome, Lost):
            work.progress.say(f"{outcome.item.key} killed its worker three times and is given up")
            note(shards.add([_line(outcome.item.key, _given_up(work, outcome.item))]))
        else:
            note(outcome.receipts)
        work.progress.step()

    items = _longest_first(work)
    async with Helm(work, executor, STAGE, planned, lambda: dict(ends)) as helm:
        if items:
            await executor.run(STAGE, items, take, helm.stopped)
    work.progress.end()
    # Unless a budget has ended it, whatever was planned has to be there: the ledger counts on it.
    begun = ends.total() if helm.stopped() else planned
    details: dict[str, Any] = {
        "planned": planned,
        "ends": dict(sorted(ends.items())),
        "failures": dict(sorted(failures.items())),
        "model_calls": snapshot(helm.spending.reading),
        "prefix_hits": await work.engines.prefix_hits(),
        "money": round(helm.spending.accounts()["money"].used, 6),
    }
    if begun < planned:
        if not work.recipe.budget.release:
            raise helm.spending.mishap()
        reason = helm.spending.reached()
        work.progress.say(f"{reason}: {planned - begun:,} of {planned:,} dialogues are not played")
        details["stopped"] = reason
    return StageReport(
        stage=STAGE,
        total=begun,
        kept=begun - ends[StopReason.ERROR],
        done_now=len(shards) - before,
        details=details,
    )


def _longest_first(work: Workspace) -> list[PlayItem]:
    shards, personas = dialogues_of(work), personas_of(work)
    people = {str(each.note[0]): each.location for each in personas.receipts.values()}
    items = []
    for blueprint_id, receipt in blueprint_receipts(work).items():
        _, steps, persona_id = receipt.note
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


def _given_up(work: Workspace, item: PlayItem) -> Trajectory:
    """The row of a dialogue that cannot be played because it takes its worker down."""
    blueprint = read_at(work.stage("blueprints"), item.candidate, Candidate).blueprint
    assert blueprint is not None, f"{item.key} was to be played from a refused candidate"
    return named(
        Trajectory(
            blueprint_id=blueprint.id,
            group_id=blueprint.id,
            attempt=item.attempt,
            seed=work.recipe.seed,
            domain=blueprint.domain,
            members=tuple(
                Member(party=party, role=party, player=slot.kind)
                for party, slot in (
                    (USER, work.recipe.players.user),
                    (AGENT, work.recipe.players.agent),
                )
            ),
            events=(),
            stop_reason=StopReason.ERROR,
            failure=Failure(
                party="engine",
                kind="worker_crash",
                message="every worker that played this dialogue died of it",
            ),
            start_hash=blueprint.start_hash,
            end_hash="",
        )
    )
