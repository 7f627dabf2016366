"""Writing a version: rows, plans, personas, exports, card, report, and the manifest last.

Rows are read once, in id order, and never held: memory stays flat however many there are. What is
released was decided before; this module only refuses to release what does not add up.
"""

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.shelf import Shelf
from generators.perturbed.view import domain_of
from outputs.card import card_text
from outputs.content import ContentHash
from outputs.domains import write_domains
from outputs.export import export
from outputs.formats.format import Options
from outputs.judged import Judged
from outputs.manifest import MANIFEST, FileEntry, Manifest, manifest_text, sealed
from outputs.reading import BLUEPRINTS, JUDGED, PERSONAS, file_hash, parquet_rows
from outputs.row import to_row
from outputs.schema import BLUEPRINT_SCHEMA, PERSONA_SCHEMA, ROW_SCHEMA, SCHEMA_VERSION
from outputs.splits import SplitWriter
from outputs.statistics import STATISTICS, Summary
from outputs.store import Store, Version
from outputs.tables import parquet_table
from outputs.tally import Tally
from personas.persona import Persona
from personas.record import canonical_json

CARD, REPORT, EXPORTS = "README.md", "report.html", "exports"

_LIBRARIES = ("datasets", "msgspec", "numpy", "pyarrow", "rapidfuzz", "ray", "prefect")


class Unreleasable(ValueError):
    """The rows are no set that could be released; the message names the row and the reason."""


def write_version(
    store: Store,
    draft: Manifest,
    rows: Iterable[Judged],
    attempted: int,
    *,
    blueprints: Iterable[Blueprint] = (),
    personas: Iterable[Persona] = (),
    summary: Callable[[], Summary] | None = None,
    report: Callable[[Manifest], bytes] | None = None,
    exports: Mapping[str, Options] | None = None,
    shelf: Shelf | None = None,
) -> Version:
    """Releases ``draft.name`` at ``draft.version`` and returns it.

    ``rows`` are all judged dialogues in strictly rising id order; ``attempted`` is how many there must
    be by the plan. ``draft`` holds what the build knows; counts, hashes and files are filled in here.
    ``summary`` is asked for the figures when all rows have been read; ``report`` then makes the
    report's HTML from the manifest. ``exports`` maps formats to options. ``shelf`` has the rows' domains
    (the shipped ones unless it is given); service folders that were used are released too.

    Raises ``LedgerError``, ``Unreleasable``, ``Unstorable``, ``VersionExists``, ``VersionClaimed``,
    ``UnknownOption`` and ``OSError``; in every case nothing is left in the store.
    """
    with store.writing(draft.name, draft.version) as folder:
        counted: dict[str, int] = {}
        shelf = shelf or Shelf()
        manifest = _write_rows(folder, draft, rows, attempted, shelf, counted)
        write_domains(folder, shelf, manifest.domains)
        counts = {
            BLUEPRINTS: _write_all(
                folder / BLUEPRINTS, BLUEPRINT_SCHEMA, map(_blueprint_row, blueprints), counted
            ),
            PERSONAS: _write_all(
                folder / PERSONAS, PERSONA_SCHEMA, map(_persona_row, personas), counted
            ),
        }
        made = _write_exports(folder, exports or {})
        manifest = replace(
            manifest, rows=manifest.rows | counts, exports=made, libraries=libraries()
        )
        figures = summary() if summary is not None else None
        if figures is not None:
            (folder / STATISTICS).write_bytes(_pretty(figures))
            seen = figures.models.fingerprints
            manifest = replace(manifest, models=tuple(_met(m, seen) for m in manifest.models))
        if report is not None:
            (folder / REPORT).write_bytes(report(manifest))
        (folder / CARD).write_text(card_text(manifest, figures), encoding="utf-8")
        manifest = sealed(replace(manifest, files=_files(folder, counted)))
        (folder / MANIFEST).write_bytes(manifest_text(manifest))
    return store.open(manifest.reference)


def _write_rows(
    folder: Path,
    draft: Manifest,
    rows: Iterable[Judged],
    attempted: int,
    shelf: Shelf,
    counted: dict[str, int],
) -> Manifest:
    tally, content = Tally(), ContentHash()
    with SplitWriter(folder) as splits, parquet_table(folder / JUDGED, ROW_SCHEMA) as judged_table:
        for judged in rows:
            row = to_row(judged, domain_of(judged.blueprint, shelf), draft.version)
            try:
                content.add(judged.id, row["row_hash"])
                tally.add(judged)
            except ValueError as error:
                raise Unreleasable(f"row {judged.id}: {error}") from error
            judged_table.add(row)
            if judged.accepted:
                if not judged.split:
                    raise Unreleasable(f"row {judged.id} is accepted and in no split")
                splits.add(judged.split, row)
        ledger = tally.ledger(attempted)
        ledger.check()
        if sum(splits.counts.values()) != ledger.accepted:
            raise Unreleasable(
                f"{ledger.accepted} dialogues are accepted and {sum(splits.counts.values())} are in a "
                "split: one that broke off cannot be accepted"
            )
        splits.finish(draft.name, content.hexdigest())
    counted |= splits.files
    counted |= {f"{JUDGED}/{name}": count for name, count in judged_table.files}
    return replace(
        draft,
        schema_version=SCHEMA_VERSION,
        content_hash=content.hexdigest(),
        ledger=msgspec.to_builtins(ledger),
        findings=dict(sorted(tally.reasons.items())),
        domains=dict(sorted(tally.domains.items())),
        languages=dict(sorted(tally.languages.items())),
        rows={**splits.counts, JUDGED: judged_table.count},
    )


def _write_all(
    folder: Path, schema: Any, rows: Iterable[dict[str, Any]], counted: dict[str, int]
) -> int:
    with parquet_table(folder, schema) as table:
        table.add_all(rows)
    counted |= {f"{folder.name}/{name}": count for name, count in table.files}
    return table.count


def _write_exports(folder: Path, exports: Mapping[str, Options]) -> dict[str, Any]:
    files = sorted((folder / JUDGED).glob("*.parquet"))

    def rows() -> Iterable[dict[str, Any]]:
        return (row for file in files for row in parquet_rows(file))

    return {
        name: msgspec.to_builtins(export(rows, name, folder / EXPORTS / name, options))
        for name, options in sorted(exports.items())
    }


def _blueprint_row(plan: Blueprint) -> dict[str, Any]:
    return {
        "id": plan.id,
        "domain": plan.domain,
        "language": plan.language,
        "locale": plan.locale,
        "intents": list(plan.intents),
        "difficulty": plan.difficulty,
        "persona_id": plan.persona_id,
        "blueprint": canonical_json(plan).decode(),
    }


def _persona_row(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "locale": persona.demographics.locale,
        "persona": canonical_json(persona).decode(),
    }


def _files(folder: Path, counted: Mapping[str, int]) -> tuple[FileEntry, ...]:
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            inside = path.relative_to(folder).as_posix()
            found.append(
                FileEntry(
                    path=inside,
                    sha256=file_hash(path),
                    bytes=path.stat().st_size,
                    rows=counted.get(inside, 0),
                )
            )
    return tuple(sorted(found, key=lambda entry: entry.path))


def _met(model: dict[str, Any], seen: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What spoke, with the fingerprints by which its servers were known while it did."""
    fingerprints = seen.get(model.get("slot", ""), ()) if model.get("model") else ()
    return model | ({"system_fingerprints": fingerprints} if fingerprints else {})


def _pretty(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def libraries() -> dict[str, str]:
    """The versions of Python and of the libraries that shape a version's files."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
