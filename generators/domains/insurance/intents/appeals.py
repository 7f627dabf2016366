"""Callers whose claim was refused and who do not accept that."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.intents.drawing import claim_fact, claims, today
from generators.domains.insurance.products import APPEAL_WITHIN
from generators.domains.plan import Plan

_GROUNDS = {
    "new_evidence": "you have found new evidence",
    "facts_misread": "they got the facts wrong",
    "terms_misapplied": "they applied their own terms wrongly",
}

_SAID = {
    "new_evidence": "I have found new evidence",
    "facts_misread": "the facts in the decision are wrong",
    "terms_misapplied": "the terms were applied wrongly",
}


def _draw_appeal(situation: Situation, late: bool) -> Draw | None:
    for claim in claims(situation, "refused"):
        over = claim.decided_on is None or claim.decided_on + APPEAL_WITHIN < today(situation)
        if over != late:
            continue
        ground = situation.rng.choice(sorted(_GROUNDS))
        return Draw(
            need=f"Your claim {claim.number} was refused, and you want to appeal because "
            f"{_GROUNDS[ground]}; you know its number by heart.",
            facts=(
                claim_fact(situation, "appeal_claim", claim),
                Fact(
                    key="appeal_ground",
                    value=ground,
                    spoken=_SAID[ground],
                    reveal="upfront",
                    cues=("why", "ground", "grounds", "reason", "wrong with"),
                ),
            ),
        )
    return None


def draw_appeal(situation: Situation) -> Draw | None:
    """A claim that was refused lately."""
    return _draw_appeal(situation, late=False)


def draw_appeal_late(situation: Situation) -> Draw | None:
    """A claim that was refused too long ago."""
    return _draw_appeal(situation, late=True)


def _refused_claim(plan: Plan) -> dict[str, Any]:
    plan.ask("appeal_claim")
    claim = plan.call("get_claim", claim_number=plan.value("appeal_claim"))
    plan.outputs.update(claim=claim["claim_number"], policy=claim["policy"])
    return claim


def solve_appeal(plan: Plan) -> None:
    """Check the days, ask for the ground, file it."""
    number = _refused_claim(plan)["claim_number"]
    plan.ask("appeal_ground")
    plan.confirm("appeal", claim_number=number)
    done = plan.call("file_appeal", claim_number=number, ground=plan.value("appeal_ground"))
    plan.tell("appeal_filed", appeal_id=done["appeal_id"], decision_by=done["decision_by"])


def solve_appeal_late(plan: Plan) -> None:
    """Check the days and decline."""
    plan.refuse("appeal_too_late", appeal_until=_refused_claim(plan)["appeal_until"])
