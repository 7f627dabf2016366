"""Tools that look at clients, policies and claims."""

from typing import Any

import msgspec

from generators.domains.insurance.database import (
    Authorisation,
    Claim,
    ClaimDocument,
    Client,
    CoverTerms,
    InsuredPerson,
    Payout,
    Policy,
    PolicyCover,
    Product,
    RequiredDocument,
    Trip,
)
from generators.domains.insurance.products import (
    APPEAL_WITHIN,
    closes_on,
)
from generators.domains.insurance.tools.keys import ClaimNumber, ClientNumber, PolicyNumber
from generators.domains.table import Database, ToolFailure


def identify_client(db: Database, client_number: ClientNumber, birth_date: str) -> dict[str, Any]:
    """Check that client number and date of birth belong together, and open the client's file.

    Args:
        client_number: The client's number, such as CU-2304871.
        birth_date: The client's date of birth as YYYY-MM-DD.
    """
    client = db[Client].find(client_number)
    if client is None or client.birth_date != birth_date:
        raise ToolFailure("no_match", "client number and date of birth do not belong together")
    return {
        "client_number": client.number,
        "name": f"{client.given_name} {client.family_name}",
        "email": client.email,
        "address": client.address,
        "iban_ending": client.iban[-4:],
    }


def list_authorisations(db: Database, client_number: ClientNumber) -> list[dict[str, Any]]:
    """List the other clients for whom this client may ask or act, in what, and until when.

    Args:
        client_number: The client who wants to act for somebody else.
    """
    db[Client].get(client_number)
    found = []
    for row in db[Authorisation].where(agent=client_number):
        grantor = db[Client].get(row.grantor)
        found.append(
            {
                "grantor_number": row.grantor,
                "grantor_name": f"{grantor.given_name} {grantor.family_name}",
                "scope": row.scope,
                "valid_until": row.valid_until.isoformat(),
            }
        )
    return found


def list_policies(db: Database, client_number: ClientNumber) -> list[dict[str, Any]]:
    """List a client's policies with their journeys, the earliest first.

    Args:
        client_number: The client's number.
    """
    db[Client].get(client_number)
    rows = sorted(db[Policy].where(holder=client_number), key=lambda row: row.starts_on)
    return [_head(db, row) for row in rows]


def _head(db: Database, row: Policy) -> dict[str, Any]:
    trip = db[Trip].where(policy=row.number)[0]
    return {
        "policy_number": row.number,
        "product_name": db[Product].get(row.product).name,
        "city": trip.city,
        "country": trip.country,
        "bought_on": row.bought_on.isoformat(),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "status": row.status,
    }


def get_policy(db: Database, policy_number: PolicyNumber) -> dict[str, Any]:
    """Show a policy: its covers with limit, excess and first day, persons, claims and the premium.

    Args:
        policy_number: The policy's number, such as TP-3307152.
    """
    row = db[Policy].get(policy_number)
    return {
        **_head(db, row),
        "trip_cost": db[Trip].where(policy=policy_number)[0].cost,
        "premium": row.premium,
        "changes_close_on": closes_on(row).isoformat(),
        "covers": [
            {
                "cover": each.cover,
                "name": db[CoverTerms].get(each.cover).name,
                "limit": each.limit,
                "excess": each.excess,
                "bought_on": each.since.isoformat(),
                "covered_from": each.covered_from.isoformat(),
            }
            for each in db[PolicyCover].where(policy=policy_number)
        ],
        "claims": [
            {
                "claim_number": each.number,
                "cover": each.cover,
                "event_on": each.event_on.isoformat(),
                "status": each.status,
            }
            for each in db[Claim].where(policy=policy_number)
        ],
        "persons": [
            {"given_name": each.given_name, "birth_date": each.birth_date}
            for each in db[InsuredPerson].where(policy=policy_number)
        ],
    }


def get_claim(db: Database, claim_number: ClaimNumber) -> dict[str, Any]:
    """Show a claim: what was claimed, its documents, and the decision with its payment or the last day
    for an appeal.

    Args:
        claim_number: The claim's number, such as CL-4410938.
    """
    row = db[Claim].get(claim_number)
    cover = db[PolicyCover].get(f"{row.policy}:{row.cover}")
    paid = db[Payout].where(claim=claim_number)
    plain = msgspec.to_builtins(row)
    shown = ("policy", "cover", "event_on", "reported_on", "amount", "status", "review_by")
    return {
        "claim_number": row.number,
        **{name: plain[name] for name in shown},
        "limit": cover.limit,
        "excess": cover.excess,
        "documents": [
            {
                "kind": each.kind,
                "name": db[RequiredDocument].get(each.kind).name,
                "state": each.state,
            }
            for each in db[ClaimDocument].where(claim=claim_number)
        ],
        "paid": paid[0].amount if paid else 0.0,
        "paid_on": paid[0].paid_on.isoformat() if paid else "",
        "refusal_reason": row.refusal_reason,
        "appeal_until": (row.decided_on + APPEAL_WITHIN).isoformat() if row.decided_on else "",
    }
