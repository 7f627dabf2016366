"""The tables of the data team's desk: colleagues, what they may read, their reports, and the upkeep of
the warehouse, whose own tables are in ``warehouse_rows``."""

from datetime import date

from generators.domains.datadesk.warehouse_rows import WAREHOUSE, Rider
from generators.domains.table import Row, TableSpec


class Team(Row):
    """A team. ``query_limit`` is the most units that one query of its members may take."""

    code: str
    name: str
    lead: str
    query_limit: int


class Colleague(Row):
    """Somebody who works here. ``extension`` is the office phone."""

    staff_number: str
    given_name: str
    family_name: str
    email: str
    extension: str
    team: str


class Laptop(Row):
    """A colleague's own machine. ``driver`` is the version of the database client; ``cache`` is
    ``fresh`` or ``stale``; ``terms_code`` shows once the terms for personal data are accepted."""

    staff_number: str
    driver: str
    cache: str
    terms_accepted: bool
    terms_code: str


class Dataset(Row):
    """A table of the warehouse as the catalogue has it. ``access`` is ``open`` or ``restricted``;
    ``units`` is what one reading costs; ``loaded_until`` the last day that is in it. Rows that are older
    than ``retention_days`` by ``time_column`` may be deleted. ``on_call`` is for the desk only."""

    name: str
    meaning: str
    owner: str
    on_call: str
    access: str
    units: int
    time_column: str
    held_from: date
    loaded_until: date
    retention_days: int


class Column(Row):
    """A column of a dataset. ``id`` is ``dataset.column``."""

    id: str
    dataset: str
    meaning: str
    personal: bool


class Grant(Row):
    """What a colleague may read: ``read``, or ``personal`` with the personal columns too. ``status`` is
    ``active`` or ``revoked``."""

    id: str
    colleague: str
    dataset: str
    level: str
    valid_until: date
    status: str


class Approval(Row):
    """A request to a dataset's owner: ``asked``, ``approved`` until a day, or ``declined``."""

    id: str
    colleague: str
    dataset: str
    level: str
    status: str
    valid_until: date | None
    decided_by: date


class Metric(Row):
    """A figure that has a name. Of one ``term`` several definitions may be ``in_force``; others are
    ``draft`` or ``retired``."""

    id: str
    term: str
    title: str
    definition: str
    owner: str
    status: str
    since: date


class Gap(Row):
    """Something that is not collected. ``planned_for`` is the day from which it will be, if any."""

    id: str
    topic: str
    reason: str
    owner: str
    planned_for: date | None


class Report(Row):
    """A saved query. What it says counts, not how it is written: ``result`` is a hash of the rows that
    the query gives. ``units`` is what one run costs, ``datasets`` what it reads."""

    id: str
    owner: str
    name: str
    sql: str
    result: str
    datasets: tuple[str, ...]
    units: int
    status: str


class Share(Row):
    """A colleague to whom a report was opened."""

    id: str
    report: str
    colleague: str


class Schedule(Row):
    """When a report is sent: ``daily``, ``weekly`` or ``monthly`` at an hour; ``on`` or ``paused``."""

    id: str
    report: str
    cadence: str
    hour: int
    status: str


class QualityTicket(Row):
    """A fault in the data: ``duplicate``, ``missing`` or ``impossible`` values in a column."""

    id: str
    dataset: str
    column: str
    problem: str
    rows: int
    status: str
    opened_on: date


class Load(Row):
    """One night's load of a dataset: ``loaded``, ``failed`` or ``running``; ``attempts`` so far."""

    id: str
    dataset: str
    day: date
    status: str
    attempts: int
    cause: str


class Backfill(Row):
    """An order to load days again, both ends included."""

    id: str
    dataset: str
    from_day: date
    to_day: date
    requested_by: str


class DeletionTicket(Row):
    """Leave to delete the rows of a dataset that are older than a day: ``asked``, ``approved`` or
    ``done``, then with the day before which rows were deleted. The colleague who asked for it sees the
    ``release_code``."""

    id: str
    dataset: str
    before: date
    deleted_before: date | None
    asked_by: str
    status: str
    release_code: str


class MaskingRequest(Row):
    """A rider who wants to be forgotten: ``new``, ``verified`` by the privacy team, or ``done``."""

    id: str
    rider: str
    status: str
    received_on: date


class Message(Row):
    """A matter passed on to other people."""

    id: str
    colleague: str
    queue: str
    reason: str
    about: str


TABLES: tuple[TableSpec, ...] = (
    *WAREHOUSE,
    TableSpec(Colleague, "colleagues", "staff_number"),
    TableSpec(Team, "teams", "code", {"lead": Colleague}),
    TableSpec(Laptop, "laptops", "staff_number", {"staff_number": Colleague}),
    TableSpec(Dataset, "datasets", "name", {"owner": Team}),
    TableSpec(Column, "columns", "id", {"dataset": Dataset}),
    TableSpec(Grant, "grants", "id", {"colleague": Colleague, "dataset": Dataset}),
    TableSpec(Approval, "approvals", "id", {"colleague": Colleague, "dataset": Dataset}),
    TableSpec(Metric, "metrics", "id", {"owner": Team}, wording=("definition",)),
    TableSpec(Gap, "gaps", "id", {"owner": Team}),
    TableSpec(Report, "reports", "id", {"owner": Colleague}, wording=("sql", "datasets", "units")),
    TableSpec(Share, "shares", "id", {"report": Report, "colleague": Colleague}),
    TableSpec(Schedule, "schedules", "id", {"report": Report}),
    TableSpec(QualityTicket, "quality_tickets", "id", {"dataset": Dataset}),
    TableSpec(Load, "loads", "id", {"dataset": Dataset}),
    TableSpec(Backfill, "backfills", "id", {"dataset": Dataset}),
    TableSpec(DeletionTicket, "deletion_tickets", "id", {"dataset": Dataset}),
    TableSpec(MaskingRequest, "masking_requests", "id", {"rider": Rider}),
    TableSpec(Message, "messages", "id", {"colleague": Colleague}),
)
