"""What is kept of each round in which a plan was proposed, checked and reviewed."""

from collections.abc import Iterable
from typing import Literal

from personas.record import Record

BallotOutcome = Literal["accept", "reject", "abstain"]


class Comment(Record):
    """One thing that is wrong, as it is told to whoever writes the plan again. ``code`` is stable and
    counted: a defect's, or a reviewer's ``review_rejected``. ``constraint`` names the one of those that
    the writer was given which is violated, where it is known."""

    code: str
    text: str
    constraint: str = ""


class Ballot(Record):
    """One reviewer's vote. ``comment`` says what is wrong, or why nothing could be judged; ``code`` is
    what a script calls it. ``asked`` is the call of a model, as JSON: slot, model, prompt, seed."""

    reviewer: str
    outcome: BallotOutcome
    comment: str = ""
    code: str = "review_rejected"
    asked: str = ""


class Round(Record):
    """One proposal and what was said against it.

    ``proposal`` is what the writer wrote, as it wrote it; empty for plans that nobody wrote.
    ``planned`` are the flaws that a scripted writer put into it on purpose. ``defects`` are what the
    checks found; where they found something nobody is asked, and there are no ``votes``.

    Where the recipe has strategies, ``strategy`` is the one that was picked for a plan of this
    ``complexity``, and ``others`` are the proposals of the round that were worse than this one.
    """

    number: int
    accepted: bool
    proposal: str = ""
    by: str = ""
    asked: str = ""
    planned: tuple[str, ...] = ()
    defects: tuple[Comment, ...] = ()
    votes: tuple[Ballot, ...] = ()
    strategy: str = ""
    complexity: int = 0
    others: tuple["Round", ...] = ()

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Everything that was said against it."""
        return (*self.defects, *objections(self.votes))


def taken(purpose: str, take: int) -> str:
    """What chance is for in one of several proposals of a round; the first has the round's own."""
    return f"{purpose}:{take}" if take else purpose


def objections(votes: Iterable[Ballot]) -> tuple[Comment, ...]:
    """What those who are against it say."""
    return tuple(
        Comment(code=vote.code, text=f"{vote.reviewer}: {vote.comment}")
        for vote in votes
        if vote.outcome == "reject"
    )
