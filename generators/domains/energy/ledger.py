"""Seed rows for money: two half-yearly bills for each contract, and payment plans of the past."""

from datetime import date, timedelta

from generators.domains.energy.database import Bill, Contract, PaymentPlan
from generators.domains.energy.tariffs import TARIFFS
from generators.domains.energy.town import TODAY, Town

_TARIFF = {tariff.tariff_id: tariff for tariff in TARIFFS}
_PERIODS = (
    (date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 12), date(2024, 8, 2)),
    (date(2024, 7, 1), date(2024, 12, 31), date(2025, 1, 14), date(2025, 2, 4)),
)


def add_bills(town: Town, contract: Contract, overdue: bool) -> Bill:
    """Two bills, the later one overdue on demand. Returns the older one."""
    rng = town.rng
    tariff = _TARIFF[contract.tariff_id]
    bills = []
    for start, end, issued, due in _PERIODS:
        late = overdue and start == _PERIODS[-1][0]
        cents, cents_before = tariff.unit_cents, tariff.unit_cents
        usage = round(contract.annual_kwh / 2 * rng.uniform(0.9, 1.12))
        before = round(usage * rng.uniform(0.96, 1.04))
        # What changed since the year before: usage, price, an estimate, or nothing to speak of.
        cause = rng.choices(("usage", "price", "estimate", "less"), (0.3, 0.25, 0.25, 0.2))[0]
        if cause in ("usage", "estimate"):
            before = round(usage / rng.uniform(1.18, 1.5))
        elif cause == "price":
            cents_before = round(cents / rng.uniform(1.14, 1.3), 1)
        else:
            before = round(usage * rng.uniform(1.05, 1.2))
        total = round(usage * cents / 100 + 6 * tariff.standing_charge, 2)
        owed = round(rng.uniform(62, 520) if rng.random() < 0.6 else rng.uniform(610, 1350), 2)
        bill = Bill(
            bill_id=town.id("B-"),
            account_number=contract.account_number,
            contract_id=contract.contract_id,
            period_start=start,
            period_end=end,
            issued_on=issued,
            due_on=due,
            reading_kind="estimated" if cause == "estimate" else "actual",
            usage_kwh=usage,
            usage_kwh_before=before,
            unit_cents=cents,
            unit_cents_before=cents_before,
            total=total,
            total_before=round(before * cents_before / 100 + 6 * tariff.standing_charge, 2),
            advances_paid=round(max(0.0, total - owed), 2) if late else total,
            amount_due=round(min(owed, total), 2) if late else 0.0,
            state="overdue" if late else "paid",
        )
        town.add(bill)
        bills.append(bill)
    return bills[0]


def add_past_plan(town: Town, bill: Bill) -> None:
    """Some customers have had a payment plan: completed, broken lately, or broken long ago."""
    rng = town.rng
    past = rng.choices(("none", "completed", "broken_lately", "broken_before"), (6, 1, 4, 2))[0]
    if past == "none":
        return
    lately = past != "broken_before"
    ended = TODAY - timedelta(days=rng.randrange(30, 170) if lately else rng.randrange(420, 700))
    town.add(
        PaymentPlan(
            plan_id=town.id("P-"),
            account_number=bill.account_number,
            # The bills of long ago are in the archive.
            bill_id=bill.bill_id if lately else "",
            instalments=4,
            instalment_amount=round(rng.uniform(30, 90), 2),
            first_due=ended - timedelta(days=rng.randrange(60, 110)),
            state="completed" if past == "completed" else "broken",
            ended_on=ended,
        )
    )
