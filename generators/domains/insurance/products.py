"""What the insurer sells, and the amounts and limits of its manual."""

from datetime import date, timedelta
from typing import Literal

from generators.domains.insurance.database import (
    CoverTerms,
    Policy,
    Product,
    ProductCover,
    RequiredDocument,
)

Cover = Literal["luggage", "medical", "cancellation", "delay", "rental_excess", "sports_gear"]
DocumentKind = Literal[
    "luggage_receipts",
    "loss_report",
    "medical_bill",
    "doctor_letter",
    "booking_invoice",
    "delay_letter",
    "rental_contract",
    "damage_report",
    "gear_receipts",
]
Treatment = Literal[
    "x_ray", "wound_care", "minor_surgery", "dental_repair", "hospital_night", "physiotherapy"
]
Ground = Literal["new_evidence", "facts_misread", "terms_misapplied"]
Language = Literal["english", "french", "spanish", "german"]
Queue = Literal["assistance_line", "claims_specialists", "medical_team", "complaints"]
Reason = Literal["life_threatening", "payout_above_limit", "treatment_above_limit", "complaint"]

PAYOUT_LIMIT = 1200.0
"""The desk pays claims out up to this amount."""
TREATMENT_LIMIT = 2500.0
"""The desk approves a single treatment up to this amount."""
COOLING_OFF = timedelta(days=14)
APPEAL_WITHIN = timedelta(days=30)
CANCELLATION_SHARE = 0.7
CANCELLATION_FEE = 12.0
CHANGES_CLOSE = timedelta(days=2)
"""Changes to covers and persons are possible until so long before departure."""
SENIOR_AGE = 65

QUEUES: dict[str, str] = {
    "life_threatening": "assistance_line",
    "payout_above_limit": "claims_specialists",
    "treatment_above_limit": "medical_team",
    "complaint": "complaints",
}

COVERS = (
    CoverTerms(cover="luggage", name="luggage cover", report_within_days=14, excluded="cash"),
    CoverTerms(
        cover="medical", name="medical cover", report_within_days=21, excluded="a planned treatment"
    ),
    CoverTerms(
        cover="cancellation",
        name="cancellation cover",
        report_within_days=10,
        excluded="a change of mind",
    ),
    CoverTerms(cover="delay", name="delay cover", report_within_days=12, excluded="strikes"),
    CoverTerms(
        cover="rental_excess",
        name="rental car cover",
        report_within_days=14,
        excluded="off-road driving",
    ),
    CoverTerms(
        cover="sports_gear",
        name="sports gear cover",
        report_within_days=14,
        excluded="taking part in a race",
    ),
)
COVER_NAMES = {each.cover: each.name for each in COVERS}

DOCUMENTS = (
    RequiredDocument(kind="luggage_receipts", name="receipts for the luggage", cover="luggage"),
    RequiredDocument(kind="loss_report", name="loss report", cover="luggage"),
    RequiredDocument(kind="medical_bill", name="medical bill", cover="medical"),
    RequiredDocument(kind="doctor_letter", name="letter from the doctor", cover="medical"),
    RequiredDocument(kind="booking_invoice", name="booking invoice", cover="cancellation"),
    RequiredDocument(kind="delay_letter", name="letter about the delay", cover="delay"),
    RequiredDocument(kind="rental_contract", name="rental contract", cover="rental_excess"),
    RequiredDocument(kind="damage_report", name="damage report", cover="rental_excess"),
    RequiredDocument(kind="gear_receipts", name="receipts for the gear", cover="sports_gear"),
)
DOCUMENT_NAMES = {each.kind: each.name for each in DOCUMENTS}

PRODUCTS = (
    Product(
        code="daytripper",
        name="Daytripper",
        max_age=70,
        max_persons=3,
        max_days=21,
        price_per_day=1.9,
        delay_from_hours=6,
        delay_per_hour=10.0,
    ),
    Product(
        code="wayfarer",
        name="Wayfarer",
        max_age=75,
        max_persons=4,
        max_days=35,
        price_per_day=3.1,
        delay_from_hours=5,
        delay_per_hour=14.5,
    ),
    Product(
        code="longhaul",
        name="Long Haul",
        max_age=80,
        max_persons=5,
        max_days=60,
        price_per_day=4.8,
        delay_from_hours=4,
        delay_per_hour=22.0,
    ),
)

_TERMS: dict[str, dict[str, tuple[bool, float, float, int, float]]] = {
    # cover: included, limit, excess, waiting days, price per day and person
    "daytripper": {
        "luggage": (True, 600.0, 75.0, 0, 0.6),
        "medical": (True, 8000.0, 100.0, 0, 1.1),
        "delay": (False, 150.0, 0.0, 1, 0.35),
        "cancellation": (False, 900.0, 90.0, 12, 0.8),
        "rental_excess": (False, 700.0, 60.0, 0, 0.95),
    },
    "wayfarer": {
        "luggage": (True, 1100.0, 60.0, 0, 0.7),
        "medical": (True, 20000.0, 80.0, 0, 1.4),
        "cancellation": (True, 1900.0, 75.0, 10, 1.1),
        "delay": (True, 250.0, 0.0, 1, 0.4),
        "rental_excess": (False, 1000.0, 50.0, 0, 1.15),
        "sports_gear": (False, 650.0, 65.0, 2, 0.85),
    },
    "longhaul": {
        "luggage": (True, 2000.0, 50.0, 0, 0.9),
        "medical": (True, 60000.0, 0.0, 0, 1.9),
        "cancellation": (True, 4000.0, 100.0, 8, 1.6),
        "delay": (True, 400.0, 0.0, 0, 0.55),
        "rental_excess": (True, 1500.0, 0.0, 0, 1.3),
        "sports_gear": (False, 1200.0, 40.0, 2, 1.05),
    },
}

PRODUCT_COVERS = tuple(
    ProductCover(
        id=f"{product}:{cover}",
        product=product,
        cover=cover,
        included=included,
        limit=limit,
        excess=excess,
        waiting_days=waiting,
        price_per_day=price,
    )
    for product, covers in _TERMS.items()
    for cover, (included, limit, excess, waiting, price) in covers.items()
)


def days_of(policy: Policy) -> int:
    """How many days a policy's journey has, both ends included."""
    return (policy.ends_on - policy.starts_on).days + 1


def closes_on(policy: Policy) -> date:
    """The last day on which covers and persons can be added."""
    return policy.starts_on - CHANGES_CLOSE


def payable(amount: float, limit: float, excess: float) -> float:
    """What is paid on a claim: the excess comes off first, then the limit holds."""
    return round(max(0.0, min(amount - excess, limit)), 2)
