"""Every dialogue before the committee: rules first, voters after. Every vote is kept."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from generators.perturbed.view import domain_of
from generators.trajectory import Trajectory
from personas.record import Record
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import Executor
from pipelines.mishap import MachineError
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, Receipt, Shards, line_of, read_at
from pipelines.stages.candidate import Candidate
from pipelines.stages.plan import blueprint_receipts
from pipelines.stages.play import dialogues_of
from pipelines.workbench import Job, Station
from pipelines.workspace import StageReport, Workspace
from verifiers.committee import Committee, Seat, decide
from verifiers.critics.scripted import ScriptedVoter
from verifiers.decision import Decision
from verifiers.ledger import Ledger, entry, merged, planned
from verifiers.rules import RULES
from verifiers.verdict import evidence

STAGE = "judge"
_FOLDER = "decisions"
_PER_ITEM = 8
_COMMIT = 64

ACCEPTED = "accepted"
REJECTED = "rejected"
FAILED = "failed"


class Case(Record):
    """One dialogue to judge: its key, and where it and its plan lie."""

    key: str
    dialogue: Location
    candidate: Location


class JudgeItem(Record):
    """A few dialogues to judge."""

    cases: tuple[Case, ...]


def decisions_of(work: Workspace) -> Shards[Decision]:
    """The decisions, by the keys of their dialogues. The note is what the ledger books: accepted,
    rejected or failed, the code or the party, and the trajectory's id."""
    return work.shards(_FOLDER, Decision)


def station(recipe: Recipe, shelf: Shelf, folder: Path) -> Station:
    """How workers judge."""
    return Station(
        make=partial(make_job, recipe, shelf, folder),
        folder=folder / _FOLDER,
        in_flight=1,
        commit_size=_COMMIT,
        commit_seconds=recipe.play.commit.seconds,
        width=1 + _COMMIT // _PER_ITEM,
    )


def committee_of(recipe: Recipe) -> Committee:
    """The committee that a recipe seats."""
    wanted = recipe.committee
    return Committee(
        vetoes=tuple(RULES) if wanted.vetoes == "all" else wanted.vetoes,
        voters=tuple(
            Seat(
                verifier=ScriptedVoter(
                    name=voter.name,
                    false_accept=voter.false_accept,
                    false_reject=voter.false_reject,
                    abstain=voter.abstain,
                    seed=recipe.seed,
                ),
                weight=voter.weight,
            )
            for voter in wanted.voters
        ),
        quorum=wanted.quorum,
        threshold=wanted.threshold,
        ask_all=wanted.ask_all,
    )


def make_job(recipe: Recipe, shelf: Shelf, folder: Path) -> Job:
    """Judges the cases of an item."""
    committee = committee_of(recipe)

    async def job(item: JudgeItem) -> list[Line]:
        lines = []
        for case in item.cases:
            trajectory = read_at(folder / "dialogues", case.dialogue, Trajectory)
            blueprint = read_at(folder / "blueprints", case.candidate, Candidate).blueprint
            assert blueprint is not None, f"{case.key} was played from a refused candidate"
            domain = domain_of(blueprint, shelf)
            lines.append(_judged(case.key, trajectory, blueprint, domain, committee))
        return lines

    return job


def _judged(
    key: str, trajectory: Trajectory, blueprint: Blueprint, domain: Domain, committee: Committee
) -> Line:
    decision = decide(evidence(trajectory, blueprint, domain), committee)
    return line_of(key, decision, note=(*_booked(trajectory, decision), trajectory.id))


def _booked(trajectory: Trajectory, decision: Decision) -> tuple[str, str]:
    booked = entry(trajectory, decision)
    for kind, counts in ((REJECTED, booked.rejected), (FAILED, booked.failed)):
        for code in counts:
            return kind, code
    return ACCEPTED, ""


async def judge(work: Workspace, executor: Executor) -> StageReport:
    """Judges every dialogue that has no decision yet."""
    shards, dialogues = decisions_of(work), dialogues_of(work)
    before = len(shards)
    if before < len(dialogues):
        await executor.ready()
    work.progress.begin(STAGE, len(dialogues), before)

    def take(outcome: Outcome) -> None:
        if isinstance(outcome, Lost):
            keys = ", ".join(case.key for case in outcome.item.cases)
            raise MachineError(
                f"a worker dies of judging one of {keys}: {outcome.reason}",
                "Look for the kernel's reason (memory?), or build with --workers 0 to see the error.",
            )
        shards.learn(outcome.receipts)
        good = sum(1 for receipt in outcome.receipts if receipt.note[0] == ACCEPTED)
        work.progress.step(len(outcome.receipts), good)

    if before < len(dialogues):
        await executor.run(STAGE, _items(work), take)
    work.progress.end()
    ledger = ledger_of(work)
    return StageReport(
        stage=STAGE,
        total=len(shards),
        kept=ledger.accepted,
        done_now=len(shards) - before,
        details={"rejected": ledger.rejected, "failed": ledger.failed},
    )


def ledger_of(work: Workspace) -> Ledger:
    """What became of every attempt that was begun, before curation. All that were planned are begun,
    unless a budget has put an end to playing."""
    parts = [planned(work.reports["play"].total)]
    for receipt in decisions_of(work).receipts.values():
        kind, code = str(receipt.note[0]), str(receipt.note[1])
        if kind == REJECTED:
            parts.append(Ledger(rejected={code: 1}))
        elif kind == FAILED:
            parts.append(Ledger(failed={code: 1}))
        else:
            parts.append(Ledger(accepted=1))
    return merged(parts)


def _items(work: Workspace) -> Iterator[JudgeItem]:
    dialogues, decisions = dialogues_of(work), decisions_of(work)
    plans = blueprint_receipts(work)
    left = [key for key in dialogues.ordered() if key not in decisions]
    for start in range(0, len(left), _PER_ITEM):
        yield JudgeItem(
            cases=tuple(
                _case(key, dialogues.receipts[key], plans)
                for key in left[start : start + _PER_ITEM]
            )
        )


def _case(key: str, dialogue: Receipt, plans: dict[str, Receipt]) -> Case:
    plan = plans[key.partition(":")[0]]
    return Case(key=key, dialogue=dialogue.location, candidate=plan.location)
