"""How a fee becomes a bill."""

from datetime import timedelta

from generators.domains.clinic.database import Invoice
from generators.domains.table import Database


def charge(db: Database, patient: str, kind: str, service: str, cause: str, amount: float) -> str:
    """A new open invoice of the patient's alone, due in 30 days. ``cause`` makes its number."""
    today = db.now.date()
    bill = Invoice(
        number=db.new_id("INV", kind, cause),
        patient=patient,
        kind=kind,
        service=service,
        visit_on=today,
        total=amount,
        insurer_share=0.0,
        patient_share=amount,
        issued_on=today,
        due_on=today + timedelta(days=30),
        status="open",
        waived_on=None,
    )
    db[Invoice].insert(bill)
    return bill.number
