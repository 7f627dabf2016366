"""What of each domain the released set exercises, and what it never touches.

Tools and intents count in accepted dialogues: that is what a trainer sees. A clause counts as exercised
when an accepted dialogue has a goal that puts it to the test, or when a rejected one broke it.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from math import comb, log2

from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.perturbation import Perturbation
from generators.perturbed.view import in_environment
from generators.sources.policy_graph import clauses_tested
from outputs.figures.policies import clauses_broken
from outputs.figures.shape import share
from outputs.judged import Judged
from personas.record import Record

REGISTERS = ("terse", "chatty", "formal", "impatient")


class Exercised(Record):
    """How often each name of one kind occurred, most frequent first, and the names that never did."""

    counts: dict[str, int]
    never: tuple[str, ...] = ()


class DomainCoverage(Record):
    """Coverage of one domain. ``tested`` counts accepted dialogues whose goals test a clause,
    ``breached`` rejected ones that broke it; ``clauses.never`` lists those with neither. ``pairs`` is
    how many pairs of clauses an accepted dialogue tests together, out of ``all_pairs`` of those that
    intents test at all (0 where the domain is not known)."""

    domain: str
    dialogues: int
    agent_tools: Exercised
    user_tools: Exercised
    intents: Exercised
    clauses: Exercised
    tested: dict[str, int]
    breached: dict[str, int]
    pairs: int = 0
    all_pairs: int = 0


class Grid(Record):
    """How evenly accepted dialogues spread over intent and register within the domains.

    ``rows`` maps ``domain/intent`` to a count per register. ``entropy`` is in bits over all cells,
    ``evenness`` is that over its maximum; ``fewest`` is the smallest cell, 0 for an empty one.
    """

    rows: dict[str, dict[str, int]]
    cells: int
    entropy: float
    evenness: float
    fewest: int


class CoverageSummary(Record):
    """Coverage of every domain, and the grid over all of them."""

    domains: tuple[DomainCoverage, ...]
    grid: Grid


class Coverage:
    """Counts what was exercised. Keys are (domain, kind, name), of calls (domain, party, name in its
    environment, perturbation)."""

    def __init__(self) -> None:
        self.dialogues: Counter[str] = Counter()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.calls: Counter[tuple[str, str, str, Perturbation | None]] = Counter()
        self.grid: Counter[tuple[str, str, str]] = Counter()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        domain = row.trajectory.domain
        if not row.accepted:
            self.dialogues[domain] += 0
            self.counts.update((domain, "breached", clause) for clause in clauses_broken(row))
            return
        self.dialogues[domain] += 1
        for event in row.trajectory.events:
            if event.kind == "call" and event.call:
                key = (domain, event.party, event.call.name, row.blueprint.perturbation)
                self.calls[key] += 1
        goals = row.blueprint.goals
        self.counts.update((domain, "intent", name) for name in {goal.intent for goal in goals})
        clauses = {clause for goal in goals for clause in goal.clauses}
        self.counts.update((domain, "tested", clause) for clause in clauses)
        pairs = combinations(sorted(clauses), 2)
        self.counts.update((domain, "pair", f"{one} {other}") for one, other in pairs)
        for intent in {goal.intent for goal in goals}:
            self.grid[domain, intent, row.persona.style.register] += 1

    def merge(self, other: "Coverage") -> None:
        """Adds the counts of another part."""
        self.dialogues.update(other.dialogues)
        self.counts.update(other.counts)
        self.calls.update(other.calls)
        self.grid.update(other.grid)

    def summary(self, domains: Mapping[str, Domain]) -> CoverageSummary:
        """The figures. ``domains`` says what there is to exercise; one that is not in it gets no list
        of what never was."""
        names = sorted(self.dialogues)
        return CoverageSummary(
            domains=tuple(self._domain(name, domains.get(name)) for name in names),
            grid=self._grid({name: domains[name] for name in names if name in domains}),
        )

    def _domain(self, name: str, domain: Domain | None) -> DomainCoverage:
        tested, breached = self._counts(name, "tested"), self._counts(name, "breached")
        return DomainCoverage(
            domain=name,
            dialogues=self.dialogues[name],
            agent_tools=_exercised(
                self._called(name, AGENT, domain), domain and domain.agent_tools
            ),
            user_tools=_exercised(self._called(name, USER, domain), domain and domain.user_tools),
            intents=_exercised(self._counts(name, "intent"), domain and domain.intents),
            clauses=_exercised(tested + breached, domain and domain.policy.clauses),
            tested=dict(sorted(tested.items())),
            breached=dict(sorted(breached.items())),
            pairs=len(self._counts(name, "pair")),
            all_pairs=comb(len(clauses_tested(domain)), 2) if domain else 0,
        )

    def _called(self, name: str, party: str, domain: Domain | None) -> Counter[str]:
        """The calls of a party, by the names that the tools have in the domain itself."""
        found: Counter[str] = Counter()
        for (where, who, tool, perturbation), times in self.calls.items():
            if (where, who) == (name, party):
                here = in_environment(domain, perturbation) if domain else None
                found[here.naming.tool(party, tool) if here else tool] += times
        return found

    def _counts(self, domain: str, kind: str) -> Counter[str]:
        return Counter(
            {key[2]: times for key, times in self.counts.items() if key[:2] == (domain, kind)}
        )

    def _grid(self, domains: Mapping[str, Domain]) -> Grid:
        seen = {(domain, intent) for domain, intent, _ in self.grid}
        known = {(name, intent) for name, domain in domains.items() for intent in domain.intents}
        registers = sorted({register for *_, register in self.grid} | set(REGISTERS))
        rows = {
            f"{domain}/{intent}": {
                register: self.grid[domain, intent, register] for register in registers
            }
            for domain, intent in sorted(seen | known)
        }
        cells = [times for row in rows.values() for times in row.values()]
        bits = entropy(cells)
        return Grid(
            rows=rows,
            cells=len(cells),
            entropy=bits,
            evenness=bits / log2(len(cells)) if len(cells) > 1 else 0.0,
            fewest=min(cells, default=0),
        )


def entropy(counts: list[int]) -> float:
    """Shannon entropy of the counts' shares, in bits."""
    total = sum(counts)
    return -sum(share(each, total) * log2(share(each, total)) for each in counts if each) + 0.0


def _exercised(counts: Counter[str], there_is: Mapping[str, object] | None) -> Exercised:
    ordered = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    never = tuple(sorted(name for name in there_is or () if not counts[name]))
    return Exercised(counts=ordered, never=never)
