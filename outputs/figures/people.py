"""Who speaks: the distribution of persona facets asked for, sampled, and left after the filter."""

from collections import Counter
from collections.abc import Mapping, Sequence

from outputs.judged import Judged
from personas.persona import Persona, facet
from personas.record import Record

FACETS = (
    "style.register",
    "demographics.age_band",
    "demographics.gender",
    "demographics.locale",
    "languages",
    "expertise.technology",
    "style.verbosity",
)
"""The facets that are always counted; those with a quota are added."""


class FacetFigure(Record):
    """One facet. ``asked`` maps a value to the share asked for, empty when there was no quota.
    ``personas`` counts distinct personas that were played, ``accepted`` accepted dialogues."""

    facet: str
    asked: dict[str, float]
    personas: dict[str, int]
    accepted: dict[str, int]


class People:
    """Counts facet values. Keeps the ids of the personas seen, so that each counts once."""

    def __init__(self, facets: Sequence[str] = FACETS) -> None:
        self.facets = tuple(dict.fromkeys(facets))
        self.personas: dict[str, tuple[str, ...]] = {}
        self.accepted: Counter[tuple[str, str]] = Counter()
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        values = self.personas.get(row.persona.id)
        if values is None:
            values = tuple(_value(row.persona, path) for path in self.facets)
            self.personas[row.persona.id] = values = self._shared.setdefault(values, values)
        if row.accepted:
            self.accepted.update(zip(self.facets, values, strict=True))

    def merge(self, other: "People") -> None:
        """Adds the counts of another part, which must count the same facets."""
        if other.facets != self.facets:
            raise ValueError(f"these count other facets: {other.facets} and {self.facets}")
        self.personas.update(other.personas)
        self.accepted.update(other.accepted)

    def summary(
        self, asked: Mapping[str, Mapping[str, float]] | None = None
    ) -> tuple[FacetFigure, ...]:
        """The figures, facets with a quota first. ``asked`` maps a facet to the share of each value."""
        quotas = asked or {}
        played: Counter[tuple[str, str]] = Counter()
        for values in self.personas.values():
            played.update(zip(self.facets, values, strict=True))
        ordered = sorted(
            self.facets, key=lambda path: (path not in quotas, self.facets.index(path))
        )
        return tuple(
            FacetFigure(
                facet=path,
                asked=dict(quotas.get(path, {})),
                personas=_of(played, path),
                accepted=_of(self.accepted, path),
            )
            for path in ordered
        )


def _value(persona: Persona, path: str) -> str:
    try:
        return facet(persona, path)
    except KeyError:
        return ""


def _of(counts: Counter[tuple[str, str]], path: str) -> dict[str, int]:
    return dict(sorted((value, times) for (where, value), times in counts.items() if where == path))
