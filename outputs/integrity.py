"""Whether a released version is what it says it is, from its files alone.

Hashes show that something changed; reading the rows shows what: every row is hashed, rebuilt and judged
again by every rule that voted on it. Nothing is repaired here.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.registry import UnknownDomain
from generators.domains.services.mistakes import ServiceError
from generators.domains.shelf import ShelfError
from generators.perturbed.view import domain_of
from outputs.content import ContentHash
from outputs.domains import DOMAINS, shelf_in
from outputs.judged import Judged
from outputs.manifest import MANIFEST, DamagedVersion, read_manifest
from outputs.reading import (
    BLUEPRINTS,
    JUDGED,
    PERSONAS,
    UNREADABLE,
    damage,
    parquet_rows,
    table_files,
)
from outputs.recheck import row_problems
from outputs.row import from_row
from outputs.split_check import Problem, SplitCheck
from outputs.splits import SPLITS
from outputs.store import Store, Version
from outputs.tally import Tally
from personas.record import content_id

Progress = Callable[[int, int], None]
"""Called with rows checked so far and rows in all."""


def verify(store: Store, reference: str, progress: Progress | None = None) -> list[Problem]:
    """Everything that is wrong with a version; nothing when it is as it was released.

    Raises ``UnknownVersion`` when there is no such version.
    """
    folder = store.resolve(reference)
    try:
        version = Version(folder, read_manifest(folder))
    except DamagedVersion as error:
        return [Problem(where=MANIFEST, reason=str(error))]
    manifest = version.manifest
    problems = []
    if (manifest.name, manifest.version) != (folder.parent.name, folder.name):
        problems.append(Problem(where=MANIFEST, reason=f"it is that of {manifest.reference}"))
    damaged = {entry.path: reason for entry in manifest.files if (reason := damage(folder, entry))}
    problems += [Problem(where=path, reason=reason) for path, reason in damaged.items()]
    problems += _strangers(version)
    check = _RowCheck(version, damaged, progress)
    problems += check.run()
    problems += _records(version, BLUEPRINTS, damaged, check.blueprint_ids)
    problems += _records(version, PERSONAS, damaged, check.persona_ids)
    return problems


def _strangers(version: Version) -> Iterator[Problem]:
    """Files that were not released. ``datasets`` puts its caches beside the rows that it maps."""
    known = {MANIFEST, *(entry.path for entry in version.manifest.files)}
    for path in sorted(version.folder.rglob("*")):
        inside = path.relative_to(version.folder).as_posix()
        if path.is_file() and inside not in known and not path.name.startswith(("cache-", "tmp")):
            yield Problem(where=inside, reason="it was not part of the release")


class _RowCheck:
    """Checks the judged rows one by one, and the splits beside them."""

    def __init__(
        self, version: Version, damaged: dict[str, str], progress: Progress | None
    ) -> None:
        self.blueprint_ids: set[str] = set()
        self.persona_ids: set[str] = set()
        self._version = version
        self._manifest = version.manifest
        self._shelf = shelf_in(version.folder / DOMAINS)
        self._damaged = damaged
        self._progress = progress
        self._tally = Tally()
        self._content = ContentHash()
        self._places: dict[tuple[str, str], str] = {}
        self._stale: set[tuple[str, str]] = set()
        self._curate: dict[str, Any] = self._manifest.recipe.get("curate", {})
        self._complete = True

    def run(self) -> Iterator[Problem]:
        splits = {name: SplitCheck(self._version, name, self._damaged) for name in SPLITS}
        total, done = self._manifest.rows.get(JUDGED, 0), 0
        for entry in table_files(self._version, JUDGED):
            try:
                # A changed file is read all the same: which row differs is what one wants to know.
                for row in parquet_rows(self._version.folder / entry.path):
                    yield from self._row(row, splits)
                    done += 1
                    if self._progress:
                        self._progress(done, total)
            except UNREADABLE as error:
                self._complete = False
                if entry.path not in self._damaged:
                    yield Problem(where=entry.path, reason=f"it cannot be read: {error}")
        if self._complete:
            yield from self._totals(done)
            for cursor in splits.values():
                yield from cursor.rest()

    def _row(self, row: dict[str, Any], splits: dict[str, "SplitCheck"]) -> Iterator[Problem]:
        where = f"row {row.get('id')}"
        try:
            judged = from_row(row)
        except (msgspec.MsgspecError, *UNREADABLE) as error:
            self._complete = False
            yield Problem(where=where, reason=f"it is no row of ours: {error}")
            return
        domain = yield from self._domain(judged.blueprint)
        for reason in row_problems(row, judged, self._manifest.version, domain):
            yield Problem(where=where, reason=reason)
        try:
            self._content.add(judged.id, row["row_hash"])
            self._tally.add(judged)
        except ValueError as error:
            yield Problem(where=where, reason=str(error))
        self.blueprint_ids.add(judged.blueprint.id)
        self.persona_ids.add(judged.persona.id)
        yield from self._straddling(where, judged)
        if judged.accepted and judged.split in splits:
            yield from splits[judged.split].expect(row)
        elif judged.accepted:
            yield Problem(where=where, reason="it is accepted and in no split")

    def _domain(self, plan: Blueprint) -> Generator[Problem, None, Domain | None]:
        """The domain that the rows were made with, or None and, once, the reason."""
        name, expected = plan.domain, plan.domain_hash
        try:
            domain = domain_of(plan, self._shelf)
            reason = "" if domain.hash == expected else f"it is {domain.hash} now"
        except (UnknownDomain, ServiceError, ShelfError) as error:
            domain, reason = None, str(error).splitlines()[0]
        if not reason:
            return domain
        if (name, expected) not in self._stale:
            self._stale.add((name, expected))
            yield Problem(
                where=f"domain {name}",
                reason=f"its rows were made with the domain {expected}, and {reason}: they cannot be "
                "judged again by this program, only by one with that domain",
            )
        return None

    def _straddling(self, where: str, judged: Judged) -> Iterator[Problem]:
        if not judged.accepted:
            return
        plan, held_out = judged.blueprint, self._curate.get("held_out")
        if held_out and (judged.split == held_out) != bool(plan.perturbation):
            reason = f"it is in {judged.split}, and {held_out} is for perturbed environments alone"
            yield Problem(where=where, reason=reason)
        for kind, key in (
            ("plan", plan.id),
            ("set", plan.base_id),
            ("group", judged.trajectory.group_id),
            ("persona", judged.persona.id),
            ("environment", plan.environment if self._curate.get("environments_apart") else ""),
        ):
            split = self._places.setdefault((kind, key), judged.split) if key else judged.split
            if split != judged.split:
                reason = f"it is in {judged.split}, and others of {kind} {key} are in {split}"
                yield Problem(where=where, reason=reason)

    def _totals(self, done: int) -> Iterator[Problem]:
        manifest = self._manifest
        for what, found, expected in (
            ("rows in judged", done, manifest.rows.get(JUDGED)),
            ("content hash", self._content.hexdigest(), manifest.content_hash),
            (
                "ledger",
                msgspec.to_builtins(self._tally.ledger(manifest.ledger.get("attempted", 0))),
                manifest.ledger,
            ),
            ("counts of reasons", dict(sorted(self._tally.reasons.items())), manifest.findings),
        ):
            if found != expected:
                yield Problem(where=MANIFEST, reason=f"{what}: {expected} released, {found} found")
        ledger = self._tally.ledger(manifest.ledger.get("attempted", 0))
        if not ledger.balanced():
            reason = f"{ledger.attempted} attempted, {ledger.accounted} accounted for"
            yield Problem(where=MANIFEST, reason=f"the ledger does not add up: {reason}")


def _records(
    version: Version, table: str, damaged: dict[str, str], used: set[str]
) -> Iterator[Problem]:
    """Every plan or persona is named by its content, and those that the rows use are there."""
    field = table.removesuffix("s")
    found: set[str] = set()
    for entry in table_files(version, table):
        try:
            for row in parquet_rows(version.folder / entry.path):
                found.add(row["id"])
                body = msgspec.json.decode(row[field], type=dict[str, Any])
                if body.pop("id", "") != row["id"] or content_id(body) != row["id"]:
                    reason = "its id is not the hash of its content"
                    yield Problem(where=f"{field} {row['id']}", reason=reason)
        except (msgspec.MsgspecError, *UNREADABLE) as error:
            if entry.path not in damaged:
                yield Problem(where=entry.path, reason=f"it cannot be read: {error}")
            return
    expected = version.manifest.rows.get(table, 0)
    if len(found) != expected:
        yield Problem(where=table, reason=f"{len(found)} rows where {expected} were released")
    if expected:
        for missing in sorted(used - found):
            yield Problem(where=f"{field} {missing}", reason=f"it is missing from {table}")
