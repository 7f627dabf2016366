"""A voter with known error rates, standing where a model critic will stand.

It makes the committee's machinery real without a model, and gives statistics about voters (agreement,
error rates) something to be checked against. It knows no more than the rules do.
"""

from personas.record import Record, seeded
from verifiers.rules import RULES, opinion
from verifiers.verdict import Evidence, Finding, Verdict


class ScriptedVoter(Record):
    """Has the rules' joint opinion, and gets it wrong at known rates.

    ``false_accept`` is the share of bad dialogues that it passes, ``false_reject`` the share of good
    ones that it fails, ``abstain`` the share of all that it has no opinion on. What it says about a
    dialogue follows from the seed, the trajectory's id and its name.

    Raises ``ValueError`` for rates outside [0, 1].
    """

    name: str
    false_accept: float = 0.0
    false_reject: float = 0.0
    abstain: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for rate in (self.false_accept, self.false_reject, self.abstain):
            if not 0 <= rate <= 1:
                raise ValueError(f"{self.name}: rate {rate} is not between 0 and 1")

    def judge(self, case: Evidence) -> Verdict:
        """The spoiled opinion. Raises what a rule raises."""
        chance = seeded(self.seed, case.trajectory.id, f"voter:{self.name}")
        silent, wrong = chance.random() < self.abstain, chance.random()
        if silent:
            return Verdict(verifier=self.name, outcome="abstain", score=0.5, confidence=0.0)
        good = all(opinion(case, name).outcome != "fail" for name in RULES)
        errs = wrong < (self.false_reject if good else self.false_accept)
        confidence = 1.0 - (self.false_accept + self.false_reject) / 2
        if good != errs:
            return Verdict(verifier=self.name, outcome="pass", confidence=confidence)
        return Verdict(
            verifier=self.name,
            outcome="fail",
            score=0.0,
            confidence=confidence,
            findings=(Finding(code="critic.rejected", message=f"{self.name} is against it"),),
        )
