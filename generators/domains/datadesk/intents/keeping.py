"""Callers who want rows deleted, riders forgotten, or their own machine to work again."""

from generators.blueprint import Fact
from generators.domains.datadesk.database import Dataset, DeletionTicket, Laptop, MaskingRequest
from generators.domains.datadesk.intents.drawing import dataset_fact, late, queried, touched
from generators.domains.datadesk.rules import (
    CURRENT_DRIVER,
    QUEUES,
    first_kept,
    grant_for,
    owes,
    yesterday,
)
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_MATTERS = {
    "complaint": "a complaint about how long a request took",
    "privacy_question": "a question about what may be done with personal data",
    "new_source": "a new source of data for the warehouse",
}


def _ticket(situation: Situation, status: str, young: bool) -> DeletionTicket | None:
    db = situation.db
    for row in db[DeletionTicket].where(asked_by=situation.subject, status=status):
        if (row.before > first_kept(db, row.dataset)) == young and row.id not in touched(situation):
            return row
    return None


def _deletion(row: DeletionTicket | None, key: str) -> Draw | None:
    if row is None:
        return None
    return Draw(
        need=f"You want the deletion under your ticket {row.id} carried out.",
        facts=(Fact(key=key, value=row.id, reveal="upfront", cues=("ticket", "number")),),
    )


def draw_delete(situation: Situation) -> Draw | None:
    """A ticket that is approved, for a day that need not be kept."""
    return _deletion(_ticket(situation, "approved", young=False), "deletion_ticket")


def solve_delete(plan: Plan) -> None:
    """Look the ticket up, have its code read out, delete."""
    plan.ask("deletion_ticket")
    number = plan.value("deletion_ticket")
    row = plan.call("check_deletion_ticket", ticket_id=number)
    code = plan.act("release", "read_release_code", staff_number=plan.subject, ticket_id=number)
    plan.confirm("delete", dataset=row["dataset"], day=row["before"], rows=row["rows"])
    done = plan.call(
        "delete_rows",
        ticket_id=number,
        dataset=row["dataset"],
        before=row["before"],
        release_code=code["code"],
    )
    plan.tell("deleted", dataset=row["dataset"], rows=done["deleted"])
    plan.outputs.update(ticket=number, dataset=row["dataset"])


def draw_left(situation: Situation) -> Draw | None:
    """Rows were just deleted from what the caller may read."""
    done = situation.earlier.get("delete_old", {}).get("dataset")
    if not done or not grant_for(situation.db, situation.subject, str(done)):
        return None
    if "rows_left" in situation.earlier or done == "pings":
        return None
    return Draw(
        need="After the deletion you want to know how many rows are left in that data set.",
        slots={"dataset": done},
    )


def solve_left(plan: Plan) -> None:
    """Count."""
    name = plan.slots["dataset"]
    found = queried(plan, f"SELECT COUNT(*) AS rows FROM {name}")
    plan.tell("left", dataset=name, rows=found["rows"][0][0])
    late(plan, found)
    plan.outputs["left"] = name


def draw_delete_young(situation: Situation) -> Draw | None:
    """A ticket for days that have to be kept."""
    return _deletion(_ticket(situation, "approved", young=True), "deletion_ticket")


def solve_delete_young(plan: Plan) -> None:
    """Look the ticket up, decline, name the first day to be kept."""
    plan.ask("deletion_ticket")
    row = plan.call("check_deletion_ticket", ticket_id=plan.value("deletion_ticket"))
    plan.refuse("must_be_kept", dataset=row["dataset"], first=row["first_day_to_keep"])
    plan.outputs["ticket"] = row["ticket_id"]


def draw_delete_open(situation: Situation) -> Draw | None:
    """A ticket that nobody has approved."""
    return _deletion(_ticket(situation, "asked", young=False), "deletion_ticket")


def solve_delete_open(plan: Plan) -> None:
    """Look the ticket up, decline, name how it stands."""
    plan.ask("deletion_ticket")
    row = plan.call("check_deletion_ticket", ticket_id=plan.value("deletion_ticket"))
    plan.refuse("not_approved", reference=row["ticket_id"], dataset=row["dataset"])
    plan.outputs["ticket"] = row["ticket_id"]


def _masking(situation: Situation, owing: bool, verified: bool, key: str) -> Draw | None:
    db = situation.db
    rows = [
        row
        for row in db[MaskingRequest].where(status="verified" if verified else "new")
        if bool(owes(db, row.rider)) == owing and row.rider not in touched(situation)
    ]
    if not rows:
        return None
    row = situation.rng.choice(rows)
    return Draw(
        need=f"You want the rider to be forgotten who has sent in the masking request {row.id}.",
        facts=(Fact(key=key, value=row.id, reveal="upfront", cues=("request", "number")),),
    )


def draw_mask(situation: Situation) -> Draw | None:
    """A request that is verified, of a rider who owes nothing."""
    return _masking(situation, owing=False, verified=True, key="masking_request")


def solve_mask(plan: Plan) -> None:
    """Look the request up, blank the rider's data out."""
    plan.ask("masking_request")
    row = plan.call("check_masking_request", request_id=plan.value("masking_request"))
    plan.confirm("mask", rider=row["rider"])
    done = plan.call("mask_rider", request_id=row["request_id"])
    plan.tell("masked", rider=row["rider"], columns=done["masked_columns"])
    plan.outputs["rider"] = row["rider"]


def draw_mask_owing(situation: Situation) -> Draw | None:
    """A rider who still owes something."""
    return _masking(situation, owing=True, verified=True, key="masking_request")


def solve_mask_owing(plan: Plan) -> None:
    """Look, decline, name the sum."""
    plan.ask("masking_request")
    row = plan.call("check_masking_request", request_id=plan.value("masking_request"))
    plan.refuse("still_owes", rider=row["rider"], amount=row["failed_payments"])
    plan.outputs["rider"] = row["rider"]


def draw_mask_new(situation: Situation) -> Draw | None:
    """A request that the privacy team has not verified."""
    return _masking(situation, owing=False, verified=False, key="masking_request")


def solve_mask_new(plan: Plan) -> None:
    """Look, decline, say since when it has been there."""
    plan.ask("masking_request")
    row = plan.call("check_masking_request", request_id=plan.value("masking_request"))
    plan.refuse("not_verified", reference=row["request_id"], received=row["received_on"])
    plan.outputs["rider"] = row["rider"]


def draw_client(situation: Situation) -> Draw | None:
    """A machine with an old driver."""
    if situation.db[Laptop].get(situation.subject).driver == CURRENT_DRIVER:
        return None
    if "cannot_connect" in situation.earlier:
        return None
    return Draw(
        need="Your database client does not connect any more, and you want it to work again."
    )


def solve_client(plan: Plan) -> None:
    """See whether it is the access, then the driver; have it renewed and tried."""
    plan.call("list_grants", staff_number=plan.subject)
    plan.act("old_driver", "try_connection", staff_number=plan.subject)
    done = plan.act("install", "install_driver", staff_number=plan.subject)
    plan.act("new_driver", "try_connection", staff_number=plan.subject)
    plan.tell("connects", driver=done["driver"])


def draw_dashboard(situation: Situation) -> Draw | None:
    """A browser that shows what it has kept, of data that are up to date."""
    db = situation.db
    if db[Laptop].get(situation.subject).cache != "stale" or "old_dashboard" in situation.earlier:
        return None
    fresh = ("trips", "stations", "bikes", "repairs", "weather_days")
    names = [name for name in fresh if db[Dataset].get(name).loaded_until == yesterday(db)]
    name = situation.rng.choice(names)
    return Draw(
        need=f"Your dashboard of the data set {name.replace('_', ' ')} shows old figures, and you "
        "want it to show the new ones.",
        facts=(dataset_fact("shown_dataset", name),),
    )


def solve_dashboard(plan: Plan) -> None:
    """See how far the data go, then what the browser shows; have its cache emptied."""
    plan.ask("shown_dataset")
    name = plan.value("shown_dataset")
    loaded = plan.call("list_loads", dataset=name)["loaded_until"]
    plan.act("stale", "reload_dashboard", staff_number=plan.subject, dataset=name)
    plan.act("cache", "empty_cache", staff_number=plan.subject)
    plan.act("fresh", "reload_dashboard", staff_number=plan.subject, dataset=name)
    plan.tell("up_to_date", until=loaded)


def draw_matter(situation: Situation) -> Draw | None:
    """Something that others have to see to."""
    left = [each for each in sorted(_MATTERS) if each not in touched(situation)]
    if not left:
        return None
    matter = situation.rng.choice(left)
    return Draw(
        need=f"You have {_MATTERS[matter]}, and want it passed on to whom it concerns.",
        slots={"matter": matter},
        facts=(
            Fact(
                key="matter",
                value=_MATTERS[matter],
                reveal="upfront",
                cues=("about", "matter", "passed on"),
            ),
        ),
    )


def solve_matter(plan: Plan) -> None:
    """Pass it on where it belongs."""
    plan.ask("matter")
    matter = plan.slots["matter"]
    done = plan.call("hand_over", staff_number=plan.subject, reason=matter, queue=QUEUES[matter])
    plan.tell("passed_on", reference=done["reference"], by=done["answer_by"])
    plan.outputs["matter"] = matter


KEEPING = (
    Intent(
        "delete_old",
        "Delete old rows under a ticket",
        "fulfilled",
        draw_delete,
        solve_delete,
        ("Q01", "Q33", "Q34", "Q39", "Q40"),
        weight=2.4,
    ),
    Intent(
        "rows_left",
        "What is left after a deletion",
        "informed",
        draw_left,
        solve_left,
        ("Q01", "Q06", "Q08"),
        after=("delete_old",),
        weight=8.0,
    ),
    Intent(
        "improper_delete_young",
        "Delete rows that have to be kept",
        "refused",
        draw_delete_young,
        solve_delete_young,
        ("Q01", "Q34"),
        weight=1.6,
    ),
    Intent(
        "improper_delete_unapproved",
        "Delete rows that nobody has released",
        "refused",
        draw_delete_open,
        solve_delete_open,
        ("Q01", "Q33"),
        weight=1.6,
    ),
    Intent(
        "mask_rider",
        "A rider who wants to be forgotten",
        "fulfilled",
        draw_mask,
        solve_mask,
        ("Q01", "Q35", "Q39"),
    ),
    Intent(
        "mask_owing",
        "A rider who still owes something",
        "refused",
        draw_mask_owing,
        solve_mask_owing,
        ("Q01", "Q36"),
    ),
    Intent(
        "mask_unverified",
        "A request that nobody has verified",
        "refused",
        draw_mask_new,
        solve_mask_new,
        ("Q01", "Q35"),
    ),
    Intent(
        "cannot_connect",
        "A database client that does not connect",
        "fulfilled",
        draw_client,
        solve_client,
        ("Q01", "Q38"),
    ),
    Intent(
        "old_dashboard",
        "A dashboard that shows old figures",
        "fulfilled",
        draw_dashboard,
        solve_dashboard,
        ("Q01", "Q38"),
        weight=1.2,
    ),
    Intent(
        "pass_on",
        "A matter for others",
        "handed_over",
        draw_matter,
        solve_matter,
        ("Q01", "Q42"),
        weight=0.8,
    ),
)
