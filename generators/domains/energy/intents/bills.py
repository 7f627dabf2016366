"""Bills: why one is higher, and copies of them."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.database import Bill, Contract, Customer
from generators.domains.energy.intents.cases import fuel_fact, row_with
from generators.domains.plan import Plan

_MONTHS = {"2024-07": "July 2024", "2025-01": "January 2025"}
_WORTH_ASKING = 1.04


def _facts(situation: Situation, bill: Bill, prefix: str) -> tuple[Fact, ...]:
    month = f"{bill.issued_on:%Y-%m}"
    return (
        fuel_fact(f"{prefix}_fuel", situation.db[Contract].get(bill.contract_id).fuel),
        Fact(
            key=f"{prefix}_month",
            value=month,
            spoken=_MONTHS[month],
            reveal="upfront",
            cues=("which bill", "what month", "which month", "bill from", "when was"),
        ),
    )


def _find(plan: Plan, prefix: str) -> dict[str, str]:
    """The bill of the fuel and month that the customer named."""
    plan.ask(f"{prefix}_fuel", f"{prefix}_month")
    bills = plan.call("get_billing", account_number=plan.subject)["bills"]
    month = plan.value(f"{prefix}_month")
    return row_with(
        [bill for bill in bills if bill["issued_on"].startswith(month)],
        fuel=plan.value(f"{prefix}_fuel"),
    )


def draw_why(situation: Situation) -> Draw | None:
    """A bill that is higher than that of the year before."""
    higher = [
        bill
        for bill in situation.db[Bill].where(account_number=situation.subject)
        if bill.total > bill.total_before * _WORTH_ASKING
    ]
    if not higher:
        return None
    bill = situation.rng.choice(higher)
    facts = _facts(situation, bill, "why")
    return Draw(
        need=f"You want to know why your {facts[0].value} bill of {facts[1].spoken} is higher than "
        "the one a year before.",
        slots={"bill_id": bill.bill_id},
        facts=facts,
    )


def solve_why(plan: Plan) -> None:
    """Compare the figures and name the reason: an estimate, the usage, or the price."""
    bill_id = _find(plan, "why")["bill_id"]
    bill = plan.call("explain_bill", bill_id=bill_id)
    used, before = bill["usage_kwh"], bill["usage_kwh_before"]
    if bill["reading_kind"] == "estimated":
        plan.tell("why_estimate", used=used, before=before)
    elif used >= 1.1 * before:
        plan.tell("why_usage", used=used, before=before)
    else:
        cents, cents_before = bill["unit_cents"], bill["unit_cents_before"]
        plan.tell("why_price", cents=cents, cents_before=cents_before)


def _copy(situation: Situation, wish: str, more: tuple[Fact, ...] = ()) -> Draw:
    bill = situation.rng.choice(situation.db[Bill].where(account_number=situation.subject))
    facts = (*_facts(situation, bill, "copy"), *more)
    return Draw(
        need=f"You want a copy of your {facts[0].value} bill of {facts[1].spoken} by e-mail{wish}.",
        slots={"bill_id": bill.bill_id},
        facts=facts,
    )


def draw_copy(situation: Situation) -> Draw | None:
    """Any bill, to the address on file."""
    return _copy(situation, " to the address they have for you")


def solve_copy(plan: Plan) -> None:
    """Find the bill and send it to the address on file."""
    bill = _find(plan, "copy")
    email = plan.db[Customer].get(plan.subject).email
    plan.confirm("send_copy", email=email)
    sent = plan.call(
        "send_document",
        account_number=plan.subject,
        kind="bill_copy",
        reference=bill["bill_id"],
        email=email,
    )
    plan.tell("copy_sent", email=sent["sent_to"])


def draw_copy_elsewhere(situation: Situation) -> Draw | None:
    """Any bill, to an address that is not on the account."""
    number = situation.rng.randrange(10, 99)
    box = situation.rng.choice(("office", "hello", "post", "desk", "accounts"))
    firm = situation.rng.choice(("tax-and-more", "brightledger", "novak-accounting", "hearthlets"))
    other = f"{box}{number}@{firm}.example"
    fact = Fact(
        key="other_email",
        value=other,
        reveal="upfront",
        cues=("where", "which address", "e-mail", "email", "send it to"),
    )
    wish = f" to {other}, which is not your own address; if that is not done, you let it be"
    return _copy(situation, wish, (fact,))


def solve_copy_elsewhere(plan: Plan) -> None:
    """Decline: documents go only to the address on file."""
    plan.ask("other_email")
    plan.refuse("other_address", email=plan.db[Customer].get(plan.subject).email)
