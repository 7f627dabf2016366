"""Callers with a new bank account, and callers who speak for somebody else."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.accounts import invented_iban
from generators.domains.insurance.database import (
    Authorisation,
    Client,
)
from generators.domains.insurance.intents.drawing import (
    claim_fact,
    claims,
    row_with,
    today,
)
from generators.domains.insurance.intents.payouts import tell_status
from generators.domains.misread import misread
from generators.domains.plan import Plan


def draw_bank(situation: Situation) -> Draw | None:
    """Anybody may have a new account."""
    rng = situation.rng
    iban = invented_iban(rng, bank="QZRB")
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
                        slip=misread(grantor.number, situation.db[Client]),
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
