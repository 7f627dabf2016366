"""The insurer's tables. Clients' own details are text, since a caller's persona is written into them."""

from datetime import date

from generators.domains.table import Row, TableSpec


class Client(Row):
    """Somebody who has bought a policy here. ``birth_date`` is ISO 8601."""

    number: str
    given_name: str
    family_name: str
    birth_date: str
    phone: str
    email: str
    address: str
    iban: str


class Product(Row):
    """A kind of policy. ``max_age`` and ``max_persons`` are for people who are added; a delay is paid
    from ``delay_from_hours`` on, with ``delay_per_hour`` for every hour of it."""

    code: str
    name: str
    max_age: int
    max_persons: int
    max_days: int
    price_per_day: float
    delay_from_hours: int
    delay_per_hour: float


class ProductCover(Row):
    """A cover that a product has (``included``) or to which it can be widened. It holds
    ``waiting_days`` after it was bought. ``price_per_day`` is for one person."""

    id: str
    product: str
    cover: str
    included: bool
    limit: float
    excess: float
    waiting_days: int
    price_per_day: float


class CoverTerms(Row):
    """What goes for a cover in every product: how soon a loss must be reported, what is excluded."""

    cover: str
    name: str
    report_within_days: int
    excluded: str


class RequiredDocument(Row):
    """A document without which no claim on a cover is paid."""

    kind: str
    name: str
    cover: str


class Policy(Row):
    """A policy for one trip: ``active`` or ``cancelled``."""

    number: str
    holder: str
    product: str
    bought_on: date
    starts_on: date
    ends_on: date
    premium: float
    status: str


class PolicyCover(Row):
    """A cover of a policy, bought on ``since``."""

    id: str
    policy: str
    cover: str
    limit: float
    excess: float
    since: date
    covered_from: date


class InsuredPerson(Row):
    """Somebody insured under a policy. ``client`` is set where that is the holder."""

    id: str
    policy: str
    client: str
    given_name: str
    birth_date: str


class Trip(Row):
    """Where the policy's journey goes."""

    id: str
    policy: str
    city: str
    country: str
    cost: float


class Claim(Row):
    """A claim: ``open``, ``paid``, ``refused`` or ``withdrawn``. ``decided_on`` is for refused ones."""

    number: str
    policy: str
    cover: str
    event_on: date
    reported_on: date
    amount: float
    report_number: str
    status: str
    review_by: date
    decided_on: date | None
    refusal_reason: str


class ClaimDocument(Row):
    """A document that a claim needs: ``missing``, ``accepted`` or ``by_post``."""

    id: str
    claim: str
    kind: str
    state: str


class Upload(Row):
    """The latest photograph of a document, and how many there have been."""

    id: str
    claim: str
    kind: str
    shots: int
    legible: bool


class Paper(Row):
    """A paper in somebody's hands. Photographs of it come out after ``blurred_shots`` bad ones."""

    id: str
    claim: str
    kind: str
    blurred_shots: int


class LossReport(Row):
    """The slip that a client was given where a loss was reported, with the number on it."""

    policy: str
    report_number: str


class Payout(Row):
    """What was paid on a claim, and to which account."""

    id: str
    claim: str
    amount: float
    iban: str
    paid_on: date


class Appeal(Row):
    """An appeal against a refused claim."""

    id: str
    claim: str
    ground: str
    filed_on: date
    decision_by: date


class AssistanceCase(Row):
    """Somebody in treatment abroad: ``open`` or ``closed``. ``doctor_line`` is for colleagues only."""

    number: str
    policy: str
    person: str
    clinic: str
    opened_on: date
    status: str
    doctor_line: str


class TreatmentApproval(Row):
    """A treatment that we have promised a clinic to pay for."""

    id: str
    case: str
    treatment: str
    amount: float
    approved_on: date


class Authorisation(Row):
    """What ``agent`` may do for ``grantor``: in ``claims``, in ``policies``, or in ``all``."""

    id: str
    grantor: str
    agent: str
    scope: str
    valid_until: date


class PhoneCode(Row):
    """The code that a client's phone shows once it was sent."""

    client: str
    code: str
    sent: bool


class Refund(Row):
    """Premium that is paid back for a cancelled policy."""

    id: str
    policy: str
    amount: float


class Certificate(Row):
    """A certificate of insurance that was sent out."""

    id: str
    policy: str
    language: str


class HandOver(Row):
    """A caller given to somebody else in the house."""

    id: str
    client: str
    queue: str
    reason: str
    about: str


TABLES: tuple[TableSpec, ...] = (
    TableSpec(Client, "clients", "number"),
    TableSpec(Product, "products", "code"),
    TableSpec(CoverTerms, "cover_terms", "cover"),
    TableSpec(ProductCover, "product_covers", "id", {"product": Product, "cover": CoverTerms}),
    TableSpec(RequiredDocument, "required_documents", "kind", {"cover": CoverTerms}),
    TableSpec(Policy, "policies", "number", {"holder": Client, "product": Product}),
    TableSpec(PolicyCover, "policy_covers", "id", {"policy": Policy, "cover": CoverTerms}),
    TableSpec(InsuredPerson, "insured_persons", "id", {"policy": Policy, "client": Client}),
    TableSpec(Trip, "trips", "id", {"policy": Policy}),
    TableSpec(Claim, "claims", "number", {"policy": Policy, "cover": CoverTerms}),
    TableSpec(ClaimDocument, "claim_documents", "id", {"claim": Claim, "kind": RequiredDocument}),
    TableSpec(Upload, "uploads", "id", {"claim": Claim, "kind": RequiredDocument}),
    TableSpec(Paper, "papers", "id", {"claim": Claim, "kind": RequiredDocument}),
    TableSpec(LossReport, "loss_reports", "policy", {"policy": Policy}),
    TableSpec(Payout, "payouts", "id", {"claim": Claim}),
    TableSpec(Appeal, "appeals", "id", {"claim": Claim}),
    TableSpec(
        AssistanceCase, "assistance_cases", "number", {"policy": Policy, "person": InsuredPerson}
    ),
    TableSpec(TreatmentApproval, "treatment_approvals", "id", {"case": AssistanceCase}),
    TableSpec(Authorisation, "authorisations", "id", {"grantor": Client, "agent": Client}),
    TableSpec(PhoneCode, "phone_codes", "client", {"client": Client}),
    TableSpec(Refund, "refunds", "id", {"policy": Policy}),
    TableSpec(Certificate, "certificates", "id", {"policy": Policy}),
    TableSpec(HandOver, "hand_overs", "id", {"client": Client}),
)


def age_on(birth_date: str, day: date) -> int:
    """Completed years of age on a day."""
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
