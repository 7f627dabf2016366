"""Several reviewers, one decision about a plan.

They are asked one after the other, all of them, so that every vote is there to be kept. Whoever cannot
judge abstains, and has no say.
"""

from dataclasses import dataclass
from typing import Protocol

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.reviewing.round import Ballot
from personas.persona import Persona
from personas.record import Record


@dataclass(frozen=True, slots=True)
class Case:
    """A plan to review: checked, and never played. ``key`` names the candidate, ``number`` the round and
    ``take`` the proposal in it, for whoever needs chance. ``planned`` are the flaws that a scripted
    writer has put into it, which no model is shown."""

    blueprint: Blueprint
    domain: Domain
    persona: Persona
    key: str
    number: int
    planned: tuple[str, ...] = ()
    take: int = 0


class Reviewer(Protocol):
    """Votes on plans."""

    @property
    def name(self) -> str:
        """A name of its own."""
        ...

    async def review(self, case: Case) -> Ballot:
        """Its vote. What costs this vote alone is an abstention; raises ``EngineDown`` when nobody
        could be asked any more."""
        ...


class Opinion(Record):
    """What a committee says: every vote, and ``against``, the code and the reason why the plan may not
    be played, both empty when it may."""

    votes: tuple[Ballot, ...]
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Panel:
    """Reviewers and how they decide: at least ``quorum`` of them must have an opinion, and more than
    the share ``threshold`` of those who have one, or all of them, must be in favour. One half is the
    majority."""

    reviewers: tuple[Reviewer, ...]
    threshold: float = 0.5
    quorum: int = 1

    async def decide(self, case: Case) -> Opinion:
        """The decision on a plan. Raises what a reviewer raises."""
        votes = tuple([await each.review(case) for each in self.reviewers])
        return self.counted(votes)

    def counted(self, votes: tuple[Ballot, ...]) -> Opinion:
        """The decision that these votes come to."""
        voiced = [vote for vote in votes if vote.outcome != "abstain"]
        favour = sum(vote.outcome == "accept" for vote in voiced)
        if len(voiced) < self.quorum:
            said = "; ".join(f"{v.reviewer}: {v.comment}" for v in votes if v.outcome == "abstain")
            reason = f"{len(voiced)} of {len(votes)} reviewers could judge it: {said}"
            return Opinion(votes=votes, code="review_no_quorum", reason=reason)
        if voiced and favour < len(voiced) and favour <= self.threshold * len(voiced):
            said = "; ".join(f"{v.reviewer}: {v.comment}" for v in votes if v.outcome == "reject")
            reason = f"{favour} of {len(voiced)} reviewers are for it: {said}"
            return Opinion(votes=votes, code="review_rejected", reason=reason)
        return Opinion(votes=votes)
