"""Seed data: 140 grown-up members, their children and households, and a town's shelves.

Everything is laid out around the frozen clock, so that each rule of the manual has cases on both of
its sides: loans that others wait for, charges before and after the amnesty's day, cards that run out.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from mimesis import Address, Person
from mimesis.locales import Locale

from generators.domains.library.catalogue import (
    BRANCHES,
    KINDS,
    MEDIA,
    PARTNERS,
    ROOMS,
    TITLE_NAMES,
)
from generators.domains.library.database import (
    TABLES,
    Branch,
    Copy,
    Member,
    MembershipKind,
    PartnerOffer,
    Room,
    Tie,
    Title,
)
from generators.domains.library.seed_houses import events, slots
from generators.domains.library.seed_lending import Shelves, lending
from generators.domains.table import Base, Row
from personas.record import seeded

CLOCK = "2025-10-15T11:10:00"
NOW = datetime.fromisoformat(CLOCK)
TODAY = NOW.date()

_ADULTS = 140
_TITLES = 320
_PARTNER_TITLES = 60

Rows = dict[type[Row], list[Row]]


def seed(number: int) -> Base:
    """The library's data for one world; the same number gives the same rows."""
    rng = seeded(number, "library", "seed")
    person = Person(Locale.EN, seed=rng.getrandbits(32))
    address = Address(Locale.EN, seed=rng.getrandbits(32))
    rows: Rows = {spec.row: [] for spec in TABLES}
    rows[Branch] += BRANCHES
    rows[MembershipKind] += KINDS
    rows[Room] += ROOMS
    names = rng.sample(TITLE_NAMES, _TITLES + _PARTNER_TITLES)
    shelves = Shelves(rng, list(_titles(rng, person, names[:_TITLES])), TODAY)
    rows[PartnerOffer] += _offers(rng, names[_TITLES:])

    cards = iter(rng.sample(range(1_000_000, 9_999_999), 6 * _ADULTS))
    adults, others = [], []
    for _ in range(_ADULTS):
        adult = _member(rng, person, address, f"L-{next(cards)}", rng.randint(18, 84), "")
        adults.append(adult)
        for other, tie in _family(rng, person, address, adult, cards):
            others.append(other)
            rows[Tie].append(tie)
    rows[Member] += [*adults, *others]
    hours = slots(rng, NOW)
    _place(rows, hours)
    meetings = events(rng, NOW)
    _place(rows, meetings)
    for member in adults:
        _place(rows, lending(rng, member, shelves, hours, meetings, NOW))
    for member in others:
        _place(rows, shelves.lend(member, rng.randint(1, 3)))
    rows[Title] += shelves.titles
    rows[Copy] += shelves.copies
    return Base(TABLES, rows)


def _place(rows: Rows, found: Iterable[Row]) -> None:
    for row in found:
        rows[type(row)].append(row)


def _titles(rng: Random, person: Person, names: list[str]) -> Iterator[Title]:
    for index, name in enumerate(names):
        medium = rng.choices(list(MEDIA), (62, 14, 14, 10))[0]
        days, renewable, (low, high) = MEDIA[medium]
        yield Title(
            id=f"T-{4000 + index}",
            name=name,
            author=person.full_name(),
            medium=medium,
            loan_days=days,
            renewable=renewable,
            price=round(rng.randint(low, high) + rng.choice((0.0, 0.5, 0.9)), 2),
            min_age=rng.choice((0, 0, 12, 16)) if medium == "film" else 0,
        )


def _offers(rng: Random, names: list[str]) -> Iterator[PartnerOffer]:
    for index, name in enumerate(names):
        days = rng.sample(range(4, 40), 3)
        # The quicker an offer, the dearer, so that the day decides.
        fees = sorted(rng.sample([each / 2 for each in range(4, 30)], 3), reverse=True)
        partners = rng.sample(PARTNERS, 3)
        for at, (day, fee) in enumerate(zip(sorted(days), fees, strict=True)):
            yield PartnerOffer(
                id=f"PO-{2000 + index * 3 + at}",
                title_name=name,
                partner=partners[at],
                fee=fee,
                arrives_on=TODAY + timedelta(days=day),
            )


def _member(
    rng: Random, person: Person, address: Address, card: str, age: int, family_name: str
) -> Member:
    given, family = person.first_name(), family_name or person.last_name()
    kinds = ("adult", "student", "household", "temporary")
    kind = "child" if age < 16 else rng.choices(kinds, (48, 16, 20, 16))[0]
    ends = rng.choices((-40, -5, 21, 48, 90, 200, 330), (5, 5, 10, 10, 20, 25, 25))[0]
    return Member(
        card=card,
        given_name=given,
        family_name=family,
        birth_date=_born(rng, age).isoformat(),
        phone=f"0700 {rng.randint(100, 999)} {rng.randint(100, 999)}",
        email=f"{given}.{family}@mail.example".lower().replace(" ", ""),
        address=f"{rng.randint(1, 140)} {address.street_name()}, {address.city()}",
        kind=kind,
        home_branch=rng.choice(BRANCHES).code,
        expires_on=TODAY + timedelta(days=ends + rng.randint(0, 9)),
        address_checked_on=TODAY - timedelta(days=rng.choice((100, 400, 900, 1200, 1500))),
        inducted_on=TODAY - timedelta(days=rng.randint(20, 900)) if rng.random() < 0.35 else None,
    )


def _born(rng: Random, age: int) -> date:
    """A birth date of somebody who has this age today; never 29 February."""
    born = TODAY.replace(year=TODAY.year - age) - timedelta(days=rng.randint(0, 364))
    return born.replace(day=28) if (born.month, born.day) == (2, 29) else born


def _family(
    rng: Random, person: Person, address: Address, adult: Member, cards: Iterator[int]
) -> Iterator[tuple[Member, Tie]]:
    """Children in the adult's care, those who have grown out of it, and people who share the home."""
    kinds = (
        ["guardian"] * rng.choices((0, 1, 2), (40, 40, 20))[0]
        + ["ended"] * (rng.random() < 0.25)
        + ["household"] * (rng.random() < 0.3)
    )
    for number, kind in enumerate(kinds, 1):
        ages = {"guardian": (4, 15), "ended": (18, 21), "household": (24, 60)}[kind]
        family = "" if kind == "household" else adult.family_name
        other = _member(rng, person, address, f"L-{next(cards)}", rng.randint(*ages), family)
        born = date.fromisoformat(other.birth_date)
        grown = born.replace(year=born.year + 18)
        yield (
            other,
            Tie(
                id=f"TI-{adult.card[2:]}-{number}",
                member=adult.card,
                other=other.card,
                scope="household" if kind == "household" else "guardian",
                valid_until=TODAY + timedelta(days=700) if kind == "household" else grown,
            ),
        )
