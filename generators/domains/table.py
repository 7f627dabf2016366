"""The state of a world: tables of frozen rows, one shared base and a dialogue's own rows over it.

Rows are frozen, so reading hands out the base row itself and writing makes a new row in the dialogue's
overlay: nothing can reach the base. That gives each dialogue its own database in microseconds, and a
state digest over the few rows that changed instead of over all of them.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar, dataclass_transform

import msgspec
from msgspec.structs import replace

from generators.blueprint import RowChange
from personas.record import canonical_json, content_hash


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Row(msgspec.Struct, frozen=True):
    """One row. Fields are JSON-able and immutable: strings, numbers, booleans, dates, tuples."""


AnyRow = TypeVar("AnyRow", bound=Row)


class ToolFailure(Exception):
    """A tool says no. The agent sees ``code`` and the message as the call's result."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table's row type, its name, the field that is its key, and its foreign keys (field -> type).

    ``wording`` names fields that hold somebody's free words (a note, a summary): two right dialogues
    word them differently, so they are no part of the state hash.
    """

    row: type[Row]
    name: str
    key: str
    references: Mapping[str, type[Row]] = field(default_factory=dict, hash=False)
    wording: tuple[str, ...] = ()


class BaseTable(Generic[AnyRow]):
    """The shared rows of one table. Filled once, never changed; indexes are built when first asked."""

    __slots__ = ("_folded", "_indexes", "keys", "rows", "spec")

    def __init__(self, spec: TableSpec, rows: Sequence[AnyRow]) -> None:
        by_key = {str(getattr(row, spec.key)): row for row in rows}
        if len(by_key) != len(rows):
            raise ValueError(f"table {spec.name}: two rows share one key")
        self.spec = spec
        self.keys = tuple(sorted(by_key))
        self.rows: Mapping[str, AnyRow] = MappingProxyType({key: by_key[key] for key in self.keys})
        self._indexes: dict[str, dict[Any, tuple[str, ...]]] = {}
        self._folded: dict[str, dict[Any, tuple[str, ...]]] = {}

    def index(self, name: str) -> dict[Any, tuple[str, ...]]:
        """Value of field ``name`` -> keys of the rows that have it."""
        if name not in self._indexes:
            found: dict[Any, list[str]] = {}
            for key, row in self.rows.items():
                found.setdefault(getattr(row, name), []).append(key)
            self._indexes[name] = {value: tuple(keys) for value, keys in found.items()}
        return self._indexes[name]

    def folded(self, name: str) -> dict[Any, tuple[str, ...]]:
        """The same for values without regard to the case of their letters (see ``fold``)."""
        if name not in self._folded:
            found: dict[Any, list[str]] = {}
            for value, keys in self.index(name).items():
                found.setdefault(fold(value), []).extend(keys)
            self._folded[name] = {value: tuple(keys) for value, keys in found.items()}
        return self._folded[name]


def fold(value: Any) -> Any:
    """A value as it is compared where the case of letters makes no difference."""
    return value.casefold() if isinstance(value, str) else value


class Base:
    """The seed data of one world: all tables and their digest. Shared by every dialogue."""

    def __init__(self, specs: Sequence[TableSpec], rows: Mapping[type[Row], Sequence[Row]]) -> None:
        self.specs = tuple(specs)
        self.tables = {spec.row: BaseTable(spec, rows.get(spec.row, ())) for spec in specs}
        self.by_name = {spec.name: spec.row for spec in specs}
        self.digest = self.fingerprint()
        broken = next(dangling_references(Database(self, datetime.min)), None)
        if broken:
            raise ValueError(f"seed data: {broken}")

    def fingerprint(self) -> str:
        """SHA-256 over every row, computed afresh: equal to ``digest`` as long as nothing changed."""
        return content_hash(
            [[spec.name, list(self.tables[spec.row].rows.values())] for spec in self.specs]
        )

    def widened(self, more: Sequence[TableSpec]) -> "Base":
        """This base with more tables, which are empty. The rows are shared."""
        wider = copy(self)
        wider.specs = (*self.specs, *more)
        wider.tables = self.tables | {spec.row: BaseTable(spec, ()) for spec in more}
        wider.by_name = self.by_name | {spec.name: spec.row for spec in more}
        wider.digest = wider.fingerprint()
        return wider


_NO_ROWS: Mapping[str, Any] = MappingProxyType({})


class Table(Generic[AnyRow]):
    """One table as a dialogue sees it. ``None`` in the overlay marks a removed row.

    The overlay is never changed in place: a write makes a new one, so that a snapshot is a reference.
    """

    __slots__ = ("_base", "own")

    def __init__(self, base: BaseTable[AnyRow]) -> None:
        self._base = base
        self.own: Mapping[str, AnyRow | None] = _NO_ROWS

    def find(self, key: str) -> AnyRow | None:
        """The row, or None."""
        if key in self.own:
            return self.own[key]
        return self._base.rows.get(key)

    def get(self, key: str) -> AnyRow:
        """The row. Raises ``ToolFailure("not_found")``, which names table and key."""
        row = self.find(key)
        if row is None:
            raise ToolFailure("not_found", f"no {self._base.spec.name} row with key {key!r}")
        return row

    def __iter__(self) -> Iterator[AnyRow]:
        """All rows in key order."""
        if not self.own:
            yield from self._base.rows.values()
            return
        for key in sorted({*self._base.keys, *self.own}):
            row = self.find(key)
            if row is not None:
                yield row

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def where(self, **equal: Any) -> list[AnyRow]:
        """The rows whose fields equal these values, in key order. The first field is indexed."""
        (name, value), *rest = equal.items()
        keys, own, base = self._base.index(name).get(value, ()), self.own, self._base.rows
        if own:
            found = {key: base[key] for key in keys if key not in own}
            for key, row in own.items():
                if row is not None and getattr(row, name) == value:
                    found[key] = row
            rows = [found[key] for key in sorted(found)]
        else:
            rows = [base[key] for key in keys]
        for other, wanted in rest:
            rows = [row for row in rows if getattr(row, other) == wanted]
        return rows

    def alike(self, equal: Mapping[str, Any]) -> list[AnyRow]:
        """The rows whose fields equal these values but for the case of letters, in key order; all rows
        where nothing is asked for."""
        wanted = {name: fold(value) for name, value in equal.items()}
        if not wanted:
            return list(self)
        found = [self._base.folded(name).get(value, ()) for name, value in wanted.items()]
        keys = set(min(found, key=len)).intersection(*found) - self.own.keys()
        keys.update(
            key
            for key, row in self.own.items()
            if row and all(fold(getattr(row, name)) == value for name, value in wanted.items())
        )
        rows = (self.find(key) for key in sorted(keys))
        return [row for row in rows if row is not None]

    def insert(self, row: AnyRow) -> AnyRow:
        """Adds a row. Raises ``ToolFailure("already_exists")``."""
        key = str(getattr(row, self._base.spec.key))
        if self.find(key) is not None:
            raise ToolFailure(
                "already_exists", f"{self._base.spec.name} row {key!r} exists already"
            )
        self.own = {**self.own, key: row}
        return row

    def change(self, key: str, **fields: Any) -> AnyRow:
        """Replaces fields of a row and returns the new row. Raises ``ToolFailure("not_found")``."""
        row = replace(self.get(key), **fields)
        self.own = {**self.own, key: row}
        return row

    def remove(self, key: str) -> None:
        """Removes a row. Raises ``ToolFailure("not_found")``."""
        self.get(key)
        self.own = {**self.own, key: None}

    def changes(self) -> Iterator[tuple[str, AnyRow | None, AnyRow | None]]:
        """Key, base row and own row for every row that really differs, in key order."""
        for key in sorted(self.own):
            before, after = self._base.rows.get(key), self.own[key]
            if before != after:
                yield key, before, after


Snapshot = dict[type[Row], Mapping[str, Any]]
"""The overlays of a database at one moment. The database goes on using them: not to be changed."""


class Database:
    """All tables of one dialogue, and its frozen clock. ``db[Customer]`` is the table of customers.

    ``mark`` tells this caller's world from others, for ids that nothing else makes unique.
    """

    __slots__ = ("_tables", "base", "mark", "now")

    def __init__(self, base: Base, now: datetime, mark: str = "") -> None:
        self.base = base
        self.now = now
        self.mark = mark
        # Most dialogues touch few tables, and most databases live for a few calls.
        self._tables: dict[type[Row], Table[Any]] = {}

    def __getitem__(self, row: type[AnyRow]) -> Table[AnyRow]:
        table = self._tables.get(row)
        if table is None:
            table = self._tables[row] = Table(self.base.tables[row])
        return table

    def new_id(self, prefix: str, *parts: Any) -> str:
        """An id for a new row from what makes it unique, so that call order cannot change it."""
        digest = hashlib.sha256(canonical_json(parts)).digest()
        return f"{prefix}-{int.from_bytes(digest[:4], 'big') % 10**7:07d}"

    def snapshot(self) -> Snapshot:
        """The overlays as they stand: cheap, since a write leaves them as they are."""
        return {row: table.own for row, table in self._tables.items() if table.own}

    def restore(self, snapshot: Snapshot) -> None:
        """Back to a snapshot of this database, or of another on the same base."""
        for row in snapshot:
            self[row].own = snapshot[row]
        for row, table in self._tables.items():
            if row not in snapshot:
                table.own = _NO_ROWS

    def state(self) -> list[tuple[str, str, Row | None]]:
        """What the state hash covers beside the base: (table, key, row) for every row that differs from
        it in more than somebody's wording. Two databases on one base with equal lists are equal."""
        return [
            (spec.name, key, _without_wording(after, spec))
            for spec in self.base.specs
            if (table := self._tables.get(spec.row)) is not None and table.own
            for key, before, after in table.changes()
            if not spec.wording or _without_wording(before, spec) != _without_wording(after, spec)
        ]

    def state_hash(self) -> str:
        """SHA-256 over the base digest and the changed rows: equal states have equal hashes,
        in whatever order they were reached."""
        return content_hash((self.base.digest, self.now, self.state()))

    def diff(self, start: Snapshot) -> tuple[RowChange, ...]:
        """What differs from ``start``, row by row, only the fields that changed."""
        found = []
        for spec in self.base.specs:
            table, old = self._tables.get(spec.row), start.get(spec.row, _NO_ROWS)
            own = _NO_ROWS if table is None else table.own
            if own is old:
                continue
            for key in sorted({*own, *old}):
                base = self.base.tables[spec.row].rows.get(key)
                change = _row_change(spec.name, key, old.get(key, base), own.get(key, base))
                if change:
                    found.append(change)
        return tuple(found)


def _without_wording(row: Row | None, spec: TableSpec) -> Row | None:
    if row is None or not spec.wording:
        return row
    return replace(row, **dict.fromkeys(spec.wording, ""))


def _row_change(table: str, key: str, before: Row | None, after: Row | None) -> RowChange | None:
    if before == after:
        return None
    old, new = _plain(before), _plain(after)
    if before is None:
        return RowChange(table=table, key=key, kind="added", after=new)
    if after is None:
        return RowChange(table=table, key=key, kind="removed", before=old)
    names = [name for name in old if old[name] != new[name]]
    return RowChange(
        table=table,
        key=key,
        kind="changed",
        before={name: old[name] for name in names},
        after={name: new[name] for name in names},
    )


def _plain(row: Row | None) -> dict[str, Any]:
    return {} if row is None else msgspec.to_builtins(row)


def dangling_references(db: Database) -> Iterator[str]:
    """A sentence for every foreign key that points nowhere."""
    for spec in db.base.specs:
        for name, target in spec.references.items():
            for row in db[spec.row]:
                value = getattr(row, name)
                if value not in (None, "") and db[target].find(str(value)) is None:
                    key = getattr(row, spec.key)
                    yield f"{spec.name} {key}: {name}={value!r} points to no row"


SeedFunction = Callable[[int], Base]
