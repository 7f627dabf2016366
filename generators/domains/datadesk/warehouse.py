"""The warehouse: real SQL over the rows of a dialogue, in SQLite, in memory, read-only.

All dialogues of a process share one pair of databases per base, and answers are remembered by query and
by the dialogue's own rows. Rows stand in key order in one database of the pair and in reverse in the
other: a query whose answers differ between the two left its order, or what a limit keeps, to chance.
"""

import os
import re
from datetime import datetime
from functools import lru_cache
from threading import Lock

from generators.domains.datadesk.answer import Answer, sortable
from generators.domains.datadesk.sandbox import Changed, Sandbox
from generators.domains.datadesk.warehouse_rows import WAREHOUSE
from generators.domains.table import Base, Database, ToolFailure

_REMEMBERED = 1024
_STARTS = re.compile(r"\s*(select|with)\b", re.I)
_LIMITED = re.compile(r"\blimit\b", re.I)
_ORDERED = re.compile(r"\border\s+by\b", re.I)


def answer(db: Database, sql: str) -> Answer:
    """What one SELECT gives in this state. Raises ``ToolFailure``: ``not_a_select``, what ``Sandbox``
    raises, and ``order_open`` when rows that tie are ordered or cut off."""
    return _warehouse(db.base, os.getpid()).answer(sql, _changed(db), db.now)


def _changed(db: Database) -> Changed:
    own = db.snapshot()
    return tuple(
        (spec.name, key, after)
        for spec in WAREHOUSE
        if spec.row in own
        for key, _, after in db[spec.row].changes()
    )


@lru_cache(maxsize=64)
def _warehouse(base: Base, process: int) -> "Warehouse":
    """A forked process makes its own: a connection belongs to the process that opened it."""
    return Warehouse(base)


class Warehouse:
    """The pair of databases of one base, and its answers so far. Threads take turns."""

    def __init__(self, base: Base) -> None:
        self._turn = Lock()
        self.sandboxes = tuple(Sandbox(base, backwards) for backwards in (False, True))
        self._answers: dict[tuple[str, Changed, datetime], Answer] = {}

    def answer(self, sql: str, changed: Changed, now: datetime) -> Answer:
        """See ``answer``."""
        key = sql, changed, now
        found = self._answers.get(key)
        if found is None:
            found = self._worked_out(sql, changed, now)
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[key] = found
        return found

    def _worked_out(self, sql: str, changed: Changed, now: datetime) -> Answer:
        if not _STARTS.match(_without_comments(sql)):
            raise ToolFailure(
                "not_a_select", "a query is one statement that begins with SELECT or WITH"
            )
        ordered = _ORDERED.search(sql) is not None
        if not ordered and _LIMITED.search(sql):
            raise ToolFailure(
                "order_open", "a LIMIT needs an ORDER BY that decides which rows come"
            )
        with self._turn:
            one, other = (each.run(sql, changed, now) for each in self.sandboxes)
        rows = one.rows if ordered else tuple(sorted(one.rows, key=sortable))
        if rows != (other.rows if ordered else tuple(sorted(other.rows, key=sortable))):
            raise ToolFailure(
                "order_open",
                "which rows come, or in which order, is left open: ORDER BY must decide",
            )
        return Answer(one.columns, rows, one.reads)


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
