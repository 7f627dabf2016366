"""What became of the attempts: the funnel, and decisions by domain and finding code."""

from collections import Counter

from generators.trajectory import StopReason
from outputs.figures.shape import share
from outputs.judged import Judged
from personas.record import Record

OUTCOMES = ("accepted", "dropped", "rejected", "revise", "failed")


class DomainDecisions(Record):
    """Outcomes of one domain, and its reasons: finding code -> rows, most frequent first.

    ``leading`` counts each row once, under the reason that counts in the ledger; ``mentioned`` counts
    every reason of every row. Both include the codes with which curation dropped rows.
    """

    domain: str
    attempted: int
    outcomes: dict[str, int]
    leading: dict[str, int]
    mentioned: dict[str, int]


class DecisionSummary(Record):
    """Outcomes of all domains. ``blame`` counts rejected rows by the party at fault, ``broke`` failed
    ones by who broke, ``splits`` accepted ones by split."""

    attempted: int
    outcomes: dict[str, int]
    accept_rate: float
    leading: dict[str, int]
    mentioned: dict[str, int]
    blame: dict[str, int]
    broke: dict[str, int]
    splits: dict[str, int]
    domains: tuple[DomainDecisions, ...]


def outcome_of(row: Judged) -> str:
    """``accepted``, ``dropped`` (by curation), ``rejected``, ``revise``, or ``failed``: broke off in an
    error before there was a dialogue to judge."""
    if row.accepted:
        return "accepted"
    if row.trajectory.stop_reason == StopReason.ERROR:
        return "failed"
    if row.decision.outcome == "accept":
        return "dropped"
    return "rejected" if row.decision.outcome == "reject" else "revise"


def reasons_of(row: Judged) -> tuple[str, ...]:
    """The codes that count against a row, the leading one first; none for an accepted row."""
    outcome = outcome_of(row)
    if outcome == "accepted":
        return ()
    if outcome == "dropped":
        return (row.dropped,)
    failure = row.trajectory.failure
    if outcome == "failed" and failure:
        return (f"failed.{failure.party}.{failure.kind}",)
    return tuple(dict.fromkeys(row.decision.reasons)) or ("committee.no_reason",)


class Decisions:
    """Counts outcomes and reasons. Keys are (domain, kind, name)."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        domain, outcome, reasons = row.trajectory.domain, outcome_of(row), reasons_of(row)
        self.counts[domain, "outcome", outcome] += 1
        if reasons:
            self.counts[domain, "leading", reasons[0]] += 1
        self.counts.update((domain, "mentioned", code) for code in reasons)
        if outcome == "rejected":
            self.counts[domain, "blame", row.decision.party or "nobody"] += 1
        elif outcome == "failed":
            failure = row.trajectory.failure
            self.counts[domain, "broke", failure.party if failure else "unknown"] += 1
        elif outcome == "accepted":
            self.counts[domain, "split", row.split or "none"] += 1

    def merge(self, other: "Decisions") -> None:
        """Adds the counts of another part."""
        self.counts.update(other.counts)

    def summary(self) -> DecisionSummary:
        """The figures."""
        outcomes = self._ranked("outcome")
        attempted = sum(outcomes.values())
        return DecisionSummary(
            attempted=attempted,
            outcomes=_in_order(outcomes),
            accept_rate=share(outcomes.get("accepted", 0), attempted),
            leading=self._ranked("leading"),
            mentioned=self._ranked("mentioned"),
            blame=self._ranked("blame"),
            broke=self._ranked("broke"),
            splits=_in_order(self._ranked("split"), ("train", "validation", "test", "none")),
            domains=tuple(map(self._domain, sorted({domain for domain, *_ in self.counts}))),
        )

    def _domain(self, name: str) -> DomainDecisions:
        outcomes = self._ranked("outcome", name)
        return DomainDecisions(
            domain=name,
            attempted=sum(outcomes.values()),
            outcomes=_in_order(outcomes),
            leading=self._ranked("leading", name),
            mentioned=self._ranked("mentioned", name),
        )

    def _ranked(self, kind: str, domain: str = "") -> dict[str, int]:
        total: Counter[str] = Counter()
        for (where, what, name), times in self.counts.items():
            if what == kind and domain in ("", where):
                total[name] += times
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def _in_order(counts: dict[str, int], names: tuple[str, ...] = OUTCOMES) -> dict[str, int]:
    return {name: counts[name] for name in names if name in counts}
