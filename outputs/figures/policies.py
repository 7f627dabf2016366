"""How dialogues fare by the clauses of their domain's policy, and by how many of them a plan touches.

A clause is put to the test in a dialogue when a goal of its plan says so; one that code checks and that
no intent says it tests holds throughout, and is put to the test in every dialogue of the domain. The
figure after IntellAgent (Levi and Kadar, 2025): pass rates per policy and per level of complexity.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from math import floor
from typing import NamedTuple

from generators.domains.domain import Domain
from generators.sources.policy_graph import clauses_tested
from generators.trajectory import StopReason
from outputs.figures.faults import Rate, rate
from outputs.judged import Judged
from personas.record import Record
from verifiers.rules.policy import PolicyClauses

Weights = Mapping[str, Mapping[str, float]]
"""Domain -> clause -> weight, 1 where none is given."""


class ClauseFigure(Record):
    """One clause. ``plans`` put it to the test; of their dialogues ``passed`` is the share that kept
    it, and ``levels`` the same by the complexity of the plan. ``elsewhere`` counts dialogues of other
    plans that broke it. A clause that is not ``checked`` by code can't be seen to be broken: its rates
    are empty.
    """

    clause: str
    checked: bool
    plans: int
    passed: Rate
    elsewhere: int
    levels: dict[int, Rate]

    @property
    def broken(self) -> int:
        """Dialogues of plans that put it to the test which broke it."""
        return self.passed.whole - self.passed.part


class LevelFigure(Record):
    """The plans of one complexity: the weights of the clauses that they put to the test add up to
    ``level`` or more, and to less than one more. ``kept`` is the share of their dialogues that broke no
    clause at all, ``accepted`` of those that the committee accepted."""

    level: int
    plans: int
    kept: Rate
    accepted: Rate


class DomainPolicy(Record):
    """The policy of one domain: every clause, in the order of ids, and every level that plans have."""

    domain: str
    kept: Rate
    clauses: tuple[ClauseFigure, ...]
    levels: tuple[LevelFigure, ...]


class _Kind(NamedTuple):
    """What dialogues are counted by."""

    domain: str
    tested: tuple[str, ...]
    broken: tuple[str, ...]
    accepted: bool


class Policies:
    """Counts dialogues whose policy was checked, by the clauses that their plans test and those that
    they broke. ``weights`` are the recipe's. Dialogues that broke off are left out."""

    def __init__(self, weights: Weights | None = None) -> None:
        self.weights = weights or {}
        self.dialogues: Counter[_Kind] = Counter()
        self.plans: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._shared: dict[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {}

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        if row.trajectory.stop_reason == StopReason.ERROR or not was_checked(row):
            return
        plan = row.blueprint
        tested = {clause for goal in plan.goals for clause in goal.clauses}
        where = (plan.domain, tuple(sorted(tested)))
        self.plans[plan.id] = self._shared.setdefault(where, where)
        accepted = row.decision.outcome == "accept"
        self.dialogues[_Kind(*self.plans[plan.id], clauses_broken(row), accepted)] += 1

    def merge(self, other: "Policies") -> None:
        """Adds the counts of another part."""
        self.dialogues.update(other.dialogues)
        self.plans.update(other.plans)

    def summary(self, domains: Mapping[str, Domain]) -> tuple[DomainPolicy, ...]:
        """The figures of each of the ``domains`` that there are dialogues of."""
        kinds: dict[str, list[tuple[_Kind, int]]] = defaultdict(list)
        for kind, times in sorted(self.dialogues.items()):
            kinds[kind.domain].append((kind, times))
        plans = Counter(self.plans.values())
        return tuple(
            self._domain(domains[name], found, {t: n for (d, t), n in plans.items() if d == name})
            for name, found in kinds.items()
            if name in domains
        )

    def _domain(
        self,
        domain: Domain,
        found: list[tuple[_Kind, int]],
        plans: Mapping[tuple[str, ...], int],
    ) -> DomainPolicy:
        level = {tested: self._level(domain.name, tested) for tested in plans}
        throughout = set(domain.clauses) - set(clauses_tested(domain))

        def clause(name: str) -> ClauseFigure:
            def tests(tested: tuple[str, ...]) -> bool:
                return name in throughout or name in tested

            checked = name in domain.clauses
            cases = [each for each in found if checked and tests(each[0].tested)]
            others = [each for each in found if not tests(each[0].tested)]

            def kept(kind: _Kind) -> bool:
                return name not in kind.broken

            return ClauseFigure(
                clause=name,
                checked=checked,
                plans=sum(n for tested, n in plans.items() if tests(tested)),
                passed=_share(cases, kept),
                elsewhere=sum(n for kind, n in others if name in kind.broken),
                levels={
                    at: _share([each for each in cases if level[each[0].tested] == at], kept)
                    for at in sorted({level[kind.tested] for kind, _ in cases})
                },
            )

        def at_level(at: int) -> LevelFigure:
            cases = [each for each in found if level[each[0].tested] == at]
            return LevelFigure(
                level=at,
                plans=sum(n for tested, n in plans.items() if level[tested] == at),
                kept=_share(cases, lambda kind: not kind.broken),
                accepted=_share(cases, lambda kind: kind.accepted),
            )

        return DomainPolicy(
            domain=domain.name,
            kept=_share(found, lambda kind: not kind.broken),
            clauses=tuple(map(clause, sorted(domain.policy.clauses))),
            levels=tuple(map(at_level, sorted(set(level.values())))),
        )

    def _level(self, domain: str, tested: tuple[str, ...]) -> int:
        weights = self.weights.get(domain, {})
        return floor(sum(weights.get(clause, 1.0) for clause in tested))


def clauses_broken(row: Judged) -> tuple[str, ...]:
    """The clauses that a verifier says a dialogue broke, each once, sorted."""
    codes = (
        finding.code
        for vote in row.decision.votes
        for finding in vote.verdict.findings
        if finding.severity == "error"
    )
    return tuple(sorted({code.partition(".")[2] for code in codes if code.startswith("policy.")}))


def was_checked(row: Judged) -> bool:
    """Whether the rule over the policy was asked and had an answer."""
    return any(
        vote.verdict.verifier == PolicyClauses.name and vote.verdict.outcome != "abstain"
        for vote in row.decision.votes
    )


def _share(cases: list[tuple[_Kind, int]], good: Callable[[_Kind], bool]) -> Rate:
    return rate(sum(n for kind, n in cases if good(kind)), sum(n for _, n in cases))
