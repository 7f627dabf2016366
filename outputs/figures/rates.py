"""What share of the set is as it should be, before the filter and after it.

The rates of MIMG (Chen and others, 2024): high quality, several hops, diversity. Each is taken over all
that was played and over what is released, so that one sees what the filter does to it.
"""

from collections import Counter
from typing import NamedTuple

from generators.blueprint import Blueprint
from generators.dependence import dependent
from generators.domains.shelf import Shelf
from generators.perturbed.view import domain_of
from generators.trajectory import StopReason
from outputs.figures.faults import Rate, rate
from outputs.figures.policies import clauses_broken, was_checked
from outputs.judged import Judged
from personas.record import Record, content_hash

_NONE = rate(0, 0)


class SetRates(Record):
    """Shares of one set of dialogues that were played to an end, and of their plans.

    Of dialogues: ``high_quality`` passed every member of the committee that had an opinion, with a veto
    or without; ``policy_kept`` broke no clause, of those whose policy was checked.

    Of plans: ``several_goals`` have two or more; ``dependent_goals`` have one that needs an earlier one,
    as execution shows it; ``distinct_plans`` is different wishes over plans, a wish being what the user
    is told to want of which domain.
    """

    high_quality: Rate = _NONE
    policy_kept: Rate = _NONE
    several_goals: Rate = _NONE
    dependent_goals: Rate = _NONE
    distinct_plans: Rate = _NONE


class RateSummary(Record):
    """``played`` and ``released`` are the rates of both sets. Of attempts: ``finished`` were played to
    an end, ``accepted`` by the committee. ``not_repeated`` is the share of accepted dialogues that no
    other makes a near-duplicate."""

    finished: Rate = _NONE
    accepted: Rate = _NONE
    not_repeated: Rate = _NONE
    played: SetRates = SetRates()
    released: SetRates = SetRates()


class _Plan(NamedTuple):
    several: bool
    dependent: bool
    wish: str


class Rates:
    """Counts attempts, and keeps a little about each plan. ``shelf`` has the plans' domains (the shipped
    ones unless it is given), since whether goals need one another is tried out."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf()
        self.counts: Counter[str] = Counter()
        self.plans: dict[str, _Plan] = {}
        self.released: set[str] = set()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        self.counts["attempts"] += 1
        if row.trajectory.stop_reason == StopReason.ERROR:
            return
        if row.blueprint.id not in self.plans:
            self.plans[row.blueprint.id] = self._plan(row.blueprint)
        kinds = ["played"]
        if row.decision.outcome == "accept":
            self.counts["accepted"] += 1
            self.counts["repeated"] += bool(row.duplicate_of)
        if row.accepted:
            kinds.append("released")
            self.released.add(row.blueprint.id)
        failed = any(vote.verdict.outcome == "fail" for vote in row.decision.votes)
        for kind in kinds:
            self.counts[kind] += 1
            self.counts[f"{kind}.good"] += not failed and row.decision.outcome == "accept"
            if was_checked(row):
                self.counts[f"{kind}.checked"] += 1
                self.counts[f"{kind}.kept"] += not clauses_broken(row)

    def merge(self, other: "Rates") -> None:
        """Adds the counts of another part."""
        self.counts.update(other.counts)
        self.plans.update(other.plans)
        self.released |= other.released

    def summary(self) -> RateSummary:
        """The rates."""
        count = self.counts
        return RateSummary(
            finished=rate(count["played"], count["attempts"]),
            accepted=rate(count["accepted"], count["attempts"]),
            not_repeated=rate(count["accepted"] - count["repeated"], count["accepted"]),
            played=self._set("played", list(self.plans.values())),
            released=self._set("released", [self.plans[each] for each in self.released]),
        )

    def _set(self, kind: str, plans: list[_Plan]) -> SetRates:
        return SetRates(
            high_quality=rate(self.counts[f"{kind}.good"], self.counts[kind]),
            policy_kept=rate(self.counts[f"{kind}.kept"], self.counts[f"{kind}.checked"]),
            several_goals=rate(sum(each.several for each in plans), len(plans)),
            dependent_goals=rate(sum(each.dependent for each in plans), len(plans)),
            distinct_plans=rate(len({each.wish for each in plans}), len(plans)),
        )

    def _plan(self, plan: Blueprint) -> _Plan:
        return _Plan(
            several=len(plan.goals) > 1,
            dependent=dependent(plan, domain_of(plan, self.shelf)),
            wish=content_hash([plan.domain, sorted(goal.need for goal in plan.goals)])[:16],
        )
