"""What a query gives, and when two answers say the same."""

from dataclasses import dataclass

from personas.record import content_hash

Value = str | int | float | None


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
        that say the same have the same. A count may come as 5 or as 5.0."""
        rows = [[_whole(value) for value in row] for row in self.rows]
        columns = sorted(zip(*rows, strict=True), key=lambda column: sorted(map(_rank, column)))
        return content_hash(sorted(zip(*columns, strict=True), key=sortable))[:16]


def _whole(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rank(value: Value) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, str):
        return (2, 0.0, value)
    return (1, float(value), "")


def sortable(row: tuple[Value, ...]) -> tuple[tuple[int, float, str], ...]:
    """A key by which rows of any values can be sorted: nothing, then numbers, then words."""
    return tuple(map(_rank, row))
