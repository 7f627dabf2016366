"""Seed data: about 120 grown-up patients, their children, and a clinic's next three weeks.

Everything is laid out around the frozen clock, so that each rule of the manual has cases on both of
its sides: visits inside and outside 24 hours, referrals that hold, lapse and are used up, and so on.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from mimesis import Address, Person
from mimesis.locales import Locale
from msgspec.structs import replace

from generators.domains.clinic.catalogue import INSURERS, SERVICES, SPECIALTIES
from generators.domains.clinic.database import (
    TABLES,
    Appointment,
    Guardianship,
    InsurancePolicy,
    Insurer,
    Patient,
    Pharmacy,
    Practitioner,
    Referral,
    Service,
    Slot,
    WaitingEntry,
)
from generators.domains.clinic.seed_history import history
from generators.domains.table import Base, Row
from personas.record import seeded

CLOCK = "2025-06-10T09:20:00"
NOW = datetime.fromisoformat(CLOCK)
TODAY = NOW.date()

_ADULTS = 120
_DAYS = tuple(day for day in (TODAY + timedelta(days=n) for n in range(25)) if day.weekday() < 5)
_ADULT_SERVICES = tuple(each for each in SERVICES if each.max_age == 120)
_PHARMACIES = (
    ("quayside-pharmacy", "Quayside Pharmacy", "4 Quayside"),
    ("lindfield-pharmacy", "Lindfield Pharmacy", "31 Lindfield Road"),
    ("market-hall-pharmacy", "Market Hall Pharmacy", "2 Market Hall"),
    ("station-pharmacy", "Station Pharmacy", "11 Station Parade"),
    ("orchard-pharmacy", "Orchard Pharmacy", "78 Orchard Way"),
    ("northgate-pharmacy", "Northgate Pharmacy", "15 Northgate"),
)

Rows = dict[type[Row], list[Row]]


def seed(number: int) -> Base:
    """The clinic's data for one world; the same number gives the same rows."""
    rng = seeded(number, "clinic", "seed")
    person = Person(Locale.EN, seed=rng.getrandbits(32))
    address = Address(Locale.EN, seed=rng.getrandbits(32))
    rows: Rows = {spec.row: [] for spec in TABLES}
    rows[Service] += SERVICES
    rows[Insurer] += INSURERS
    rows[Pharmacy] += [
        Pharmacy(code=code, name=name, street=street) for code, name, street in _PHARMACIES
    ]
    practitioners = _practitioners(rng, person)
    rows[Practitioner] += practitioners
    taken: dict[tuple[str, datetime], str] = {}
    free = _free_times(rng, practitioners, taken)

    numbers = iter(rng.sample(range(100_000, 1_000_000), 4 * _ADULTS))
    for _ in range(_ADULTS):
        adult = _patient(rng, person, address, f"P-{next(numbers)}", rng.randint(19, 84))
        rows[Patient].append(adult)
        for child, guardianship in _wards(rng, person, adult, numbers):
            rows[Patient].append(child)
            rows[Guardianship].append(guardianship)
        upcoming = _upcoming(rng, adult, practitioners, taken)
        rows[Appointment] += upcoming
        rows[Referral] += _referrals(rng, adult, upcoming, practitioners)
        rows[InsurancePolicy].append(_insurance(rng, adult))
        for row in history(rng, adult, practitioners, TODAY):
            rows[type(row)].append(row)
        rows[WaitingEntry] += _waiting(rng, adult)
    rows[Slot] += _slots(free, taken)
    ids = {
        (slot.practitioner, slot.start): slot.id for slot in rows[Slot] if isinstance(slot, Slot)
    }
    rows[Appointment] = [_with_slot(each, ids) for each in rows[Appointment]]
    return Base(TABLES, rows)


def _practitioners(rng: Random, person: Person) -> list[Practitioner]:
    found: dict[str, Practitioner] = {}
    for specialty, (count, _, _) in SPECIALTIES.items():
        wanted = len(found) + count
        while len(found) < wanted:
            family = person.last_name()
            code = f"dr-{family.lower()}"
            if not family.isalpha() or not family.isascii() or code in found:
                continue
            found[code] = Practitioner(
                code=code,
                name=f"Dr {family}",
                specialty=specialty,
                room=f"{rng.choice('ABCD')}{rng.randint(11, 39)}",
                direct_line=f"0880 {rng.randint(2000, 8999)}",
            )
    return list(found.values())


def _free_times(
    rng: Random, practitioners: list[Practitioner], taken: dict[tuple[str, datetime], str]
) -> list[tuple[str, datetime]]:
    """Two to five free times per practitioner and day, once the specialty's full days are over."""
    free = []
    for each in practitioners:
        _, minutes, full_days = SPECIALTIES[each.specialty]
        for day in _DAYS:
            if (day - TODAY).days < full_days:
                continue
            times = [time for time in _grid(day, minutes) if time > NOW + timedelta(hours=4)]
            for time in rng.sample(times, min(len(times), rng.randint(2, 5))):
                free.append((each.code, time))
                taken[each.code, time] = "free"
    return free


def _grid(day: date, minutes: int) -> list[datetime]:
    step = timedelta(minutes=minutes)
    found = []
    for opens in (8, 13):
        start = datetime(day.year, day.month, day.day, opens)
        found += [start + n * step for n in range(240 // minutes)]
    return found


def _patient(rng: Random, person: Person, address: Address, number: str, age: int) -> Patient:
    given, family = person.first_name(), person.last_name()
    return Patient(
        number=number,
        given_name=given,
        family_name=family,
        birth_date=_born(rng, age).isoformat(),
        phone=f"0700 {rng.randint(100, 999)} {rng.randint(100, 999)}",
        email=f"{given}.{family}@mail.example".lower().replace(" ", ""),
        address=f"{rng.randint(1, 140)} {address.street_name()}, {address.city()}",
        registered_on=TODAY - timedelta(days=rng.randint(400, 4000)),
    )


def _born(rng: Random, age: int) -> date:
    """A birth date of somebody who has this age today; never 29 February."""
    born = date(TODAY.year - age, TODAY.month, TODAY.day) - timedelta(days=rng.randint(0, 364))
    return born.replace(day=28) if (born.month, born.day) == (2, 29) else born


def _wards(
    rng: Random, person: Person, adult: Patient, numbers: Iterator[int]
) -> list[tuple[Patient, Guardianship]]:
    """Children that the adult speaks for, spoke for, or is only the emergency contact of."""
    kinds = (
        ["full"] * rng.choices((0, 1, 2), (30, 45, 25))[0]
        + ["ended"] * (rng.random() < 0.22)
        + ["emergency"] * (rng.random() < 0.25)
    )
    found = []
    for kind in kinds:
        age = rng.randint(18, 20) if kind == "ended" else rng.randint(1, 14)
        given, born = person.first_name(), _born(rng, age)
        child = Patient(
            number=f"P-{next(numbers)}",
            given_name=given,
            family_name=person.last_name() if kind == "emergency" else adult.family_name,
            birth_date=born.isoformat(),
            phone=adult.phone,
            email=adult.email,
            address=adult.address,
            registered_on=TODAY - timedelta(days=rng.randint(30, 360)),
        )
        guardianship = Guardianship(
            id=f"GD-{adult.number[2:]}-{len(found) + 1}",
            guardian=adult.number,
            child=child.number,
            relation="emergency contact" if kind == "emergency" else "parent",
            scope="emergency" if kind == "emergency" else "full",
            valid_until=born.replace(year=born.year + 18),
        )
        found.append((child, guardianship))
    return found


def _upcoming(
    rng: Random,
    adult: Patient,
    practitioners: list[Practitioner],
    taken: dict[tuple[str, datetime], str],
) -> list[Appointment]:
    """Up to four booked visits, each of another service and on another day."""
    found: list[Appointment] = []
    days: set[date] = set()
    count = rng.choices((0, 1, 2, 3, 4), (8, 22, 30, 25, 15))[0]
    for service in rng.sample(_ADULT_SERVICES, count):
        doctor = rng.choice([each for each in practitioners if each.specialty == service.specialty])
        soon = rng.random() < 0.3
        times = [
            time
            for day in (_DAYS[:2] if soon else _DAYS[2:])
            for time in _grid(day, service.minutes)
            if day not in days
            and (doctor.code, time) not in taken
            and (not soon or NOW + timedelta(minutes=50) < time < NOW + timedelta(hours=24))
        ]
        if not times:
            continue
        time = rng.choice(times)
        days.add(time.date())
        appointment = Appointment(
            id=f"APT-{adult.number[2:]}{len(found)}",
            patient=adult.number,
            service=service.code,
            practitioner=doctor.code,
            slot="",
            start=time,
            status="booked",
            referral=f"RF-{adult.number[2:]}-{service.specialty[:4]}".upper()
            if service.needs_referral
            else "",
            moves=rng.choices((0, 1, 2), (50, 25, 25))[0],
            reminder_channel="",
            reminder_hours=0,
            confirmation="",
        )
        taken[doctor.code, time] = appointment.id
        found.append(appointment)
    return found


def _referrals(
    rng: Random, adult: Patient, upcoming: list[Appointment], practitioners: list[Practitioner]
) -> list[Referral]:
    """At most one referral per specialty: valid (always where a visit hangs on it), about to lapse
    before the next free slot, lapsed, or used up."""
    used = {each.referral for each in upcoming}
    doctors = [each for each in practitioners if each.specialty == "general practice"]
    found = []
    for specialty in sorted({each.specialty for each in SERVICES if each.needs_referral}):
        key = f"RF-{adult.number[2:]}-{specialty[:4]}".upper()
        kinds = ("none", "valid", "lapsing", "lapsed", "used")
        kind = "valid" if key in used else rng.choices(kinds, (32, 34, 10, 14, 10))[0]
        if kind == "none":
            continue
        age = {"lapsing": 177, "lapsed": rng.randint(190, 330)}.get(kind, rng.randint(4, 140))
        issued = TODAY - timedelta(days=age)
        found.append(
            Referral(
                id=key,
                patient=adult.number,
                specialty=specialty,
                issued_by=rng.choice(doctors).name,
                issued_on=issued,
                expires_on=issued + timedelta(days=180),
                visits_left=0 if kind == "used" else rng.randint(1, 6),
            )
        )
    return found


def _insurance(rng: Random, adult: Patient) -> InsurancePolicy:
    return InsurancePolicy(
        patient=adult.number,
        insurer=rng.choice(INSURERS).code,
        member_number=f"{rng.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}{rng.choice('ABCDEFGHKM')}"
        f"{rng.randint(10_000_000, 99_999_999)}",
        valid_until=TODAY + timedelta(days=rng.choice((-40, -12, 20, 75, 204, 360, 569))),
    )


def _waiting(rng: Random, adult: Patient) -> list[WaitingEntry]:
    if rng.random() < 0.75:
        return []
    service = rng.choice(("skin-check", "hearing-test", "eye-examination"))
    return [
        WaitingEntry(
            id=f"WL-{adult.number[2:]}0",
            patient=adult.number,
            service=service,
            wanted_by=TODAY + timedelta(days=rng.randint(5, 20)),
            added_on=TODAY - timedelta(days=rng.randint(1, 12)),
        )
    ]


def _slots(free: list[tuple[str, datetime]], taken: dict[tuple[str, datetime], str]) -> list[Slot]:
    open_times = set(free)
    return [
        Slot(
            id=f"SL-{10_000 + index}",
            practitioner=doctor,
            start=start,
            status="free" if (doctor, start) in open_times else "booked",
        )
        for index, (doctor, start) in enumerate(sorted(taken))
    ]


def _with_slot(row: Row, ids: dict[tuple[str, datetime], str]) -> Row:
    """An upcoming visit holds its slot; a past one has none."""
    if isinstance(row, Appointment) and row.status == "booked":
        return replace(row, slot=ids[row.practitioner, row.start])
    return row
