"""SQLite's own functions of time, whose ``now`` is the world's and not the machine's.

SQLite keeps what is registered with a connection for as long as the connection lives, and no collector
of Python's looks into it: these functions know the clock alone, never whoever has the connection.
"""

import sqlite3
from collections.abc import Callable
from functools import lru_cache

from generators.domains.datadesk.answer import Value


class Clock:
    """The time of a connection: ``now`` as SQLite writes it. ``refused`` says what a query wanted of
    time and may not have; whoever runs queries empties it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.now = ""
        self.refused = ""
        self._plain = sqlite3.connect(":memory:", check_same_thread=False)
        for name in ("date", "time", "datetime", "julianday", "strftime"):
            timely = self._timely(name, before=1 if name == "strftime" else 0)
            connection.create_function(name, -1, timely, deterministic=True)
        for name, kind in (("date", "date"), ("time", "time"), ("timestamp", "datetime")):
            timely = self._timely(kind, before=0)
            connection.create_function(f"current_{name}", 0, timely, deterministic=True)

    def _timely(self, name: str, before: int) -> Callable[..., Value]:
        """The function of this name, which takes ``before`` arguments before the time."""

        @lru_cache(maxsize=4096)
        def native(*given: Value) -> Value:
            marks = ", ".join("?" * len(given))
            return self._plain.execute(f"SELECT {name}({marks})", given).fetchone()[0]

        def function(*given: Value) -> Value:
            first, value, rest = given[:before], given[before : before + 1], given[before + 1 :]
            if not value or (isinstance(value[0], str) and value[0].strip().lower() == "now"):
                value = (self.now,)
            if any(str(each).strip().lower() in ("localtime", "utc") for each in rest):
                self.refused = "there are no time zones"
                raise ValueError(self.refused)
            return native(*first, *value, *rest)

        return function
