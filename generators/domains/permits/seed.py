"""Seed data: 160 people with files at the town hall, laid out around the frozen clock.

Each rule of the manual has cases on both of its sides: zones with and without places, pavements wide
and narrow, decisions a week and two months old, proxies in force and lapsed.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from mimesis import Address
from mimesis import Person as Names
from mimesis.locales import Locale

from generators.domains.permits.catalogue import DOCUMENTS, KINDS, STREETS, ZONES
from generators.domains.permits.database import (
    TABLES,
    Application,
    Document,
    Dog,
    Fee,
    Home,
    PaperAtHome,
    ParkingPermit,
    Permit,
    PermitKind,
    Person,
    Proxy,
    Slot,
    Street,
    Vehicle,
    Zone,
)
from generators.domains.table import Base, Row
from personas.record import seeded

CLOCK = "2025-09-16T10:15:00"
NOW = datetime.fromisoformat(CLOCK)
TODAY = NOW.date()

_PEOPLE = 160
_MODELS = ("Corva 2", "Lumen City", "Pintail Estate", "Marten 5", "Osprey GT", "Tillo Mini")
_LONG_MODELS = ("Drover Camper", "Haul 600 Van")
_DOGS = ("Biscuit", "Moss", "Pepper", "Fern", "Otto", "Clover", "Rufus", "Nell", "Juno", "Badger")
_FEES = ("parking offence", "market pitch", "cellar light", "street cleaning", "file copies")
_LETTERS = "BCDFGHJKLMNPRSTVWX"


def seed(number: int) -> Base:
    """The counter's data for one world; the same number gives the same rows."""
    rng = seeded(number, "permits", "seed")
    names = Names(Locale.EN, seed=rng.getrandbits(32))
    address = Address(Locale.EN, seed=rng.getrandbits(32))
    rows: dict[type[Row], list[Row]] = {spec.row: [] for spec in TABLES}
    rows[Zone] += ZONES
    rows[Street] += STREETS
    rows[PermitKind] += KINDS
    rows[Slot] += _slots(rng, names)
    numbers = iter(rng.sample(range(100_000, 1_000_000), 24 * _PEOPLE))
    people = [_person(rng, names, address, next(numbers)) for _ in range(_PEOPLE)]
    rows[Person] += people
    for person in people:
        found = [
            _home(rng, person),
            *_parking(rng, person, numbers),
            *_permits(rng, person, numbers),
            *_applications(rng, person, numbers),
            *_fees(rng, person, numbers),
            *_dogs(rng, person, numbers),
            *_proxies(rng, person, people),
        ]
        for row in found:
            rows[type(row)].append(row)
    return Base(TABLES, rows)


def _slots(rng: Random, names: Names) -> list[Slot]:
    found = []
    for _ in range(3):
        inspector, mobile = (
            names.last_name(),
            f"0799 {rng.randint(100, 999)} {rng.randint(100, 999)}",
        )
        for ahead in range(2, 40):
            day = TODAY + timedelta(days=ahead)
            if day.weekday() > 4:
                continue
            for hour in rng.sample((8, 9, 10, 11, 13, 14, 15), 3):
                found.append(
                    Slot(
                        id=f"IS-{20_000 + 7 * len(found)}",
                        inspector=inspector,
                        inspector_mobile=mobile,
                        start=datetime(day.year, day.month, day.day, hour, rng.choice((0, 30))),
                        status=rng.choice(("free", "free", "taken")),
                    )
                )
    return found


def _person(rng: Random, names: Names, address: Address, number: int) -> Person:
    given, family = names.first_name(), names.last_name()
    born = date(rng.randint(1945, 2004), rng.randint(1, 12), rng.randint(1, 28))
    days = rng.choice((None, None, None, -60, 90, 200))
    return Person(
        number=f"K-{number}",
        given_name=given,
        family_name=family,
        birth_date=born.isoformat(),
        phone=f"0700 {rng.randint(100, 999)} {rng.randint(100, 999)}",
        email=f"{given}.{family}@mail.example".lower().replace(" ", ""),
        address=f"{rng.randint(1, 140)} {address.street_name()}",
        zone=rng.choice(ZONES).code,
        low_income_until=None if days is None else TODAY + timedelta(days=days),
        code_confirmed=False,
    )


def _home(rng: Random, person: Person) -> Home:
    return Home(
        person=person.number,
        pavement_cm=rng.choice((rng.randint(225, 296), rng.randint(304, 420))),
        trunk_cm=rng.choice((rng.randint(38, 77), rng.randint(82, 210))),
        fence_cm=rng.choice((rng.randint(120, 176), rng.randint(184, 240))),
        phone_code="",
    )


def _plate(rng: Random, number: int) -> str:
    """A plate that no other number gives."""
    return f"{rng.choice(_LETTERS)}{_LETTERS[number % 10]}-{number // 10}"


def _parking(rng: Random, person: Person, numbers: Iterator[int]) -> Iterator[Row]:
    """One to three vehicles, the first of them often with a permit."""
    count = rng.choices((0, 1, 2, 3), (8, 17, 40, 35))[0]
    permits = rng.choices((0, 1, 2), (35, 30, 35))[0]
    zone = next(each for each in ZONES if each.code == person.zone)
    for index in range(count):
        long = index > 0 and rng.random() < 0.3
        vehicle = Vehicle(
            plate=_plate(rng, next(numbers)),
            keeper=person.number,
            model=rng.choice(_LONG_MODELS if long else _MODELS),
            length_cm=rng.randint(572, 690) if long else rng.randint(350, 540),
            electric=rng.random() < 0.3,
        )
        yield vehicle
        if index < permits and not long:
            yield ParkingPermit(
                number=f"PP-{next(numbers)}",
                holder=person.number,
                plate=vehicle.plate,
                zone=zone.code,
                valid_until=TODAY + timedelta(days=rng.randint(70, 360)),
                fee=zone.yearly_fee if index == 0 else round(1.5 * zone.yearly_fee, 2),
                status="active",
                tickets=rng.choice((0, 0, 5, 10)),
            )


def _permits(rng: Random, person: Person, numbers: Iterator[int]) -> Iterator[Row]:
    """Permits for skips and scaffolds, running or over; for some a terrace or a market stall."""
    for kind in rng.sample(("skip", "scaffold"), rng.choices((0, 1, 2), (15, 50, 35))[0]):
        ends_on = TODAY + timedelta(days=rng.choice((-9, -3, 2, 3, 5, 8, 12, 16)))
        yield Permit(
            number=f"G-{next(numbers)}",
            holder=person.number,
            kind=kind,
            street=rng.choice(STREETS).name,
            starts_on=ends_on - timedelta(days=rng.randint(14, 40)),
            ends_on=ends_on,
            square_metres=rng.randint(6, 30),
            extensions=rng.choices((0, 1, 2), (45, 30, 25))[0],
        )
    for kind in ("terrace", "stall"):
        if rng.random() < 0.3:
            yield Permit(
                number=f"G-{next(numbers)}",
                holder=person.number,
                kind=kind,
                street=rng.choice(STREETS).name,
                starts_on=TODAY - timedelta(days=rng.randint(100, 300)),
                ends_on=TODAY + timedelta(days=rng.randint(40, 200)),
                square_metres=rng.randint(6, 24),
                extensions=0,
            )


def _applications(rng: Random, person: Person, numbers: Iterator[int]) -> Iterator[Row]:
    """Two to four applications of different kinds and in different states."""
    kinds = rng.sample(KINDS, rng.randint(2, 4))
    for kind in kinds:
        status = rng.choices(("incomplete", "in review", "turned down"), (35, 30, 35))[0]
        filed = TODAY - timedelta(days=rng.randint(2, 12))
        decided = None
        if status == "turned down":
            decided = TODAY - timedelta(days=rng.choice((3, 9, 16, 24, 34, 41, 55)))
            filed = decided - timedelta(days=rng.randint(5, 25))
        application = Application(
            number=f"A-{next(numbers)}",
            applicant=person.number,
            kind=kind.code,
            street=rng.choice(STREETS).name,
            filed_on=filed,
            starts_on=filed + timedelta(days=kind.lead_days + rng.randint(15, 40)),
            days=rng.randint(1, 20),
            square_metres=rng.randint(4, 30),
            measured_cm=0,
            fee=kind.base_fee,
            status=status,
            decided_on=decided,
        )
        yield application
        missing = status == "incomplete"
        yield Document(
            id=f"D-{application.number[2:]}-1",
            application=application.number,
            kind=DOCUMENTS[kind.code],
            due_on=TODAY + timedelta(days=rng.randint(3, 14)) if missing else filed,
            status="missing" if missing else "accepted",
            readable=not missing,
        )
        yield Document(
            id=f"D-{application.number[2:]}-2",
            application=application.number,
            kind="signed form",
            due_on=filed,
            status="accepted",
            readable=True,
        )
        if missing:
            yield PaperAtHome(
                id=f"H-{application.number[2:]}",
                application=application.number,
                kind=DOCUMENTS[kind.code],
                file_name=f"{DOCUMENTS[kind.code].replace(' ', '-')}-{rng.randint(100, 999)}.pdf",
                scans_well=rng.random() < 0.6,
            )


def _fees(rng: Random, person: Person, numbers: Iterator[int]) -> Iterator[Row]:
    """Paid and open fees; about one person in five has let one fall overdue."""
    overdue = rng.random() < 0.2
    for index in range(rng.randint(2, 4)):
        late = overdue and index == 0
        issued = TODAY - timedelta(days=rng.randint(45, 90) if late else rng.randint(2, 25))
        paid = not late and index > 1
        yield Fee(
            number=f"F-{next(numbers)}",
            person=person.number,
            subject=rng.choice(_FEES),
            amount=rng.randint(30, 400) / 2,
            issued_on=issued,
            due_on=issued + timedelta(days=30),
            status="paid" if paid else "open",
        )


def _dogs(rng: Random, person: Person, numbers: Iterator[int]) -> Iterator[Row]:
    for index, name in enumerate(rng.sample(_DOGS, rng.choices((0, 1, 2), (45, 40, 15))[0])):
        yield Dog(
            tag=f"T-{next(numbers)}",
            keeper=person.number,
            name=name,
            chip=f"9{rng.randint(10**9, 10**10 - 1)}",
            arrived_on=TODAY - timedelta(days=rng.randint(300, 2500)),
            yearly_tax=96.0 if index == 0 else 150.0,
            surcharge=0.0,
            status="registered",
            gone_on=None,
        )


def _proxies(rng: Random, person: Person, people: list[Person]) -> Iterator[Row]:
    """Whom this person may, or might once, act for."""
    others = [each for each in people if each is not person]
    kinds = rng.sample(("held", "lapsed", "papers"), rng.choices((0, 1, 2), (20, 50, 30))[0])
    for index, (kind, other) in enumerate(zip(kinds, rng.sample(others, 2), strict=False)):
        days = -rng.randint(4, 80) if kind == "lapsed" else rng.randint(30, 500)
        yield Proxy(
            id=f"V-{person.number[2:]}-{index + 1}",
            principal=other.number,
            agent=person.number,
            scope="collecting papers" if kind == "papers" else "everything",
            valid_until=TODAY + timedelta(days=days),
        )
