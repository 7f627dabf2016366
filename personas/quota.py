"""Quotas: which share of the personas is to have which value of a facet.

A quota is held over any facet that ``personas.persona.facet`` can name, except those that are
different for everybody (an address, a summary). Quotas are checked whole before anything is drawn,
and what came of them is reported beside what was asked. How they are met is the business of
``personas.allocation``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from math import isclose, isfinite

from personas.allocation import Shares
from personas.facet_table import FacetTable
from personas.lives import life_table
from personas.manners import manner_table
from personas.persona import Persona, facet
from personas.places import place_table
from personas.record import Record

UNIQUE_FACETS = (
    "biography.summary",
    "demographics.birth_date",
    "demographics.email",
    "demographics.phone",
    "demographics.postcode",
    "demographics.street",
)
"""Facets that are different for everybody, so that a share of them means nothing."""

_SUM_TOLERANCE = 1e-6
_LONGEST_LIST = 120


class QuotaError(ValueError):
    """A quota that cannot be asked for: the field at fault, what was found, what would be right."""

    def __init__(self, field: str, found: str, right: str):
        super().__init__(field, found, right)
        self.field, self.found, self.right = field, found, right

    def __str__(self) -> str:
        return f"quota {self.field}: found {self.found}; right is {self.right}"


class QuotaReport(Record):
    """One value of one facet with a quota: the share asked for, the share achieved, how many."""

    facet: str
    value: str
    asked: float
    achieved: float
    count: int


def facet_tables() -> tuple[FacetTable, ...]:
    """The tables that hold all facets a quota may be held over."""
    return (place_table(), life_table(), manner_table())


@cache
def allowed_values(path: str) -> tuple[str, ...]:
    """The values that a quota over this facet may name. Raises ``QuotaError`` for other facets."""
    for table in facet_tables():
        if path in table.facets:
            return _ordered(table.values(path))
    facets = sorted(each for table in facet_tables() for each in table.facets)
    if path in UNIQUE_FACETS:
        found = "a facet that is different for every person"
        raise QuotaError(path, found, f"one of {', '.join(facets)}")
    raise QuotaError(path, "a facet that does not exist", f"one of {', '.join(facets)}")


def checked_quotas(quotas: Mapping[str, Mapping[str, float]]) -> Shares:
    """The quotas as text and shares of exactly 1, in their order. Raises ``QuotaError``."""
    return {path: _checked(path, shares) for path, shares in quotas.items()}


def quota_report(personas: Iterable[Persona], quotas: Shares) -> tuple[QuotaReport, ...]:
    """What was asked beside what there is, by facet in the order asked; values that nobody asked
    for and somebody has stand last with an asked share of 0."""
    counts: dict[str, Counter[str]] = {path: Counter() for path in quotas}
    total = 0
    for persona in personas:
        total += 1
        for path, counter in counts.items():
            counter[facet(persona, path)] += 1
    return tuple(
        QuotaReport(
            facet=path,
            value=value,
            asked=quotas[path].get(value, 0.0),
            achieved=counter[value] / total if total else 0.0,
            count=counter[value],
        )
        for path, counter in counts.items()
        for value in (*quotas[path], *sorted(set(counter) - set(quotas[path])))
    )


def unmet(report: Iterable[QuotaReport]) -> tuple[QuotaReport, ...]:
    """The lines that differ from what was asked by more than rounding to whole people."""
    lines = tuple(report)
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.facet] += line.count
    return tuple(line for line in lines if abs(line.count - line.asked * totals[line.facet]) >= 1)


def _ordered(values: tuple[str, ...]) -> tuple[str, ...]:
    """As the tables give them when that says something (low, medium, high), else sorted."""
    if all(each.isdigit() for each in values):
        return tuple(sorted(values, key=int))
    return values if len(values) <= 10 else tuple(sorted(values))


def _checked(path: str, shares: Mapping[str, float]) -> dict[str, float]:
    allowed = allowed_values(path)
    known = set(allowed)
    if not isinstance(shares, Mapping) or not shares:
        raise QuotaError(path, repr(shares), "a share for each value, summing to 1")
    checked: dict[str, float] = {}
    for key, share in shares.items():
        value = str(key)
        if value not in known:
            raise QuotaError(f"{path}.{value}", f"the value {value!r}", _choice(value, allowed))
        if isinstance(share, bool) or not isinstance(share, int | float):
            raise QuotaError(f"{path}.{value}", repr(share), "a number from 0 to 1")
        if not isfinite(share) or not 0 <= share <= 1:
            raise QuotaError(f"{path}.{value}", repr(share), "a number from 0 to 1")
        checked[value] = checked.get(value, 0.0) + share
    total = sum(checked.values())
    if not isclose(total, 1.0, abs_tol=_SUM_TOLERANCE):
        raise QuotaError(path, f"shares that sum to {total:.6g}", "shares that sum to 1")
    return {value: share / total for value, share in checked.items()}


def _choice(value: str, allowed: tuple[str, ...]) -> str:
    """The allowed values, or where they are too many, the nearest and the first of them."""
    if len(allowed) <= _LONGEST_LIST:
        return f"one of {', '.join(allowed)}"
    near = get_close_matches(value, allowed, 5)
    shown = ", ".join(dict.fromkeys([*near, *allowed[:10]]))
    return f"one of {len(allowed)} values such as {shown}"
