"""What a build would be like, without building it: a few dialogues are planned, played and judged in
memory, and the rest is arithmetic. Writes nothing and calls no model: scripts stand in for them.
"""

import asyncio
import os
import time
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from generators.authored import Authors, plan_authored
from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from generators.sources.request import PlanSpec
from generators.trajectory import Trajectory
from personas.persona import Persona
from personas.quota import checked_quotas
from personas.record import Record
from personas.sampler import cells, persona_at
from pipelines.model_forecast import ModelForecast, Tried, model_forecast
from pipelines.model_slots import players_of, used_slots
from pipelines.order import Order
from pipelines.players import Models, scene_of
from pipelines.recipe import Recipe
from pipelines.release_gates import gates_told, limits_of
from pipelines.stages.attempt import played
from pipelines.stages.candidate import plan_spec
from pipelines.stages.judge import committee_of
from pipelines.stages.sample import earliest_day
from pipelines.stages.selection import wanted
from pipelines.stand_in import Measured, shadowed
from pipelines.stand_in_authors import stand_in_authors
from pipelines.worlds import Ground, ground_for_now
from verifiers.committee import decide
from verifiers.verdict import evidence

Result = TypeVar("Result")

_TRIED = 6
_DOMAINS = 12
"""Candidates tried per domain, and the most domains that are tried: of more, some from everywhere."""
_RELEASE_SECONDS = 4.0
_RELEASE_SECONDS_PER_ROW = 0.008
_RAY_SECONDS = 9.0
"""What writing a version and starting Ray take on an ordinary machine."""


class Forecast(Record):
    """``model_calls`` is by player or model slot: scripted players make none. ``seconds`` is a rough
    figure for this machine; ``accepted`` and ``candidates`` are extrapolated from the few that were
    tried. Where models play, ``models`` says more, and ``accepted`` is what scripts in their place
    would reach."""

    dataset: str
    version: str
    personas: int
    blueprints: dict[str, int]
    candidates: int
    dialogues: int
    accepted: int
    turns: int
    model_calls: dict[str, int]
    seconds: float
    workers: int
    models: ModelForecast | None = None
    rounds: int = 0
    gates: tuple[str, ...] = ()

    def text(self) -> str:
        """For people."""
        domains = ", ".join(f"{name} {count:,}" for name, count in self.blueprints.items())
        calls = ", ".join(f"{slot} {count:,}" for slot, count in self.model_calls.items())
        if self.models and self.models.calls_at_most > sum(self.models.calls.values()):
            calls += f"; at most {self.models.calls_at_most:,} in all, if every draft is rejected"
        more = self.models.lines() if self.models else []
        as_scripts = " if the models do as well as scripts" if self.models else ""
        return "\n".join(
            (
                f"{self.dataset}@{self.version}",
                f"personas     {self.personas:,}",
                f"blueprints   {sum(self.blueprints.values()):,} ({domains}) "
                f"from about {self.candidates:,} candidates",
                f"dialogues    {self.dialogues:,}, about {self.turns} turns each, "
                f"about {self.accepted:,} accepted{as_scripts}",
                f"model calls  {calls}",
                f"time         about {_span(self.seconds)} with {self.workers} workers",
                *(f"{label:<12} {text}" for label, text in more),
                *(
                    (f"targets      {self.rounds} further rounds at most, not counted here",)
                    * bool(self.rounds)
                ),
                *((f"gates        {'; '.join(self.gates)}",) * bool(self.gates)),
            )
        )


def forecast(order: Order) -> Forecast:
    """Tries a few candidates of each domain and extrapolates. Raises ``RecipeError`` where worlds are
    not as the recipe says."""
    with ground_for_now(order.recipe, order.file) as ground:
        return _forecast(order, ground)


def _forecast(order: Order, ground: Ground) -> Forecast:
    recipe, clock, playing, planning = ground.recipe, _Clock(), Measured(), Measured()
    # Loads domains and phrases, which is not to be counted.
    _tried(recipe, ground.shelf, _Clock(), 1, Measured(), Measured())
    tried = _tried(recipe, ground.shelf, clock, _TRIED, playing, planning)
    played_ones = [each for each in tried if each.trajectory]
    dialogues = recipe.blueprints.at_most * recipe.attempts
    yielding = len(played_ones) / len(tried) if tried else 1.0
    good = sum(each.accepted for each in played_ones) / max(1, len(played_ones))
    candidates = round(recipe.blueprints.at_most / max(yielding, 1 / recipe.blueprints.candidates))
    parallel = min(max(1, order.workers), os.cpu_count() or 1)
    seconds = (
        clock.each("sample") * recipe.personas.count
        + clock.each("plan") * candidates / parallel
        + (clock.each("play") + clock.each("judge")) * dialogues / parallel
        + _RELEASE_SECONDS
        + _RELEASE_SECONDS_PER_ROW * dialogues
        + (_RAY_SECONDS if order.workers else 0.0)
    )
    models = None
    if used_slots(recipe) and played_ones:
        counts = Tried(dialogues=len(played_ones), plans=len(tried), candidates=candidates)
        models = model_forecast(recipe, playing, planning, counts, order.workers)
        seconds += models.seconds
    return Forecast(
        dataset=recipe.name,
        version=recipe.version,
        personas=recipe.personas.count,
        blueprints={
            name: count * recipe.blueprints.set_size for name, count in wanted(recipe).items()
        },
        candidates=candidates,
        dialogues=dialogues,
        accepted=round(good * dialogues),
        turns=round(sum(each.turns for each in played_ones) / max(1, len(played_ones))),
        model_calls={
            **{party: 0 for party in ("user", "agent") if party not in players_of(recipe)},
            **(models.calls if models else {}),
        },
        seconds=round(seconds, 1),
        workers=order.workers,
        models=models,
        rounds=recipe.coverage.rounds if recipe.coverage.targets else 0,
        gates=gates_told(limits_of(recipe)),
    )


class _Trial(Record):
    """What became of one candidate that was tried."""

    trajectory: bool = False
    accepted: bool = False
    turns: int = 0


class _Clock:
    """Mean seconds of each kind of work."""

    def __init__(self) -> None:
        self._spent: dict[str, list[float]] = {}

    def __call__(self, kind: str, work: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        result = work()
        self._spent.setdefault(kind, []).append(time.perf_counter() - began)
        return result

    def each(self, kind: str) -> float:
        spent = self._spent.get(kind, [])
        return sum(spent) / len(spent) if spent else 0.0


def _tried(
    recipe: Recipe,
    shelf: Shelf,
    clock: _Clock,
    count: int,
    playing: Measured,
    planning: Measured,
) -> list[_Trial]:
    quotas = checked_quotas(recipe.personas.quotas)
    dealt = list(islice(cells(recipe.personas.count, recipe.seed, quotas), count))
    today = earliest_day(recipe, shelf)
    people = [
        clock("sample", lambda at=at, cell=cell: persona_at(at, recipe.seed, cell, today))
        for at, cell in enumerate(dealt)
    ]
    authors = stand_in_authors(recipe, planning)
    return [
        _trial(
            recipe, clock, shelf.named(name), people[number % len(people)], number, playing, authors
        )
        for name in _some(list(wanted(recipe)))
        for number in range(count)
    ]


def _some(names: list[str]) -> list[str]:
    return names[:: -(-len(names) // _DOMAINS)]


def _trial(
    recipe: Recipe,
    clock: _Clock,
    domain: Domain,
    persona: Persona,
    number: int,
    playing: Measured,
    authors: Authors,
) -> _Trial:
    spec = _without_parents(plan_spec(recipe, domain.name))
    # In a loop of its own: commands that forecast run none.
    planning = plan_authored(domain, persona, spec, recipe.seed, number, authors)
    plan = clock("plan", lambda: asyncio.run(planning)).planned
    if not isinstance(plan, Blueprint):
        return _Trial()

    def dialogue() -> Trajectory:
        if players_of(recipe):
            return asyncio.run(shadowed(recipe, plan, persona, domain, playing))
        return asyncio.run(played(recipe, scene_of(recipe, plan, persona, domain), 0, Models()))

    trajectory = clock("play", dialogue)
    case = evidence(trajectory, plan, domain)
    decision = clock("judge", lambda: decide(case, committee_of(recipe)))
    turns = trajectory.events[-1].turn + 1 if trajectory.events else 0
    return _Trial(trajectory=True, accepted=decision.outcome == "accept", turns=turns)


def _without_parents(spec: PlanSpec) -> PlanSpec:
    """The same, with plans drawn afresh where they are to grow from an earlier version's: as much work,
    and no version needs to be read."""
    sources = dict(spec.sources)
    grown = sources.pop("failures", 0.0)
    if grown:
        sources["composed"] = sources.get("composed", 0.0) + grown
    return replace(spec, sources=sources)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
