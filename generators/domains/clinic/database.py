"""The clinic's tables. Patients' own details are text, since a caller's persona is written into them."""

from datetime import date, datetime, timedelta

from generators.domains.table import Row, TableSpec


class Patient(Row):
    """Somebody with a record here, grown up or a child. ``birth_date`` is ISO 8601."""

    number: str
    given_name: str
    family_name: str
    birth_date: str
    phone: str
    email: str
    address: str
    registered_on: date


class Guardianship(Row):
    """What ``guardian`` may do for ``child``: everything (``full``) or be rung up (``emergency``)."""

    id: str
    guardian: str
    child: str
    relation: str
    scope: str
    valid_until: date


class Practitioner(Row):
    """Somebody who sees patients. ``direct_line`` is for colleagues only."""

    code: str
    name: str
    specialty: str
    room: str
    direct_line: str


class Service(Row):
    """Something to be booked. Ages are completed years, both ends included."""

    code: str
    name: str
    specialty: str
    minutes: int
    price: float
    needs_referral: bool
    min_age: int
    max_age: int
    fasting_hours: int
    arrive_minutes_early: int
    bring: str


class Slot(Row):
    """A time of one practitioner: ``free``, ``booked``, or ``released`` for the waiting list."""

    id: str
    practitioner: str
    start: datetime
    status: str


class Referral(Row):
    """A doctor's letter that opens one specialty for a number of visits until ``expires_on``."""

    id: str
    patient: str
    specialty: str
    issued_by: str
    issued_on: date
    expires_on: date
    visits_left: int


class Appointment(Row):
    """A visit: ``booked``, ``cancelled``, ``attended`` or ``missed``. ``reminder_hours`` 0 is none."""

    id: str
    patient: str
    service: str
    practitioner: str
    slot: str
    start: datetime
    status: str
    referral: str
    moves: int
    reminder_channel: str
    reminder_hours: int
    confirmation: str


class Insurer(Row):
    """A health insurer, and the share of our prices that it pays."""

    code: str
    name: str
    cover_percent: int


class InsurancePolicy(Row):
    """The insurance of one patient."""

    patient: str
    insurer: str
    member_number: str
    valid_until: date


class Invoice(Row):
    """A bill: for a ``visit``, a ``late_move``, a ``late_cancellation``, a ``no_show`` or ``records``.

    ``status`` is ``open``, ``paid``, ``waived`` (then with ``waived_on``) or ``instalments``.
    """

    number: str
    patient: str
    kind: str
    service: str
    visit_on: date
    total: float
    insurer_share: float
    patient_share: float
    issued_on: date
    due_on: date
    status: str
    waived_on: date | None


class InstalmentPlan(Row):
    """How an invoice is paid off month by month."""

    id: str
    invoice: str
    patient: str
    instalments: int
    monthly_amount: float
    first_due: date


class Prescription(Row):
    """A medicine that a patient takes regularly. ``review_due`` is when the doctor wants to see them."""

    id: str
    patient: str
    medicine: str
    dose: str
    controlled: bool
    prescriber: str
    last_issued: date
    supply_days: int
    review_due: date
    repeats_left: int

    @property
    def renewable_from(self) -> date:
        """Ten days before the supply runs out."""
        return self.last_issued + timedelta(days=self.supply_days - 10)


class Pharmacy(Row):
    """Where prescriptions are sent."""

    code: str
    name: str
    street: str


class RenewalRequest(Row):
    """A repeat prescription on its way to the prescriber and then to the pharmacy."""

    id: str
    prescription: str
    patient: str
    pharmacy: str
    ready_on: date


class WaitingEntry(Row):
    """A wish for an earlier appointment: as soon as a slot up to ``wanted_by`` is released."""

    id: str
    patient: str
    service: str
    wanted_by: date
    added_on: date


class RecordRequest(Row):
    """A wish for a copy from the record."""

    id: str
    patient: str
    scope: str
    delivery: str
    fee: float
    ready_by: date


class LabTest(Row):
    """A laboratory test: ``awaiting_review``, or ``released`` to the portal on ``release_on``."""

    id: str
    patient: str
    test: str
    taken_on: date
    status: str
    release_on: date
    analyte: str
    finding: str


class HandOver(Row):
    """A caller given to somebody else in the house."""

    id: str
    patient: str
    queue: str
    reason: str


TABLES: tuple[TableSpec, ...] = (
    TableSpec(Patient, "patients", "number"),
    TableSpec(Guardianship, "guardianships", "id", {"guardian": Patient, "child": Patient}),
    TableSpec(Practitioner, "practitioners", "code"),
    TableSpec(Service, "services", "code"),
    TableSpec(Slot, "slots", "id", {"practitioner": Practitioner}),
    TableSpec(Referral, "referrals", "id", {"patient": Patient}),
    TableSpec(
        Appointment,
        "appointments",
        "id",
        {
            "patient": Patient,
            "service": Service,
            "practitioner": Practitioner,
            "slot": Slot,
            "referral": Referral,
        },
    ),
    TableSpec(Insurer, "insurers", "code"),
    TableSpec(
        InsurancePolicy, "insurance_policies", "patient", {"patient": Patient, "insurer": Insurer}
    ),
    TableSpec(Invoice, "invoices", "number", {"patient": Patient, "service": Service}),
    TableSpec(InstalmentPlan, "instalment_plans", "id", {"invoice": Invoice, "patient": Patient}),
    TableSpec(
        Prescription, "prescriptions", "id", {"patient": Patient, "prescriber": Practitioner}
    ),
    TableSpec(Pharmacy, "pharmacies", "code"),
    TableSpec(
        RenewalRequest,
        "renewal_requests",
        "id",
        {"prescription": Prescription, "patient": Patient, "pharmacy": Pharmacy},
    ),
    TableSpec(WaitingEntry, "waiting_entries", "id", {"patient": Patient, "service": Service}),
    TableSpec(RecordRequest, "record_requests", "id", {"patient": Patient}),
    TableSpec(LabTest, "lab_tests", "id", {"patient": Patient}),
    TableSpec(HandOver, "hand_overs", "id", {"patient": Patient}),
)


def age_on(birth_date: str, day: date) -> int:
    """Completed years of age on a day."""
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
