"""Intents about the record: copies, results, insurance, phone number."""

from datetime import date
from random import Random

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import INSURERS, POSTAGE
from generators.domains.clinic.database import InsurancePolicy, LabTest
from generators.domains.clinic.intents.drawing import touched
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

SCOPES = {
    "visit_letters": "my visit letters",
    "test_reports": "my test reports",
    "full_record": "my full record",
}
_DELIVERIES = {
    "portal": "through the portal",
    "post": "by post",
    "collect": "in person at the desk",
}
_SCOPE_CUES = ("which part", "which records", "which documents", "copy of", "letters", "reports")
_DELIVERY_CUES = ("post", "portal", "collect", "how would you like")


def _scope(key: str, value: str) -> Fact:
    return Fact(key=key, value=value, spoken=SCOPES[value], reveal="upfront", cues=_SCOPE_CUES)


def _delivery(key: str, rng: Random) -> Fact:
    value = rng.choice(sorted(_DELIVERIES))
    return Fact(
        key=key, value=value, spoken=_DELIVERIES[value], reveal="upfront", cues=_DELIVERY_CUES
    )


def draw_records(situation: Situation) -> Draw | None:
    """Any part of the record that the desk may copy."""
    if "records_with_notes" in situation.earlier:
        return None
    scope = _scope("records_scope", situation.rng.choice(sorted(SCOPES)))
    delivery = _delivery("records_delivery", situation.rng)
    said = scope.saying.replace("my", "your")
    fee = " You would pay a fee for that." if delivery.value == "post" else ""
    how = delivery.saying
    return Draw(need=f"You want a copy of {said}, {how}.{fee}", facts=(scope, delivery))


def solve_records(plan: Plan) -> None:
    """Ask which part and how, name the fee, order the copy."""
    plan.ask("records_scope", "records_delivery")
    _order(plan, plan.value("records_scope"), plan.value("records_delivery"))


def _order(plan: Plan, scope: str, delivery: str) -> None:
    said = {
        "scope": SCOPES[scope].replace("my", "your"),
        "delivery": {
            "portal": "through the portal",
            "post": "by post",
            "collect": "for you to collect here",
        }[delivery],
    }
    if delivery == "post":
        plan.confirm("records_by_post", scope=said["scope"], fee=POSTAGE)
    else:
        plan.confirm("records", **said)
    done = plan.call("request_records", patient_number=plan.subject, scope=scope, delivery=delivery)
    if done["fee"]:
        plan.tell("records_ordered_by_post", ready_by=done["ready_by"], fee=done["fee"])
    else:
        plan.tell("records_ordered", ready_by=done["ready_by"])


def draw_records_with_notes(situation: Situation) -> Draw | None:
    """A part that the desk may copy, together with therapy notes, which it may not."""
    if "records" in situation.earlier:
        return None
    scope = _scope("notes_scope", situation.rng.choice(("visit_letters", "test_reports")))
    delivery = _delivery("notes_delivery", situation.rng)
    said = scope.saying.replace("my", "your")
    fee = " You would pay a fee for that." if delivery.value == "post" else ""
    how = delivery.saying
    return Draw(
        need=f"You want a copy of {said} together with your therapy notes, {how}.{fee} "
        "If you cannot have both, you take what you can have.",
        facts=(scope, delivery),
    )


def solve_records_with_notes(plan: Plan) -> None:
    """Decline the notes, order the rest."""
    plan.ask("notes_scope")
    plan.refuse("therapy_notes")
    plan.ask("notes_delivery")
    _order(plan, plan.value("notes_scope"), plan.value("notes_delivery"))


def draw_test_result(situation: Situation) -> Draw | None:
    """A test of the caller's, reviewed or not."""
    done = touched(situation)
    rows = [
        row for row in situation.db[LabTest].where(patient=situation.subject) if row.id not in done
    ]
    if not rows:
        return None
    row = situation.rng.choice(rows)
    return Draw(
        need=f"You want to be told the result of your {row.test} here and now.",
        slots={"test": row.id},
        facts=(
            Fact(
                key="test_name",
                value=row.test,
                spoken=f"the {row.test}",
                reveal="upfront",
                cues=("which test", "which result", "what test", "test"),
            ),
        ),
    )


def solve_test_result(plan: Plan) -> None:
    """Say where and from when the result can be seen, and never what it is."""
    plan.ask("test_name")
    rows = plan.call("list_tests", patient_number=plan.subject)
    row = next(each for each in rows if each["test"] == plan.value("test_name"))
    plan.forbid("finding", row["finding"])
    if row["status"] == "released":
        plan.refuse("result_released", since=row["release_on"])
    else:
        plan.refuse("result_awaited", release_on=row["release_on"])
    plan.outputs["test"] = row["id"]


def draw_update_insurance(situation: Situation) -> Draw | None:
    """A new card of another insurer. Prices must not have been asked for in the same dialogue."""
    if "price_question" in situation.earlier:
        return None
    db, rng = situation.db, situation.rng
    old = db[InsurancePolicy].find(situation.subject)
    insurer = rng.choice([row for row in INSURERS if old is None or row.code != old.insurer])
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2))
    digits = rng.randint(10_000_000, 99_999_999)
    until = date(rng.choice((2026, 2027, 2028)), rng.choice((6, 12)), 30)
    return Draw(
        need=f"You have a new insurance card to put on file: {insurer.name}, member number "
        f"{letters}{digits}, valid until {until.day} {until:%B} {until.year}.",
        facts=(
            Fact(
                key="insurer",
                value=insurer.code,
                spoken=insurer.name,
                reveal="upfront",
                cues=("insurer", "insurance company", "insured with"),
            ),
            Fact(
                key="member_number",
                value=f"{letters}{digits}",
                reveal="upfront",
                cues=("member number", "membership number", "number on the card"),
                slip=_other_digits(letters, digits),
            ),
            Fact(
                key="insured_until",
                value=until.isoformat(),
                spoken=f"{until.day} {until:%B} {until.year}",
                reveal="upfront",
                cues=("valid", "until", "expire"),
            ),
        ),
    )


def _other_digits(letters: str, digits: int) -> str:
    """The same number with its last two digits exchanged, or one more where they are equal."""
    text = str(digits)
    other = text[:-2] + text[-1] + text[-2]
    return letters + (other if other != text else str(digits - 1 if digits % 10 else digits + 1))


def solve_update_insurance(plan: Plan) -> None:
    """Ask what is on the card, read it back, put it on file."""
    plan.ask("insurer", "member_number", "insured_until")
    name = plan.facts["insurer"].saying
    plan.confirm(
        "insurance",
        insurer=name,
        member_number=plan.value("member_number"),
        valid_until=plan.value("insured_until"),
    )
    done = plan.call(
        "update_insurance",
        patient_number=plan.subject,
        insurer=plan.value("insurer"),
        member_number=plan.value("member_number"),
        valid_until=plan.value("insured_until"),
    )
    plan.tell("insurance_updated", cover=done["cover_percent"])


def draw_update_phone(situation: Situation) -> Draw | None:
    """A new phone number, unless something was to be sent to the old one just now."""
    if any(outputs.get("channel") == "text" for outputs in situation.earlier.values()):
        return None
    old = situation.persona.demographics.phone
    ending = int(old[-1]) if old[-1].isdigit() else 0
    change = situation.rng.randint(1, 8)
    phone = f"{old[:-1]}{(ending + change) % 10}"
    return Draw(
        need=f"You have a new phone number, {phone}, and want it put on file.",
        facts=(
            Fact(
                key="new_phone",
                value=phone,
                reveal="upfront",
                cues=("phone", "new number", "phone number"),
                slip=f"{old[:-1]}{(ending + change + 1) % 10}",
            ),
        ),
    )


def solve_update_phone(plan: Plan) -> None:
    """Read the number back, put it on file, repeat it."""
    plan.ask("new_phone")
    plan.confirm("phone", phone=plan.value("new_phone"))
    done = plan.call("update_phone", patient_number=plan.subject, phone=plan.value("new_phone"))
    plan.tell("phone_updated", phone=done["phone"])


PAPERS = (
    Intent(
        "records",
        "Copy from the record",
        "fulfilled",
        draw_records,
        solve_records,
        ("C01", "C06", "C07", "C30"),
        weight=0.8,
    ),
    Intent(
        "records_with_notes",
        "Copy from the record with therapy notes",
        "partial",
        draw_records_with_notes,
        solve_records_with_notes,
        ("C01", "C06", "C07", "C30", "C31"),
        weight=0.8,
    ),
    Intent(
        "test_result",
        "Result of a test",
        "refused",
        draw_test_result,
        solve_test_result,
        ("C01", "C32"),
    ),
    Intent(
        "update_insurance",
        "New insurance card",
        "fulfilled",
        draw_update_insurance,
        solve_update_insurance,
        ("C01", "C06", "C33"),
        weight=0.8,
    ),
    Intent(
        "update_phone",
        "New phone number",
        "fulfilled",
        draw_update_phone,
        solve_update_phone,
        ("C01", "C06", "C34"),
        weight=0.6,
    ),
)
