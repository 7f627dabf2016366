"""Callers who send in papers: photographs that can be read, and some that cannot."""

from typing import Any

from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import Claim, Paper
from generators.domains.insurance.intents.drawing import (
    claim_fact,
    claims,
    missing,
    row_with,
)
from generators.domains.insurance.products import DOCUMENT_NAMES
from generators.domains.plan import Plan

_SHOTS_ASKED_FOR = 2


def _draw(situation: Situation, readable: bool) -> Draw | None:
    for claim in claims(situation, "open"):
        for row in missing(situation.db, claim.number):
            paper = situation.db[Paper].find(row.id)
            shots = paper.blurred_shots if paper else 0
            if (shots < _SHOTS_ASKED_FOR) != readable:
                continue
            otherwise = "" if readable else " Your photographs of it never come out well."
            return Draw(
                need=f"You got a letter that a paper is missing for your claim {claim.number}; you "
                f"have it here and want to send it in.{otherwise}",
                facts=(claim_fact(situation, "doc_claim", claim),),
            )
    return None


def draw_send(situation: Situation) -> Draw | None:
    """A claim with a document missing of which the first photograph succeeds, or the second."""
    return _draw(situation, readable=True)


def draw_unreadable(situation: Situation) -> Draw | None:
    """A claim with a document missing of which no photograph succeeds."""
    return _draw(situation, readable=False)


def _found(plan: Plan) -> tuple[str, str]:
    plan.ask("doc_claim")
    number = plan.value("doc_claim")
    claim = plan.call("get_claim", claim_number=number)
    plan.outputs.update(claim=number, policy=claim["policy"])
    return number, row_with(claim["documents"], state="missing")["kind"]


def photographed(plan: Plan, number: str, kind: str) -> dict[str, Any]:
    """What the desk sees after one photograph, or two where the first cannot be read."""
    wish = {"claim_number": number, "kind": kind}
    plan.act(f"photo_{kind}", "photograph_document", **wish)
    seen = plan.call("check_upload", **wish)
    if not seen["legible"]:
        plan.act("photo_again", "photograph_document", **wish)
        seen = plan.call("check_upload", **wish)
    return seen


def solve_send(plan: Plan) -> None:
    """Have it photographed, look at it, accept it."""
    number, kind = _found(plan)
    photographed(plan, number, kind)
    done = plan.call("accept_document", claim_number=number, kind=kind)
    plan.tell("document_accepted", document=done["document"], review_by=done["review_by"])


def solve_unreadable(plan: Plan) -> None:
    """After two photographs in vain, ask for a copy by post."""
    number, kind = _found(plan)
    photographed(plan, number, kind)
    done = plan.call("ask_by_post", claim_number=number, kind=kind)
    plan.tell("document_by_post", document=done["document"], send_by=done["send_by"])


def draw_after_claim(situation: Situation) -> Draw | None:
    """The papers for the claim that was opened just now."""
    for outputs in reversed(list(situation.earlier.values())):
        claim = situation.db[Claim].find(str(outputs.get("claim", "")))
        if claim and claim.reported_on == situation.db.now.date() and claim.status == "open":
            names = [DOCUMENT_NAMES[row.kind] for row in missing(situation.db, claim.number)]
            if names and claim.number in situation.db[Claim].own:
                return Draw(
                    need=f"You have the papers for your new claim here ({', '.join(names)}) and want "
                    "to send them in right away.",
                    slots={"claim": claim.number},
                )
    return None


def solve_after_claim(plan: Plan) -> None:
    """Have one paper after the other photographed, and accept them."""
    number = str(plan.slots["claim"])
    kinds = [row.kind for row in missing(plan.db, number)]
    done: dict[str, Any] = {}
    for kind in kinds:
        photographed(plan, number, kind)
        done = plan.call("accept_document", claim_number=number, kind=kind)
    plan.tell("papers_accepted", review_by=done["review_by"])
