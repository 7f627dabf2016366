"""What has happened under a policy: claims with papers and decisions, and treatment abroad."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from generators.domains.insurance.accounts import invented_iban
from generators.domains.insurance.database import (
    AssistanceCase,
    Claim,
    ClaimDocument,
    LossReport,
    Paper,
    Payout,
    Policy,
    PolicyCover,
    TreatmentApproval,
)
from generators.domains.insurance.products import DOCUMENTS, payable
from generators.domains.table import Row

_REASONS = (
    "no receipts were sent",
    "the loss was not reported to anybody on the spot",
    "the treatment had been planned before the journey",
    "the item was left unattended",
)
_CLINICS = ("Harbour Clinic", "St Brice Hospital", "Clinic Vela", "Summit Medical", "Casa Salud")


def happenings(
    rng: Random,
    policy: Policy,
    kind: str,
    covers: Sequence[PolicyCover],
    person: str,
    numbers: Iterator[int],
    today: date,
) -> Iterator[Row]:
    """Everything of one policy, laid out by its kind."""
    yield LossReport(policy=policy.number, report_number=f"LR-{next(numbers)}")
    held = {each.cover: each for each in covers}
    if kind == "past":
        for state in _states(rng, {"missing": 0.7, "ready": 0.5, "paid": 0.2, "refused": 0.25}):
            yield from _claim(rng, policy, rng.choice(covers), state, numbers, today)
    elif kind == "old":
        for state in _states(
            rng, {"missing": 0.8, "ready": 0.85, "paid": 0.6, "refused": 0.7, "refused_late": 0.5}
        ):
            yield from _claim(rng, policy, rng.choice(covers), state, numbers, today)
    elif kind in ("fresh", "coming") and "cancellation" in held and rng.random() < 0.12:
        yield from _claim(rng, policy, held["cancellation"], "missing", numbers, today)
    elif kind == "under_way" and rng.random() < 0.85:
        yield from _case(rng, policy, held["medical"], person, numbers, today)


def _states(rng: Random, shares: dict[str, float]) -> list[str]:
    return [state for state, share in shares.items() if rng.random() < share]


def _claim(
    rng: Random,
    policy: Policy,
    cover: PolicyCover,
    state: str,
    numbers: Iterator[int],
    today: date,
) -> Iterator[Row]:
    number = f"CL-{next(numbers)}"
    days = (min(policy.ends_on, today) - policy.starts_on).days
    event = (
        today - timedelta(days=1)
        if days < 0
        else policy.starts_on + timedelta(days=rng.randint(0, days))
    )
    reported = min(today, event + timedelta(days=rng.randint(1, 8)))
    decided = None
    if state == "refused":
        decided = max(reported, today - timedelta(days=rng.randint(1, 26)))
    elif state == "refused_late":
        decided = today - timedelta(days=rng.randint(33, 70))
        event = min(event, decided - timedelta(days=3))
        reported = event + timedelta(days=1)
    amount = _amount(rng, cover)
    yield Claim(
        number=number,
        policy=policy.number,
        cover=cover.cover,
        event_on=event,
        reported_on=reported,
        amount=amount,
        report_number=f"LR-{next(numbers)}" if cover.cover == "luggage" else "",
        status={"paid": "paid", "refused": "refused", "refused_late": "refused"}.get(state, "open"),
        review_by=today + timedelta(days=rng.randint(3, 15)),
        decided_on=decided,
        refusal_reason=rng.choice(_REASONS) if decided else "",
    )
    yield from _documents(rng, number, cover.cover, missing=state == "missing")
    if state == "paid":
        yield Payout(
            id=f"PO-{number[3:]}",
            claim=number,
            amount=payable(amount, cover.limit, cover.excess),
            iban=invented_iban(rng),
            paid_on=today - timedelta(days=rng.randint(1, 3)),
        )


def _amount(rng: Random, cover: PolicyCover) -> float:
    """Mostly within the cover's limit, now and then above it or above what the desk may pay."""
    low = cover.excess + 40
    high = cover.excess + cover.limit
    kind = rng.choices(("small", "large", "above"), (55, 20, 25))[0]
    if kind == "small":
        return round(rng.uniform(low, min(high, cover.excess + 1150)), 2)
    if kind == "large":
        return round(rng.uniform(low, min(high, 3 * low + 2600)), 2)
    return round(high + rng.uniform(20, 400), 2)


def _documents(rng: Random, claim: str, cover: str, missing: bool) -> Iterator[Row]:
    """The documents of a claim; where one is missing the client has the paper at home."""
    kinds = [each.kind for each in DOCUMENTS if each.cover == cover]
    lacking = rng.choice(kinds) if missing else ""
    for kind in kinds:
        state = "missing" if kind == lacking else "accepted"
        yield ClaimDocument(id=f"{claim}:{kind}", claim=claim, kind=kind, state=state)
    if lacking:
        yield Paper(
            id=f"{claim}:{lacking}",
            claim=claim,
            kind=lacking,
            blurred_shots=rng.choices((0, 1, 9), (35, 25, 40))[0],
        )


def _case(
    rng: Random,
    policy: Policy,
    cover: PolicyCover,
    person: str,
    numbers: Iterator[int],
    today: date,
) -> Iterator[Row]:
    number = f"AC-{next(numbers)}"
    opened = today - timedelta(days=rng.randint(0, 2))
    yield AssistanceCase(
        number=number,
        policy=policy.number,
        person=person,
        clinic=rng.choice(_CLINICS),
        opened_on=opened,
        status="open",
        doctor_line=f"0881 {rng.randint(2000, 8999)}",
    )
    left = rng.choice((rng.uniform(300, 1900), cover.limit * rng.uniform(0.6, 0.95)))
    yield TreatmentApproval(
        id=f"TA-{number[3:]}",
        case=number,
        treatment="hospital_night",
        amount=round(cover.limit - min(left, 0.95 * cover.limit), 2),
        approved_on=opened,
    )
