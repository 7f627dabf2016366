"""One candidate for a blueprint: what is handed to a worker, how it is planned there, and what goes to
disk."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from generators.authored import Authored, Authors, plan_authored
from generators.blueprint import Blueprint
from generators.coverage import clauses_of, intents_of
from generators.defect_ledger import DefectLedger
from generators.difficulty import FACTORS
from generators.domains.shelf import Shelf
from generators.perturbation import PerturbSpec
from generators.planning import Refusal
from generators.reviewing.round import Round
from generators.signature import signature
from generators.sources.request import FailedPlan, PlanSpec
from generators.writing.model import dialogue_of
from personas.persona import Persona
from personas.record import Record
from pipelines.authors import authors_of
from pipelines.calls.models_here import ModelsHere, models_of
from pipelines.failed_plans import FAILED, ByDomain, read_failed
from pipelines.kept_examples import EXAMPLES, read_examples, wanted_examples
from pipelines.model_slots import author_slots
from pipelines.players import Models
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, line_of, read_at
from pipelines.workbench import Job

_PER_ITEM = 8
_DEPENDENT = "dependencies"
"""The factor that a recipe asks for which wants goals that need one another."""


class Candidate(Record):
    """What became of one candidate: a blueprint, or the reason why there is none. ``ledger`` has all
    that was found wrong with its proposals, whatever came of them in the end; ``rounds`` are those in
    which it was written or reviewed, where it was."""

    blueprint: Blueprint | None = None
    refusal: Refusal | None = None
    ledger: DefectLedger = DefectLedger()
    rounds: tuple[Round, ...] = ()


class PlanItem(Record):
    """A few candidates of one domain: their numbers, and where their personas lie. ``intents`` are
    multipliers beside the recipe's."""

    domain: str
    candidates: tuple[tuple[int, Location], ...]
    intents: dict[str, float] = {}


def candidate_key(domain: str, number: int) -> str:
    """The key of a domain's candidate."""
    return f"{domain}:{number:08d}"


def per_item(recipe: Recipe) -> int:
    """How many candidates are handed out together, always whole sets: one where models are asked."""
    size = recipe.blueprints.set_size
    return size if author_slots(recipe) else max(1, _PER_ITEM // size) * size


def make_job(recipe: Recipe, shelf: Shelf, folder: Path) -> Job:
    """Plans the candidates of an item, out of those that went wrong in an earlier version where the
    recipe grows some from them."""
    if author_slots(recipe):
        return PlanJob(recipe, shelf, folder, models_of(recipe, folder))
    return _planning(recipe, shelf, folder, authors_of(recipe, Models()))


def _planning(recipe: Recipe, shelf: Shelf, folder: Path, authors: Authors) -> Job:
    failed = read_failed(folder / FAILED) if recipe.blueprints.failures else {}
    return partial(_planned, recipe, shelf, folder, authors, failed)


class PlanJob:
    """Plans candidates that models are asked about. See ``ModelJob``."""

    def __init__(self, recipe: Recipe, shelf: Shelf, folder: Path, models: ModelsHere) -> None:
        self._models = models
        examples = read_examples(folder / EXAMPLES) if wanted_examples(recipe) else {}
        self._plan = _planning(recipe, shelf, folder, authors_of(recipe, models, examples))
        self.meter = models.meter

    async def __call__(self, item: PlanItem) -> list[Line]:
        """The candidates of an item, as the lines that go to disk."""
        try:
            return await self._plan(item)
        finally:
            for number, _ in item.candidates:
                self._models.ended(dialogue_of(candidate_key(item.domain, number)))

    async def aclose(self) -> None:
        """Closes connections and the journal."""
        await self._models.aclose()


async def _planned(
    recipe: Recipe,
    shelf: Shelf,
    folder: Path,
    authors: Authors,
    failed: ByDomain,
    item: PlanItem,
) -> list[Line]:
    domain = shelf.named(item.domain)
    spec = plan_spec(recipe, item.domain, failed.get(item.domain, ()))
    spec = replace(spec, intents=_multiplied(spec.intents, item.intents))
    lines, base = [], None
    for number, location in item.candidates:
        persona = read_at(folder / "personas", location, Persona)
        begins = number % spec.set_size == 0
        found = await plan_authored(
            domain, persona, spec, recipe.seed, number, authors, None if begins else base
        )
        base = found.planned if begins else base
        lines.append(_line(candidate_key(item.domain, number), found))
    return lines


def _multiplied(weights: Mapping[str, float], by: Mapping[str, float]) -> dict[str, float]:
    return {**weights, **{name: weights.get(name, 1.0) * factor for name, factor in by.items()}}


def _line(key: str, found: Authored) -> Line:
    planned, rounds, ledger = found
    if isinstance(planned, Refusal):
        refusal = replace(planned, ledger=DefectLedger())
        record = Candidate(refusal=refusal, ledger=ledger, rounds=rounds)
        return line_of(key, record, note=("", planned.code, *sorted(ledger.counts)))
    note = (
        planned.id,
        len(planned.steps),
        planned.persona_id,
        signature(planned),
        " ".join(intents_of(planned)),
        " ".join(clauses_of(planned)),
        planned.difficulty,
        *(planned.factors.get(name, 0) for name in FACTORS),
    )
    return line_of(key, Candidate(blueprint=planned, ledger=ledger, rounds=rounds), note=note)


def plan_spec(recipe: Recipe, domain: str, failed: tuple[FailedPlan, ...] = ()) -> PlanSpec:
    """What the recipe wants of one domain's blueprints, and what it is that they may grow from."""
    plans = recipe.blueprints
    kinds = plans.failures.kinds if plans.failures else {}
    return PlanSpec(
        goals=dict(sorted(plans.goals.items())),
        sources=plans.sources,
        complexity=dict(sorted(plans.complexity.items())),
        clauses=plans.clauses.get(domain, {}),
        withheld=plans.withheld,
        uncertainty=dict(sorted(plans.uncertainty.items())),
        vague=plans.vague,
        implied=plans.implied,
        distractors=plans.distractors,
        changes=plans.changes,
        worlds=plans.worlds,
        intents=plans.intents.get(domain, {}),
        failed=failed,
        kinds={str(kind): share for kind, share in kinds.items()},
        turn_limit=recipe.limits.turns,
        call_limit=recipe.limits.calls,
        perturb=PerturbSpec(chances=plans.perturb.chances, variants=plans.perturb.variants),
        one_factor=plans.variations,
        dependent=_DEPENDENT in plans.quotas or _DEPENDENT in recipe.coverage.targets,
    )
