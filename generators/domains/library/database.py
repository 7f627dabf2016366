"""The library's tables. Members' own details are text, since a caller's persona is written into them."""

from datetime import date, datetime

from generators.domains.table import Row, TableSpec


class Branch(Row):
    """One of the town's libraries. ``staff_line`` is for colleagues only."""

    code: str
    name: str
    street: str
    staff_line: str


class MembershipKind(Row):
    """What a membership allows and costs. ``block_at`` is the sum of open charges that blocks it;
    ``fine_cap`` is the most that one item's lateness can cost."""

    code: str
    name: str
    max_loans: int
    max_reservations: int
    daily_fine: float
    fine_cap: float
    block_at: float
    reservation_fee: float
    transfer_fee: float
    renewal_fee: float
    renewal_months: int
    ebooks_per_month: int


class Member(Row):
    """Somebody with a card, grown up or a child. ``birth_date`` is ISO 8601."""

    card: str
    given_name: str
    family_name: str
    birth_date: str
    phone: str
    email: str
    address: str
    kind: str
    home_branch: str
    expires_on: date
    address_checked_on: date
    inducted_on: date | None


class Tie(Row):
    """What ``member`` may do for ``other``: all (``guardian``) or fetch things (``household``)."""

    id: str
    member: str
    other: str
    scope: str
    valid_until: date


class Title(Row):
    """Something that can be borrowed. ``min_age`` is the age rating in years."""

    id: str
    name: str
    author: str
    medium: str
    loan_days: int
    renewable: bool
    price: float
    min_age: int


class Copy(Row):
    """One copy: ``on_shelf``, ``on_loan``, ``set_aside``, ``in_transit``, ``lost``."""

    barcode: str
    title: str
    branch: str
    shelf: str
    status: str
    bought_on: date
    label_grade: str


class Loan(Row):
    """A copy, or an e-book (then without a copy), in a member's hands: ``open``, ``returned`` or
    ``lost``."""

    id: str
    member: str
    title: str
    copy: str
    borrowed_on: date
    due_on: date
    renewals: int
    status: str


class Reservation(Row):
    """A claim on a title: ``waiting``, ``coming`` (a copy is on its way), ``ready`` or ``cancelled``."""

    id: str
    member: str
    title: str
    branch: str
    placed_at: datetime
    status: str
    ready_until: date | None
    extended: bool


class Charge(Row):
    """Money owed: ``late``, ``lost``, ``damage``, ``reservation``, ``transfer``, ``set_aside``,
    ``no_show``, ``partner``, ``event``, ``renewal``. ``status`` is ``open``, ``paid``, ``waived`` or
    ``amnesty``; ``settled_on`` is when it stopped being open."""

    id: str
    member: str
    kind: str
    about: str
    amount: float
    raised_on: date
    status: str
    settled_on: date | None


class PaymentRequest(Row):
    """A request to pay on the member's phone: ``sent``, ``approved`` or ``done``."""

    id: str
    member: str
    charge: str
    code: str
    status: str


class Room(Row):
    """A room that members book: ``study`` or ``makerspace``."""

    code: str
    name: str
    branch: str
    kind: str
    seats: int


class RoomSlot(Row):
    """Two hours of a room: ``free``, ``booked`` or ``released``."""

    id: str
    room: str
    start: datetime
    status: str


class RoomBooking(Row):
    """A member's room: ``booked`` or ``cancelled``."""

    id: str
    member: str
    slot: str
    start: datetime
    status: str


class Event(Row):
    """Something to register for. Ages are completed years, both ends included."""

    id: str
    name: str
    branch: str
    start: datetime
    seats: int
    taken: int
    waiting: int
    min_age: int
    max_age: int
    fee: float


class Registration(Row):
    """A member's place at an event, or on its waiting list."""

    id: str
    event: str
    member: str
    status: str


class PartnerOffer(Row):
    """A title that another town's library would lend us, for a fee, by a day."""

    id: str
    title_name: str
    partner: str
    fee: float
    arrives_on: date


class PartnerRequest(Row):
    """An order of a partner's title."""

    id: str
    member: str
    offer: str
    needed_by: date


class Suggestion(Row):
    """A member's wish for what the library should buy."""

    id: str
    member: str
    title_name: str
    made_on: date
    answer_by: date


class Keepsake(Row):
    """Something that the member has at home: a ``receipt`` of the return kiosk for a loan, or the
    ``postcard`` of an address check. ``code`` stands on it."""

    code: str
    member: str
    kind: str
    loan: str
    branch: str
    printed_on: date


class Message(Row):
    """Something passed on: a hand-over to staff, or a written confirmation to the member."""

    id: str
    member: str
    queue: str
    reason: str
    loan: str


TABLES: tuple[TableSpec, ...] = (
    TableSpec(Branch, "branches", "code"),
    TableSpec(MembershipKind, "membership_kinds", "code"),
    TableSpec(Member, "members", "card", {"kind": MembershipKind, "home_branch": Branch}),
    TableSpec(Tie, "ties", "id", {"member": Member, "other": Member}),
    TableSpec(Title, "titles", "id"),
    TableSpec(Copy, "copies", "barcode", {"title": Title, "branch": Branch}),
    TableSpec(Loan, "loans", "id", {"member": Member, "title": Title, "copy": Copy}),
    TableSpec(
        Reservation, "reservations", "id", {"member": Member, "title": Title, "branch": Branch}
    ),
    TableSpec(Charge, "charges", "id", {"member": Member}),
    TableSpec(PaymentRequest, "payment_requests", "id", {"member": Member, "charge": Charge}),
    TableSpec(Room, "rooms", "code", {"branch": Branch}),
    TableSpec(RoomSlot, "room_slots", "id", {"room": Room}),
    TableSpec(RoomBooking, "room_bookings", "id", {"member": Member, "slot": RoomSlot}),
    TableSpec(Event, "events", "id", {"branch": Branch}),
    TableSpec(Registration, "registrations", "id", {"event": Event, "member": Member}),
    TableSpec(PartnerOffer, "partner_offers", "id"),
    TableSpec(PartnerRequest, "partner_requests", "id", {"member": Member, "offer": PartnerOffer}),
    TableSpec(Suggestion, "suggestions", "id", {"member": Member}, wording=("title_name",)),
    TableSpec(Keepsake, "keepsakes", "code", {"member": Member, "loan": Loan, "branch": Branch}),
    TableSpec(Message, "messages", "id", {"member": Member, "loan": Loan}),
)


def age_on(birth_date: str, day: date) -> int:
    """Completed years of age on a day."""
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
