from datetime import timedelta

from generators.domains.permits import DOMAIN
from generators.domains.permits.catalogue import MAX_LENGTH_CM
from generators.domains.permits.database import (
    Application,
    Document,
    Dog,
    Home,
    PaperAtHome,
    ParkingPermit,
    Permit,
    PermitKind,
    Person,
    Proxy,
    Slot,
    Vehicle,
    Zone,
)
from generators.domains.permits.desk import settle, subjects
from generators.domains.permits.seed import NOW, TODAY, seed
from generators.domains.table import Database
from generators.domains.world import World
from tests.people import person


def _db(number: int = 0) -> Database:
    return Database(seed(number), NOW)


def test_a_parking_permit_is_for_the_holders_own_car_and_zone():
    db = _db()
    for permit in db[ParkingPermit]:
        car = db[Vehicle].get(permit.plate)
        assert (car.keeper, permit.zone) == (permit.holder, db[Person].get(permit.holder).zone)
        assert car.length_cm <= MAX_LENGTH_CM
        assert permit.valid_until > TODAY + timedelta(days=31)
    assert {db[Zone].get(code).taken < db[Zone].get(code).places for code in ("Z1", "Z4")} == {
        False,
        True,
    }


def test_only_an_incomplete_application_lacks_a_document_and_the_applicant_has_it_at_home():
    db = _db()
    for application in db[Application]:
        rows = db[Document].where(application=application.number)
        missing = [each for each in rows if each.status != "accepted"]
        papers = db[PaperAtHome].where(application=application.number)
        assert [each.kind for each in missing] == [each.kind for each in papers]
        assert bool(missing) == (application.status == "incomplete")
        assert (application.decided_on is not None) == (application.status == "turned down")


def test_each_rule_has_cases_on_both_of_its_sides():
    db = _db()
    homes = list(db[Home])
    assert {each.pavement_cm >= 300 for each in homes} == {True, False}
    assert {each.trunk_cm >= 80 for each in homes} == {True, False}
    assert {each.fence_cm > 180 for each in homes} == {True, False}
    assert {each.ends_on >= TODAY for each in db[Permit].where(kind="skip")} == {True, False}
    assert {each.extensions for each in db[Permit].where(kind="skip")} == {0, 1, 2}
    assert {each.valid_until >= TODAY for each in db[Proxy]} == {True, False}
    assert {each.scope for each in db[Proxy]} == {"everything", "collecting papers"}
    assert {each.status for each in db[Slot]} == {"free", "taken"}
    assert {each.yearly_tax for each in db[Dog]} == {96.0, 150.0}
    assert {each.transferable for each in db[PermitKind]} == {True, False}


def test_the_caller_is_the_persona_and_nobody_else_changes():
    db = _db()
    subject, someone = subjects(db)[0], person()
    patches = settle(db, subject, someone)
    world = World(DOMAIN, 0, DOMAIN.clock, patches)
    row = world.db[Person].get(subject)
    assert f"{row.given_name} {row.family_name}" == someone.name
    assert row.birth_date == someone.demographics.birth_date
    assert {patch.key for patch in patches} == {subject}
