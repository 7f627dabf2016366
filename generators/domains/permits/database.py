"""The counter's tables. Applicants' own details are text, since a caller's persona is written there."""

from datetime import date, datetime

from generators.domains.table import Row, TableSpec


class Person(Row):
    """Somebody with a file at the town hall. ``birth_date`` is ISO 8601; ``zone`` is where they live.

    ``low_income_until`` is the last day of a certificate that lowers some fees; ``code_confirmed`` is
    whether a phone code has been confirmed in this conversation.
    """

    number: str
    given_name: str
    family_name: str
    birth_date: str
    phone: str
    email: str
    address: str
    zone: str
    low_income_until: date | None
    code_confirmed: bool


class Proxy(Row):
    """``agent`` may act for ``principal``: in ``everything`` or only in ``collecting papers``."""

    id: str
    principal: str
    agent: str
    scope: str
    valid_until: date


class Zone(Row):
    """A residents' parking zone; full once ``taken`` reaches ``places``."""

    code: str
    name: str
    yearly_fee: float
    places: int
    taken: int
    waiting: int


class Street(Row):
    """A street: ``main road``, ``side street`` or ``residential street``. Buses run on main roads."""

    name: str
    kind: str
    bus_line: str


class Vehicle(Row):
    """A vehicle as the registration office knows it."""

    plate: str
    keeper: str
    model: str
    length_cm: int
    electric: bool


class ParkingPermit(Row):
    """A permit for one vehicle in one zone: ``active`` or ``returned``. ``tickets`` counts the visitor
    tickets that were sold on it this year."""

    number: str
    holder: str
    plate: str
    zone: str
    valid_until: date
    fee: float
    status: str
    tickets: int


class ParkingWait(Row):
    """A place on a zone's waiting list."""

    id: str
    person: str
    zone: str
    plate: str
    position: int


class PermitKind(Row):
    """A kind of permit. ``depth_cm`` of pavement is taken up and ``min_passage_cm`` must stay free;
    both are 0 where nothing stands on the pavement. Rates are by square metre and day."""

    code: str
    name: str
    lead_days: int
    base_fee: float
    rate: float
    depth_cm: int
    min_passage_cm: int
    extensions: int
    transferable: bool
    decision_days: int


class Permit(Row):
    """A permit that was granted. It runs until ``ends_on``."""

    number: str
    holder: str
    kind: str
    street: str
    starts_on: date
    ends_on: date
    square_metres: int
    extensions: int


class Application(Row):
    """An application: ``incomplete``, ``in review`` or ``turned down`` (then with ``decided_on``).

    ``measured_cm`` is what the applicant measured on site, 0 where nothing had to be.
    """

    number: str
    applicant: str
    kind: str
    street: str
    filed_on: date
    starts_on: date
    days: int
    square_metres: int
    measured_cm: int
    fee: float
    status: str
    decided_on: date | None


class Document(Row):
    """Something that an application needs: ``missing``, ``received`` or ``accepted``."""

    id: str
    application: str
    kind: str
    due_on: date
    status: str
    readable: bool


class PaperAtHome(Row):
    """The applicant's own paper; ``scans_well`` is whether the first scan can be read."""

    id: str
    application: str
    kind: str
    file_name: str
    scans_well: bool


class Home(Row):
    """What the applicant can see and measure. ``phone_code`` is the last code on the phone."""

    person: str
    pavement_cm: int
    trunk_cm: int
    fence_cm: int
    phone_code: str


class Notice(Row):
    """A notice to the neighbours of a closure, with the applicant's photograph, empty until taken.
    ``recorded`` is whether the counter has put it on file."""

    application: str
    put_up_on: date
    photo: str
    recorded: bool


class Slot(Row):
    """A time of an inspector, ``free`` or ``taken``. The mobile number is for colleagues only."""

    id: str
    inspector: str
    inspector_mobile: str
    start: datetime
    status: str


class Inspection(Row):
    """An inspection on site for an application."""

    id: str
    application: str
    slot: str
    start: datetime


class Fee(Row):
    """Something to be paid: ``open`` or ``paid``. ``subject`` says what for."""

    number: str
    person: str
    subject: str
    amount: float
    issued_on: date
    due_on: date
    status: str


class Objection(Row):
    """An objection to a decision."""

    id: str
    application: str
    grounds: str
    filed_on: date


class Dog(Row):
    """A dog: ``registered`` or ``gone``. ``yearly_tax`` is for the calendar year."""

    tag: str
    keeper: str
    name: str
    chip: str
    arrived_on: date
    yearly_tax: float
    surcharge: float
    status: str
    gone_on: date | None


class HandOver(Row):
    """A caller given to another office."""

    id: str
    person: str
    queue: str
    reason: str


TABLES: tuple[TableSpec, ...] = (
    TableSpec(Person, "persons", "number", {"zone": Zone}),
    TableSpec(Proxy, "proxies", "id", {"principal": Person, "agent": Person}),
    TableSpec(Zone, "zones", "code"),
    TableSpec(Street, "streets", "name"),
    TableSpec(Vehicle, "vehicles", "plate", {"keeper": Person}),
    TableSpec(
        ParkingPermit,
        "parking_permits",
        "number",
        {"holder": Person, "plate": Vehicle, "zone": Zone},
    ),
    TableSpec(ParkingWait, "parking_waits", "id", {"person": Person, "zone": Zone}),
    TableSpec(PermitKind, "permit_kinds", "code"),
    TableSpec(
        Permit, "permits", "number", {"holder": Person, "kind": PermitKind, "street": Street}
    ),
    TableSpec(
        Application,
        "applications",
        "number",
        {"applicant": Person, "kind": PermitKind, "street": Street},
    ),
    TableSpec(Document, "documents", "id", {"application": Application}),
    TableSpec(PaperAtHome, "papers_at_home", "id", {"application": Application}),
    TableSpec(Home, "homes", "person", {"person": Person}),
    TableSpec(Notice, "notices", "application", {"application": Application}),
    TableSpec(Slot, "slots", "id"),
    TableSpec(Inspection, "inspections", "id", {"application": Application, "slot": Slot}),
    TableSpec(Fee, "fees", "number", {"person": Person}),
    TableSpec(Objection, "objections", "id", {"application": Application}),
    TableSpec(Dog, "dogs", "tag", {"keeper": Person}),
    TableSpec(HandOver, "hand_overs", "id", {"person": Person}),
)
