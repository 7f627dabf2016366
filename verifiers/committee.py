"""Many verdicts, one decision.

Rules come first and each may veto; voters are asked about what is left, and weigh against one another.
The committee judges nothing itself, and a verifier that breaks costs a vote, never a dialogue.
"""

from collections.abc import Iterable, Sequence

from generators.trajectory import StopReason
from personas.record import Record
from verifiers.decision import Decision, Vote
from verifiers.rules import RULES, opinion
from verifiers.verdict import Evidence, Finding, Verdict, Verifier


class Seat(Record):
    """A voter and how much its vote weighs."""

    verifier: Verifier
    weight: float = 1.0


class Committee(Record):
    """Who decides, and how.

    ``vetoes`` names rules: one failure rejects. Of the ``voters`` at least ``quorum`` must have an
    opinion, and those in favour must have at least the share ``threshold`` of the weight of all who
    have one. Voters cost money, so vetoed dialogues are put before them only with ``ask_all``.

    Raises ``ValueError`` for unknown rules, weights that are not positive, two voters of one name, a
    quorum that can't be met and a threshold outside [0, 1].
    """

    vetoes: tuple[str, ...] = tuple(RULES)
    voters: tuple[Seat, ...] = ()
    quorum: int = 0
    threshold: float = 0.5
    ask_all: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.vetoes if name not in RULES]
        if unknown:
            raise ValueError(f"unknown rules {unknown}; there are: {', '.join(RULES)}")
        names = [seat.verifier.name for seat in self.voters]
        if len(set(names)) != len(names):
            raise ValueError(f"two voters share a name: {names}")
        if any(seat.weight <= 0 for seat in self.voters):
            raise ValueError("a voter's weight must be greater than 0")
        if not 0 <= self.quorum <= len(self.voters):
            raise ValueError(f"quorum {self.quorum} of {len(self.voters)} voters cannot be met")
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold {self.threshold} is not between 0 and 1")


def decide(case: Evidence, committee: Committee) -> Decision:
    """The decision on one dialogue, with every vote.

    Vetoes carry no weight, so the score is the voters' share in favour; where no voter had a say it is
    1 for an accepted dialogue and 0 for a vetoed one.
    """
    votes = [
        Vote(verdict=_asked(RULES[name], case), weight=0.0, veto=True) for name in committee.vetoes
    ]
    vetoed = any(vote.verdict.outcome == "fail" for vote in votes)
    if not vetoed or committee.ask_all:
        votes += [
            Vote(verdict=_asked(seat.verifier, case), weight=seat.weight)
            for seat in committee.voters
        ]
    share = _share(votes)
    if vetoed:
        against = [vote for vote in votes if vote.veto]
        return _decision(case, votes, share or 0.0, _errors(against))
    if case.trajectory.stop_reason == StopReason.ERROR:
        # Whoever sits in the committee: what broke off is no dialogue.
        broken = Finding(code="structure.unfinished", message="the dialogue broke off", party="")
        return _decision(case, votes, 0.0, [broken])
    voiced = sum(1 for vote in votes if not vote.veto and vote.verdict.outcome != "abstain")
    if voiced < committee.quorum:
        message = f"{voiced} of {len(committee.voters)} voters had an opinion"
        finding = Finding(code="committee.no_quorum", message=message, party="")
        return _decision(case, votes, share or 0.0, [finding])
    if share is not None and share < committee.threshold:
        message = f"{share:.2f} of the weight is in favour"
        outvoted = Finding(code="committee.outvoted", message=message, party="")
        return _decision(case, votes, share, [outvoted, *_errors(votes)])
    return Decision(
        trajectory_id=case.trajectory.id,
        outcome="accept",
        score=1.0 if share is None else share,
        votes=tuple(votes),
    )


def _asked(verifier: Verifier, case: Evidence) -> Verdict:
    """The verifier's verdict, or an abstention that says how it broke."""
    try:
        if RULES.get(verifier.name) is verifier:
            return opinion(case, verifier.name)
        return verifier.judge(case)
    except Exception as error:
        # A verifier's bug must not cost the build, and must not count against the dialogue.
        message = f"{verifier.name}: {type(error).__name__}: {error}"
        broken = Finding(
            code="committee.verifier_error",
            message=message,
            party="verifier",
            severity="warning",
        )
        return Verdict(
            verifier=verifier.name, outcome="abstain", score=0.0, confidence=0.0, findings=(broken,)
        )


def _share(votes: Iterable[Vote]) -> float | None:
    """The weighted share in favour among those with weight who do not abstain; None without any."""
    counted = [vote for vote in votes if vote.weight > 0 and vote.verdict.outcome != "abstain"]
    weight = sum(vote.weight for vote in counted)
    if not weight:
        return None
    return sum(vote.weight for vote in counted if vote.verdict.outcome == "pass") / weight


def _errors(votes: Iterable[Vote]) -> list[Finding]:
    return [
        finding
        for vote in votes
        for finding in vote.verdict.findings
        if finding.severity == "error" and vote.verdict.outcome == "fail"
    ]


def _decision(
    case: Evidence, votes: Sequence[Vote], score: float, against: Sequence[Finding]
) -> Decision:
    failure = case.trajectory.failure
    blamed = next((finding.party for finding in against if finding.party), "")
    return Decision(
        trajectory_id=case.trajectory.id,
        outcome="reject",
        score=score,
        votes=tuple(votes),
        reasons=tuple(dict.fromkeys(finding.code for finding in against)),
        party=failure.party if failure else blamed,
    )
