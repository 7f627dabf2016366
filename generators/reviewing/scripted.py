"""A reviewer with known error rates, standing where a model will stand.

It makes the review real without a model, and gives its figures something to be checked against: it
knows which flaws a scripted writer has planned, and gets that wrong as often as it is told to.
"""

from generators.reviewing.committee import Case
from generators.reviewing.round import Ballot, taken
from personas.record import Record, seeded


class ScriptedReviewer(Record):
    """Knows whether a plan is flawed, and errs at known rates.

    ``false_accept`` is the share of flawed plans that it is for, ``false_reject`` the share of sound
    ones that it is against, ``abstain`` the share of all that it has no opinion on. Its vote follows
    from the seed, the candidate, the round and its name.
    """

    name: str
    false_accept: float = 0.0
    false_reject: float = 0.0
    abstain: float = 0.0
    seed: int = 0

    async def review(self, case: Case) -> Ballot:
        """See ``Reviewer``. Raises nothing."""
        of = taken(f"{case.key}:{case.number}", case.take)
        chance = seeded(self.seed, of, f"reviewer:{self.name}")
        silent, wrong = chance.random() < self.abstain, chance.random()
        if silent:
            return Ballot(reviewer=self.name, outcome="abstain", comment="it cannot tell")
        sound = not case.planned
        errs = wrong < (self.false_reject if sound else self.false_accept)
        if sound != errs:
            return Ballot(reviewer=self.name, outcome="accept")
        if sound:
            return Ballot(reviewer=self.name, outcome="reject", comment="it is not convincing")
        flaw = case.planned[0]
        comment = f"the plan has the flaw {flaw.replace('_', ' ')}"
        return Ballot(reviewer=self.name, outcome="reject", comment=comment, code=flaw)
