"""What never differs from world to world: services, specialties, insurers, medicines, tests."""

from typing import Literal

from generators.domains.clinic.database import Insurer, Service

ServiceCode = Literal[
    "abdominal-ultrasound",
    "cardiology-consultation",
    "child-consultation",
    "child-vaccination",
    "development-check",
    "dietician-consultation",
    "ent-consultation",
    "exercise-stress-test",
    "eye-examination",
    "fasting-blood-test",
    "gait-analysis",
    "gp-consultation",
    "health-check",
    "hearing-test",
    "medication-review",
    "mole-mapping",
    "orthopaedic-consultation",
    "physiotherapy-session",
    "retinal-scan",
    "school-health-check",
    "skin-check",
    "travel-vaccination",
]

InsurerCode = Literal[
    "brightwater-insurance",
    "castellan-care",
    "meridia-mutual",
    "nordwall-health",
    "tilbury-sickness-fund",
]

SPECIALTIES = {
    # name -> (practitioners, minutes of a slot, days from today without a free slot)
    "general practice": (4, 30, 0),
    "paediatrics": (3, 30, 0),
    "dermatology": (2, 30, 9),
    "cardiology": (2, 60, 0),
    "orthopaedics": (2, 30, 0),
    "ENT": (2, 30, 8),
    "ophthalmology": (2, 30, 11),
    "dietetics": (2, 60, 0),
    "physiotherapy": (2, 30, 8),
    "imaging": (2, 30, 0),
    "laboratory": (2, 30, 4),
}
"""Name -> practitioners, minutes of a slot, and for how many days from today everything is taken."""


def _service(
    code: str,
    name: str,
    specialty: str,
    price: float,
    *,
    referral: bool = False,
    ages: tuple[int, int] = (16, 120),
    fasting: int = 0,
    early: int = 5,
    bring: str = "insurance card",
) -> Service:
    return Service(
        code=code,
        name=name,
        specialty=specialty,
        minutes=SPECIALTIES[specialty][1],
        price=price,
        needs_referral=referral,
        min_age=ages[0],
        max_age=ages[1],
        fasting_hours=fasting,
        arrive_minutes_early=early,
        bring=bring,
    )


SERVICES = (
    _service("gp-consultation", "GP consultation", "general practice", 52.0),
    _service(
        "health-check",
        "annual health check",
        "general practice",
        98.0,
        fasting=8,
        early=10,
        bring="medicine list",
    ),
    _service(
        "travel-vaccination",
        "travel vaccination",
        "general practice",
        64.0,
        early=10,
        bring="vaccination card",
    ),
    _service(
        "medication-review", "medication review", "general practice", 41.0, bring="medicine boxes"
    ),
    _service("skin-check", "skin check", "dermatology", 94.0, referral=True),
    _service("mole-mapping", "mole mapping", "dermatology", 225.0, referral=True, early=15),
    _service(
        "cardiology-consultation",
        "cardiology consultation",
        "cardiology",
        185.0,
        referral=True,
        early=15,
        bring="medicine list",
    ),
    _service(
        "exercise-stress-test",
        "exercise stress test",
        "cardiology",
        260.0,
        referral=True,
        fasting=3,
        early=20,
        bring="sports shoes",
    ),
    _service(
        "orthopaedic-consultation",
        "orthopaedic consultation",
        "orthopaedics",
        168.0,
        referral=True,
        early=10,
        bring="earlier X-rays",
    ),
    _service(
        "gait-analysis",
        "gait analysis",
        "orthopaedics",
        124.0,
        referral=True,
        early=10,
        bring="sports shoes",
    ),
    _service("ent-consultation", "ENT consultation", "ENT", 142.0, referral=True, early=10),
    _service("hearing-test", "hearing test", "ENT", 58.0),
    _service("eye-examination", "eye examination", "ophthalmology", 76.0, bring="glasses"),
    _service(
        "retinal-scan",
        "retinal scan",
        "ophthalmology",
        148.0,
        referral=True,
        early=20,
        bring="sunglasses",
    ),
    _service(
        "dietician-consultation",
        "dietician consultation",
        "dietetics",
        88.0,
        referral=True,
        bring="food diary",
    ),
    _service(
        "physiotherapy-session",
        "physiotherapy session",
        "physiotherapy",
        62.0,
        referral=True,
        early=10,
        bring="exercise clothes",
    ),
    _service(
        "fasting-blood-test",
        "fasting blood test",
        "laboratory",
        46.0,
        fasting=10,
        bring="photo ID",
    ),
    _service(
        "abdominal-ultrasound",
        "abdominal ultrasound",
        "imaging",
        240.0,
        referral=True,
        fasting=6,
        early=15,
        bring="photo ID",
    ),
    _service(
        "child-consultation",
        "child consultation",
        "paediatrics",
        50.0,
        ages=(0, 15),
        bring="health booklet",
    ),
    _service(
        "child-vaccination",
        "child vaccination",
        "paediatrics",
        44.0,
        ages=(0, 15),
        early=10,
        bring="vaccination card",
    ),
    _service(
        "development-check",
        "development check",
        "paediatrics",
        66.0,
        ages=(0, 5),
        early=10,
        bring="health booklet",
    ),
    _service(
        "school-health-check",
        "school health check",
        "paediatrics",
        72.0,
        ages=(6, 15),
        early=10,
        bring="vaccination card",
    ),
)

INSURERS = (
    Insurer(code="brightwater-insurance", name="Brightwater Insurance", cover_percent=50),
    Insurer(code="castellan-care", name="Castellan Care", cover_percent=65),
    Insurer(code="meridia-mutual", name="Meridia Mutual", cover_percent=75),
    Insurer(code="nordwall-health", name="Nordwall Health", cover_percent=60),
    Insurer(code="tilbury-sickness-fund", name="Tilbury Sickness Fund", cover_percent=85),
)

MEDICINES = {
    "levothyroxine": "75 micrograms",
    "metformin": "500 mg",
    "amlodipine": "5 mg",
    "ramipril": "2.5 mg",
    "atorvastatin": "20 mg",
    "omeprazole": "20 mg",
    "montelukast": "10 mg",
    "cetirizine": "10 mg",
    "bisoprolol": "2.5 mg",
    "allopurinol": "100 mg",
}
"""Medicines that the desk may pass on for renewal, with the usual dose."""

CONTROLLED = {
    "zopiclone": "7.5 mg",
    "pregabalin": "75 mg",
    "tramadol": "50 mg",
    "methylphenidate": "18 mg",
}
"""Medicines under control: never renewed by the desk."""

TESTS = {
    "blood count": ("haemoglobin", "{} g/dL", 118, 168),
    "cholesterol panel": ("total cholesterol", "{} mmol/L", 36, 78),
    "thyroid panel": ("TSH", "{} mU/L", 4, 62),
    "vitamin D test": ("vitamin D", "{} nmol/L", 210, 990),
    "liver panel": ("ALT", "{} U/L", 110, 740),
    "iron panel": ("ferritin", "{} ng/mL", 140, 2600),
}
"""Test -> what it measures, the unit, and the range of findings in tenths."""

QUEUES = {
    "chest_pain": "triage_nurse",
    "breathing_difficulty": "triage_nurse",
    "heavy_bleeding": "triage_nurse",
    "sudden_weakness": "triage_nurse",
    "severe_allergic_reaction": "triage_nurse",
    "medicine_question": "nurse_callback",
    "symptom_question": "nurse_callback",
    "aftercare_question": "nurse_callback",
    "complaint": "practice_manager",
}
"""Reason for a hand-over -> the queue that it belongs to."""

ARTICLED = {
    each.code: f"{'an' if each.name[0].lower() in 'aeo' or each.name[:3] == 'ENT' else 'a'} "
    f"{each.name}"
    for each in SERVICES
    if each.code not in ("mole-mapping", "gait-analysis")
} | {"mole-mapping": "mole mapping", "gait-analysis": "a gait analysis"}
"""How a caller names a service, with its article: ``an eye examination``."""

SERVICE_NAMES = {each.code: each.name for each in SERVICES}

FEES = {"late_move": 15.0, "late_cancellation": 30.0, "no_show": 40.0}
"""What the clinic charges for a kind of lapse, in euros."""

POSTAGE = 12.0
"""What the copy of a record costs when it is sent by post, in euros."""

MAX_MOVES = 2
"""How often one appointment may be moved."""

MAX_INSTALMENTS = 6
MIN_INSTALMENT = 30.0
"""Instalments: how many at most, and how much each at least, in euros."""
