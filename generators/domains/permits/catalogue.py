"""What is the same in every world: kinds of permit, zones, streets, fees and limits."""

from datetime import date
from typing import Literal

from generators.domains.permits.database import PermitKind, Street, Zone

KindCode = Literal["skip", "scaffold", "closure", "terrace", "stall", "tree", "fence"]
Measurable = Literal["pavement", "trunk", "fence"]
Grounds = Literal["facts_wrong", "rule_misread", "new_evidence"]
Queue = Literal["duty_officer", "head_of_counter", "legal_office"]
Reason = Literal["danger", "complaint", "legal_question"]

QUEUES: dict[str, str] = {
    "danger": "duty_officer",
    "complaint": "head_of_counter",
    "legal_question": "legal_office",
}

MAX_PARKING_PERMITS = 2
MAX_LENGTH_CM = 560
VEHICLE_CHANGE_FEE = 12.00
TICKET_PRICE = 2.50
MAX_TICKETS = 20
TRANSFER_FEE = 40.00
FREE_TRUNK_CM = 80
FREE_FENCE_CM = 180
OBJECTION_DAYS = 30
DOG_DAYS = 14
DOG_SURCHARGE = 25.00
FELLING_FROM = date(2025, 10, 1)
NOTICE_DAYS = 14

KINDS = (
    PermitKind(
        code="skip",
        name="skip on public ground",
        lead_days=3,
        base_fee=20.0,
        rate=0.6,
        depth_cm=180,
        min_passage_cm=120,
        extensions=2,
        transferable=False,
        decision_days=2,
    ),
    PermitKind(
        code="scaffold",
        name="scaffold on public ground",
        lead_days=10,
        base_fee=35.0,
        rate=0.35,
        depth_cm=100,
        min_passage_cm=120,
        extensions=2,
        transferable=False,
        decision_days=5,
    ),
    PermitKind(
        code="closure",
        name="street closure",
        lead_days=42,
        base_fee=75.0,
        rate=0.0,
        depth_cm=0,
        min_passage_cm=0,
        extensions=0,
        transferable=False,
        decision_days=21,
    ),
    PermitKind(
        code="terrace",
        name="terrace licence",
        lead_days=30,
        base_fee=50.0,
        rate=0.2,
        depth_cm=200,
        min_passage_cm=150,
        extensions=0,
        transferable=True,
        decision_days=28,
    ),
    PermitKind(
        code="stall",
        name="market stall licence",
        lead_days=30,
        base_fee=40.0,
        rate=0.5,
        depth_cm=0,
        min_passage_cm=0,
        extensions=0,
        transferable=False,
        decision_days=28,
    ),
    PermitKind(
        code="tree",
        name="tree felling",
        lead_days=10,
        base_fee=65.0,
        rate=0.0,
        depth_cm=0,
        min_passage_cm=0,
        extensions=0,
        transferable=False,
        decision_days=14,
    ),
    PermitKind(
        code="fence",
        name="building notice for a fence",
        lead_days=21,
        base_fee=45.0,
        rate=0.0,
        depth_cm=0,
        min_passage_cm=0,
        extensions=0,
        transferable=False,
        decision_days=21,
    ),
)

STREET_FACTORS = {"main road": 1.5, "side street": 1.0, "residential street": 0.8}
HALVED = ("tree", "fence")
"""Kinds whose fee is halved by a low-income certificate."""

ZONES = (
    Zone(code="Z1", name="Old Quay", yearly_fee=156.0, places=420, taken=420, waiting=17),
    Zone(code="Z2", name="Corn Market", yearly_fee=144.0, places=380, taken=361, waiting=0),
    Zone(code="Z3", name="Priory", yearly_fee=120.0, places=510, taken=510, waiting=8),
    Zone(code="Z4", name="Millbank", yearly_fee=96.0, places=640, taken=588, waiting=0),
    Zone(code="Z5", name="Upper Town", yearly_fee=108.0, places=450, taken=397, waiting=0),
    Zone(code="Z6", name="Ropewalk", yearly_fee=84.0, places=300, taken=262, waiting=0),
)

_MAIN = ("Bridge Road", "Harbour Road", "Castle Parade", "Station Road", "Mill Lane", "North Gate")
_SIDE = ("Tanner Row", "Weaver Street", "Cooper Street", "Ferry Steps", "Bell Yard", "Salt Lane")
_SIDE += ("Chandler Street", "Granary Street", "Fuller Street", "Dyer Street", "Anchor Street")
_HOMES = ("Larch Close", "Thrush Walk", "Plover Way", "Bramble Road", "Orchard Rise", "Hazel Grove")
_HOMES += ("Juniper Drive", "Heath Crescent", "Poplar Avenue", "Linnet Court", "Quince Gardens")

STREETS = (
    *(
        Street(name=name, kind="main road", bus_line=f"line {number}")
        for name, number in zip(_MAIN, (3, 7, 12, 5, 9, 14), strict=True)
    ),
    *(Street(name=name, kind="side street", bus_line="") for name in _SIDE),
    *(Street(name=name, kind="residential street", bus_line="") for name in _HOMES),
)

DOCUMENTS = {
    "skip": "site sketch",
    "scaffold": "insurance certificate",
    "closure": "traffic plan",
    "terrace": "furniture plan",
    "stall": "trade certificate",
    "tree": "arborist report",
    "fence": "boundary plan",
}
"""Kind -> the document that its applications need."""

GROUNDS = {
    "facts_wrong": "the facts are wrong",
    "rule_misread": "the rule was misread",
    "new_evidence": "I have new evidence",
}
"""Grounds of an objection -> as an applicant says them."""
