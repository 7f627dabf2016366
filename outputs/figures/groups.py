"""Figures over groups, the attempts at one blueprint: pass^k by difficulty, and blueprint probes.

The only figure that grows with the set: it keeps two small counts per blueprint.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import comb

from generators.event import AGENT
from outputs.figures.shape import share
from outputs.judged import Judged
from personas.record import Record

DIFFICULTIES = ("easy", "medium", "hard")


class PassPower(Record):
    """``powers[k]`` is the chance that k attempts at a blueprint all pass, averaged over the
    ``blueprints`` with at least k attempts; ``solved`` counts those that passed 0, 1, 2, ... times."""

    difficulty: str
    blueprints: int
    powers: dict[int, float]
    solved: dict[int, int]


class ProbeFigure(Record):
    """How one kind of spoiled (or rightly reordered) agent fared: on how many blueprints it was tried,
    and on how many it came out as it should."""

    name: str
    should_pass: bool
    tried: int
    right: int


class GroupSummary(Record):
    """pass^k for all blueprints and by difficulty, and the probes. ``discriminating`` is the share of
    blueprints with probes on which every probe came out as it should."""

    blueprints: int
    passes: tuple[PassPower, ...]
    probes: tuple[ProbeFigure, ...]
    discriminating: float


Probes = tuple[tuple[str, bool, bool], ...]
"""Name, whether it should pass, whether it did."""


@dataclass(slots=True)
class _Group:
    difficulty: str
    probes: Probes
    attempts: int = 0
    passed: int = 0


class Groups:
    """Counts attempts and passes per blueprint.

    An attempt passes when the committee accepted it; what curation dropped afterwards still passed.
    One that broke off for a reason other than the agent is no attempt.
    """

    def __init__(self) -> None:
        self.groups: dict[str, _Group] = {}
        self._shared: dict[Probes, Probes] = {}

    def add(self, row: Judged) -> None:
        """Counts one attempt."""
        plan = row.blueprint
        probes = tuple((each.name, each.should_pass, each.passes) for each in plan.probes)
        group = self._group(plan.id, plan.difficulty, probes)
        failure = row.trajectory.failure
        if failure is None or failure.party == AGENT:
            group.attempts += 1
            group.passed += row.decision.outcome == "accept"

    def merge(self, other: "Groups") -> None:
        """Adds the counts of another part; a blueprint may have attempts in both."""
        for key, theirs in other.groups.items():
            mine = self._group(key, theirs.difficulty, theirs.probes)
            mine.attempts += theirs.attempts
            mine.passed += theirs.passed

    def _group(self, key: str, difficulty: str, probes: Probes) -> _Group:
        if key not in self.groups:
            # Nearly all blueprints have the same outcome of all probes: one tuple serves them.
            shared = self._shared.setdefault(probes, probes)
            self.groups[key] = _Group(difficulty, shared)
        return self.groups[key]

    def summary(self) -> GroupSummary:
        """The figures; ``passes`` starts with all difficulties taken together."""
        by: dict[str, list[tuple[int, int]]] = defaultdict(list)
        tried: Counter[tuple[str, bool]] = Counter()
        right: Counter[tuple[str, bool]] = Counter()
        sound = []
        for _, group in sorted(self.groups.items()):
            if group.attempts:
                by["all"].append((group.attempts, group.passed))
                by[group.difficulty].append((group.attempts, group.passed))
            tried.update((name, should) for name, should, _ in group.probes)
            right.update(
                (name, should) for name, should, passes in group.probes if passes == should
            )
            if group.probes:
                sound.append(all(should == passes for _, should, passes in group.probes))
        return GroupSummary(
            blueprints=len(self.groups),
            passes=tuple(_powers(name, by[name]) for name in ("all", *DIFFICULTIES) if by[name]),
            probes=tuple(
                ProbeFigure(name=name, should_pass=should, tried=times, right=right[name, should])
                for (name, should), times in sorted(tried.items())
            ),
            discriminating=share(sum(sound), len(sound)),
        )


def pass_power(attempts: int, passed: int, k: int) -> float:
    """The unbiased estimate that k attempts all pass, from ``passed`` of ``attempts``:
    C(passed, k) / C(attempts, k). Raises ``ValueError`` when there are fewer than k attempts."""
    if k > attempts:
        raise ValueError(f"pass^{k} cannot be estimated from {attempts} attempts")
    return comb(passed, k) / comb(attempts, k)


def _powers(difficulty: str, groups: list[tuple[int, int]]) -> PassPower:
    powers = {}
    for k in range(1, max((attempts for attempts, _ in groups), default=0) + 1):
        enough = [pass_power(n, c, k) for n, c in groups if n >= k]
        powers[k] = sum(enough) / len(enough)
    solved = Counter(passed for _, passed in groups)
    return PassPower(
        difficulty=difficulty,
        blueprints=len(groups),
        powers=powers,
        solved=dict(sorted(solved.items())),
    )
