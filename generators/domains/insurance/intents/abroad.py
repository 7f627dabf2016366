"""Callers in need abroad: treatments that the clinic wants approved, and emergencies."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import AssistanceCase, Policy
from generators.domains.insurance.intents.drawing import money_fact, number_fact, today, touched
from generators.domains.insurance.products import TREATMENT_LIMIT
from generators.domains.insurance.tools.abroad import remaining
from generators.domains.plan import Plan

_TREATMENTS = {
    "x_ray": "an X-ray",
    "wound_care": "care of a wound",
    "minor_surgery": "a small operation",
    "dental_repair": "a tooth repair",
    "physiotherapy": "physiotherapy",
}
_SIGNS = {
    "unconscious": "my companion is unconscious",
    "bleeding": "my companion is bleeding heavily",
    "breathing": "my companion has trouble breathing",
    "chest_pain": "my companion has bad chest pain",
    "accident": "we have had a bad accident",
}


def _draw_treatment(situation: Situation, kind: str) -> Draw | None:
    rng = situation.rng
    done = touched(situation)
    for policy in situation.db[Policy].where(holder=situation.subject, status="active"):
        for case in situation.db[AssistanceCase].where(policy=policy.number, status="open"):
            left = remaining(situation.db, case)
            if case.number in done or policy.number in done:
                continue
            if kind == "fits":
                low, high = 60.0, min(left, TREATMENT_LIMIT)
            elif kind == "capped":
                low, high = left + 40, min(TREATMENT_LIMIT, left + 700)
            else:
                low, high = TREATMENT_LIMIT + 60, min(left, 9000.0)
            if low >= high:
                continue
            cost = round(rng.uniform(low, high), 2)
            treatment = rng.choice(sorted(_TREATMENTS))
            otherwise = " You pay the rest yourself if need be." if kind == "capped" else ""
            return Draw(
                need=f"You are in treatment abroad under case {case.number}; the clinic wants to do "
                f"{_TREATMENTS[treatment]} for {cost:.2f} euros, and you want that approved."
                f"{otherwise}",
                facts=(
                    number_fact(
                        situation.db,
                        AssistanceCase,
                        "case_number",
                        case.number,
                        "case number",
                        "which case",
                    ),
                    Fact(
                        key="treatment",
                        value=treatment,
                        spoken=_TREATMENTS[treatment],
                        reveal="upfront",
                        cues=("treatment", "what does the clinic", "going to be done", "what kind"),
                    ),
                    money_fact("treatment_cost", cost, "how much", "cost", "amount", "price"),
                ),
            )
    return None


def draw_treatment(situation: Situation) -> Draw | None:
    """A treatment within what is left and what the desk may approve."""
    return _draw_treatment(situation, "fits")


def draw_capped(situation: Situation) -> Draw | None:
    """A treatment that costs more than is left."""
    return _draw_treatment(situation, "capped")


def draw_large(situation: Situation) -> Draw | None:
    """A treatment that is covered but above what the desk may approve."""
    return _draw_treatment(situation, "large")


def _case(plan: Plan) -> dict[str, Any]:
    plan.ask("case_number")
    case = plan.call("get_case", case_number=plan.value("case_number"))
    plan.outputs.update(case=case["case_number"], policy=case["policy_number"])
    plan.ask("treatment", "treatment_cost")
    plan.forbid("doctor_line", case["staff_only_doctor_line"])
    return case


def _approve(plan: Plan, amount: float) -> None:
    done = plan.call(
        "approve_treatment",
        case_number=plan.value("case_number"),
        treatment=plan.value("treatment"),
        amount=amount,
    )
    plan.tell(
        "treatment_approved",
        amount=done["amount"],
        clinic=done["clinic"],
        remaining=done["remaining"],
    )


def solve_treatment(plan: Plan) -> None:
    """Look at the case, and approve the whole cost."""
    _case(plan)
    amount = float(plan.value("treatment_cost"))
    plan.confirm("approve", amount=amount)
    _approve(plan, amount)


def solve_capped(plan: Plan) -> None:
    """Say what is left, and approve that."""
    left = _case(plan)["remaining"]
    plan.confirm("approve_capped", cost=float(plan.value("treatment_cost")), remaining=left)
    _approve(plan, left)


def solve_large(plan: Plan) -> None:
    """Hand over to the medical team."""
    _case(plan)
    handed = plan.call(
        "hand_over",
        client_number=plan.subject,
        queue="medical_team",
        reason="treatment_above_limit",
        about=plan.value("case_number"),
    )
    plan.tell(
        "treatment_handed_over",
        reference=handed["reference"],
        call_back_by=handed["call_back_by"],
    )


def draw_emergency(situation: Situation) -> Draw | None:
    """Somebody who is on a journey right now."""
    rows = situation.db[Policy].where(holder=situation.subject, status="active")
    if not any(row.starts_on <= today(situation) <= row.ends_on for row in rows):
        return None
    sign = situation.rng.choice(sorted(_SIGNS))
    said = _SIGNS[sign].replace("my companion", "your companion").replace("we have", "you have")
    return Draw(
        need=f"You are abroad and need help at once: {said}.",
        facts=(
            Fact(
                key="emergency_sign",
                value=sign,
                spoken=_SIGNS[sign],
                reveal="upfront",
                cues=(
                    "what has happened",
                    "what is happening",
                    "what's happening",
                    "what happened",
                ),
            ),
        ),
    )


def solve_emergency(plan: Plan) -> None:
    """Ask what is happening, and hand over to the assistance line."""
    plan.ask("emergency_sign")
    handed = plan.call(
        "hand_over",
        client_number=plan.subject,
        queue="assistance_line",
        reason="life_threatening",
    )
    plan.tell("assistance", reference=handed["reference"])
