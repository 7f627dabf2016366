"""One attempt at one plan: what is handed to a worker, how it is played there, and what goes to disk."""

from functools import lru_cache
from pathlib import Path

from generators.domains.shelf import Shelf
from generators.event import AGENT, USER
from generators.self_play import Limits
from generators.self_play import play as play_dialogue
from generators.trajectory import Failure, Member, StopReason, Trajectory, named
from personas.persona import Persona
from personas.record import Record
from pipelines.calls.models_here import models_of
from pipelines.players import Models, Scene, casting, scene_of
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, line_of, read_at
from pipelines.stages.candidate import Candidate
from pipelines.workbench import Job
from verifiers.rewards import Weights, accounted

_SCENES = 128


class PlayItem(Record):
    """One attempt: its key, and where its plan and its persona lie. ``steps`` is how long it is
    planned to be."""

    key: str
    attempt: int
    steps: int
    candidate: Location
    persona: Location


def make_job(recipe: Recipe, shelf: Shelf, folder: Path) -> Job:
    """Plays one attempt."""
    return PlayJob(recipe, shelf, folder)


class PlayJob:
    """Plays attempts in this process, and holds what asks the models meanwhile. See ``ModelJob``."""

    def __init__(self, recipe: Recipe, shelf: Shelf, folder: Path) -> None:
        self._recipe = recipe
        self._shelf = shelf
        self._folder = folder
        self._models = models_of(recipe, folder)
        # Attempts at one plan are handed out one after another.
        self._scene = lru_cache(maxsize=_SCENES)(self._made)
        self.meter = self._models.meter

    async def __call__(self, item: PlayItem) -> list[Line]:
        """One attempt, as the line that goes to disk."""
        scene = self._scene(item.candidate, item.persona)
        try:
            trajectory = await played(self._recipe, scene, item.attempt, self._models)
        finally:
            self._models.ended(item.key)
        return [line_for(item.key, trajectory)]

    def _made(self, candidate: Location, persona: Location) -> Scene:
        blueprint = read_at(self._folder / "blueprints", candidate, Candidate).blueprint
        assert blueprint is not None, f"a refused candidate is to be played: {candidate}"
        person = read_at(self._folder / "personas", persona, Persona)
        return scene_of(self._recipe, blueprint, person, self._shelf.named(blueprint.domain))

    async def aclose(self) -> None:
        """Closes connections and the journal."""
        await self._models.aclose()


async def played(recipe: Recipe, scene: Scene, attempt: int, models: Models) -> Trajectory:
    """One attempt at a plan, with the players that the recipe names, and its ledger and rewards."""
    blueprint, cast = scene.blueprint, casting(recipe, scene, attempt, models)
    trajectory = await play_dialogue(
        blueprint,
        scene.domain,
        cast.players,
        attempt=attempt,
        seed=recipe.seed,
        briefs=scene.briefs,
        faults=cast.faults,
        members=cast.members,
        limits=Limits(
            turns=blueprint.turn_limit,
            calls=blueprint.call_limit,
            seconds=recipe.limits.seconds,
        ),
    )
    return accounted(trajectory, blueprint, Weights(**recipe.rewards.model_dump()))


def line_for(key: str, trajectory: Trajectory) -> Line:
    """A dialogue on its way to disk. See ``dialogues_of`` for its note."""
    failure = trajectory.failure
    broke = f"{failure.party}.{failure.kind}" if failure else ""
    return line_of(key, trajectory, note=(trajectory.stop_reason.value, broke))


def given_up(recipe: Recipe, folder: Path, item: PlayItem) -> Trajectory:
    """The row of a dialogue that cannot be played because it takes its worker down."""
    blueprint = read_at(folder / "blueprints", item.candidate, Candidate).blueprint
    assert blueprint is not None, f"{item.key} was to be played from a refused candidate"
    return named(
        Trajectory(
            blueprint_id=blueprint.id,
            group_id=blueprint.id,
            attempt=item.attempt,
            seed=recipe.seed,
            domain=blueprint.domain,
            members=tuple(
                Member(party=party, role=party, player=slot.kind)
                for party, slot in (
                    (USER, recipe.players.user),
                    (AGENT, recipe.players.agent),
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
