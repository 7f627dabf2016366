"""Figures that a version must reach before it is released.

A gate holds the whole set back, never a row: the filter decides about rows, and a gate says whether what
came of it, or what it was given, is good enough to be shipped at all.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from outputs.figures.faults import Rate
from outputs.manifest import Manifest
from outputs.report.wording import number, percent
from outputs.statistics import Summary
from personas.record import Record

NOTE = "gates"
"""The note in a manifest that has them."""
PLAYED, RELEASED = "played", "released"


class Limit(Record):
    """The least and the greatest value that a figure may have, in [0, 1], where there is one."""

    least: float | None = None
    most: float | None = None

    @property
    def text(self) -> str:
        """``at least 85.0%``."""
        parts = [("at least", self.least), ("at most", self.most)]
        return " and ".join(f"{word} {percent(at)}" for word, at in parts if at is not None)


class Measured(NamedTuple):
    """A figure's value, None where there was nothing to measure; ``part`` of ``whole`` where it is a
    share that can be counted, else both 0."""

    value: float | None
    part: int = 0
    whole: int = 0


class Figure(NamedTuple):
    """What a gate can be about: what it is a share ``of``, and how it is read off the figures."""

    of: str
    measure: Callable[[Summary], Measured]


class GateResult(Record):
    """One gate and what was measured. ``figure`` is ``played.NAME`` or ``released.NAME``."""

    figure: str
    of: str
    limit: Limit
    value: float | None = None
    part: int = 0
    whole: int = 0

    @property
    def held(self) -> bool:
        """Whether it holds the release: beyond a limit, or nothing to measure."""
        low, high = self.limit.least, self.limit.most
        return (
            self.value is None
            or (low is not None and self.value < low - _EQUAL)
            or (high is not None and self.value > high + _EQUAL)
        )

    @property
    def text(self) -> str:
        """``played.high_quality: at least 85.0% asked, 60.0% measured (27 of 45 dialogues)``."""
        if self.value is None:
            return f"{self.figure}: {self.limit.text} asked, and there are no {self.of} to measure"
        counted = f" ({number(self.part)} of {number(self.whole)} {self.of})" if self.whole else ""
        return f"{self.figure}: {self.limit.text} asked, {percent(self.value)} measured{counted}"


_EQUAL = 1e-9
"""A share that was asked for as a decimal fraction is met by the same one counted."""


def _share(of: str, rate: Callable[[Summary], Rate]) -> Figure:
    def measure(summary: Summary) -> Measured:
        found = rate(summary)
        return Measured(found.value if found.whole else None, found.part, found.whole)

    return Figure(of, measure)


def _varied(role: str, value: Callable[[Any], float]) -> Figure:
    def measure(summary: Summary) -> Measured:
        found = summary.diversity.get(role)
        return Measured(value(found) if found and found.texts else None)

    return Figure(f"words of the {role}", measure)


FIGURES: dict[str, dict[str, Figure]] = {
    PLAYED: {
        "finished": _share("attempts", lambda each: each.rates.finished),
        "accepted": _share("attempts", lambda each: each.rates.accepted),
        "high_quality": _share("dialogues", lambda each: each.rates.played.high_quality),
        "policy_kept": _share("dialogues", lambda each: each.rates.played.policy_kept),
        "several_goals": _share("plans", lambda each: each.rates.played.several_goals),
        "dependent_goals": _share("plans", lambda each: each.rates.played.dependent_goals),
        "distinct_plans": _share("plans", lambda each: each.rates.played.distinct_plans),
        "not_repeated": _share("accepted dialogues", lambda each: each.rates.not_repeated),
        "faults_caught": _share("dialogues with planned faults", lambda each: each.faults.caught),
        "false_alarms": _share(
            "dialogues known to be sound", lambda each: each.faults.false_alarms
        ),
        "still_faulty": _share(
            "accepted dialogues known to be sound or faulty", lambda each: each.faults.tainted
        ),
    },
    RELEASED: {
        "high_quality": _share("dialogues", lambda each: each.rates.released.high_quality),
        "several_goals": _share("plans", lambda each: each.rates.released.several_goals),
        "policy_kept": _share("dialogues", lambda each: each.rates.released.policy_kept),
        "dependent_goals": _share("plans", lambda each: each.rates.released.dependent_goals),
        "distinct_plans": _share("plans", lambda each: each.rates.released.distinct_plans),
        "user_distinct_2": _varied("user", lambda each: each.distinct[2]),
        "agent_distinct_2": _varied("agent", lambda each: each.distinct[2]),
        "user_openings": _varied("user", lambda each: each.first_openings),
        "user_templates": _varied("user", lambda each: each.template_rate),
    },
}
"""What gates can be about: of all that was played, and of what is released."""


def measured(summary: Summary, gates: Mapping[str, Mapping[str, Limit]]) -> tuple[GateResult, ...]:
    """Every gate with its figure, in the order of ``FIGURES``. ``gates`` are by set and figure."""
    return tuple(
        _result(f"{which}.{name}", figure, gates[which][name], summary)
        for which, figures in FIGURES.items()
        for name, figure in figures.items()
        if name in gates.get(which, {})
    )


def gates_of(manifest: Manifest) -> tuple[GateResult, ...]:
    """The gates of a version, as they were measured before its release."""
    return msgspec.convert(manifest.notes.get(NOTE, ()), tuple[GateResult, ...])


def _result(name: str, figure: Figure, limit: Limit, summary: Summary) -> GateResult:
    found = figure.measure(summary)
    return GateResult(
        figure=name,
        of=figure.of,
        limit=limit,
        value=found.value,
        part=found.part,
        whole=found.whole,
    )
