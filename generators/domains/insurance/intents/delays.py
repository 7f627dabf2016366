"""Callers who arrived late: delays that are paid for, and delays that were too short."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import Product
from generators.domains.insurance.intents.drawing import (
    day_fact,
    day_said,
    held,
    loss_days,
    policies,
    policy_fact,
)
from generators.domains.insurance.intents.losses import DAY_CUES, checked, within
from generators.domains.plan import Plan


def draw_delay(situation: Situation) -> Draw | None:
    """A delay that was long enough."""
    return _delay(situation, short=False)


def draw_delay_short(situation: Situation) -> Draw | None:
    """A delay that was not."""
    return _delay(situation, short=True)


def _delay(situation: Situation, short: bool) -> Draw | None:
    for policy in policies(situation):
        cover = held(situation.db, policy.number).get("delay")
        days = loss_days(situation, policy, cover, within(situation, "delay")) if cover else []
        if not days:
            continue
        least = situation.db[Product].get(policy.product).delay_from_hours
        rng = situation.rng
        hours = rng.randint(2, least - 1) if short else rng.randint(least, least + 14)
        day = rng.choice(days)
        return Draw(
            need=f"You arrived {hours} hours late on {day_said(day)}, on the journey of policy "
            f"{policy.number}, and want to be paid for the delay.",
            facts=(
                policy_fact(situation, "delay_policy", policy),
                day_fact("delay_day", day, *DAY_CUES),
                Fact(
                    key="delay_hours",
                    value=str(hours),
                    spoken=f"{hours} hours",
                    reveal="upfront",
                    cues=("how long", "how many hours", "how late"),
                ),
            ),
        )
    return None


def _quoted(plan: Plan) -> dict[str, Any]:
    plan.ask("delay_policy", "delay_day", "delay_hours")
    number = plan.value("delay_policy")
    plan.outputs["policy"] = number
    with plan.together():
        checked(plan, number, "delay", plan.value("delay_day"))
        quote = plan.call("quote_delay", policy_number=number, hours=int(plan.value("delay_hours")))
    return quote


def solve_delay(plan: Plan) -> None:
    """Work out what the delay is worth, and open the claim."""
    pays = _quoted(plan)["pays"]
    plan.confirm("open_delay", amount=pays, hours=plan.value("delay_hours"))
    opened = plan.call(
        "open_claim",
        policy_number=plan.value("delay_policy"),
        cover="delay",
        event_on=plan.value("delay_day"),
        amount=pays,
    )
    plan.tell("delay_opened", claim_number=opened["claim_number"], amount=opened["amount"])
    plan.outputs["claim"] = opened["claim_number"]


def solve_delay_short(plan: Plan) -> None:
    """Work it out and decline."""
    plan.refuse("delay_too_short", from_hours=_quoted(plan)["from_hours"])
