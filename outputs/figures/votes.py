"""How the committee's members vote: alone, beside each other, and against the planted truth."""

from collections import Counter
from itertools import chain, repeat
from typing import Literal

from generators.trajectory import StopReason
from outputs.figures.faults import Rate, rate, truth_of
from outputs.judged import Judged
from personas.record import Record
from verifiers.agreement import Agreement, agreement
from verifiers.decision import Decision, Vote
from verifiers.verdict import Verdict

Opinion = Literal["pass", "fail", "abstain"]


class MemberFigure(Record):
    """One member's votes. ``with_decision`` is over its votes that did not abstain; ``caught`` and
    ``alarms`` are its own failing votes on faulty and on sound dialogues."""

    verifier: str
    veto: bool
    passed: int
    failed: int
    abstained: int
    with_decision: Rate
    caught: Rate
    alarms: Rate


class VoteSummary(Record):
    """Every member, those with a veto first, and the agreement of the others."""

    members: tuple[MemberFigure, ...]
    agreement: Agreement


class Votes:
    """Counts votes. Dialogues that broke off in an error were never judged and are left out."""

    def __init__(self) -> None:
        self.votes: Counter[tuple[str, bool, str, str, str]] = Counter()
        self.ballots: Counter[tuple[tuple[str, Opinion], ...]] = Counter()

    def add(self, row: Judged) -> None:
        """Counts the votes on one judged dialogue."""
        if row.trajectory.stop_reason == StopReason.ERROR:
            return
        truth = truth_of(row.trajectory)
        ballot = []
        for vote in row.decision.votes:
            name, outcome = vote.verdict.verifier, vote.verdict.outcome
            self.votes[name, vote.veto, outcome, row.decision.outcome, truth] += 1
            if not vote.veto:
                ballot.append((name, outcome))
        self.ballots[tuple(sorted(ballot))] += 1

    def merge(self, other: "Votes") -> None:
        """Adds the counts of another part."""
        self.votes.update(other.votes)
        self.ballots.update(other.ballots)

    def summary(self) -> VoteSummary:
        """The figures."""
        members = sorted({(not veto, name) for name, veto, *_ in self.votes})
        return VoteSummary(
            members=tuple(self._member(name, not voter) for voter, name in members),
            agreement=agreement(
                chain.from_iterable(
                    repeat(_decision(ballot), times)
                    for ballot, times in sorted(self.ballots.items())
                )
            ),
        )

    def _member(self, name: str, veto: bool) -> MemberFigure:
        def count(outcome: str, decision: str = "", truth: str = "") -> int:
            return sum(
                times
                for (who, vetoes, said, decided, was), times in self.votes.items()
                if (who, vetoes, said) == (name, veto, outcome)
                and decision in ("", decided)
                and truth in ("", was)
            )

        passed, failed = count("pass"), count("fail")
        caught, alarms = count("fail", truth="faulty"), count("fail", truth="sound")
        return MemberFigure(
            verifier=name,
            veto=veto,
            passed=passed,
            failed=failed,
            abstained=count("abstain"),
            with_decision=rate(count("pass", "accept") + count("fail", "reject"), passed + failed),
            caught=rate(caught, caught + count("pass", truth="faulty")),
            alarms=rate(alarms, alarms + count("pass", truth="sound")),
        )


def _decision(ballot: tuple[tuple[str, Opinion], ...]) -> Decision:
    """A decision with these votes and nothing else, for the agreement to look at."""
    votes = tuple(Vote(verdict=Verdict(verifier=name, outcome=outcome)) for name, outcome in ballot)
    return Decision(trajectory_id="", outcome="accept", score=0.0, votes=votes)
