"""Intents about repeat prescriptions."""

from typing import Any

from generators.blueprint import Fact
from generators.domains.clinic.database import Pharmacy, Prescription, RenewalRequest
from generators.domains.clinic.intents.drawing import today, touched
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_CUES = ("medicine", "medicines", "medication", "medications", "prescription", "prescriptions")


def obstacle(row: Prescription, day: Any) -> str:
    """Why the desk may not pass on a renewal; empty when it may."""
    if row.controlled:
        return "controlled"
    if row.review_due < day:
        return "review_overdue"
    if row.repeats_left < 1:
        return "no_repeats"
    return "too_early" if row.renewable_from > day else ""


def _medicines(situation: Situation, renewable: bool) -> list[Prescription]:
    """The caller's medicines that can, or cannot, be renewed and have not been spoken of."""
    done = touched(situation)
    rows = [
        row
        for row in situation.db[Prescription].where(patient=situation.subject)
        if row.medicine not in done
        and not situation.db[RenewalRequest].where(prescription=row.id)
        and (obstacle(row, today(situation)) == "") == renewable
    ]
    situation.rng.shuffle(rows)
    return rows


def _medicine_fact(key: str, row: Prescription) -> Fact:
    return Fact(key=key, value=row.medicine, reveal="upfront", cues=_CUES)


def _pharmacy_fact(key: str, situation: Situation) -> Fact:
    place = situation.rng.choice(list(situation.db[Pharmacy]))
    return Fact(
        key=key, value=place.code, spoken=place.name, reveal="upfront", cues=("pharmacy", "collect")
    )


def draw_renew(situation: Situation) -> Draw | None:
    """A medicine that is due."""
    rows = _medicines(situation, renewable=True)
    if not rows:
        return None
    pharmacy = _pharmacy_fact("renew_pharmacy", situation)
    return Draw(
        need=f"You want your repeat prescription for {rows[0].medicine} renewed and sent to "
        f"{pharmacy.saying}.",
        slots={"prescription": rows[0].id},
        facts=(_medicine_fact("renew_medicine", rows[0]), pharmacy),
    )


def solve_renew(plan: Plan) -> None:
    """Look at the prescription, ask where to, pass it on."""
    plan.ask("renew_medicine", "renew_pharmacy")
    with plan.together():
        rows = plan.call("list_prescriptions", patient_number=plan.subject)
        plan.call("list_pharmacies")
    row = next(each for each in rows if each["medicine"] == plan.value("renew_medicine"))
    _pass_on(plan, row, plan.value("renew_pharmacy"))


def _pass_on(plan: Plan, row: dict[str, Any], pharmacy: str) -> None:
    name = plan.db[Pharmacy].get(pharmacy).name
    plan.confirm("renew", medicine=row["medicine"], dose=row["dose"], pharmacy=name)
    done = plan.call("request_renewal", prescription_id=row["id"], pharmacy=pharmacy)
    plan.tell("renewed", medicine=done["medicine"], ready_on=done["ready_on"])
    plan.outputs["renewed"] = row["medicine"]


def draw_renew_refused(situation: Situation) -> Draw | None:
    """A medicine that the desk may not pass on, for whatever reason."""
    rows = _medicines(situation, renewable=False)
    if not rows:
        return None
    return Draw(
        need=f"You want your repeat prescription for {rows[0].medicine} renewed.",
        slots={"prescription": rows[0].id},
        facts=(_medicine_fact("stopped_medicine", rows[0]),),
    )


def solve_renew_refused(plan: Plan) -> None:
    """Look at the prescription, and decline with the reason."""
    plan.ask("stopped_medicine")
    rows = plan.call("list_prescriptions", patient_number=plan.subject)
    _decline(plan, rows, plan.value("stopped_medicine"))


def _decline(plan: Plan, rows: list[dict[str, Any]], medicine: str) -> None:
    card = next(each for each in rows if each["medicine"] == medicine)
    why = obstacle(plan.db[Prescription].get(card["id"]), plan.db.now.date())
    reason = {
        "controlled": {"prescriber": card["prescriber_name"]},
        "review_overdue": {"review_due": card["review_due"]},
        "no_repeats": {"last_issued": card["last_issued"]},
        "too_early": {"renewable_from": card["renewable_from"]},
    }[why]
    plan.refuse(f"renewal_{why}", medicine=medicine, **reason)
    plan.outputs["declined"] = medicine


def draw_renew_two(situation: Situation) -> Draw | None:
    """Two medicines, of which one can be renewed."""
    good = _medicines(situation, renewable=True)
    bad = _medicines(situation, renewable=False)
    if not good or not bad:
        return None
    pair = [good[0], bad[0]]
    situation.rng.shuffle(pair)
    pharmacy = _pharmacy_fact("pair_pharmacy", situation)
    return Draw(
        need=f"You want two repeat prescriptions renewed, {pair[0].medicine} and "
        f"{pair[1].medicine}, and sent to {pharmacy.saying}. If only one of them can be renewed, "
        "you take that one.",
        slots={"good": good[0].medicine, "bad": bad[0].medicine},
        facts=(
            _medicine_fact("pair_first", pair[0]),
            _medicine_fact("pair_second", pair[1]),
            pharmacy,
        ),
    )


def solve_renew_two(plan: Plan) -> None:
    """Judge each by itself: decline the one, pass on the other."""
    plan.ask("pair_first", "pair_second")
    rows = plan.call("list_prescriptions", patient_number=plan.subject)
    _decline(plan, rows, plan.slots["bad"])
    plan.ask("pair_pharmacy")
    plan.call("list_pharmacies")
    row = next(each for each in rows if each["medicine"] == plan.slots["good"])
    _pass_on(plan, row, plan.value("pair_pharmacy"))


MEDICINES = (
    Intent(
        "renew",
        "Repeat prescription",
        "fulfilled",
        draw_renew,
        solve_renew,
        ("C01", "C06", "C22", "C25"),
        weight=1.2,
    ),
    Intent(
        "renew_refused",
        "Repeat prescription that the desk may not pass on",
        "refused",
        draw_renew_refused,
        solve_renew_refused,
        ("C01", "C22", "C23"),
    ),
    Intent(
        "renew_two",
        "Two repeat prescriptions, one of which must wait",
        "partial",
        draw_renew_two,
        solve_renew_two,
        ("C01", "C06", "C22", "C23", "C24", "C25"),
        weight=1.3,
    ),
)
