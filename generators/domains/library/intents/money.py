"""Callers with something to pay, or who would rather not."""

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.database import Charge
from generators.domains.library.intents.drawing import found, name_of, title_fact, touched
from generators.domains.library.rules import (
    AMNESTY_BEFORE,
    GOODWILL_LIMIT,
    last_goodwill,
    open_charges,
    overdue,
)
from generators.domains.plan import Plan

_SAID = {"late": "late charge", "lost": "charge for the loss", "damage": "charge for the damage"}


def _charges(situation: Situation) -> list[Charge]:
    """Open charges about a title that no goal before was about."""
    done = touched(situation)
    rows = [
        row
        for row in open_charges(situation.db, situation.subject)
        if row.kind in _SAID and row.about not in done and row.id not in done
    ]
    situation.rng.shuffle(rows)
    return rows


def _said(row: Charge) -> str:
    return f"the {_SAID[row.kind]} for {row.about}"


def _charge_of(plan: Plan, key: str) -> dict[str, object]:
    plan.ask(key)
    rows = plan.call("list_charges", card=plan.subject)
    row = found(rows, about=plan.value(key), status="open")
    plan.outputs.update(title=row["about"], settled=row["id"])
    return row


def draw_charge(situation: Situation) -> Draw | None:
    """Any open charge."""
    for row in _charges(situation):
        return Draw(
            need=f"There is a charge for {row.about} on your account, and you want to know how much it "
            "is, what for, and since when.",
            facts=(title_fact("charge_title", row.about),),
        )
    return None


def solve_charge(plan: Plan) -> None:
    """Look and say."""
    row = _charge_of(plan, "charge_title")
    plan.tell(f"charge_{row['kind']}", amount=row["amount"], raised=row["raised_on"])


def draw_pay(situation: Situation) -> Draw | None:
    """Any open charge."""
    for row in _charges(situation):
        return Draw(
            need=f"You want to pay {_said(row)}, by phone. You have the phone in your hand.",
            facts=(title_fact("pay_title", row.about),),
        )
    return None


def solve_pay(plan: Plan) -> None:
    """Name the amount, send the request, have it approved, take the payment."""
    row = _charge_of(plan, "pay_title")
    pay(plan, str(row["id"]), row["amount"])


def pay(plan: Plan, charge: str, amount: object) -> None:
    """From the amount to the payment's reference."""
    plan.confirm("pay", amount=amount)
    request = plan.call("send_payment_request", charge_id=charge)
    code = plan.act("approve", "approve_payment", card=plan.subject)["code"]
    done = plan.call("complete_payment", request_id=request["request_id"], code=code)
    plan.tell("paid", amount=done["paid"], reference=done["payment_reference"])


_WAIVERS = {"waive", "waive_refused"}


def draw_waive(situation: Situation) -> Draw | None:
    """A small late charge of late, and no waiver within 365 days."""
    card = situation.subject
    if _WAIVERS & set(situation.earlier) or last_goodwill(situation.db, card):
        return None
    for row in _charges(situation):
        if row.kind == "late" and row.raised_on >= AMNESTY_BEFORE and row.amount <= GOODWILL_LIMIT:
            return Draw(
                need=f"You want {_said(row)} cancelled, as a favour.",
                facts=(title_fact("waive_title", row.about),),
            )
    return None


def solve_waive(plan: Plan) -> None:
    """Look, agree on the amount, cancel it."""
    row = _charge_of(plan, "waive_title")
    plan.confirm("waive", amount=row["amount"])
    done = plan.call("forgive_charge", charge_id=row["id"], ground="goodwill")
    plan.tell("waived", amount=done["cancelled"])


def draw_waive_refused(situation: Situation) -> Draw | None:
    """A charge that stays: not for lateness, too high, or the second within 365 days."""
    if _WAIVERS & set(situation.earlier):
        return None
    last = last_goodwill(situation.db, situation.subject)
    for row in _charges(situation):
        if row.kind != "late":
            why = "stays"
        elif row.raised_on < AMNESTY_BEFORE:
            continue
        elif row.amount > GOODWILL_LIMIT:
            why = "too_high"
        elif last:
            why = "waived_lately"
        else:
            continue
        return Draw(
            need=f"You want {_said(row)} cancelled, as a favour.",
            slots={"why": why, **({"last": last} if last else {})},
            facts=(title_fact("favour_title", row.about),),
        )
    return None


def solve_waive_refused(plan: Plan) -> None:
    """Look, and decline with the amount or the day."""
    row = _charge_of(plan, "favour_title")
    if plan.slots["why"] == "waived_lately":
        plan.refuse("waived_lately", last=plan.slots["last"].isoformat())
    else:
        plan.refuse(plan.slots["why"], amount=row["amount"])


def _old(situation: Situation) -> list[Charge]:
    return [
        row for row in _charges(situation) if row.kind == "late" and row.raised_on < AMNESTY_BEFORE
    ]


def draw_amnesty(situation: Situation) -> Draw | None:
    """An old late charge, and nothing overdue."""
    rows = _old(situation)
    if not rows or overdue(situation.db, situation.subject):
        return None
    return Draw(
        need=f"You have heard of an amnesty for old late charges and want {_said(rows[0])} cancelled "
        "under it.",
        facts=(title_fact("amnesty_title", rows[0].about),),
    )


def solve_amnesty(plan: Plan) -> None:
    """Look at charges and loans, agree, cancel it."""
    plan.call("list_loans", card=plan.subject)
    row = _charge_of(plan, "amnesty_title")
    plan.confirm("amnesty", amount=row["amount"])
    done = plan.call("forgive_charge", charge_id=row["id"], ground="amnesty")
    plan.tell("amnestied", amount=done["cancelled"])


def draw_amnesty_refused(situation: Situation) -> Draw | None:
    """An old late charge, and something overdue that no goal before has dealt with."""
    rows, late = _old(situation), overdue(situation.db, situation.subject)
    if not rows or not late or late[0].id in touched(situation):
        return None
    if len(late) > 1 and late[0].due_on == late[1].due_on:
        return None
    return Draw(
        need=f"You have heard of an amnesty for old late charges and want {_said(rows[0])} cancelled "
        "under it.",
        slots={"title": name_of(situation.db, late[0].title), "loan": late[0].id},
        facts=(title_fact("barred_title", rows[0].about),),
    )


def solve_amnesty_refused(plan: Plan) -> None:
    """Look at charges and loans, and decline with what is overdue."""
    _charge_of(plan, "barred_title")
    loans = plan.call("list_loans", card=plan.subject)
    loan = found(loans, loan_id=plan.slots["loan"])
    plan.refuse("still_overdue", title=loan["title"], due=loan["due_on"])
    plan.outputs["loan"] = loan["loan_id"]


CHARGING = (
    "renew_loan",
    "report_lost",
    "damage",
    "returned_receipt",
    "reserve",
    "bring_copy",
    "cancel_reservation",
    "cancel_room",
    "register_event",
    "order_ill",
    "renew_membership",
)


def draw_pay_new(situation: Situation) -> Draw | None:
    """The one charge that the goals before have raised."""
    charges = [
        str(outputs["charge"])
        for name, outputs in situation.earlier.items()
        if name in CHARGING and "charge" in outputs
    ]
    if len(charges) != 1:
        return None
    return Draw(
        need="You want to pay what has just been charged right away, by phone. You have the phone in "
        "your hand.",
        slots={"charge": charges[0]},
    )


def solve_pay_new(plan: Plan) -> None:
    """As for any charge; the amount is known."""
    pay(plan, plan.slots["charge"], plan.db[Charge].get(plan.slots["charge"]).amount)


MONEY = (
    Intent(
        "charge_question", "What a charge is", "informed", draw_charge, solve_charge, ("B01", "B30")
    ),
    Intent(
        "pay_charge",
        "Pay a charge by phone",
        "fulfilled",
        draw_pay,
        solve_pay,
        ("B01", "B06", "B29"),
    ),
    Intent(
        "waive",
        "Have a late charge cancelled",
        "fulfilled",
        draw_waive,
        solve_waive,
        ("B01", "B06", "B28"),
        weight=2.0,
    ),
    Intent(
        "waive_refused",
        "Have a charge cancelled that stays",
        "refused",
        draw_waive_refused,
        solve_waive_refused,
        ("B01", "B28"),
        weight=1.5,
    ),
    Intent(
        "amnesty",
        "Have an old late charge cancelled",
        "fulfilled",
        draw_amnesty,
        solve_amnesty,
        ("B01", "B06", "B27"),
        weight=2.0,
    ),
    Intent(
        "amnesty_refused",
        "The amnesty while something is overdue",
        "refused",
        draw_amnesty_refused,
        solve_amnesty_refused,
        ("B01", "B27"),
        weight=1.6,
    ),
    Intent(
        "pay_new",
        "Pay what was just charged",
        "fulfilled",
        draw_pay_new,
        solve_pay_new,
        ("B06", "B29"),
        after=CHARGING,
    ),
)
