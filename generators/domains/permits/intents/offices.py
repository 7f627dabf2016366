"""Questions about fees, and what is for other offices: dangers, complaints, the law."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.database import Fee
from generators.domains.permits.intents.drawing import number_fact, picked, today
from generators.domains.plan import Plan


def draw_fee(situation: Situation) -> Draw | None:
    """An open fee."""
    fees = situation.db[Fee].where(person=situation.subject, status="open")
    row = picked(situation, [each for each in fees if each.issued_on < today(situation)])
    if row is None:
        return None
    return Draw(
        need=f"You got a letter about fee {row.number} and want to know what it is for, how much it "
        "is and when it has to be paid.",
        facts=(number_fact("fee_number", row.number),),
    )


def solve_fee(plan: Plan) -> None:
    """Look and say."""
    plan.ask("fee_number")
    fees = plan.call("list_fees", person_number=plan.subject)
    row = next(each for each in fees if each["number"] == plan.value("fee_number"))
    plan.tell("fee", subject=row["subject"], amount=row["amount"], due_on=row["due_on"])


def draw_danger(situation: Situation) -> Draw | None:
    """Anybody, and before anything else."""
    if situation.earlier:
        return None
    return Draw(
        need="You have just seen a scaffold that has come loose above a pavement, with people walking "
        "under it, and want somebody to come at once."
    )


def _handed(plan: Plan, queue: str, reason: str) -> None:
    done = plan.call("hand_over", person_number=plan.subject, queue=queue, reason=reason)
    plan.tell(reason, reference=done["reference"], by=done["answered_by"])


def solve_danger(plan: Plan) -> None:
    """Hand over at once."""
    _handed(plan, "duty_officer", "danger")


def draw_complaint(situation: Situation) -> Draw | None:
    """Anybody."""
    return Draw(
        need="You were treated rudely at the counter last week and want to complain about it to "
        "whoever is in charge."
    )


def solve_complaint(plan: Plan) -> None:
    """Hand over."""
    _handed(plan, "head_of_counter", "complaint")


def draw_legal(situation: Situation) -> Draw | None:
    """Anybody."""
    return Draw(
        need="You want to know whether you would win if you took the town hall to court over a "
        "neighbour's building permit. You are content with a call from somebody who knows the law."
    )


def solve_legal(plan: Plan) -> None:
    """No legal advice: hand over."""
    _handed(plan, "legal_office", "legal_question")


OFFICES = (
    Intent("fee_question", "What a fee is for", "informed", draw_fee, solve_fee, ("M36",)),
    Intent(
        "danger",
        "A danger in the street",
        "handed_over",
        draw_danger,
        solve_danger,
        ("M33", "M34"),
        weight=0.6,
        turn="answerable",
    ),
    Intent(
        "complaint",
        "A complaint about the counter",
        "handed_over",
        draw_complaint,
        solve_complaint,
        ("M34", "M35"),
        weight=0.5,
    ),
    Intent(
        "legal_question",
        "A question about the law",
        "handed_over",
        draw_legal,
        solve_legal,
        ("M34", "M35"),
        weight=0.5,
    ),
)
