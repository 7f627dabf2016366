"""How dialogues in perturbed environments fare, beside those in the domains as they are.

Rates are over dialogues that did not break off, whatever curation dropped since. ``siblings`` are the
attempts at the very plans from which the perturbed ones were made, as far as the set has them.
"""

from collections import Counter
from collections.abc import Iterator

import msgspec

from generators.domains.trouble import TIMEOUT, UNAVAILABLE, is_outdated
from generators.event import AGENT
from generators.perturbation import KINDS
from generators.perturbed.callback import NO_FUNCTION
from generators.trajectory import StopReason
from outputs.figures.faults import Rate, rate
from outputs.judged import Judged
from outputs.row import is_refined
from personas.record import Record

AS_IT_IS = "none"
"""Stands for the kinds of a plan that is not perturbed."""


class EnvironmentFigure(Record):
    """Plans and dialogues of one kind, or of none. ``met`` counts dialogues in which the difference came
    up: a call that was not answered, an answer that was out of date, a goal passed on for want of a
    tool; other names and words always do. ``siblings`` has no whole when no plan's parent is there."""

    kind: str
    does: str
    plans: int
    dialogues: int
    met: int
    accepted: Rate
    siblings: Rate


class EnvironmentSummary(Record):
    """One figure per kind that occurs, in order, that of plans as they are first; none at all without
    perturbed plans. ``environments`` counts different ones; ``refined`` the accepted dialogues with a
    call that was put right."""

    kinds: tuple[EnvironmentFigure, ...] = ()
    environments: int = 0
    refined: int = 0


class Environments:
    """Counts attempts by plan. Keeps two numbers per plan, and the names of environments."""

    def __init__(self) -> None:
        self.attempts: Counter[tuple[str, bool]] = Counter()
        self.kinds: dict[str, tuple[tuple[str, ...], str]] = {}
        self.met: Counter[str] = Counter()
        self.names: set[str] = set()
        self.refined = 0

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        if row.trajectory.stop_reason == StopReason.ERROR:
            return
        plan, passed = row.blueprint, row.decision.outcome == "accept"
        kinds = plan.perturbation.kinds if plan.perturbation else (AS_IT_IS,)
        self.kinds[plan.id] = (kinds, (plan.provenance.parents or ("",))[0])
        self.attempts[plan.id, passed] += 1
        self.met.update(_met(row))
        self.names.add(plan.environment)
        self.refined += passed and is_refined(row.decision)

    def merge(self, other: "Environments") -> None:
        """Adds the counts of another part."""
        self.attempts.update(other.attempts)
        self.kinds.update(other.kinds)
        self.met.update(other.met)
        self.names |= other.names
        self.refined += other.refined

    def summary(self) -> EnvironmentSummary:
        """The figures."""
        there = {kind for kinds, _ in self.kinds.values() for kind in kinds}
        if not there - {AS_IT_IS}:
            return EnvironmentSummary()
        return EnvironmentSummary(
            kinds=tuple(self._kind(kind) for kind in (AS_IT_IS, *KINDS) if kind in there),
            environments=len(self.names),
            refined=self.refined,
        )

    def _kind(self, kind: str) -> EnvironmentFigure:
        plans = [plan for plan, (kinds, _) in self.kinds.items() if kind in kinds]
        parents = {self.kinds[plan][1] for plan in plans} if kind != AS_IT_IS else set()
        accepted = self._rate(plans)
        return EnvironmentFigure(
            kind=kind,
            does=KINDS[kind].does if kind in KINDS else "the domain as it is",
            plans=len(plans),
            dialogues=accepted.whole,
            met=self.met[kind],
            accepted=accepted,
            siblings=self._rate(sorted(parents & self.kinds.keys())),
        )

    def _rate(self, plans: list[str]) -> Rate:
        passed = sum(self.attempts[plan, True] for plan in plans)
        return rate(passed, passed + sum(self.attempts[plan, False] for plan in plans))


def _met(row: Judged) -> Iterator[str]:
    """The kinds that came up in a dialogue."""
    perturbation = row.blueprint.perturbation
    if perturbation is None:
        return
    results = [
        event.result
        for event in row.trajectory.events
        if event.result and AGENT in event.visible_to
    ]
    errors = {result.error for result in results}
    came_up = {
        "missing": any(step.key == NO_FUNCTION for step in row.blueprint.steps),
        "outages": UNAVAILABLE in errors,
        "timeouts": TIMEOUT in errors,
        "stale": any(is_outdated(msgspec.json.decode(result.content)) for result in results),
    }
    yield from (kind for kind in perturbation.kinds if came_up.get(kind, True))
