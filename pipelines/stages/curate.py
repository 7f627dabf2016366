"""Decisions over the whole set: near-duplicates, quotas, splits. Done in this process.

Of the dialogues only the accepted users' words are in memory together; everything else is read one
record at a time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast

from outputs.judged import Judged, Split
from personas.persona import facet
from pipelines.executor import Executor
from pipelines.mishap import RequestError
from pipelines.recipe import Curate, Recipe
from pipelines.shards import line_of
from pipelines.stages.judge import ledger_of
from pipelines.stages.rows import Placement, Rows, placements_of
from pipelines.workspace import StageReport, Workspace
from verifiers.corpus.near_duplicates import Candidate, Duplicate, candidate, near_duplicates
from verifiers.corpus.quotas import Cap, Counted, QuotaError, over_quota
from verifiers.corpus.splits import Inseparable, Placed, split
from verifiers.ledger import Ledger, curated, merged

STAGE = "curate"
DUPLICATE = "corpus.near_duplicate"
OVER_QUOTA = "corpus.quota"


async def curate(work: Workspace, executor: Executor) -> StageReport:
    """Places every accepted dialogue; all at once, since each decision depends on all of them.

    Raises ``RequestError`` for quotas that cannot be met.
    """
    shards, rows = placements_of(work), Rows(work)
    accepted = rows.accepted()
    work.progress.begin(STAGE, len(accepted))
    done_now = 0
    if set(shards.receipts) != set(accepted):
        placed = _placed(work, rows, accepted)
        shards.add([line_of(key, each, (each.split, each.dropped)) for key, each in placed.items()])
        done_now = len(accepted)
    kept = sum(1 for receipt in shards.receipts.values() if receipt.note[0])
    work.progress.step(len(accepted), kept)
    work.progress.end()
    placed_at = Counter(str(each.note[0] or each.note[1]) for each in shards.receipts.values())
    return StageReport(
        stage=STAGE,
        total=len(accepted),
        kept=kept,
        done_now=done_now,
        details={"placed": dict(sorted(placed_at.items()))},
    )


def final_ledger(work: Workspace) -> Ledger:
    """What became of every attempt, curation included."""
    receipts = placements_of(work).receipts
    drops = {key: str(each.note[1]) for key, each in receipts.items() if each.note[1]}
    return merged([ledger_of(work), curated(drops)])


def _placed(work: Workspace, rows: Rows, keys: list[str]) -> dict[str, Placement]:
    spoken: list[Candidate] = []
    counted: list[Counted] = []
    placed: list[Placed] = []
    caps = _caps(work.recipe)
    for key in keys:
        row = rows.whole(key)
        spoken.append(candidate(row.trajectory, row.blueprint, row.decision.score))
        counted.append(_counted(row, caps))
        placed.append(_place_of(row, work.recipe.curate))
    repeats = near_duplicates(spoken, round(work.recipe.curate.similarity * 100))
    try:
        excess = over_quota((each for each in counted if each.id not in repeats), caps)
    except QuotaError as error:
        raise RequestError(
            f"curate.quotas: {error}", "Raise the share or drop the quota."
        ) from None
    stays = [each for each in placed if each.id not in repeats and each.id not in excess]
    splits = _splits(stays, work.recipe) if stays else {}
    return {
        key: _placement(each.id, repeats, excess, splits)
        for key, each in zip(keys, placed, strict=True)
    }


def _place_of(row: Judged, wanted: Curate) -> Placed:
    plan = row.blueprint
    return Placed(
        id=row.id,
        blueprint_id=plan.base_id,
        persona_id=row.persona.id,
        environment=plan.environment if wanted.environments_apart else "",
        held_out=bool(wanted.held_out and plan.perturbation),
    )


def _splits(placed: list[Placed], recipe: Recipe) -> Mapping[str, str]:
    wanted = recipe.curate
    try:
        return split(placed, {**wanted.splits}, recipe.seed, wanted.held_out or "").of
    except Inseparable as error:
        raise RequestError(
            f"curate.held_out: {error}", "Leave it out, or plan with other personas."
        ) from None


def _placement(
    row_id: str,
    repeats: Mapping[str, Duplicate],
    excess: Mapping[str, str],
    splits: Mapping[str, str],
) -> Placement:
    if row_id in repeats:
        return Placement(dropped=DUPLICATE, duplicate_of=repeats[row_id].kept)
    if row_id in excess:
        return Placement(dropped=OVER_QUOTA)
    return Placement(split=cast(Split, splits[row_id]))


def _caps(recipe: Recipe) -> list[Cap]:
    return [
        Cap(field=quota.field, share=quota.share, value=quota.value)
        for quota in recipe.curate.quotas
    ]


def _counted(row: Judged, caps: Iterable[Cap]) -> Counted:
    fields = {cap.field: field_of(row, cap.field) for cap in caps}
    return Counted(id=row.id, fields=fields, score=row.decision.score)


def field_of(row: Judged, field: str) -> str:
    """The value that a quota over ``field`` counts: one of ``PLAN_FIELDS`` or a facet of the persona.
    Raises ``KeyError`` for an unknown one."""
    plan = row.blueprint
    match field:
        case "intents":
            return "+".join(plan.intents)
        case "goals":
            return str(len(plan.goals))
        case "domain" | "difficulty" | "language" | "locale":
            return getattr(plan, field)
    return facet(row.persona, field)
