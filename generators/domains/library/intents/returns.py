"""Callers whose things are lost, damaged, or back already."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.database import Keepsake, Loan
from generators.domains.library.intents.drawing import (
    found,
    loans_of,
    name_of,
    title_fact,
    touched,
)
from generators.domains.plan import Plan


def draw_lost(situation: Situation) -> Draw | None:
    """Any loan can be lost."""
    for row in loans_of(situation, situation.subject):
        name = name_of(situation.db, row.title)
        return Draw(
            need=f"You have lost {name}, which you have on loan, and want to put that right; you "
            "accept what it costs.",
            facts=(title_fact("lost_title", name),),
        )
    return None


def solve_lost(plan: Plan) -> None:
    """Work out the fee, agree on it, charge it."""
    plan.ask("lost_title")
    loan = found(plan.call("list_loans", card=plan.subject), title=plan.value("lost_title"))
    quote = plan.call("quote_item_fee", loan_id=loan["loan_id"], cause="lost")
    plan.confirm("lost", title=loan["title"], fee=quote["fee"])
    done = plan.call("charge_item", loan_id=loan["loan_id"], cause="lost")
    plan.tell("lost_charged", title=loan["title"], fee=done["fee"])
    plan.outputs.update(loan=loan["loan_id"], charge=done["charge_id"], title=loan["title"])


def draw_damage(situation: Situation) -> Draw | None:
    """Any loan can get wet."""
    rng = situation.rng
    for row in loans_of(situation, situation.subject):
        name = name_of(situation.db, row.title)
        how = rng.choice(
            (
                "your tea went over it",
                "your dog has chewed a corner",
                "it fell into a puddle",
                "it came apart in your bag",
            )
        )
        return Draw(
            need=f"{name}, which you have on loan, is damaged: {how}. You want to report it and "
            "accept what it costs. You have the item in front of you.",
            facts=(title_fact("damaged_title", name),),
        )
    return None


def solve_damage(plan: Plan) -> None:
    """Have the label read, work out the fee, agree on it, charge it."""
    plan.ask("damaged_title")
    title = plan.value("damaged_title")
    loan = found(plan.call("list_loans", card=plan.subject), title=title)
    label = plan.act("label", "read_label", card=plan.subject, title_name=title)
    given = {"loan_id": loan["loan_id"], "cause": "damaged", "label_grade": label["grade"]}
    quote = plan.call("quote_item_fee", **given)
    plan.confirm("damage", title=title, fee=quote["fee"])
    done = plan.call("charge_item", **given)
    plan.tell("damage_charged", fee=done["fee"])
    plan.outputs.update(loan=loan["loan_id"], charge=done["charge_id"], title=title)


def _returned(situation: Situation) -> Loan | None:
    db = situation.db
    for paper in db[Keepsake].where(member=situation.subject, kind="receipt"):
        row = db[Loan].get(paper.loan)
        if row.status == "open" and row.id not in touched(situation):
            return row
    return None


def draw_returned(situation: Situation) -> Draw | None:
    """Something that went back through a kiosk, with a receipt."""
    row = _returned(situation)
    if row is None:
        return None
    name = name_of(situation.db, row.title)
    return Draw(
        need=f"You returned {name} at a return kiosk some days ago, and it is still on your account; "
        "you want it taken off. You keep all your receipts in your bag.",
        facts=(title_fact("returned_title", name),),
    )


def solve_returned(plan: Plan) -> None:
    """Have the receipt looked for, look it up, agree, clear the loan."""
    plan.ask("returned_title")
    title = plan.value("returned_title")
    plan.call("list_loans", card=plan.subject)
    paper = plan.act("receipt", "find_receipt", card=plan.subject, title_name=title)
    shown = plan.call("check_receipt", receipt=paper["receipt"])
    if shown["late_charge"]:
        plan.confirm("clear_late", title=title, fee=shown["late_charge"])
    else:
        plan.confirm("clear", title=title)
    done = plan.call("clear_loan", loan_id=shown["loan_id"], receipt=paper["receipt"])
    plan.tell("cleared", title=title, returned=done["returned_on"])
    plan.outputs.update(loan=shown["loan_id"], title=title)
    if done["charge_id"]:
        plan.outputs["charge"] = done["charge_id"]


def draw_unproven(situation: Situation) -> Draw | None:
    """Something that the caller says is back, and has no receipt for."""
    for row in loans_of(situation, situation.subject):
        name = name_of(situation.db, row.title)
        return Draw(
            need=f"You are sure that you put {name} into a return kiosk last week, but it is still on "
            "your account; you want it taken off. You may have thrown the receipt away.",
            facts=(title_fact("unproven_title", name),),
        )
    return None


def solve_unproven(plan: Plan) -> None:
    """Have the receipt looked for in vain; the branch searches its shelves."""
    plan.ask("unproven_title")
    title = plan.value("unproven_title")
    loan = found(plan.call("list_loans", card=plan.subject), title=title)
    plan.act("no_receipt", "find_receipt", card=plan.subject, title_name=title)
    done = plan.call(
        "hand_over",
        card=plan.subject,
        queue="branch_team",
        reason="shelf_search",
        loan_id=loan["loan_id"],
    )
    plan.tell("searched", reference=done["reference"], by=done["answer_by"])
    plan.outputs.update(loan=loan["loan_id"], title=title)


RETURNS = (
    Intent(
        "report_lost",
        "Report something lost",
        "fulfilled",
        draw_lost,
        solve_lost,
        ("B01", "B06", "B07", "B13"),
    ),
    Intent(
        "damage",
        "Report something damaged",
        "fulfilled",
        draw_damage,
        solve_damage,
        ("B01", "B06", "B07", "B13", "B14"),
    ),
    Intent(
        "returned_receipt",
        "Returned at a kiosk, with a receipt",
        "fulfilled",
        draw_returned,
        solve_returned,
        ("B01", "B06", "B15"),
        weight=1.8,
    ),
    Intent(
        "returned_unproven",
        "Returned at a kiosk, without a receipt",
        "handed_over",
        draw_unproven,
        solve_unproven,
        ("B01", "B15", "B16", "B39"),
    ),
)
