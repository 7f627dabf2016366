"""Callers with questions about covers, with a new account, for somebody else, or in need abroad."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import (
    AssistanceCase,
    Authorisation,
    Client,
    Policy,
)
from generators.domains.insurance.desk import misread
from generators.domains.insurance.intents.drawing import (
    claim_fact,
    claims,
    held,
    money_fact,
    number_fact,
    policies,
    policy_fact,
    row_with,
    today,
    touched,
)
from generators.domains.insurance.intents.losses import COVER_SAID, cover_fact
from generators.domains.insurance.intents.payouts import tell_status
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


def draw_bank(situation: Situation) -> Draw | None:
    """Anybody may have a new account."""
    rng = situation.rng
    digits = "".join(str(rng.randrange(10)) for _ in range(14))
    iban = f"IE{rng.randint(10, 99)}QZRB{digits}"
    at = rng.randrange(10, 20)
    wrong = f"{iban[:at]}{(int(iban[at]) + 3) % 10}{iban[at + 1 :]}"
    return Draw(
        need=f"You have a new bank account, {_grouped(iban)}, and want payments to go there. You have "
        "your phone at hand.",
        facts=(
            Fact(
                key="new_iban",
                value=iban,
                spoken=_grouped(iban),
                reveal="upfront",
                cues=("iban", "new account", "account number"),
                slip=_grouped(wrong),
            ),
        ),
    )


def _grouped(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def solve_bank(plan: Plan) -> None:
    """Send a code, have it read out, then replace the account."""
    plan.call("send_code", client_number=plan.subject)
    code = plan.act("read_code", "read_code", client_number=plan.subject)["code"]
    plan.call("check_code", client_number=plan.subject, code=code)
    plan.ask("new_iban")
    iban = plan.value("new_iban")
    plan.confirm("bank", iban_ending=iban[-4:])
    done = plan.call("change_bank_details", client_number=plan.subject, iban=iban)
    plan.tell("bank_changed", iban_ending=done["iban_ending"], used_from=done["used_from"])


def _draw_other(situation: Situation, allowed: bool) -> Draw | None:
    for tie in situation.db[Authorisation].where(agent=situation.subject):
        good = tie.valid_until >= today(situation) and tie.scope in ("claims", "all")
        if good != allowed:
            continue
        grantor = situation.db[Client].get(tie.grantor)
        for claim in claims(situation, "open", tie.grantor):
            return Draw(
                need=f"You are calling for {grantor.given_name} {grantor.family_name}, client number "
                f"{grantor.number}, and want to know how things stand with claim {claim.number}.",
                slots={"why": "ended" if tie.valid_until < today(situation) else "scope"},
                facts=(
                    Fact(
                        key="principal_number",
                        value=grantor.number,
                        reveal="upfront",
                        cues=("their client number", "for whom", "person's client number"),
                        slip=misread(situation.db, grantor.number),
                    ),
                    claim_fact(situation, "principal_claim", claim),
                ),
            )
    return None


def draw_other(situation: Situation) -> Draw | None:
    """Somebody who may ask about another client's claims."""
    return _draw_other(situation, allowed=True)


def draw_other_refused(situation: Situation) -> Draw | None:
    """Somebody who may no longer, or only in other matters."""
    return _draw_other(situation, allowed=False)


def _authorisation(plan: Plan) -> dict[str, Any]:
    plan.ask("principal_number")
    ties = plan.call("list_authorisations", client_number=plan.subject)
    return row_with(ties, grantor_number=plan.value("principal_number"))


def solve_other(plan: Plan) -> None:
    """Check the authorisation, then look and say."""
    _authorisation(plan)
    plan.ask("principal_claim")
    tell_status(plan, plan.value("principal_claim"))


def solve_other_refused(plan: Plan) -> None:
    """Check the authorisation and decline."""
    tie = _authorisation(plan)
    if plan.slots["why"] == "ended":
        plan.refuse("authorisation_ended", valid_until=tie["valid_until"])
    else:
        plan.refuse("wrong_scope", scope=tie["scope"])


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
