"""Callers who want to read more, longer, or no more."""

from datetime import timedelta

from generators.domains.datadesk.catalogue import RESTRICTED
from generators.domains.datadesk.database import Approval, Colleague, Grant
from generators.domains.datadesk.intents.drawing import (
    dataset_fact,
    day_fact,
    described,
    named,
    touched,
)
from generators.domains.datadesk.intents.improper import colleague_fact
from generators.domains.datadesk.rules import (
    GRACE_DAYS,
    PERSONAL_DAYS,
    READ_DAYS,
    approval_for,
    grant_for,
    team_of,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan


def _said(name: str) -> str:
    return name.replace("_", " ")


def _wanting(situation: Situation, level: str) -> list[str]:
    """Restricted data sets that the caller has no such grant for, in random order."""
    db, card = situation.db, situation.subject
    names = [
        name
        for name in RESTRICTED
        if not grant_for(db, card, name, level) and name not in touched(situation)
    ]
    situation.rng.shuffle(names)
    return names


def draw_get(situation: Situation) -> Draw | None:
    """The owner has approved."""
    db, card = situation.db, situation.subject
    names = [name for name in _wanting(situation, "read") if approval_for(db, card, name, "read")]
    if not names:
        return None
    return Draw(
        need=f"You want to be able to read the data set {_said(names[0])}; you believe that its "
        "owner has agreed.",
        facts=(dataset_fact("wanted_dataset", names[0]),),
    )


def solve_get(plan: Plan) -> None:
    """See the approval, grant until it ends."""
    plan.ask("wanted_dataset")
    name = plan.value("wanted_dataset")
    described(plan, name)
    found = plan.call("find_approvals", staff_number=plan.subject, dataset=name)
    until = named(found, level="read", status="approved")["valid_until"]
    plan.confirm("grant", dataset=name, until=until)
    done = plan.call(
        "grant_access", staff_number=plan.subject, dataset=name, level="read", valid_until=until
    )
    plan.tell("granted", dataset=name, until=done["valid_until"])
    plan.outputs["dataset"] = name


def draw_ask(situation: Situation) -> Draw | None:
    """Nobody has asked the owner yet, or the owner has declined."""
    db, card = situation.db, situation.subject
    names = [
        name
        for name in _wanting(situation, "read")
        if not approval_for(db, card, name, "read")
        and not db[Approval].where(colleague=card, dataset=name, status="asked")
    ]
    if not names:
        return None
    return Draw(
        need=f"You want to be able to read the data set {_said(names[0])}, and agree to its owner "
        "being asked.",
        facts=(dataset_fact("wanted_dataset", names[0]),),
    )


def solve_ask(plan: Plan) -> None:
    """See that nobody has approved, ask the owner, tell by when there will be an answer."""
    plan.ask("wanted_dataset")
    name = plan.value("wanted_dataset")
    described(plan, name)
    plan.call("find_approvals", staff_number=plan.subject, dataset=name)
    plan.confirm("ask_owner", dataset=name)
    done = plan.call("request_approval", staff_number=plan.subject, dataset=name, level="read")
    plan.tell(
        "owner_asked", owner=done["owner"], reference=done["approval_id"], by=done["decided_by"]
    )
    plan.outputs["dataset"] = name


def draw_waiting(situation: Situation) -> Draw | None:
    """The owner was asked, and has not answered."""
    db, card = situation.db, situation.subject
    names = [
        name
        for name in _wanting(situation, "read")
        if not approval_for(db, card, name, "read")
        and db[Approval].where(colleague=card, dataset=name, status="asked", level="read")
    ]
    if not names:
        return None
    return Draw(
        need=f"You want to be able to read the data set {_said(names[0])} right away.",
        facts=(dataset_fact("wanted_dataset", names[0]),),
    )


def solve_waiting(plan: Plan) -> None:
    """See that the owner has it, decline, name the day."""
    plan.ask("wanted_dataset")
    name = plan.value("wanted_dataset")
    described(plan, name)
    found = plan.call("find_approvals", staff_number=plan.subject, dataset=name)
    row = named(found, level="read", status="asked")
    plan.refuse("still_asked", dataset=name, reference=row["approval_id"], by=row["decided_by"])
    plan.outputs["dataset"] = name


def draw_personal(situation: Situation) -> Draw | None:
    """The owner of the riders has approved of personal data."""
    db, card = situation.db, situation.subject
    if grant_for(db, card, "riders", "personal") or not approval_for(
        db, card, "riders", "personal"
    ):
        return None
    if "personal" in touched(situation):
        return None
    return Draw(
        need="You want to be able to read the riders' personal data as well; the owner has agreed, "
        "and you accept the terms for personal data if you are asked to."
    )


def solve_personal(plan: Plan) -> None:
    """See the approval, have the terms accepted, grant until it ends."""
    described(plan, "riders")
    found = plan.call("find_approvals", staff_number=plan.subject, dataset="riders")
    until = named(found, level="personal", status="approved")["valid_until"]
    code = plan.act("terms", "accept_terms", staff_number=plan.subject)["code"]
    plan.confirm("grant_personal", dataset="riders", until=until)
    done = plan.call(
        "grant_access",
        staff_number=plan.subject,
        dataset="riders",
        level="personal",
        valid_until=until,
        terms_code=code,
    )
    plan.tell("granted", dataset="riders", until=done["valid_until"])
    plan.outputs["level"] = "personal"


def _running(situation: Situation) -> list[Grant]:
    """The caller's grants that no goal before was about, in random order."""
    rows = [
        row
        for row in situation.db[Grant].where(colleague=situation.subject, status="active")
        if row.id not in touched(situation) and row.dataset not in touched(situation)
    ]
    rows = [row for row in rows if sum(each.dataset == row.dataset for each in rows) == 1]
    situation.rng.shuffle(rows)
    return rows


def draw_extend(situation: Situation) -> Draw | None:
    """A grant that runs, or has run out lately."""
    today = situation.db.now.date()
    rows = [
        row for row in _running(situation) if row.valid_until >= today - timedelta(days=GRACE_DAYS)
    ]
    if not rows:
        return None
    row = rows[0]
    most = PERSONAL_DAYS if row.level == "personal" else READ_DAYS
    first = max(row.valid_until, today) + timedelta(days=2)
    last = today + timedelta(days=most)
    if first > last:
        return None
    until = first + timedelta(days=situation.rng.randrange((last - first).days + 1))
    fact = day_fact("extend_until", until)
    return Draw(
        need=f"You want your access to the data set {_said(row.dataset)} to last until {fact.saying}.",
        facts=(dataset_fact("extend_dataset", row.dataset), fact),
    )


def solve_extend(plan: Plan) -> None:
    """Look at the grants, extend."""
    plan.ask("extend_dataset", "extend_until")
    name, until = plan.value("extend_dataset"), plan.value("extend_until")
    rows = plan.call("list_grants", staff_number=plan.subject)
    grant = named(rows, dataset=name)
    plan.confirm("extend", dataset=name, until=until)
    done = plan.call("extend_access", grant_id=grant["grant_id"], valid_until=until)
    plan.tell("extended", dataset=name, until=done["valid_until"])
    plan.outputs.update(grant=grant["grant_id"], dataset=name)


def draw_extend_refused(situation: Situation) -> Draw | None:
    """A grant that ran out too long ago."""
    today = situation.db.now.date()
    rows = [
        row for row in _running(situation) if row.valid_until < today - timedelta(days=GRACE_DAYS)
    ]
    if not rows:
        return None
    fact = day_fact("extend_until", today + timedelta(days=situation.rng.randrange(20, 80)))
    return Draw(
        need=f"You want your access to the data set {_said(rows[0].dataset)} to go on until "
        f"{fact.saying}.",
        facts=(dataset_fact("extend_dataset", rows[0].dataset), fact),
    )


def solve_extend_refused(plan: Plan) -> None:
    """Look, decline, name the day on which it ended."""
    plan.ask("extend_dataset", "extend_until")
    name = plan.value("extend_dataset")
    grant = named(plan.call("list_grants", staff_number=plan.subject), dataset=name)
    plan.refuse("lapsed", dataset=name, ended=grant["valid_until"])
    plan.outputs.update(grant=grant["grant_id"], dataset=name)


def draw_drop(situation: Situation) -> Draw | None:
    """A grant of the caller's own."""
    rows = _running(situation)
    if not rows:
        return None
    return Draw(
        need=f"You no longer need the data set {_said(rows[0].dataset)} and want your access to it "
        "to be taken away.",
        facts=(dataset_fact("dropped_dataset", rows[0].dataset),),
    )


def solve_drop(plan: Plan) -> None:
    """Look, revoke."""
    plan.ask("dropped_dataset")
    name = plan.value("dropped_dataset")
    grant = named(plan.call("list_grants", staff_number=plan.subject), dataset=name)
    plan.confirm("revoke", dataset=name)
    plan.call("revoke_access", grant_id=grant["grant_id"])
    plan.tell("revoked", dataset=name, reference=grant["grant_id"])
    plan.outputs.update(grant=grant["grant_id"], dataset=name)


def draw_member(situation: Situation) -> Draw | None:
    """A lead, and a grant of somebody in the team."""
    db, card = situation.db, situation.subject
    if team_of(db, card).lead != card:
        return None
    team = db[Colleague].get(card).team
    members = [row.staff_number for row in db[Colleague].where(team=team)]
    rows = [
        row
        for row in db[Grant]
        if row.colleague in members
        and row.colleague != card
        and row.status == "active"
        and row.colleague not in touched(situation)
        and len(db[Grant].where(colleague=row.colleague, dataset=row.dataset)) == 1
    ]
    if not rows:
        return None
    row = situation.rng.choice(rows)
    return Draw(
        need=f"Your team's colleague with the staff number {row.colleague} has other work now: you "
        f"want that colleague's access to the data set {_said(row.dataset)} to be taken away.",
        facts=(
            colleague_fact("other_number", row.colleague),
            dataset_fact("dropped_dataset", row.dataset),
        ),
    )


def solve_member(plan: Plan) -> None:
    """See that the caller leads the team, look, revoke."""
    plan.ask("other_number", "dropped_dataset")
    number, name = plan.value("other_number"), plan.value("dropped_dataset")
    with plan.together():
        plan.call("find_colleague", staff_number=number)
        rows = plan.call("list_grants", staff_number=number)
    grant = named(rows, dataset=name)
    plan.confirm("revoke", dataset=name)
    plan.call("revoke_access", grant_id=grant["grant_id"])
    plan.tell("revoked", dataset=name, reference=grant["grant_id"])
    plan.outputs.update(grant=grant["grant_id"], member=number)


ACCESS = (
    Intent(
        "get_access",
        "Access that the owner has approved",
        "fulfilled",
        draw_get,
        solve_get,
        ("Q01", "Q18", "Q19", "Q39", "Q40"),
        weight=1.2,
    ),
    Intent(
        "ask_for_access",
        "Access that nobody has approved yet",
        "partial",
        draw_ask,
        solve_ask,
        ("Q01", "Q18", "Q22", "Q39"),
        weight=1.2,
    ),
    Intent(
        "access_waiting",
        "Access that the owner is still to decide on",
        "refused",
        draw_waiting,
        solve_waiting,
        ("Q01", "Q18", "Q22"),
    ),
    Intent(
        "personal_access",
        "Access to personal data",
        "fulfilled",
        draw_personal,
        solve_personal,
        ("Q01", "Q18", "Q19", "Q20", "Q39"),
        weight=2.0,
    ),
    Intent(
        "extend_access",
        "Access that is to last longer",
        "fulfilled",
        draw_extend,
        solve_extend,
        ("Q01", "Q19", "Q21", "Q39"),
    ),
    Intent(
        "extend_refused",
        "Access that ran out too long ago",
        "refused",
        draw_extend_refused,
        solve_extend_refused,
        ("Q01", "Q21"),
    ),
    Intent(
        "drop_access",
        "Access that is no longer needed",
        "fulfilled",
        draw_drop,
        solve_drop,
        ("Q01", "Q02", "Q39"),
        weight=0.8,
    ),
    Intent(
        "lead_revokes",
        "Access of somebody in the team",
        "fulfilled",
        draw_member,
        solve_member,
        ("Q01", "Q02", "Q39"),
        weight=3.0,
    ),
)
