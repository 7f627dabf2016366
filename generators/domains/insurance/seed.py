"""Seed data: 130 clients with up to five policies each, and what has happened under them.

Everything is laid out around the frozen clock, so that each rule of the manual has cases on both of
its sides: trips just over and long over, bought last week and last winter, under way and to come.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from mimesis import Address, Person
from mimesis.locales import Locale
from msgspec.structs import replace

from generators.domains.insurance.accounts import invented_iban
from generators.domains.insurance.database import (
    TABLES,
    Authorisation,
    Client,
    CoverTerms,
    InsuredPerson,
    PhoneCode,
    Policy,
    PolicyCover,
    Product,
    ProductCover,
    RequiredDocument,
    Trip,
)
from generators.domains.insurance.products import (
    COVERS,
    DOCUMENTS,
    PRODUCT_COVERS,
    PRODUCTS,
    days_of,
)
from generators.domains.insurance.seed_claims import happenings
from generators.domains.table import Base, Row
from personas.record import seeded

CLOCK = "2025-07-08T10:30:00"
NOW = datetime.fromisoformat(CLOCK)
TODAY = NOW.date()

_CLIENTS = 130
_PLACES = (
    ("Lisbon", "Portugal"),
    ("Bergen", "Norway"),
    ("Palermo", "Italy"),
    ("Split", "Croatia"),
    ("Marrakesh", "Morocco"),
    ("Reykjavik", "Iceland"),
    ("Valletta", "Malta"),
    ("Gdansk", "Poland"),
    ("Chania", "Greece"),
    ("Innsbruck", "Austria"),
    ("Hanoi", "Vietnam"),
    ("Quito", "Ecuador"),
    ("Kandy", "Sri Lanka"),
    ("Windhoek", "Namibia"),
)
_KINDS = {"past": 0.8, "old": 0.6, "fresh": 0.6, "coming": 0.8, "soon": 0.25, "under_way": 0.5}
"""Kind of policy -> how many clients have one."""

Rows = dict[type[Row], list[Row]]


def seed(number: int) -> Base:
    """The insurer's data for one world; the same number gives the same rows."""
    rng = seeded(number, "insurance", "seed")
    person = Person(Locale.EN, seed=rng.getrandbits(32))
    address = Address(Locale.EN, seed=rng.getrandbits(32))
    rows: Rows = {spec.row: [] for spec in TABLES}
    rows[Product] += PRODUCTS
    rows[ProductCover] += PRODUCT_COVERS
    rows[CoverTerms] += COVERS
    rows[RequiredDocument] += DOCUMENTS
    numbers = iter(rng.sample(range(1_000_000, 10_000_000), 40 * _CLIENTS))
    for _ in range(_CLIENTS):
        client = _client(rng, person, address, f"CU-{next(numbers)}")
        rows[Client].append(client)
        rows[PhoneCode].append(
            PhoneCode(client=client.number, code=str(rng.randint(100_000, 999_999)), sent=False)
        )
        for kind, share in _KINDS.items():
            if rng.random() >= share:
                continue
            bare = _policy(rng, client, kind, f"TP-{next(numbers)}")
            inside = list(_inside(rng, person, client, bare))
            covers = [row for row in inside if isinstance(row, PolicyCover)]
            persons = [row for row in inside if isinstance(row, InsuredPerson)]
            policy = replace(bare, premium=_premium(bare, covers, len(persons)))
            events = happenings(rng, policy, kind, covers, persons[0].id, numbers, TODAY)
            for row in (policy, *inside, *events):
                rows[type(row)].append(row)
    rows[Authorisation] += _authorisations(rng, rows[Client])
    return Base(TABLES, rows)


def _client(rng: Random, person: Person, address: Address, number: str) -> Client:
    given, family = person.first_name(), person.last_name()
    return Client(
        number=number,
        given_name=given,
        family_name=family,
        birth_date=_born(rng, rng.randint(22, 78)),
        phone=f"0700 {rng.randint(100, 999)} {rng.randint(100, 999)}",
        email=f"{given}.{family}@mail.example".lower().replace(" ", ""),
        address=f"{rng.randint(1, 140)} {address.street_name()}, {address.city()}",
        iban=invented_iban(rng),
    )


def _born(rng: Random, age: int) -> str:
    """A birth date of somebody who has this age today; never 29 February."""
    born = date(TODAY.year - age, TODAY.month, TODAY.day) - timedelta(days=rng.randint(0, 364))
    return (born.replace(day=28) if (born.month, born.day) == (2, 29) else born).isoformat()


def _policy(rng: Random, client: Client, kind: str, number: str) -> Policy:
    """One policy of a kind: when it was bought, and when its journey is."""
    product = rng.choice(PRODUCTS)
    days = rng.randint(5, 14)
    if kind == "past":
        ends = TODAY - timedelta(days=rng.randint(3, 7))
        starts = ends - timedelta(days=days)
        bought = starts - timedelta(days=rng.randint(16, 90))
    elif kind == "old":
        ends = TODAY - timedelta(days=rng.randint(30, 75))
        starts = ends - timedelta(days=days)
        bought = starts - timedelta(days=rng.randint(16, 90))
    elif kind == "fresh":
        bought = TODAY - timedelta(days=rng.randint(2, 7))
        starts = TODAY + timedelta(days=rng.randint(9, 45))
        ends = starts + timedelta(days=days)
    elif kind == "coming":
        bought = TODAY - timedelta(days=rng.randint(18, 110))
        starts = TODAY + timedelta(days=rng.randint(5, 60))
        ends = starts + timedelta(days=days)
    elif kind == "soon":
        bought = TODAY - timedelta(days=rng.randint(18, 70))
        starts = TODAY + timedelta(days=1)
        ends = starts + timedelta(days=days)
    else:
        starts = TODAY - timedelta(days=rng.randint(2, 6))
        bought = starts - timedelta(days=rng.randint(16, 90))
        ends = TODAY + timedelta(days=rng.randint(4, 9))
    return Policy(
        number=number,
        holder=client.number,
        product=product.code,
        bought_on=bought,
        starts_on=starts,
        ends_on=ends,
        premium=0.0,
        status="active",
    )


def _premium(policy: Policy, covers: list[PolicyCover], persons: int) -> float:
    """So much per day and person for the product, and for each cover that it does not include."""
    product = next(each for each in PRODUCTS if each.code == policy.product)
    held = {each.cover for each in covers}
    extras = [
        each.price_per_day
        for each in PRODUCT_COVERS
        if each.product == product.code and each.cover in held and not each.included
    ]
    return round((product.price_per_day + sum(extras)) * days_of(policy) * persons, 2)


def _inside(rng: Random, person: Person, client: Client, bare: Policy) -> Iterator[Row]:
    """The policy's trip, persons and covers."""
    city, country = rng.choice(_PLACES)
    yield Trip(
        id=f"TR-{bare.number[3:]}",
        policy=bare.number,
        city=city,
        country=country,
        cost=float(rng.randint(300, 3800)),
    )
    product = next(each for each in PRODUCTS if each.code == bare.product)
    count = rng.randint(1, product.max_persons)
    for index in range(count):
        yield InsuredPerson(
            id=f"IP-{bare.number[3:]}-{index + 1}",
            policy=bare.number,
            client=client.number if index == 0 else "",
            given_name=client.given_name if index == 0 else person.first_name(),
            birth_date=client.birth_date if index == 0 else _born(rng, rng.randint(2, 68)),
        )
    for terms in PRODUCT_COVERS:
        if terms.product != bare.product or not (terms.included or rng.random() < 0.42):
            continue
        yield PolicyCover(
            id=f"{bare.number}:{terms.cover}",
            policy=bare.number,
            cover=terms.cover,
            limit=terms.limit,
            excess=terms.excess,
            since=bare.bought_on,
            covered_from=bare.bought_on + timedelta(days=terms.waiting_days),
        )


def _authorisations(rng: Random, clients: list[Row]) -> list[Row]:
    """About half of the clients may act for somebody else, or once could, or only in some matters."""
    numbers = [str(getattr(each, "number", "")) for each in clients]
    found: list[Row] = []
    for position, number in enumerate(numbers):
        if rng.random() < 0.35:
            continue
        grantor = numbers[(position + rng.randint(3, 60)) % len(numbers)]
        days = rng.choice((-200, -40, -9, 60, 150, 320))
        found.append(
            Authorisation(
                id=f"AU-{number[3:]}",
                grantor=grantor,
                agent=number,
                scope=rng.choice(("claims", "all", "policies")),
                valid_until=TODAY + timedelta(days=days),
            )
        )
    return found
