"""Further rounds of planning, playing and judging, until enough of every kind has been accepted.

A round plans for what is missing once everything before it has been judged, so its plans follow from
the decisions so far, and a build that is killed goes on in the round where it was.
"""

from collections import Counter
from dataclasses import dataclass

from msgspec.structs import replace

from generators.coverage import Cell, cells, kind_of, persona_facets
from pipelines.calls.spending import Spending
from pipelines.calls.watch import spent_before
from pipelines.executor import Executor
from pipelines.shards import line_of
from pipelines.stages import judge, plan, play
from pipelines.stages.plan import people_of, round_key, rounds_of, selected
from pipelines.stages.rows import Rows
from pipelines.stages.sample import personas_of
from pipelines.steering import Pace, Round, pace_of, round_of, shortfall
from pipelines.workspace import StageReport, Workspace

STAGE = "steer"
_STAGES = {plan.STAGE: plan.plan, play.STAGE: play.play, judge.STAGE: judge.judge}


@dataclass(frozen=True, slots=True)
class _Achieved:
    """Accepted dialogues by cell, how many there are, and how long they took."""

    cells: Counter[Cell]
    accepted: int
    pace: Pace


async def steer(work: Workspace, executor: Executor) -> StageReport:
    """Goes on in rounds until the targets are met, the rounds or a budget used up, or no plan found."""
    coverage, rounds = work.recipe.coverage, rounds_of(work)
    before, reason = len(rounds), ""
    achieved = _achieved(work)
    while lacking := shortfall(coverage.targets, achieved.cells):
        reason = _stops(work)
        if reason:
            break
        further = _further(work, lacking, achieved)
        rounds.add([line_of(round_key(len(rounds)), further)])
        work.progress.say(f"round {len(rounds)}: {_told(lacking)}")
        for name in _STAGES:
            await _again(work, executor, name)
        achieved = _achieved(work)
    lacking = shortfall(coverage.targets, achieved.cells)
    if lacking:
        work.progress.say(f"targets missed, {reason}: {_told(lacking)}")
    return StageReport(
        stage=STAGE,
        total=sum(map(len, coverage.targets.values())),
        kept=sum(map(len, coverage.targets.values())) - len(lacking),
        done_now=len(rounds) - before,
        details={"rounds": len(rounds), "stopped": reason},
    )


def _stops(work: Workspace) -> str:
    """Why there is no further round; empty when there is one. Follows from what is on disk, so that a
    build that goes on after a kill stops where it would have stopped."""
    rounds = rounds_of(work)
    if len(rounds) == work.recipe.coverage.rounds:
        return f"{len(rounds)} rounds were not enough"
    if len(rounds) and len(selected(work).chosen) == len(selected(work, len(rounds) - 1).chosen):
        return "no plan was found for what is missing"
    return Spending(work.recipe, spent_before(work.folder, work.progress.say)).reached()


def _told(lacking: dict[Cell, int]) -> str:
    told = [f"{n} of {facet} {value}" for (facet, value), n in lacking.items()]
    more = f" and {len(told) - 4} more kinds" if len(told) > 4 else ""
    return f"accepted dialogues still missing: {', '.join(told[:4])}{more}"


async def _again(work: Workspace, executor: Executor, name: str) -> None:
    """Runs a stage for what has been added, and adds what it did now to its report."""
    earlier = work.reports[name]
    report = await _STAGES[name](work, executor)
    work.reports[name] = replace(
        report, done_now=earlier.done_now + report.done_now, seconds=earlier.seconds
    )


def _achieved(work: Workspace) -> _Achieved:
    targets = work.recipe.coverage.targets
    found, lengths = Counter[Cell](), []
    if not targets:
        return _Achieved(found, 0, Pace())
    rows = Rows(work)
    accepted = rows.accepted()
    for key in accepted:
        row = rows.whole(key)
        turns = row.trajectory.events[-1].turn + 1
        found.update(cells(kind_of(row.blueprint, row.persona, turns, targets), targets))
        lengths.append((len(row.blueprint.steps), turns))
    return _Achieved(found, len(accepted), pace_of(lengths))


def _further(work: Workspace, lacking: dict[Cell, int], achieved: _Achieved) -> Round:
    recipe, so_far = work.recipe, selected(work)
    targets = recipe.coverage.targets
    facets = people_of(work)
    people = (
        (
            at,
            tuple(
                cell for cell in facets.get(persona.id, {}).items() if cell[1] in targets[cell[0]]
            ),
        )
        for at, persona in enumerate(personas_of(work))
    )
    return round_of(
        lacking,
        {name: work.shelf.named(name) for name in recipe.blueprints.domains},
        recipe.blueprints.domains,
        so_far.upto,
        per_plan=achieved.accepted / max(len(so_far.chosen), 1),
        before=len(rounds_of(work)),
        candidates=recipe.blueprints.candidates,
        people=people
        if persona_facets(targets)
        else ((at, ()) for at in range(recipe.personas.count)),
        pace=achieved.pace,
    )
