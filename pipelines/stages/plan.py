"""Blueprints: candidates are composed and checked until as many as wanted have been accepted.

Which candidates count follows from their numbers alone: per domain the first that are accepted, up to
the wanted number, and those refused before them. However many workers there are, and wherever a build
was killed, they are the same.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from generators.coverage import persona_facets
from generators.domains.shelf import Shelf
from generators.reviewing.figures import figures_of
from personas.persona import facet
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import Executor
from pipelines.failed_plans import FAILED, failed_plans, parent_of, write_failed
from pipelines.kept_examples import EXAMPLES, kept_examples, version_of_examples, write_examples
from pipelines.mishap import MachineError, RequestError
from pipelines.model_slots import author_slots
from pipelines.planning_budget import within_budget
from pipelines.planning_hope import PlanningHope
from pipelines.recipe import Recipe
from pipelines.shards import Receipt, Shards
from pipelines.stages.candidate import Candidate, PlanItem, candidate_key, make_job, per_item
from pipelines.stages.sample import persona_key, personas_of
from pipelines.stages.selection import Selection, select, wanted
from pipelines.steering import Round
from pipelines.workbench import Station
from pipelines.workspace import StageReport, Workspace

STAGE = "plan"
_FOLDER = "blueprints"
_COMMIT = 64


def candidates_of(work: Workspace) -> Shards[Candidate]:
    """All candidates by domain and number. The note is (blueprint id, number of steps, persona id,
    signature, intents, clauses, difficulty, factors in the order of ``FACTORS``), or ("", refusal
    code, all defects)."""
    return work.shards(_FOLDER, Candidate)


def rounds_of(work: Workspace) -> Shards[Round]:
    """The rounds of steered planning so far, by ``round_key``."""
    return work.shards("rounds", Round)


def round_key(number: int) -> str:
    """The key of a round; the first is 0."""
    return f"{number:03d}"


def station(recipe: Recipe, shelf: Shelf, folder: Path) -> Station:
    """How workers plan: one candidate after the other, or where models are asked many at a time."""
    asks = bool(author_slots(recipe))
    in_flight = recipe.play.in_flight if asks else 1
    # What is handed out is finished, whatever the budget says meanwhile: little more than is under way.
    commit_size = in_flight if asks else _COMMIT
    return Station(
        make=partial(make_job, recipe, shelf, folder),
        folder=folder / _FOLDER,
        in_flight=in_flight,
        commit_size=commit_size,
        commit_seconds=recipe.play.commit.seconds,
        width=in_flight + commit_size // per_item(recipe),
    )


def persona_of(recipe: Recipe, domain: str, number: int) -> int:
    """The position of a candidate's persona: domains take turns through all of them, so that every
    persona is used before one is used twice as far as refusals allow."""
    before = 0
    for name, count in wanted(recipe).items():
        if name == domain:
            break
        before += count
    # A set is one plan, and so of one person.
    return (before + number // recipe.blueprints.set_size) % recipe.personas.count


def selected(work: Workspace, upto: int | None = None) -> Selection:
    """The candidates that count in this build, as far as it has come, or after ``upto`` rounds."""
    rounds, candidates = rounds_of(work), candidates_of(work)
    keys = rounds.ordered()[:upto]

    def made() -> Selection:
        people = people_of(work) if len(rounds) else {}
        return select(work.recipe, candidates.receipts, [rounds.read(key) for key in keys], people)

    # Rounds and candidates are only ever added, so that there are as many says that they are the same.
    name = "selected" if upto is None else "selected before"
    return work.kept(name, (len(keys), len(candidates)), made)


def people_of(work: Workspace) -> dict[str, dict[str, str]]:
    """The facets of personas that have a target, by the persona's id."""
    paths = persona_facets(work.recipe.coverage.targets)
    if not paths:
        return {}
    return {each.id: {path: facet(each, path) for path in paths} for each in personas_of(work)}


async def plan(work: Workspace, executor: Executor) -> StageReport:
    """Plans until there are enough. Raises ``RequestError`` when a domain does not yield them, or the
    budget is used up before, and ``EngineError`` when the models cannot be asked."""
    shards, recipe = candidates_of(work), work.recipe
    before = len(shards)
    _leave_failed(work)
    _leave_examples(work)
    selection = selected(work)
    if not selection.complete:
        if author_slots(recipe):
            await work.engines.ready()
        await executor.ready()
    done = len(selection.chosen)
    total = max(recipe.blueprints.at_most, done + sum(selection.owed.values()))
    work.progress.begin(STAGE, total, done)
    hope = PlanningHope()

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
        hope.take(outcome.receipts, shards)

    async with within_budget(work, executor, not selection.complete) as budget:
        while not selection.complete and not budget.reached():
            _give_up_on_barren_domains(recipe, selection)
            await executor.run(STAGE, list(_items(work, selection)), take, budget.reached)
            selection = selected(work)
        # Without the plans of further rounds there is less of what was to be steered to; without those
        # of the first there is no dataset.
        if any(selection.missing.values()):
            budget.complain(len(selection.chosen))
    work.progress.end()
    tried = sum(selection.upto.values())
    details: dict[str, Any] = {
        "refused": dict(sorted(selection.refused.items())),
        "defects": dict(sorted(selection.defects.items())),
    }
    if recipe.blueprints.writer or recipe.blueprints.review:
        details["review"] = _review(shards, selection)
    if recipe.blueprints.one_factor:
        details["one_factor"] = {name: dict(found) for name, found in selection.sets.items()}
    return StageReport(
        stage=STAGE,
        total=tried,
        kept=len(selection.chosen),
        done_now=len(shards) - before,
        details=details,
    )


def _review(shards: Shards[Candidate], selection: Selection) -> dict[str, Any]:
    """How writing and reviewing went, over every candidate that counts, chosen or not."""
    keys = [
        candidate_key(domain, number)
        for domain, upto in selection.upto.items()
        for number in range(upto)
    ]
    return figures_of(shards.read(key).rounds for key in keys if key in shards)


def _leave_failed(work: Workspace) -> None:
    """Reads the version that plans grow from, if there is one, and leaves what workers need of it."""
    failures, path = work.recipe.blueprints.failures, work.folder / FAILED
    if failures is None or path.exists():
        return
    version = parent_of(work.recipe, work.root)
    assert version is not None
    write_failed(path, failed_plans(version, failures.pass_rate))


def _leave_examples(work: Workspace) -> None:
    """The same for the version that the writer is shown examples of."""
    path = work.folder / EXAMPLES
    if path.exists() or not (version := version_of_examples(work.recipe, work.root)):
        return
    domains = frozenset(wanted(work.recipe))
    write_examples(path, kept_examples(version, work.shelf, domains))


def _items(work: Workspace, selection: Selection) -> Iterator[PlanItem]:
    """As many new candidates as there are blueprints missing."""
    recipe, personas, there = work.recipe, personas_of(work), candidates_of(work)
    rounds = rounds_of(work)
    last = rounds.read(rounds.ordered()[-1]) if len(rounds) else None
    for domain, missing in (selection.owed if last else selection.missing).items():
        first = selection.upto[domain]
        numbers = [
            number
            for number in range(first, first + missing * recipe.blueprints.set_size)
            if candidate_key(domain, number) not in there
        ]
        for start in range(0, len(numbers), per_item(recipe)):
            yield PlanItem(
                domain=domain,
                candidates=tuple(
                    (number, personas.receipts[persona_key(at)].location)
                    for number in numbers[start : start + per_item(recipe)]
                    for at in [
                        last.persona_at(domain, number)
                        if last
                        else persona_of(recipe, domain, number)
                    ]
                ),
                intents=last.intents.get(domain, {}) if last else {},
            )


def _give_up_on_barren_domains(recipe: Recipe, selection: Selection) -> None:
    for domain, missing in selection.missing.items():
        count = wanted(recipe)[domain]
        most = count * recipe.blueprints.candidates * recipe.blueprints.set_size
        if missing and selection.upto[domain] >= most:
            refused = ", ".join(f"{code} {n}" for code, n in selection.refused.most_common(5))
            short = selection.short[domain]
            lacking = f"; too few with {', '.join(short)}" if short else ""
            raise RequestError(
                f"{domain} gave {count - missing} of {count} {_plans(recipe)} in "
                f"{selection.upto[domain]} candidates; refused: {refused or 'none'}{lacking}",
                "Ask for fewer, allow more with blueprints.candidates, or change quotas, goals, "
                f"intents or the domain{_or_authors(recipe)}.",
            )


def _plans(recipe: Recipe) -> str:
    return "sets of blueprints" if recipe.blueprints.one_factor else "blueprints"


def _or_authors(recipe: Recipe) -> str:
    who = [name for name in ("writer", "review") if getattr(recipe.blueprints, name)]
    return f"; or change blueprints.{' and blueprints.'.join(who)}" if who else ""


def blueprint_receipts(work: Workspace) -> dict[str, Receipt]:
    """Blueprint id -> the receipt of its candidate, for those that count, in their order."""
    shards = candidates_of(work)
    return {
        blueprint_id: shards.receipts[key] for blueprint_id, key in selected(work).chosen.items()
    }
