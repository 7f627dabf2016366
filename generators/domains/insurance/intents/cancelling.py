"""Callers who want their policy cancelled and the premium back."""

from typing import Any

from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import Claim, Policy
from generators.domains.insurance.intents.drawing import policies, policy_fact, today
from generators.domains.insurance.products import COOLING_OFF
from generators.domains.insurance.tools.quoting import reduced_refund
from generators.domains.plan import Plan


def kind_of_cancellation(situation: Situation, policy: Policy) -> str:
    """What cancelling would come to: refused, full or part."""
    if policy.starts_on <= today(situation) or situation.db[Claim].where(policy=policy.number):
        return "refused"
    return "full" if today(situation) <= policy.bought_on + COOLING_OFF else "part"


def _draw_cancel(situation: Situation, kind: str) -> Draw | None:
    for policy in policies(situation):
        over = policy.ends_on < today(situation) or not reduced_refund(policy.premium)
        if over or kind_of_cancellation(situation, policy) != kind:
            continue
        otherwise = " You take a part of the premium if there is no more." if kind == "part" else ""
        return Draw(
            need=f"You want to cancel your policy {policy.number} and have the premium back."
            f"{otherwise}",
            facts=(policy_fact(situation, "ended_policy", policy),),
        )
    return None


def draw_full(situation: Situation) -> Draw | None:
    """A policy that was bought within the cooling-off period."""
    return _draw_cancel(situation, "full")


def draw_part(situation: Situation) -> Draw | None:
    """A policy that was bought before, for a journey to come."""
    return _draw_cancel(situation, "part")


def draw_cancel_refused(situation: Situation) -> Draw | None:
    """A policy whose journey has begun, or with a claim."""
    return _draw_cancel(situation, "refused")


def _cancelling(plan: Plan) -> dict[str, Any]:
    plan.ask("ended_policy")
    plan.outputs["policy"] = plan.value("ended_policy")
    return plan.call("quote_cancellation", policy_number=plan.value("ended_policy"))


def _cancel(plan: Plan, refund: float) -> None:
    done = plan.call("cancel_policy", policy_number=plan.value("ended_policy"), refund=refund)
    plan.tell("cancelled", refund=done["refund"], arrives_by=done["arrives_by"])


def solve_full(plan: Plan) -> None:
    """Cancel with the whole premium back."""
    refund = _cancelling(plan)["premium"]
    plan.confirm("cancel_full", refund=refund)
    _cancel(plan, refund)


def solve_part(plan: Plan) -> None:
    """Say that the cooling-off period is over, and cancel with the reduced refund."""
    quote = _cancelling(plan)
    plan.confirm(
        "cancel_part",
        cooling_off_until=quote["cooling_off_until"],
        refund=quote["refund_after_cooling_off"],
    )
    _cancel(plan, quote["refund_after_cooling_off"])


def solve_cancel_refused(plan: Plan) -> None:
    """Say what stands against it."""
    quote = _cancelling(plan)
    if quote["claims"]:
        plan.refuse("claim_on_policy", claim_number=quote["claims"][0])
    else:
        plan.refuse("journey_begun", starts_on=quote["starts_on"])
