"""Callers who want to know what a cover pays, or have lost the number of a policy or a claim."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import Claim, Policy, Trip
from generators.domains.insurance.intents.drawing import (
    held,
    policies,
    policy_fact,
    row_with,
    today,
    touched,
)
from generators.domains.insurance.intents.losses import COVER_SAID, cover_fact
from generators.domains.plan import Plan


def draw_question(situation: Situation) -> Draw | None:
    """A cover of a policy that has not run out."""
    for policy in policies(situation):
        if policy.ends_on < today(situation):
            continue
        cover = situation.rng.choice(sorted(held(situation.db, policy.number)))
        return Draw(
            need=f"You want to know up to which sum {COVER_SAID[cover]} of your policy "
            f"{policy.number} pays, and what the excess is.",
            facts=(
                policy_fact(situation, "asked_policy", policy),
                cover_fact("asked_cover", cover, COVER_SAID),
            ),
        )
    return None


def solve_question(plan: Plan) -> None:
    """Look and say."""
    plan.ask("asked_policy", "asked_cover")
    plan.outputs["policy"] = plan.value("asked_policy")
    policy = plan.call("get_policy", policy_number=plan.value("asked_policy"))
    cover = row_with(policy["covers"], cover=plan.value("asked_cover"))
    plan.tell("cover_terms", limit=cover["limit"], excess=cover["excess"])


def _city_fact(key: str, city: str) -> Fact:
    cues = ("where", "which city", "which journey", "which place", "city", "place")
    return Fact(key=key, value=city, reveal="upfront", cues=cues)


def _city_of(situation: Situation, policy: Policy) -> str:
    """Where a policy's journey goes; empty if another one of the caller's goes there too."""
    db = situation.db
    rows = db[Policy].where(holder=situation.subject)
    cities = [db[Trip].where(policy=row.number)[0].city for row in rows]
    city = db[Trip].where(policy=policy.number)[0].city
    return city if cities.count(city) == 1 else ""


def draw_find_policy(situation: Situation) -> Draw | None:
    """A policy that has not run out."""
    for policy in policies(situation):
        city = _city_of(situation, policy)
        if city and policy.ends_on >= today(situation):
            return Draw(
                need="You cannot find your papers and want to know the number of the policy for your "
                f"journey to {city}, and until when it runs.",
                facts=(_city_fact("journey_city", city),),
            )
    return None


def solve_find_policy(plan: Plan) -> None:
    """Look and say."""
    plan.ask("journey_city")
    rows = plan.call("list_policies", client_number=plan.subject)
    row = row_with(rows, city=plan.value("journey_city"))
    plan.tell(
        "policy_found",
        policy_number=row["policy_number"],
        product=row["product_name"],
        ends_on=row["ends_on"],
    )
    plan.outputs["policy"] = row["policy_number"]


def draw_find_claim(situation: Situation) -> Draw | None:
    """A policy with one claim."""
    for policy in policies(situation):
        city = _city_of(situation, policy)
        rows = situation.db[Claim].where(policy=policy.number)
        if city and len(rows) == 1 and rows[0].number not in touched(situation):
            return Draw(
                need="You have lost the number of the claim that you made about your journey to "
                f"{city}, and want to have it.",
                facts=(_city_fact("claim_city", city),),
            )
    return None


def solve_find_claim(plan: Plan) -> None:
    """Find the policy, then its claim."""
    plan.ask("claim_city")
    rows = plan.call("list_policies", client_number=plan.subject)
    policy = row_with(rows, city=plan.value("claim_city"))["policy_number"]
    claim = plan.call("get_policy", policy_number=policy)["claims"][0]
    plan.tell("claim_found", claim_number=claim["claim_number"], event_on=claim["event_on"])
    plan.outputs.update(policy=policy, claim=claim["claim_number"])
