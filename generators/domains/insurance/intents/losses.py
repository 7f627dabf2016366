"""Callers who have lost something or had to pay: claims that are opened, and claims that are not."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import CoverTerms
from generators.domains.insurance.intents.drawing import (
    day_fact,
    day_said,
    held,
    loss_days,
    money_fact,
    policies,
    policy_fact,
    today,
)
from generators.domains.insurance.products import COVER_NAMES
from generators.domains.plan import Plan

_DAMAGES = {
    "luggage": "lost or damaged luggage",
    "medical": "medical costs",
    "cancellation": "a cancelled journey",
    "rental_excess": "damage to a rental car",
    "sports_gear": "damaged sports gear",
}
_CAUSES = {
    "medical": ("food poisoning", "a fall on some stairs", "an ear infection"),
    "rental_excess": ("a scratch in a car park", "a cracked windscreen"),
    "sports_gear": ("a board that broke in the surf", "a bent ski pole"),
}
COVER_SAID = {name: f"the {said}" for name, said in COVER_NAMES.items()}
DAY_CUES = ("when", "which day", "what day", "date")


def cover_fact(key: str, cover: str, said: dict[str, str] = _DAMAGES) -> Fact:
    """What kind of loss or cover the caller speaks of."""
    return Fact(
        key=key,
        value=cover,
        spoken=said[cover],
        reveal="upfront",
        cues=("what kind", "what happened", "which cover", "what is it", "what was it", "what for"),
    )


def within(situation: Situation, cover: str) -> int:
    """How many days there are to report a loss under a cover."""
    return situation.db[CoverTerms].get(cover).report_within_days


def draw_luggage(situation: Situation) -> Draw | None:
    """A journey on which luggage was lost so lately that it can be reported."""
    for policy in policies(situation):
        cover = held(situation.db, policy.number).get("luggage")
        days = loss_days(situation, policy, cover, within(situation, "luggage")) if cover else []
        if not cover or not days:
            continue
        day = situation.rng.choice(days)
        amount = round(situation.rng.uniform(cover.excess + 30, cover.excess + 900), 2)
        return Draw(
            need=f"Your luggage was lost on {day_said(day)}, on the journey of policy "
            f"{policy.number}, and you want to claim {amount:.2f} euros for it. You have the slip that "
            "you got when you reported the loss on the spot, and can read its number out.",
            facts=(
                policy_fact(situation, "bag_policy", policy),
                day_fact("bag_day", day, *DAY_CUES, slip=-1),
                money_fact("bag_amount", amount, "how much", "worth", "value", "amount"),
            ),
        )
    return None


def solve_luggage(plan: Plan) -> None:
    """Look the loss up, have the number of the report read out, open the claim."""
    plan.ask("bag_policy", "bag_day")
    number = plan.value("bag_policy")
    checked(plan, number, "luggage", plan.value("bag_day"))
    report = plan.act("read_report", "read_report_number", policy_number=number)["report_number"]
    plan.ask("bag_amount")
    amount = float(plan.value("bag_amount"))
    plan.confirm("open_luggage", amount=amount, report_number=report)
    opened = plan.call(
        "open_claim",
        policy_number=number,
        cover="luggage",
        event_on=plan.value("bag_day"),
        amount=amount,
        report_number=report,
    )
    plan.tell("claim_opened", claim_number=opened["claim_number"], excess=opened["excess"])
    plan.outputs.update(policy=number, claim=opened["claim_number"])


def checked(plan: Plan, policy: str, cover: str, day: str) -> dict[str, Any]:
    """What the policy says about the loss."""
    return plan.call("check_event", policy_number=policy, cover=cover, event_on=day)


def draw_expense(situation: Situation) -> Draw | None:
    """Costs on a journey, under a cover that is held, that can still be reported."""
    return _draw_expense(situation, excluded=False)


def draw_excluded(situation: Situation) -> Draw | None:
    """The same, but for what the cover excludes."""
    return _draw_expense(situation, excluded=True)


def _draw_expense(situation: Situation, excluded: bool) -> Draw | None:
    for policy in policies(situation):
        covers = held(situation.db, policy.number)
        for name in situation.rng.sample(sorted(covers), len(covers)):
            if name not in _CAUSES:
                continue
            terms = situation.db[CoverTerms].get(name)
            cause = terms.excluded if excluded else situation.rng.choice(_CAUSES[name])
            cover = covers[name]
            days = loss_days(situation, policy, cover, within(situation, name))
            if not days:
                continue
            day = situation.rng.choice(days)
            amount = round(situation.rng.uniform(cover.excess + 25, cover.excess + 600), 2)
            return Draw(
                need=f"You want to claim {amount:.2f} euros for {_DAMAGES[name]} on "
                f"{day_said(day)}, on the journey of policy {policy.number}; it came from {cause}.",
                facts=(
                    policy_fact(situation, "loss_policy", policy),
                    cover_fact("loss_cover", name),
                    day_fact("loss_day", day, *DAY_CUES, slip=1),
                    Fact(
                        key="loss_cause",
                        value=cause,
                        reveal="upfront",
                        cues=("how did", "cause", "what led"),
                    ),
                    money_fact("loss_amount", amount),
                ),
            )
    return None


def solve_expense(plan: Plan) -> None:
    """Look the loss up and open the claim."""
    check = _loss(plan)
    plan.ask("loss_cause", "loss_amount")
    amount = float(plan.value("loss_amount"))
    plan.confirm("open_claim", amount=amount, cover_name=check["cover_name"])
    opened = plan.call(
        "open_claim",
        policy_number=plan.value("loss_policy"),
        cover=plan.value("loss_cover"),
        event_on=plan.value("loss_day"),
        amount=amount,
    )
    plan.tell("claim_opened", claim_number=opened["claim_number"], excess=opened["excess"])
    plan.outputs["claim"] = opened["claim_number"]


def solve_excluded(plan: Plan) -> None:
    """Look the loss up, ask how it happened, and decline."""
    check = _loss(plan)
    plan.ask("loss_cause")
    plan.refuse("excluded", cover_name=check["cover_name"], excluded=check["excluded"])


def _loss(plan: Plan) -> dict[str, Any]:
    plan.ask("loss_policy", "loss_cover", "loss_day")
    number = plan.value("loss_policy")
    plan.outputs["policy"] = number
    return checked(plan, number, plan.value("loss_cover"), plan.value("loss_day"))


def _refused(situation: Situation, policy: Any, cover: str, day: Any) -> Draw:
    return Draw(
        need=f"You want to make a claim for {_DAMAGES[cover]} on {day_said(day)}, under your policy "
        f"{policy.number}.",
        facts=(
            policy_fact(situation, "loss_policy", policy),
            cover_fact("loss_cover", cover),
            day_fact("loss_day", day, *DAY_CUES),
        ),
    )


def draw_late(situation: Situation) -> Draw | None:
    """A loss whose last day for reporting has gone by."""
    for policy in policies(situation):
        covers = held(situation.db, policy.number)
        for name in situation.rng.sample(sorted(covers), len(covers)):
            if name not in _DAMAGES or name == "cancellation":
                continue
            days = loss_days(situation, policy, covers[name], within(situation, name), late=True)
            if days:
                return _refused(situation, policy, name, situation.rng.choice(days))
    return None


def solve_late(plan: Plan) -> None:
    """Look the loss up and decline."""
    plan.refuse("reported_late", report_by=_loss(plan)["report_by"])


def draw_waiting(situation: Situation) -> Draw | None:
    """A journey that was called off before the cover held."""
    for policy in policies(situation):
        cover = held(situation.db, policy.number).get("cancellation")
        if cover and policy.bought_on < today(situation) < min(
            cover.covered_from, policy.starts_on
        ):
            days = (today(situation) - policy.bought_on).days
            day = policy.bought_on.fromordinal(
                policy.bought_on.toordinal() + situation.rng.randint(1, days)
            )
            return _refused(situation, policy, "cancellation", day)
    return None


def solve_waiting(plan: Plan) -> None:
    """Look the loss up and decline."""
    plan.refuse("not_covered_yet", covered_from=_loss(plan)["covered_from"])


def draw_uncovered(situation: Situation) -> Draw | None:
    """A loss on a journey whose policy does not have the cover."""
    for policy in policies(situation):
        covers = held(situation.db, policy.number)
        lacking = [
            name
            for name in ("rental_excess", "sports_gear")
            if name not in covers and policy.starts_on < today(situation)
        ]
        days = loss_days(situation, policy, covers["medical"], 12)
        if lacking and days:
            return _refused(
                situation, policy, situation.rng.choice(lacking), situation.rng.choice(days)
            )
    return None


def solve_uncovered(plan: Plan) -> None:
    """Look the loss up and decline."""
    check = _loss(plan)
    plan.refuse("cover_not_held", product=check["product_name"], cover_name=check["cover_name"])
