"""How hard plans are: difficulty and its factors as asked for, planned, and left after the filter."""

from collections import Counter
from collections.abc import Mapping

from generators.blueprint import Blueprint
from generators.plan_quota import FACETS, Quotas, cell_of
from outputs.judged import Judged
from personas.record import Record


class PlanFigure(Record):
    """One facet of plans. ``asked`` maps a value to the share asked for, empty when there was no quota;
    ``plans`` counts distinct plans that were played, ``accepted`` accepted dialogues."""

    facet: str
    asked: dict[str, float]
    plans: dict[str, int]
    accepted: dict[str, int]


class Plans:
    """Counts the facets of plans. Keeps the ids of the plans seen, so that each counts once."""

    def __init__(self) -> None:
        self.plans: dict[str, tuple[str | int, ...]] = {}
        self.accepted: Counter[tuple[str, str | int]] = Counter()
        self._shared: dict[tuple[str | int, ...], tuple[str | int, ...]] = {}

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        values = self.plans.get(row.blueprint.id)
        if values is None:
            values = _values(row.blueprint)
            self.plans[row.blueprint.id] = values = self._shared.setdefault(values, values)
        if row.accepted:
            self.accepted.update(zip(FACETS, values, strict=True))

    def merge(self, other: "Plans") -> None:
        """Adds the counts of another part."""
        self.plans.update(other.plans)
        self.accepted.update(other.accepted)

    def summary(self, asked: Quotas | None = None) -> tuple[PlanFigure, ...]:
        """The figures: difficulty, and every factor that has a quota."""
        quotas = asked or {}
        planned: Counter[tuple[str, str | int]] = Counter()
        for values in self.plans.values():
            planned.update(zip(FACETS, values, strict=True))
        return tuple(
            PlanFigure(
                facet=facet,
                asked=dict(quotas.get(facet, {})),
                plans=_of(planned, facet, quotas.get(facet, {})),
                accepted=_of(self.accepted, facet, quotas.get(facet, {})),
            )
            for facet in FACETS
            if facet == "difficulty" or facet in quotas
        )


def _values(plan: Blueprint) -> tuple[str | int, ...]:
    return (plan.difficulty, *(plan.factors.get(name, 0) for name in FACETS[1:]))


def _of(
    counts: Counter[tuple[str, str | int]], facet: str, asked: Mapping[str, float]
) -> dict[str, int]:
    """Counts by the values of the quota; what has no place there goes by its own."""
    found: Counter[str] = Counter()
    for (where, value), times in counts.items():
        if where == facet:
            found[cell_of(value, asked) or str(value)] += times
    return dict(sorted(found.items()))
