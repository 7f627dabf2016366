"""What clients do themselves: photograph papers, read a slip, look at the phone."""

from typing import Any

from generators.domains.insurance.database import (
    Claim,
    ClaimDocument,
    LossReport,
    Paper,
    PhoneCode,
    Policy,
    Upload,
)
from generators.domains.insurance.products import DOCUMENT_NAMES, DocumentKind
from generators.domains.insurance.tools.keys import ClaimNumber, ClientNumber, PolicyNumber
from generators.domains.table import Database, ToolFailure


def photograph_document(
    db: Database, claim_number: ClaimNumber, kind: DocumentKind
) -> dict[str, Any]:
    """Photograph one of your papers and send the picture to the insurer.

    Args:
        claim_number: The claim that the paper belongs to.
        kind: Which paper.
    """
    db[Claim].get(claim_number)
    key = f"{claim_number}:{kind}"
    if db[ClaimDocument].find(key) is None:
        raise ToolFailure("not_wanted", f"this claim needs no {DOCUMENT_NAMES[kind]}")
    before, paper = db[Upload].find(key), db[Paper].find(key)
    shots = before.shots + 1 if before else 1
    legible = shots > (paper.blurred_shots if paper else 0)
    row = Upload(id=key, claim=claim_number, kind=kind, shots=shots, legible=legible)
    if before:
        db[Upload].change(key, shots=shots, legible=legible)
    else:
        db[Upload].insert(row)
    return {"document": DOCUMENT_NAMES[kind], "sent": True}


def read_report_number(db: Database, policy_number: PolicyNumber) -> dict[str, Any]:
    """Read the number on the slip that you were given when you reported the loss on the spot.

    Args:
        policy_number: The policy of the journey on which it happened.
    """
    db[Policy].get(policy_number)
    return {"report_number": db[LossReport].get(policy_number).report_number}


def read_code(db: Database, client_number: ClientNumber) -> dict[str, Any]:
    """Look at your phone for the code that was sent to you.

    Args:
        client_number: Your client number, which says whose phone it is.
    """
    row = db[PhoneCode].get(client_number)
    if not row.sent:
        raise ToolFailure("nothing_received", "there is no message with a code")
    return {"code": row.code}
