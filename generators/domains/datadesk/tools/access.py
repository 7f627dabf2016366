"""Tools about colleagues and what they may read."""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from generators.domains.datadesk.database import Approval, Colleague, Dataset, Grant, Laptop, Team
from generators.domains.datadesk.rules import OWNER_DAYS, team_of, working_day
from generators.domains.datadesk.tools.kinds import DatasetName, GrantId, Level, StaffNumber
from generators.domains.table import Database, ToolFailure


def verify_colleague(
    db: Database, staff_number: StaffNumber, extension: Annotated[str, Meta(pattern=r"^[0-9]{4}$")]
) -> dict[str, Any]:
    """Check who is calling: name, team, the most units that one query may take, and whether the caller
    leads the team.

    Args:
        staff_number: The number on the staff card, such as S-1234.
        extension: The office phone's extension.
    """
    row = db[Colleague].find(staff_number)
    if row is None or row.extension != extension:
        raise ToolFailure("no_match", "nobody has this staff number and this extension")
    team = team_of(db, staff_number)
    return {
        "staff_number": staff_number,
        "name": f"{row.given_name} {row.family_name}",
        "email": row.email,
        "team": team.name,
        "query_limit": team.query_limit,
        "leads_team": team.lead == staff_number,
    }


def find_colleague(db: Database, staff_number: StaffNumber) -> dict[str, Any]:
    """Look up another colleague: name, team, who leads it, and the extension, which is for the desk.

    Args:
        staff_number: The colleague's staff number.
    """
    row, team = db[Colleague].get(staff_number), team_of(db, staff_number)
    return {
        "staff_number": staff_number,
        "name": f"{row.given_name} {row.family_name}",
        "extension": row.extension,
        "team": team.name,
        "lead": team.lead,
    }


def list_grants(db: Database, staff_number: StaffNumber) -> list[dict[str, Any]]:
    """List what a colleague may read of the restricted data sets, and until when; what has run out
    stays on the list.

    Args:
        staff_number: The colleague's staff number.
    """
    today = db.now.date()
    return [
        {
            "grant_id": row.id,
            "dataset": row.dataset,
            "level": row.level,
            "valid_until": row.valid_until.isoformat(),
            "status": "run_out" if row.valid_until < today else "active",
        }
        for row in db[Grant].where(colleague=staff_number, status="active")
    ]


def find_approvals(
    db: Database, staff_number: StaffNumber, dataset: DatasetName
) -> list[dict[str, Any]]:
    """See what the owner of a data set has said to a colleague's requests for it.

    Args:
        staff_number: The colleague's staff number.
        dataset: The data set's name.
    """
    return [
        {
            "approval_id": row.id,
            "level": row.level,
            "status": row.status,
            "valid_until": row.valid_until.isoformat() if row.valid_until else "",
            "decided_by": row.decided_by.isoformat(),
        }
        for row in db[Approval].where(colleague=staff_number, dataset=dataset)
    ]


def grant_access(
    db: Database,
    staff_number: StaffNumber,
    dataset: DatasetName,
    level: Level,
    valid_until: date,
    terms_code: str = "",
) -> dict[str, Any]:
    """Let a colleague read a restricted data set.

    Args:
        staff_number: The colleague's staff number.
        dataset: The data set's name.
        level: read, or personal for the columns with personal data too.
        valid_until: The last day.
        terms_code: The code that shows when the terms for personal data have been accepted.
    """
    db[Colleague].get(staff_number)
    if db[Dataset].get(dataset).access == "open":
        raise ToolFailure("open_dataset", f"{dataset} is open to everybody")
    if valid_until < db.now.date():
        raise ToolFailure("wrong_day", f"{valid_until} has gone by")
    laptop = db[Laptop].get(staff_number)
    if terms_code and (terms_code != laptop.terms_code or not laptop.terms_accepted):
        raise ToolFailure("wrong_code", "the colleague has not been shown this code")
    row = Grant(
        id=db.new_id("G", staff_number, dataset, level, valid_until),
        colleague=staff_number,
        dataset=dataset,
        level=level,
        valid_until=valid_until,
        status="active",
    )
    db[Grant].insert(row)
    return {
        "grant_id": row.id,
        "dataset": dataset,
        "level": level,
        "valid_until": valid_until.isoformat(),
    }


def extend_access(db: Database, grant_id: GrantId, valid_until: date) -> dict[str, Any]:
    """Let a grant run longer.

    Args:
        grant_id: The grant.
        valid_until: The new last day.
    """
    row = _standing(db, grant_id)
    if valid_until <= max(row.valid_until, db.now.date()):
        raise ToolFailure("wrong_day", f"{valid_until} is no later than what there is")
    db[Grant].change(grant_id, valid_until=valid_until)
    return {"grant_id": grant_id, "dataset": row.dataset, "valid_until": valid_until.isoformat()}


def revoke_access(db: Database, grant_id: GrantId) -> dict[str, Any]:
    """End a grant at once.

    Args:
        grant_id: The grant.
    """
    row = _standing(db, grant_id)
    db[Grant].change(grant_id, status="revoked")
    return {"grant_id": grant_id, "dataset": row.dataset, "status": "revoked"}


def _standing(db: Database, grant_id: str) -> Grant:
    row = db[Grant].get(grant_id)
    if row.status != "active":
        raise ToolFailure("revoked", f"{grant_id} was revoked")
    return row


def request_approval(
    db: Database, staff_number: StaffNumber, dataset: DatasetName, level: Level
) -> dict[str, Any]:
    """Ask the owner of a restricted data set whether a colleague may read it.

    Args:
        staff_number: The colleague's staff number.
        dataset: The data set's name.
        level: read, or personal for the columns with personal data too.
    """
    db[Colleague].get(staff_number)
    for row in db[Approval].where(colleague=staff_number, dataset=dataset, status="asked"):
        if row.level == level:
            raise ToolFailure("already_exists", f"{row.id} is with the owner already")
    by = working_day(db.now.date(), OWNER_DAYS)
    row = Approval(
        id=db.new_id("AP", staff_number, dataset, level, by),
        colleague=staff_number,
        dataset=dataset,
        level=level,
        status="asked",
        valid_until=None,
        decided_by=by,
    )
    db[Approval].insert(row)
    owner = db[Team].get(db[Dataset].get(dataset).owner).name
    return {"approval_id": row.id, "owner": owner, "decided_by": by.isoformat()}
