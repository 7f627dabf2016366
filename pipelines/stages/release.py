"""What was decided becomes a version: only a build whose ledger adds up is released."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from generators.brief import prompt_hashes
from generators.domains.domain import Domain
from outputs.gates import NOTE, GateResult
from outputs.judged import Judged
from outputs.manifest import Manifest
from outputs.release import REPORT, write_version
from outputs.report.page import report_html
from outputs.statistics import Statistics, Summary
from outputs.store import Store
from pipelines.build_key import code_hash
from pipelines.executor import Executor
from pipelines.model_credits import credits_of, notes_of, reviewed, varied
from pipelines.recipe import Gates
from pipelines.release_gates import held, results_of
from pipelines.stages.curate import final_ledger
from pipelines.stages.rows import Rows
from pipelines.workspace import StageReport, Workspace

STAGE = "release"
HELD_REPORT = "held.html"
"""The report of a build that is not released, in its folder."""
_GO_ON = (
    "Nothing is lost. Change what is planned, played or judged, and another build is made; or, where "
    "what there is will do, change release.gates: the same command then goes on and plays nothing again."
)
BUILD_KEY = "build_key"
"""The note in a manifest that says which build made the version."""


async def release(work: Workspace, executor: Executor) -> StageReport:
    """Writes the version. Raises ``ReleaseHeld`` where a gate does not let it pass, ``LedgerError``, and
    whatever ``write_version`` raises."""
    recipe, rows = work.recipe, Rows(work)
    ledger = final_ledger(work)
    ledger.check()
    statistics = Statistics(
        tuple(recipe.personas.quotas),
        recipe.coverage.targets,
        recipe.blueprints.clauses,
        work.shelf,
    )

    def domains() -> dict[str, Domain]:
        return statistics.known_domains(work.shelf)

    def summary() -> Summary:
        return statistics.summary(recipe.personas.quotas, domains(), recipe.blueprints.quotas)

    draft, gated = draft_of(work), recipe.release.gates != Gates()
    if gated:
        work.progress.say(f"release: measuring {ledger.attempted:,} dialogues for the gates")
        for row in rows:
            statistics.add(row)
        results = results_of(recipe, summary())
        draft = replace(draft, notes=draft.notes | {NOTE: msgspec.to_builtins(results)})
        _stop_at_gates(work, draft, results, statistics, domains())
    work.progress.begin(STAGE, ledger.attempted)

    def read() -> Iterator[Judged]:
        for row in rows:
            if not gated:
                statistics.add(row)
            yield row
            work.progress.step()

    version = write_version(
        Store(work.root),
        draft,
        read(),
        ledger.attempted,
        blueprints=rows.blueprints(),
        personas=rows.personas(),
        summary=summary,
        report=lambda manifest: report_html(statistics, manifest, domains=domains()).encode(),
        exports=recipe.release.exports,
        shelf=work.shelf,
    )
    work.progress.end()
    return StageReport(
        stage=STAGE,
        total=ledger.attempted,
        kept=ledger.accepted,
        done_now=ledger.attempted,
        details={
            "reference": version.manifest.reference,
            "path": str(version.folder),
            "report": str(version.folder / REPORT),
            "content_hash": version.manifest.content_hash,
            "ledger": msgspec.to_builtins(ledger),
        },
    )


def _stop_at_gates(
    work: Workspace,
    draft: Manifest,
    results: Iterable[GateResult],
    statistics: Statistics,
    domains: Mapping[str, Domain],
) -> None:
    """Raises ``ReleaseHeld`` where a gate holds, and leaves a report of what there is."""
    page = work.folder / HELD_REPORT
    stop = held(draft.reference, results, f"See {page}. {_GO_ON}")
    if stop:
        page.write_text(report_html(statistics, draft, domains=domains), encoding="utf-8")
        raise stop


def draft_of(work: Workspace) -> Manifest:
    """What the build knows of the version before any row is written."""
    recipe, reports = work.recipe, work.reports
    earlier = Store(work.root).versions(recipe.name)
    return Manifest(
        name=recipe.name,
        version=recipe.version,
        title=recipe.release.title or recipe.name,
        license=recipe.release.license,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        parent_version=earlier[-1] if earlier else "",
        code=code_hash(),
        recipe=work.asked.results_only(),
        seeds={"recipe": recipe.seed},
        funnel=funnel(work),
        refusals=reports["plan"].details["refused"],
        defects=reports["plan"].details["defects"],
        prompts=prompt_hashes(),
        personas={"quotas": msgspec.to_builtins(reports["sample"].details["quotas"])},
        models=credits_of(recipe),
        stage_seconds={name: round(each.seconds, 2) for name, each in reports.items()},
        notes={
            BUILD_KEY: work.key,
            **({"worlds": work.groups} if work.groups else {}),
            **reviewed(reports["plan"].details),
            **varied(reports["plan"].details),
            **notes_of(recipe, reports["play"].details),
            **({"steering": reports["steer"].details} if recipe.coverage.targets else {}),
        },
    )


def funnel(work: Workspace) -> tuple[tuple[str, int], ...]:
    """What was left after each stage, in order."""
    reports = work.reports
    attempts, begun = reports["play"].details["planned"], reports["play"].total
    return (
        ("personas", reports["sample"].kept),
        ("candidates planned", reports["plan"].total),
        ("blueprints", reports["plan"].kept),
        *((("attempts planned", attempts),) if begun < attempts else ()),
        ("attempts", begun),
        ("dialogues played to an end", reports["play"].kept),
        ("accepted by the committee", reports["judge"].kept),
        ("released", reports["curate"].kept),
    )
