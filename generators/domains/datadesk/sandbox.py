"""One SQLite database in memory, in which a stranger's SELECT may run.

What a query may do is decided by SQLite's authorizer at compile time, how long by the steps of its
machine, and ``now`` is the world's. A dialogue's own rows lie over the others in temporary tables while
its query runs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any

from generators.domains.datadesk.answer import Answer, Value
from generators.domains.datadesk.clock import Clock
from generators.domains.datadesk.warehouse_rows import WAREHOUSE
from generators.domains.table import Base, Row, TableSpec, ToolFailure

MAX_ROWS = 100
MAX_STEPS = 5_000_000
MAX_LENGTH = 100_000
"""The most rows of an answer, steps of SQLite's machine, and bytes of one value."""

_STEPS_PER_LOOK = 10_000
_FUNCTIONS = frozenset(
    (
        *("count", "sum", "total", "avg", "min", "max", "group_concat", "abs", "round", "sign"),
        *("ceil", "ceiling", "floor", "coalesce", "ifnull", "nullif", "iif", "length", "lower"),
        *("upper", "substr", "substring", "trim", "ltrim", "rtrim", "replace", "instr", "like"),
        *("date", "time", "datetime", "julianday", "strftime", "typeof"),
        *("current_date", "current_time", "current_timestamp"),
        *("row_number", "rank", "dense_rank", "percent_rank", "ntile", "lag", "lead"),
        *("first_value", "last_value", "nth_value"),
    )
)
_DECLARED = {int: "INTEGER", bool: "INTEGER", float: "REAL"}

Changed = tuple[tuple[str, str, Row | None], ...]
"""Table, key, and the dialogue's own row; None for one that is gone."""


class Sandbox:
    """The warehouse's tables of one base, filled in key order or backwards."""

    def __init__(self, base: Base, backwards: bool) -> None:
        # Statements are compiled each time, since the authorizer is asked when they are.
        self._db = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=0)
        self._db.isolation_level = None
        self._backwards = backwards
        self._clock = Clock(self._db)
        self._steps = 0
        self._reads: set[tuple[str, str]] = set()
        self._refused = ""
        for spec in WAREHOUSE:
            self._create(spec, base)
        self._tables = {spec.name: spec for spec in WAREHOUSE}
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_LENGTH)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # Sorting a large join would otherwise spill to a file.
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA query_only = ON")

    def run(self, sql: str, changed: Changed, now: datetime) -> Answer:
        """What one statement gives. Raises ``ToolFailure``: ``not_allowed``, ``sql_error``,
        ``too_much_work``, ``too_many_rows``."""
        self._clock.now = now.isoformat(" ")
        with self._own_rows(changed), self._guard(), closing(self._db.cursor()) as cursor:
            try:
                rows = cursor.execute(sql).fetchmany(MAX_ROWS + 1)
            except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
                raise self._failure(error) from error
            columns = tuple(each[0] for each in cursor.description)
        if len(rows) > MAX_ROWS:
            raise ToolFailure(
                "too_many_rows", f"more than {MAX_ROWS} rows: aggregate them, or ask for fewer"
            )
        return Answer(
            columns, tuple(tuple(map(_tidy, row)) for row in rows), frozenset(self._reads)
        )

    def _failure(self, error: Exception) -> ToolFailure:
        if refused := self._refused or self._clock.refused:
            return ToolFailure("not_allowed", f"queries only read the warehouse: {refused}")
        if self._steps > MAX_STEPS:
            return ToolFailure("too_much_work", "the query takes too long: read fewer rows")
        return ToolFailure("sql_error", str(error))

    @contextmanager
    def _guard(self) -> Iterator[None]:
        self._reads, self._refused, self._steps, self._clock.refused = set(), "", 0, ""
        self._db.set_authorizer(self._authorize)
        self._db.set_progress_handler(self._look, _STEPS_PER_LOOK)
        try:
            yield
        finally:
            self._db.set_progress_handler(None, 0)
            self._db.set_authorizer(None)

    def _look(self) -> int:
        self._steps += _STEPS_PER_LOOK
        return self._steps > MAX_STEPS

    def _authorize(
        self, action: int, one: str | None, two: str | None, schema: str | None, inner: str | None
    ) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and one in self._tables and two != "ROWID":
            self._reads.add((str(one), two or ""))
            return sqlite3.SQLITE_OK
        # What a query has named itself is read by that name, in no schema.
        own = schema is None and not two and not str(one).lower().startswith("sqlite_")
        if action == sqlite3.SQLITE_READ and own:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and str(two).lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        named = next((each for each in (two, one) if each), "")
        self._refused = self._refused or f"{named or 'this statement'} is not allowed"
        return sqlite3.SQLITE_DENY

    @contextmanager
    def _own_rows(self, changed: Changed) -> Iterator[None]:
        """While a query runs, tables of the dialogue's own hide those that it has changed."""
        if not changed:
            yield
            return
        names = sorted({table for table, _, _ in changed})
        self._db.execute("PRAGMA query_only = OFF")
        try:
            for name in names:
                self._db.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM main.{name}")
            for name, key, row in changed:
                spec = self._tables[name]
                self._db.execute(f"DELETE FROM temp.{name} WHERE {spec.key} = ?", (key,))
                if row is not None:
                    self._insert("temp", spec, [row])
            self._db.execute("PRAGMA query_only = ON")
            yield
        finally:
            self._db.execute("PRAGMA query_only = OFF")
            for name in names:
                self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
            self._db.execute("PRAGMA query_only = ON")

    def _create(self, spec: TableSpec, base: Base) -> None:
        types = {each: _declared(kind) for each, kind in spec.row.__annotations__.items()}
        types[spec.key] += " PRIMARY KEY"
        columns = ", ".join(f"{name} {declared}" for name, declared in types.items())
        self._db.execute(f"CREATE TABLE {spec.name} ({columns})")
        rows = list(base.tables[spec.row].rows.values())
        self._insert("main", spec, rows[::-1] if self._backwards else rows)
        for name in spec.references:
            self._db.execute(f"CREATE INDEX {spec.name}_{name} ON {spec.name} ({name})")

    def _insert(self, schema: str, spec: TableSpec, rows: list[Any]) -> None:
        names = spec.row.__struct_fields__
        marks = ", ".join("?" * len(names))
        self._db.executemany(
            f"INSERT INTO {schema}.{spec.name} VALUES ({marks})",
            [tuple(_stored(getattr(row, name)) for name in names) for row in rows],
        )


def _declared(kind: Any) -> str:
    return next(
        (word for python, word in _DECLARED.items() if kind in (python, python | None)), "TEXT"
    )


def _stored(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _tidy(value: Any) -> Value:
    """As an answer shows it: no noise of binary fractions, and no bytes."""
    if isinstance(value, float):
        return round(value, 4) + 0.0
    return value.hex() if isinstance(value, bytes) else value
