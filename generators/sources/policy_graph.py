"""Goals drawn by what they put to the test: a random walk over the clauses of the policy.

Clauses are nodes, as heavy as they are hard to keep; an edge between two is as heavy as they are
likely to matter in one dialogue. The idea is IntellAgent's (Levi and Kadar, 2025).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, islice
from random import Random

from generators.blueprint import Blueprint, Goal
from generators.domains.domain import Domain, Situation
from generators.sources.chooser import shuffled, weights
from generators.sources.composing import compose
from generators.sources.request import PlanRequest
from personas.record import Record

_LOOKED_AT = 12
_APART = 1.0
"""The weight of an edge between clauses that no intent tests together: a dialogue may have two goals."""


class PolicyGraph(Record):
    """``nodes``: clause -> weight. ``edges``: clause -> clause -> weight, the same both ways."""

    nodes: dict[str, float]
    edges: dict[str, dict[str, float]]

    def walk(self, complexity: float, rng: Random) -> tuple[str, ...]:
        """Different clauses whose weights add up to ``complexity`` or more, or all that can be reached.
        The first is drawn by the weights of nodes, each further one by those of the last one's edges.
        """
        at = rng.choices(list(self.nodes), list(self.nodes.values()))[0]
        path = [at]
        while sum(self.nodes[each] for each in path) < complexity:
            ways = {to: weight for to, weight in self.edges[at].items() if to not in path}
            following = next(shuffled(ways, rng), None)
            if following is None:
                break
            path.append(at := following)
        return tuple(path)


def clauses_tested(domain: Domain) -> list[str]:
    """The clauses that intents put to the test."""
    return sorted({clause for intent in domain.intents.values() for clause in intent.clauses})


def policy_graph(domain: Domain, given: Mapping[str, float] | None = None) -> PolicyGraph:
    """The clauses that intents put to the test. A node weighs what is ``given``, else 1; 0 leaves it
    out. An edge weighs 1 and as much again for each intent that tests both."""
    weights = {clause: 1.0 for clause in clauses_tested(domain)} | dict(given or {})
    nodes = {clause: weight for clause, weight in weights.items() if weight > 0}
    edges: dict[str, dict[str, float]] = {clause: {} for clause in nodes}
    for one, other in combinations(nodes, 2):
        together = sum({one, other} <= {*each.clauses} for each in domain.intents.values())
        edges[one][other] = edges[other][one] = _APART + together
    return PolicyGraph(nodes=nodes, edges=edges)


def walked(request: PlanRequest) -> Blueprint | None:
    """Goals that put the clauses of a walk to the test. See ``Source``."""
    domain, spec = request.domain, request.spec
    graph = _graph(domain, tuple(sorted(spec.clauses.items())))
    chooser = Walked(domain, graph, spec.complexity, spec.intents, request.rng)
    return compose(request, "policy_graph", chooser)


@lru_cache(maxsize=64)
def _graph(domain: Domain, weights: tuple[tuple[str, float], ...]) -> PolicyGraph:
    return policy_graph(domain, dict(weights))


class Walked:
    """Goals that put the clauses of one walk to the test. See ``Chooser``."""

    def __init__(
        self,
        domain: Domain,
        graph: PolicyGraph,
        complexity: Mapping[int, float],
        intents: Mapping[str, float],
        rng: Random,
    ) -> None:
        self._domain = domain
        self._intents = intents
        target = rng.choices(list(complexity), list(complexity.values()))[0]
        self._walk = graph.walk(target, rng)
        self.note = " ".join(self._walk)

    def caller(self, strangers: Iterator[Situation]) -> str:
        """See ``Chooser``. Of a few, the first who can bring up the most of the clauses."""
        best, most = "", -1
        for stranger in islice(strangers, _LOOKED_AT):
            found = sum(self._brings_up(stranger, clause) for clause in self._walk)
            if found > most:
                best, most = stranger.subject, found
            if found == len(self._walk):
                break
        return best

    def _brings_up(self, situation: Situation, clause: str) -> bool:
        return any(
            clause in each.clauses and each.draw(situation)
            for each in self._domain.intents.values()
            if not each.after
        )

    def following(self, situation: Situation, goals: Sequence[Goal]) -> Iterator[str]:
        """See ``Chooser``. A clause that is tested along with an earlier one needs no goal of its own,
        and one that this caller's data cannot bring up is passed over."""
        covered = {clause for goal in goals for clause in goal.clauses}
        possible = weights(self._domain, situation, self._intents)
        for clause in self._walk:
            if clause in covered:
                continue
            testing = [each for each in self._domain.intents.values() if clause in each.clauses]
            now = {each.name: possible.get(each.name, 0.0) for each in testing}
            before = {
                name: possible.get(name, 0.0)
                for each in testing
                if each.name not in possible
                for name in each.after
            }
            yield from shuffled(now, situation.rng)
            # What tests it needs something else first.
            yield from shuffled(before, situation.rng)
