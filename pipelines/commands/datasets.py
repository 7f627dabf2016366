"""``duologue versions``, ``show``, ``export`` and ``verify``: what has been released."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.answer import answering
from pipelines.commands.options import DEFAULT_ROOT, AsJson, Reference, Root

if TYPE_CHECKING:
    from outputs.judged import Judged

Outcome = Literal["accept", "reject"]


def versions(
    name: Annotated[str | None, typer.Argument(help="Only this dataset.")] = None,
    root: Root = DEFAULT_ROOT,
    as_json: AsJson = False,
) -> None:
    """List released versions, oldest first. The latest of each dataset is marked."""
    with answering(root, as_json) as answer:
        from outputs.store import Store, UnknownVersion

        store = Store(root)
        if name and not store.versions(name):
            raise UnknownVersion(
                f"there is no dataset {name!r} under {root}; there are: "
                f"{', '.join(store.names()) or 'none'}"
            )
        found = []
        for each in [name] if name else store.names():
            latest = store.latest(each)
            for version in store.versions(each):
                manifest = store.open(f"{each}@{version}").manifest
                found.append(
                    {
                        "dataset": each,
                        "version": version,
                        "latest": version == latest,
                        "rows": manifest.rows,
                        "created_at": manifest.created_at,
                        "content_hash": manifest.content_hash,
                        "path": str(root / each / version),
                    }
                )
        if as_json:
            answer.json({"versions": found})
            return
        for each in found:
            released = sum(each["rows"].get(split, 0) for split in ("train", "validation", "test"))
            mark = "  latest" if each["latest"] else ""
            answer.say(
                f"{each['dataset']}@{each['version']}  {released:,} dialogues  "
                f"{each['created_at'][:16]}  {each['content_hash'][:16]}{mark}"
            )
        if not found:
            answer.say(f"no dataset under {root} yet")


def show(
    reference: Reference,
    root: Root = DEFAULT_ROOT,
    decision: Annotated[Outcome | None, typer.Option(help="Only these.")] = None,
    domain: Annotated[str | None, typer.Option(help="Only this domain.")] = None,
    code: Annotated[
        str | None, typer.Option(help="Only with this finding code, or one that starts so.")
    ] = None,
    row_id: Annotated[str | None, typer.Option("--id", help="Only this dialogue.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Read dialogues: what was said and called, and what was decided."""
    with answering(root, as_json) as answer:
        import msgspec

        from outputs.reading import judged_of
        from outputs.store import Store
        from pipelines.mishap import RequestError
        from pipelines.terminal import dialogue

        version = Store(root).open(reference)
        shown, rows = [], judged_of(version)
        for row in _chosen(rows, decision, domain, code, row_id):
            if as_json:
                shown.append(msgspec.to_builtins(row))
            else:
                answer.show(dialogue(row))
                shown.append(row.id)
            if len(shown) == limit:
                break
        if as_json:
            answer.json({"reference": version.manifest.reference, "dialogues": shown})
        elif not shown:
            raise RequestError(
                f"no dialogue of {version.manifest.reference} is like that",
                "Finding codes are counted in the report; leave out filters to see more.",
            )


def _chosen(
    rows: "Iterator[Judged]",
    decision: Outcome | None,
    domain: str | None,
    code: str | None,
    row_id: str | None,
) -> "Iterator[Judged]":
    for row in rows:
        if decision and row.accepted != (decision == "accept"):
            continue
        if domain and row.blueprint.domain != domain:
            continue
        if code and not any(each.startswith(code) for each in _codes(row)):
            continue
        if row_id and not row.id.startswith(row_id):
            continue
        yield row


def _codes(row: "Judged") -> set[str]:
    found = {finding.code for vote in row.decision.votes for finding in vote.verdict.findings}
    return found | {row.dropped, *row.decision.reasons} - {""}


def export(
    reference: Reference,
    format: Annotated[str, typer.Option("--format", help="The trainer's format.")],
    out: Annotated[Path, typer.Option(help="A new or empty folder.")],
    root: Root = DEFAULT_ROOT,
    options: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="An option of the format. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a version in the format of a trainer."""
    with answering(out, as_json) as answer:
        from outputs.export import export as written
        from outputs.reading import JUDGED, rows_of
        from outputs.store import Store
        from pipelines.mishap import RequestError

        pairs = [each.partition("=") for each in options or ()]
        for name, equals, _ in pairs:
            if not equals:
                raise RequestError(f"--option {name} has no value", "Write --option NAME=VALUE.")
        version = Store(root).open(reference)
        report = written(
            lambda: rows_of(version, JUDGED),
            format,
            out,
            {name: value for name, _, value in pairs},
        )
        if as_json:
            answer.json(report)
            return
        counts = ", ".join(f"{split} {count:,}" for split, count in report.rows.items())
        answer.say(f"{version.manifest.reference} as {format}: {counts}")
        for reason, count in sorted(report.left.items()):
            answer.say(f"left out: {count:,} {reason}")
        for file in report.files:
            answer.say(str(out / file))


def verify(reference: Reference, root: Root = DEFAULT_ROOT, as_json: AsJson = False) -> None:
    """Check that a version is whole and right: hashes, content, and every rule on every row."""
    with answering(root, as_json) as answer:
        from outputs.integrity import verify as problems_of
        from outputs.store import Store
        from pipelines.mishap import MISMATCH
        from pipelines.progress import progress_here, stepping

        with progress_here() as progress:
            found = problems_of(Store(root), reference, stepping(progress, "verify"))
        if as_json:
            answer.json({"reference": reference, "problems": found, "ok": not found})
        else:
            for problem in found:
                answer.say(str(problem))
            wrong = "1 problem" if len(found) == 1 else f"{len(found)} problems"
            answer.say(f"{reference}: {wrong if found else 'whole and right'}")
        if found:
            raise typer.Exit(MISMATCH)
