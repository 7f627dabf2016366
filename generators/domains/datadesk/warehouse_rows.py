"""The warehouse's own tables: what riders, bikes and stations did. Queries read these and no others."""

from datetime import date, datetime

from generators.domains.table import Row, TableSpec


class Town(Row):
    """A town with shared bikes."""

    code: str
    name: str
    opened_on: date
    inhabitants: int


class Station(Row):
    """A place with docks. ``closed_on`` is empty while it is in use."""

    id: str
    name: str
    town: str
    docks: int
    opened_on: date
    closed_on: date | None


class Bike(Row):
    """``kind`` is ``city``, ``electric`` or ``cargo``; ``status`` ``in_service``, ``in_repair``,
    ``retired`` or ``missing``."""

    id: str
    kind: str
    town: str
    bought_on: date
    price: float
    status: str


class Rider(Row):
    """Somebody who rides. Names, birth date and the ways to be reached are personal data."""

    id: str
    town: str
    joined_on: date
    consent: bool
    given_name: str
    family_name: str
    birth_date: str
    email: str
    phone: str


class PassKind(Row):
    """What a pass costs a month, and how many minutes of a trip are free."""

    code: str
    name: str
    monthly_fee: float
    free_minutes: int


class RiderPass(Row):
    """A rider's pass. ``ended_on`` and ``end_reason`` are empty while it runs."""

    id: str
    rider: str
    kind: str
    started_on: date
    ended_on: date | None
    end_reason: str


class Trip(Row):
    """One ride from dock to dock. ``charge`` is what it cost beyond the pass."""

    id: str
    rider: str
    bike: str
    from_station: str
    to_station: str
    started_at: datetime
    minutes: int
    kilometres: float
    charge: float


class Payment(Row):
    """Money from a rider: ``kind`` is ``pass``, ``ride`` or ``penalty``, ``status`` ``settled``,
    ``failed`` or ``refunded``."""

    id: str
    rider: str
    kind: str
    amount: float
    paid_on: date
    status: str


class Repair(Row):
    """Work on a bike. ``closed_on`` is empty while it goes on."""

    id: str
    bike: str
    opened_on: date
    closed_on: date | None
    fault: str
    workshop: str
    parts_cost: float


class Contact(Row):
    """A rider who wrote or called. ``rating`` is 1 to 5, or empty."""

    id: str
    rider: str
    opened_at: datetime
    topic: str
    channel: str
    rating: int | None


class Campaign(Row):
    """An effort to win riders."""

    id: str
    name: str
    channel: str
    started_on: date
    budget: float


class CampaignSend(Row):
    """One message of a campaign to one rider, and what came of it."""

    id: str
    campaign: str
    rider: str
    sent_on: date
    opened: bool
    clicked: bool


class WeatherDay(Row):
    """A day's weather in a town; rain in millimetres, the mean temperature in degrees."""

    id: str
    town: str
    day: date
    rain_mm: float
    mean_temp: float


class Ping(Row):
    """Where a bike said it was, and what was left in its battery, in percent."""

    id: str
    bike: str
    sent_at: datetime
    latitude: float
    longitude: float
    battery: int


WAREHOUSE: tuple[TableSpec, ...] = (
    TableSpec(Town, "towns", "code"),
    TableSpec(Station, "stations", "id", {"town": Town}),
    TableSpec(Bike, "bikes", "id", {"town": Town}),
    TableSpec(Rider, "riders", "id", {"town": Town}),
    TableSpec(PassKind, "pass_kinds", "code"),
    TableSpec(RiderPass, "passes", "id", {"rider": Rider, "kind": PassKind}),
    TableSpec(
        Trip,
        "trips",
        "id",
        {"rider": Rider, "bike": Bike, "from_station": Station, "to_station": Station},
    ),
    TableSpec(Payment, "payments", "id", {"rider": Rider}),
    TableSpec(Repair, "repairs", "id", {"bike": Bike}),
    TableSpec(Contact, "contacts", "id", {"rider": Rider}),
    TableSpec(Campaign, "campaigns", "id"),
    TableSpec(CampaignSend, "campaign_sends", "id", {"campaign": Campaign, "rider": Rider}),
    TableSpec(WeatherDay, "weather_days", "id", {"town": Town}),
    TableSpec(Ping, "pings", "id", {"bike": Bike}),
)
PERSONAL = frozenset(
    f"riders.{name}" for name in ("given_name", "family_name", "birth_date", "email", "phone")
)
"""The columns that hold personal data."""
