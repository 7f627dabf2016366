"""Callers who wait for a claim's decision or money, or do not agree with what they got."""

from typing import Any

from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import Claim, ClaimDocument, Payout, PolicyCover
from generators.domains.insurance.intents.drawing import (
    claim_fact,
    claims,
)
from generators.domains.insurance.products import PAYOUT_LIMIT, payable
from generators.domains.plan import Plan
from generators.domains.table import Database


def kind_of(db: Database, claim: Claim) -> str:
    """How an open claim stands: blocked, large, capped or plain."""
    rows = db[ClaimDocument].where(claim=claim.number)
    cover = db[PolicyCover].get(f"{claim.policy}:{claim.cover}")
    if any(row.state != "accepted" for row in rows):
        return "blocked"
    if payable(claim.amount, cover.limit, cover.excess) > PAYOUT_LIMIT:
        return "large"
    return "capped" if claim.amount - cover.excess > cover.limit else "plain"


def _draw(situation: Situation, kind: str) -> Draw | None:
    for claim in claims(situation, "open"):
        if kind_of(situation.db, claim) != kind:
            continue
        otherwise = (
            " You expect the whole sum, but take what they can pay." if kind == "capped" else ""
        )
        return Draw(
            need=f"You want your claim {claim.number} over {claim.amount:.2f} euros to be paid "
            f"out now.{otherwise}",
            slots={"claimed": claim.amount},
            facts=(claim_fact(situation, "pay_claim", claim),),
        )
    return None


def draw_payout(situation: Situation) -> Draw | None:
    """A complete claim within the limits."""
    return _draw(situation, "plain")


def draw_capped(situation: Situation) -> Draw | None:
    """A complete claim above the limit of its cover."""
    return _draw(situation, "capped")


def draw_large(situation: Situation) -> Draw | None:
    """A complete claim above what the desk may pay."""
    return _draw(situation, "large")


def draw_blocked(situation: Situation) -> Draw | None:
    """A claim with a document missing."""
    return _draw(situation, "blocked")


def _assessed(plan: Plan) -> dict[str, Any]:
    plan.ask("pay_claim")
    number = plan.value("pay_claim")
    plan.outputs.update(claim=number, policy=plan.db[Claim].get(number).policy)
    return plan.call("assess_claim", claim_number=number)


def _pay(plan: Plan, amount: float) -> None:
    done = plan.call("approve_payout", claim_number=plan.value("pay_claim"), amount=amount)
    plan.tell(
        "paid",
        amount=done["amount"],
        iban_ending=done["iban_ending"],
        arrives_by=done["arrives_by"],
    )


def solve_payout(plan: Plan) -> None:
    """Assess it and pay it."""
    found = _assessed(plan)
    plan.confirm("pay", claimed=found["claimed"], excess=found["excess"], amount=found["payable"])
    _pay(plan, found["payable"])


def solve_capped(plan: Plan) -> None:
    """Assess it, say that the limit holds, and pay that."""
    found = _assessed(plan)
    plan.confirm("pay_capped", claimed=found["claimed"], limit=found["limit"])
    _pay(plan, found["payable"])


def solve_large(plan: Plan) -> None:
    """Assess it and hand it over."""
    found = _assessed(plan)
    handed = plan.call(
        "hand_over",
        client_number=plan.subject,
        queue="claims_specialists",
        reason="payout_above_limit",
        about=plan.value("pay_claim"),
    )
    plan.tell(
        "payout_handed_over",
        amount=found["payable"],
        reference=handed["reference"],
        call_back_by=handed["call_back_by"],
    )


def solve_blocked(plan: Plan) -> None:
    """Assess it and say what is missing."""
    plan.refuse("document_missing", document=_assessed(plan)["missing"][0])


def draw_status(situation: Situation) -> Draw | None:
    """Any open claim."""
    for claim in claims(situation, "open"):
        return Draw(
            need=f"You want to know how things stand with your claim {claim.number}.",
            facts=(claim_fact(situation, "status_claim", claim),),
        )
    return None


def solve_status(plan: Plan) -> None:
    """Look and say."""
    plan.ask("status_claim")
    tell_status(plan, plan.value("status_claim"))


def tell_status(plan: Plan, number: str) -> None:
    """Say what is missing from an open claim, or by when it is reviewed."""
    claim = plan.call("get_claim", claim_number=number)
    plan.outputs.update(claim=number, policy=claim["policy"])
    lacking = [each["name"] for each in claim["documents"] if each["state"] != "accepted"]
    if lacking:
        plan.tell("status_missing", document=lacking[0])
    else:
        plan.tell("status_review", review_by=claim["review_by"])


def draw_explained(situation: Situation) -> Draw | None:
    """A claim that was paid with less than was claimed."""
    for claim in claims(situation, "paid"):
        paid = situation.db[Payout].where(claim=claim.number)
        if claim.number not in situation.db[Claim].own and paid[0].amount < claim.amount:
            return Draw(
                need=f"You claimed {claim.amount:.2f} euros under {claim.number} and got less; you "
                "want to know why.",
                slots={"claimed": claim.amount},
                facts=(claim_fact(situation, "less_claim", claim),),
            )
    return None


def solve_explained(plan: Plan) -> None:
    """Say what made it less: the limit, or the excess."""
    plan.ask("less_claim")
    claim = plan.call("get_claim", claim_number=plan.value("less_claim"))
    plan.outputs.update(claim=claim["claim_number"], policy=claim["policy"])
    told = {"claimed": claim["amount"], "paid": claim["paid"]}
    if claim["amount"] - claim["excess"] > claim["limit"]:
        plan.tell("less_by_limit", limit=claim["limit"], **told)
    else:
        plan.tell("less_by_excess", excess=claim["excess"], **told)


def draw_withdraw(situation: Situation) -> Draw | None:
    """An open claim that is no longer needed."""
    for claim in claims(situation, "open"):
        return Draw(
            need=f"You want to withdraw your claim {claim.number}, the matter has been settled "
            "otherwise.",
            facts=(claim_fact(situation, "dropped_claim", claim),),
        )
    return None


def solve_withdraw(plan: Plan) -> None:
    """Say that it is final, and withdraw it."""
    plan.ask("dropped_claim")
    number = plan.value("dropped_claim")
    claim = plan.call("get_claim", claim_number=number)
    plan.confirm("withdraw", claim_number=number)
    done = plan.call("withdraw_claim", claim_number=number)
    plan.tell("withdrawn", amount=done["amount"])
    plan.outputs.update(claim=number, policy=claim["policy"])
