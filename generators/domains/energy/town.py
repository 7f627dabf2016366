"""What the seed is written with: one random stream, the names, and the rows so far."""

from datetime import date

from mimesis import Address, Person
from mimesis.locales import Locale

from generators.domains.energy.database import TABLES
from generators.domains.table import Row
from personas.record import seeded

TODAY = date(2025, 3, 12)
"""The day of the domain's clock."""

AREAS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8")
"""The network areas."""


class Town:
    """Rows by type in the order they were added; ``id`` never gives out the same number twice."""

    def __init__(self, number: int) -> None:
        self.rng = seeded(number, "energy", "seed")
        self.person = Person(Locale.EN_GB, seed=self.rng.getrandbits(32))
        self.address = Address(Locale.EN_GB, seed=self.rng.getrandbits(32))
        self.rows: dict[type[Row], list[Row]] = {spec.row: [] for spec in TABLES}
        self._ids = {
            digits: iter(self.rng.sample(range(10**digits // 5, 10**digits), 5000))
            for digits in (7, 8)
        }

    def add(self, row: Row) -> None:
        """Puts a row into its table."""
        self.rows[type(row)].append(row)

    def id(self, prefix: str, digits: int = 7) -> str:
        """A new number of so many digits behind the prefix."""
        return f"{prefix}{next(self._ids[digits])}"
