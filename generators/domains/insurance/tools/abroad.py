"""Tools for people in need abroad, and the hand-over."""

from datetime import timedelta
from typing import Any

from generators.domains.insurance.database import (
    AssistanceCase,
    Client,
    HandOver,
    Policy,
    PolicyCover,
    TreatmentApproval,
    Trip,
)
from generators.domains.insurance.products import Queue, Reason, Treatment
from generators.domains.insurance.tools.keys import Amount, CaseNumber, ClientNumber
from generators.domains.table import Database, ToolFailure

_CALL_BACK_HOURS = {"assistance_line": 0, "medical_team": 2, "claims_specialists": 26}


def get_case(db: Database, case_number: CaseNumber) -> dict[str, Any]:
    """Show an assistance case: where the person is treated, and how much of the medical cover is left.

    Args:
        case_number: The case's number, such as AC-6120447.
    """
    case = db[AssistanceCase].get(case_number)
    policy = db[Policy].get(case.policy)
    trip = db[Trip].where(policy=policy.number)[0]
    rows = db[TreatmentApproval].where(case=case_number)
    limit = db[PolicyCover].get(f"{policy.number}:medical").limit
    return {
        "case_number": case_number,
        "policy_number": policy.number,
        "status": case.status,
        "clinic": case.clinic,
        "opened_on": case.opened_on.isoformat(),
        "city": trip.city,
        "limit": limit,
        "approved_so_far": round(sum(row.amount for row in rows), 2),
        "remaining": remaining(db, case),
        "staff_only_doctor_line": case.doctor_line,
    }


def remaining(db: Database, case: AssistanceCase) -> float:
    """What is left of the medical cover after all approvals of a case."""
    rows = db[TreatmentApproval].where(case=case.number)
    limit = db[PolicyCover].get(f"{case.policy}:medical").limit
    return round(limit - sum(row.amount for row in rows), 2)


def approve_treatment(
    db: Database, case_number: CaseNumber, treatment: Treatment, amount: Amount
) -> dict[str, Any]:
    """Promise the clinic to pay for a treatment up to an amount.

    Args:
        case_number: The case's number.
        treatment: What is to be done.
        amount: Up to how many euros.
    """
    case = db[AssistanceCase].get(case_number)
    if case.status != "open":
        raise ToolFailure("not_open", f"{case_number} is {case.status}")
    row = db[TreatmentApproval].insert(
        TreatmentApproval(
            id=db.new_id("TA", case_number, treatment),
            case=case_number,
            treatment=treatment,
            amount=amount,
            approved_on=db.now.date(),
        )
    )
    return {
        "approval_id": row.id,
        "clinic": case.clinic,
        "opened_on": case.opened_on.isoformat(),
        "amount": amount,
        "remaining": remaining(db, case),
    }


def hand_over(
    db: Database, client_number: ClientNumber, queue: Queue, reason: Reason, about: str = ""
) -> dict[str, Any]:
    """Hand a caller over to somebody else in the house.

    Args:
        client_number: The caller's client number.
        queue: Who takes over.
        reason: Why.
        about: The number of the claim or case that it is about; empty when there is none.
    """
    db[Client].get(client_number)
    row = HandOver(
        id=db.new_id("HO", client_number, reason, about),
        client=client_number,
        queue=queue,
        reason=reason,
        about=about,
    )
    db[HandOver].insert(row)
    by = db.now + timedelta(hours=_CALL_BACK_HOURS.get(queue, 50))
    return {"reference": row.id, "queue": queue, "call_back_by": by.isoformat()}
