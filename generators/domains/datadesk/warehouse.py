"""The warehouse: real SQL over the rows of a dialogue, in SQLite, in memory, read-only.

All dialogues of a process share one pair of databases per base. A dialogue's own rows lie over them in
temporary tables while a query of its runs, and answers are remembered by query and own rows. What a
query may do is decided by SQLite's authorizer at compile time, how long by the steps of its machine.

Rows stand in key order in one database of the pair and in reverse in the other: a query whose answers
differ between the two left its order, or what a limit keeps, to chance.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from generators.domains.datadesk.warehouse_rows import WAREHOUSE
from generators.domains.table import Base, Database, Row, TableSpec, ToolFailure
from personas.record import content_hash

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
        *("date", "time", "datetime", "julianday", "strftime", "current_date", "current_time"),
        *(
            "current_timestamp",
            "typeof",
            "row_number",
            "rank",
            "dense_rank",
            "percent_rank",
            "ntile",
        ),
        *("lag", "lead", "first_value", "last_value", "nth_value"),
    )
)
_STARTS = re.compile(r"\s*(select|with)\b", re.I)
_ORDERED = re.compile(r"\border\s+by\b", re.I)
_DECLARED = {int: "INTEGER", bool: "INTEGER", float: "REAL"}

Value = str | int | float | None
Changed = tuple[tuple[str, str, Row | None], ...]
"""Table, key, and the dialogue's own row; None for one that is gone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives, and which columns of which tables it reads. Numbers have at most four
    decimals. Rows stand in the query's order, or sorted where it has none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    reads: frozenset[tuple[str, str]]

    @property
    def datasets(self) -> list[str]:
        """The tables that were read, by name."""
        return sorted({table for table, _ in self.reads})

    @property
    def fingerprint(self) -> str:
        """A hash of the rows, whatever their order, and that and the names of the columns: two queries
        that say the same have the same."""
        columns = sorted(
            zip(*self.rows, strict=True), key=lambda each: _sortable(tuple(sorted(each, key=_rank)))
        )
        rows = sorted(zip(*columns, strict=True), key=_sortable)
        return content_hash(rows)[:16]


def _rank(value: Value) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, str):
        return (2, 0.0, value)
    return (1, float(value), "")


def _sortable(row: tuple[Value, ...]) -> tuple[tuple[int, float, str], ...]:
    return tuple(map(_rank, row))


def answer(db: Database, sql: str) -> Answer:
    """What one SELECT gives in this state. Raises ``ToolFailure``: ``not_a_select``, ``not_allowed``,
    ``sql_error``, ``too_much_work``, ``too_many_rows``, and ``order_open`` when rows that tie are
    ordered or cut off."""
    return _answer(db.base, os.getpid(), sql, _changed(db), db.now)


def _changed(db: Database) -> Changed:
    return tuple(
        (spec.name, key, after)
        for spec in WAREHOUSE
        if db[spec.row].own
        for key, _, after in db[spec.row].changes()
    )


@lru_cache(maxsize=4096)
def _answer(base: Base, process: int, sql: str, changed: Changed, now: datetime) -> Answer:
    return _warehouse(base, process).answer(sql, changed, now)


@lru_cache(maxsize=16)
def _warehouse(base: Base, process: int) -> "Warehouse":
    """A forked process makes its own: a connection belongs to the process that opened it."""
    return Warehouse(base)


class Warehouse:
    """The pair of databases of one base. Threads take turns."""

    def __init__(self, base: Base) -> None:
        self._turn = Lock()
        self._sides = tuple(_Side(base, backwards) for backwards in (False, True))

    def answer(self, sql: str, changed: Changed, now: datetime) -> Answer:
        """See ``answer``."""
        if not _STARTS.match(_without_comments(sql)):
            raise ToolFailure(
                "not_a_select", "a query is one statement that begins with SELECT or WITH"
            )
        with self._turn:
            one, other = (side.run(sql, changed, now) for side in self._sides)
        if one.rows == other.rows and _ORDERED.search(sql):
            return one
        rows = tuple(sorted(one.rows, key=_sortable))
        if rows != tuple(sorted(other.rows, key=_sortable)) or _ORDERED.search(sql):
            raise ToolFailure(
                "order_open",
                "which rows come, or in which order, is left open: ORDER BY must decide",
            )
        return Answer(one.columns, rows, one.reads)


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)


class _Side:
    """One database, filled in key order or backwards."""

    def __init__(self, base: Base, backwards: bool) -> None:
        # Statements are compiled each time, since the authorizer is asked when they are.
        self._db = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=0)
        self._db.isolation_level = None
        self._plain = sqlite3.connect(":memory:", check_same_thread=False)
        self._backwards = backwards
        self._now = ""
        self._steps = 0
        self._reads: set[tuple[str, str]] = set()
        self._refused = ""
        self._bring_clock()
        for spec in WAREHOUSE:
            self._create(spec, base)
        self._tables = {spec.name: spec for spec in WAREHOUSE}
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_LENGTH)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._db.execute("PRAGMA query_only = ON")

    def run(self, sql: str, changed: Changed, now: datetime) -> Answer:
        """The rows as this side has them."""
        self._now = now.isoformat(" ")
        with self._own_rows(changed), self._guard():
            try:
                cursor = self._db.execute(sql)
                rows = cursor.fetchmany(MAX_ROWS + 1)
            except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
                raise self._failure(error) from error
        if len(rows) > MAX_ROWS:
            raise ToolFailure(
                "too_many_rows", f"more than {MAX_ROWS} rows: aggregate them, or ask for fewer"
            )
        columns = tuple(each[0] for each in cursor.description)
        return Answer(
            columns, tuple(tuple(map(_tidy, row)) for row in rows), frozenset(self._reads)
        )

    def _failure(self, error: Exception) -> ToolFailure:
        if self._refused:
            return ToolFailure("not_allowed", f"queries only read the warehouse: {self._refused}")
        if self._steps > MAX_STEPS:
            return ToolFailure("too_much_work", "the query takes too long: read fewer rows")
        return ToolFailure("sql_error", str(error))

    @contextmanager
    def _guard(self) -> Iterator[None]:
        self._reads, self._refused, self._steps = set(), "", 0
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

    def _bring_clock(self) -> None:
        """SQLite's own functions of time, whose ``now`` is the world's and not the machine's."""
        for name, before in (
            ("date", 0),
            ("time", 0),
            ("datetime", 0),
            ("julianday", 0),
            ("strftime", 1),
        ):
            self._db.create_function(name, -1, self._timely(name, before), deterministic=True)
        for name, length in (
            ("current_date", (0, 10)),
            ("current_time", (11, 19)),
            ("current_timestamp", (0, 19)),
        ):
            self._db.create_function(
                name, 0, lambda at=length: self._now[at[0] : at[1]], deterministic=True
            )

    def _timely(self, name: str, before: int) -> Any:
        @lru_cache(maxsize=4096)
        def native(*given: Value) -> Value:
            marks = ", ".join("?" * len(given))
            return self._plain.execute(f"SELECT {name}({marks})", given).fetchone()[0]

        def function(*given: Value) -> Value:
            first, value, rest = given[:before], given[before : before + 1], given[before + 1 :]
            if not value or (isinstance(value[0], str) and value[0].strip().lower() == "now"):
                value = (self._now,)
            if any(str(each).strip().lower() in ("localtime", "utc") for each in rest):
                self._refused = "there are no time zones"
                raise ValueError(self._refused)
            return native(*first, *value, *rest)

        return function


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
