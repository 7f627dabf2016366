"""What holds for the data of every shipped domain."""

from typing import NamedTuple

import pytest

from generators.domains.registry import domain_named
from generators.domains.table import Database, dangling_references
from generators.domains.world import World
from tests.every_domain import EVERY_DOMAIN
from tests.people import person


class Size(NamedTuple):
    """How much there is at least, and how many callers exactly."""

    tables: int
    rows: int
    callers: int


SIZES = {
    "clinic": Size(14, 1000, 120),
    "cloakroom": Size(2, 100, 60),
    "datadesk": Size(15, 5000, 72),
    "energy": Size(10, 2500, 180),
    "insurance": Size(12, 4000, 130),
    "library": Size(12, 4000, 140),
    "permits": Size(12, 3000, 160),
}


def _db(name: str, number: int = 0) -> Database:
    return World(domain_named(name), number, domain_named(name).clock).db


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_foreign_keys_hold_and_there_is_plenty(name: str, number: int):
    db, size = _db(name, number), SIZES[name]
    assert list(dangling_references(db)) == []
    counts = [len(db[spec.row]) for spec in db.base.specs]
    assert sum(count > 0 for count in counts) >= size.tables
    assert sum(counts) > size.rows
    assert len(domain_named(name).subjects(db)) == size.callers


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_caller_takes_the_personas_name_and_every_reference_still_holds(name: str):
    domain, db, someone = domain_named(name), _db(name), person(3)
    for subject in domain.subjects(db)[::20]:
        patches = domain.settle(db, subject, someone)
        settled = World(domain, 0, domain.clock, patches).db
        assert list(dangling_references(settled)) == []
        named = str([patch.fields for patch in patches])
        assert someone.demographics.family_name in named


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_slip_of_what_a_caller_is_known_by_is_nobodys(name: str):
    domain, db = domain_named(name), _db(name)
    subjects = domain.subjects(db)
    for subject in subjects:
        for fact in domain.identity(db, subject):
            assert fact.slip != fact.value
        number = domain.identity(db, subject)[0]
        assert not _is_known(db, number.slip), (subject, number)


def _is_known(db: Database, key: str) -> bool:
    """Whether some table has a row of this key."""
    return any(db[spec.row].find(key) is not None for spec in db.base.specs)
