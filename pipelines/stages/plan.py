"""Blueprints: candidates are composed and checked until as many as wanted have been accepted.

Which candidates count follows from their numbers alone: per domain the first that are accepted, up to
the wanted number, and those refused before them. However many workers there are, and wherever a build
was killed, they are the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from generators.blueprint import Blueprint
from generators.blueprint_check import FACTORS
from generators.domains.registry import domain_named
from generators.plan_quota import FACETS, Shortlist
from generators.planning import Refusal, plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from personas.allocation import whole_numbers
from personas.persona import Persona
from personas.record import Record
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import Executor
from pipelines.mishap import MachineError, RequestError
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, Receipt, Shards, line_of, read_at
from pipelines.stages.sample import persona_key, personas_of
from pipelines.workbench import Job, Station
from pipelines.workspace import StageReport, Workspace

STAGE = "plan"
_FOLDER = "blueprints"
_PER_ITEM = 8
_COMMIT = 64


class Candidate(Record):
    """What became of one candidate: a blueprint, or the reason why there is none."""

    blueprint: Blueprint | None = None
    refusal: Refusal | None = None


class PlanItem(Record):
    """A few candidates of one domain: their numbers, and where their personas lie."""

    domain: str
    candidates: tuple[tuple[int, Location], ...]


@dataclass
class Selection:
    """The candidates that count. ``chosen`` maps blueprint ids to keys, domain by domain, in the order
    of their numbers; ``refused`` counts reasons; ``missing`` is what each domain still lacks, and
    ``upto`` the number of candidates that it has; ``short`` names the kinds of plan of which a domain
    has too few."""

    chosen: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    missing: dict[str, int] = field(default_factory=dict)
    upto: dict[str, int] = field(default_factory=dict)
    short: dict[str, list[str]] = field(default_factory=dict)


def candidates_of(work: Workspace) -> Shards[Candidate]:
    """All candidates by domain and number. The note is (blueprint id, number of steps, persona id,
    signature, difficulty, factors in the order of ``FACTORS``), or ("", refusal code)."""
    return work.shards(_FOLDER, Candidate)


def candidate_key(domain: str, number: int) -> str:
    """The key of a domain's candidate."""
    return f"{domain}:{number:08d}"


def station(recipe: Recipe, folder: Path) -> Station:
    """How workers plan."""
    return Station(
        make=partial(make_job, recipe, folder / "personas"),
        folder=folder / _FOLDER,
        in_flight=1,
        commit_size=_COMMIT,
        commit_seconds=recipe.play.commit.seconds,
        width=1 + _COMMIT // _PER_ITEM,
    )


def make_job(recipe: Recipe, personas: Path) -> Job:
    """Plans the candidates of an item."""

    async def job(item: PlanItem) -> list[Line]:
        domain = domain_named(item.domain)
        spec = plan_spec(recipe, item.domain)
        lines = []
        for number, location in item.candidates:
            persona = read_at(personas, location, Persona)
            planned = plan_blueprint(domain, persona, spec, recipe.seed, number)
            lines.append(_line(candidate_key(item.domain, number), planned))
        return lines

    return job


def _line(key: str, planned: Blueprint | Refusal) -> Line:
    if isinstance(planned, Refusal):
        return line_of(key, Candidate(refusal=planned), note=("", planned.code))
    note = (
        planned.id,
        len(planned.steps),
        planned.persona_id,
        signature(planned),
        planned.difficulty,
        *(planned.factors[name] for name in FACTORS),
    )
    return line_of(key, Candidate(blueprint=planned), note=note)


def plan_spec(recipe: Recipe, domain: str) -> PlanSpec:
    """What the recipe wants of one domain's blueprints."""
    plans = recipe.blueprints
    return PlanSpec(
        goals=dict(sorted(plans.goals.items())),
        sources=plans.sources,
        complexity=dict(sorted(plans.complexity.items())),
        clauses=plans.clauses.get(domain, {}),
        withheld=plans.withheld,
        worlds=plans.worlds,
        intents=plans.intents.get(domain, {}),
        turn_limit=recipe.limits.turns,
        call_limit=recipe.limits.calls,
    )


def wanted(recipe: Recipe) -> dict[str, int]:
    """How many blueprints each domain is to have."""
    return whole_numbers(dict(sorted(recipe.blueprints.domains.items())), recipe.blueprints.count)


def persona_of(recipe: Recipe, domain: str, number: int) -> int:
    """The position of a candidate's persona: domains take turns through all of them, so that every
    persona is used before one is used twice as far as refusals allow."""
    before = 0
    for name, count in wanted(recipe).items():
        if name == domain:
            break
        before += count
    return (before + number) % recipe.personas.count


def select(recipe: Recipe, notes: Mapping[str, Receipt]) -> Selection:
    """The candidates that count, among those that there are."""
    selection, seen = Selection(), set[str]()
    for domain, count in wanted(recipe).items():
        number, names = 0, dict[int, str]()
        shortlist = Shortlist(recipe.blueprints.quotas, count)
        while not shortlist.full and (receipt := notes.get(candidate_key(domain, number))):
            blueprint_id = str(receipt.note[0])
            if not blueprint_id:
                selection.refused[str(receipt.note[1])] += 1
            elif (signed := str(receipt.note[3])) in seen:
                selection.refused["repeated"] += 1
            else:
                seen.add(signed)
                names[number] = blueprint_id
                shortlist.offer(number, dict(zip(FACETS, receipt.note[4:], strict=True)))
            number += 1
        chosen = shortlist.chosen
        selection.chosen |= {names[each]: candidate_key(domain, each) for each in chosen}
        selection.refused.update({"unwanted": len(names) - len(chosen)})
        selection.missing[domain] = count - len(chosen)
        selection.upto[domain] = number
        selection.short[domain] = shortlist.short()
    selection.refused = +selection.refused
    return selection


async def plan(work: Workspace, executor: Executor) -> StageReport:
    """Plans until there are enough. Raises ``RequestError`` when a domain does not yield them."""
    shards, recipe = candidates_of(work), work.recipe
    before = len(shards)
    selection = select(recipe, shards.receipts)
    if any(selection.missing.values()):
        await executor.ready()
    work.progress.begin(STAGE, recipe.blueprints.count, len(selection.chosen))

    def take(outcome: Outcome) -> None:
        if isinstance(outcome, Lost):
            raise MachineError(
                f"a worker dies of planning {outcome.item.domain} candidates "
                f"{[number for number, _ in outcome.item.candidates]}: {outcome.reason}",
                "Look for the kernel's reason (memory?), or build with --workers 0 to see the error.",
            )
        shards.learn(outcome.receipts)
        good = sum(1 for receipt in outcome.receipts if receipt.note[0])
        work.progress.step(len(outcome.receipts), good)

    while any(selection.missing.values()):
        _give_up_on_barren_domains(recipe, selection)
        await executor.run(STAGE, list(_items(work, selection)), take)
        selection = select(recipe, shards.receipts)
    work.progress.end()
    tried = sum(selection.upto.values())
    return StageReport(
        stage=STAGE,
        total=tried,
        kept=len(selection.chosen),
        done_now=len(shards) - before,
        details={"refused": dict(sorted(selection.refused.items()))},
    )


def _items(work: Workspace, selection: Selection) -> Iterator[PlanItem]:
    """As many new candidates as there are blueprints missing."""
    recipe, personas, there = work.recipe, personas_of(work), candidates_of(work)
    for domain, missing in selection.missing.items():
        first = selection.upto[domain]
        numbers = [
            number
            for number in range(first, first + missing)
            if candidate_key(domain, number) not in there
        ]
        for start in range(0, len(numbers), _PER_ITEM):
            yield PlanItem(
                domain=domain,
                candidates=tuple(
                    (
                        number,
                        personas.receipts[persona_key(persona_of(recipe, domain, number))].location,
                    )
                    for number in numbers[start : start + _PER_ITEM]
                ),
            )


def _give_up_on_barren_domains(recipe: Recipe, selection: Selection) -> None:
    for domain, missing in selection.missing.items():
        count = wanted(recipe)[domain]
        if missing and selection.upto[domain] >= count * recipe.blueprints.candidates:
            refused = ", ".join(f"{code} {n}" for code, n in selection.refused.most_common(5))
            short = selection.short[domain]
            lacking = f"; too few with {', '.join(short)}" if short else ""
            raise RequestError(
                f"{domain} gave {count - missing} of {count} blueprints in "
                f"{selection.upto[domain]} candidates; refused: {refused or 'none'}{lacking}",
                "Ask for fewer, allow more with blueprints.candidates, or change quotas, goals, "
                "intents or the domain.",
            )


def blueprint_receipts(work: Workspace) -> dict[str, Receipt]:
    """Blueprint id -> the receipt of its candidate, for those that count, in their order."""
    shards = candidates_of(work)
    return {
        blueprint_id: shards.receipts[key]
        for blueprint_id, key in select(work.recipe, shards.receipts).chosen.items()
    }
