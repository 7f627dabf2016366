from datetime import date, timedelta

from msgspec.structs import replace

from generators.domains.clinic import DOMAIN
from generators.domains.clinic.database import (
    Appointment,
    Guardianship,
    Invoice,
    Patient,
    Practitioner,
    Referral,
    Service,
    Slot,
    age_on,
)
from generators.domains.clinic.desk import settle, subjects
from generators.domains.clinic.seed import NOW, TODAY, seed
from generators.domains.table import Database, dangling_references
from generators.domains.world import World
from tests.people import person


def _db(number: int = 0) -> Database:
    return Database(seed(number), NOW)


def test_every_coming_visit_holds_its_own_booked_slot():
    db = _db()
    held = [row.slot for row in db[Appointment] if row.status == "booked"]
    assert len(held) == len(set(held)) > 100
    for row in db[Appointment].where(status="booked"):
        slot, service = db[Slot].get(row.slot), db[Service].get(row.service)
        assert (slot.status, slot.start, slot.practitioner) == (
            "booked",
            row.start,
            row.practitioner,
        )
        assert row.start > NOW
        assert db[Practitioner].get(row.practitioner).specialty == service.specialty
        if service.needs_referral:
            referral = db[Referral].get(row.referral)
            assert (referral.patient, referral.specialty) == (row.patient, service.specialty)
            assert referral.expires_on > row.start.date()


def test_nobody_has_two_visits_or_two_bills_on_one_day():
    db = _db()
    for number in subjects(db):
        days = [row.start.date() for row in db[Appointment].where(patient=number, status="booked")]
        bills = [row.visit_on for row in db[Invoice].where(patient=number, status="open")]
        assert len(days) == len(set(days))
        assert len(bills) == len(set(bills))


def test_visits_lie_on_both_sides_of_the_24_hours():
    starts = [row.start - NOW for row in _db()[Appointment].where(status="booked")]
    assert sum(each < timedelta(hours=24) for each in starts) > 20
    assert sum(each > timedelta(hours=24) for each in starts) > 100


def test_bills_add_up():
    for row in _db()[Invoice]:
        assert round(row.insurer_share + row.patient_share, 2) == row.total > 0
        assert (row.status == "waived") == (row.waived_on is not None)


def test_guardianships_end_at_eighteen():
    db = _db()
    for tie in db[Guardianship]:
        child = db[Patient].get(tie.child)
        grown_up = age_on(child.birth_date, TODAY) >= 18
        assert (tie.valid_until <= TODAY) == grown_up
        assert tie.valid_until.isoformat()[4:] == child.birth_date[4:]


def test_a_caller_gets_the_name_and_the_children_get_the_family_name():
    db = _db()
    subject = next(
        tie.guardian for tie in db[Guardianship] if tie.scope == "full" and tie.valid_until > TODAY
    )
    world = World(DOMAIN, 0, DOMAIN.clock, settle(db, subject, person(3)))
    caller = world.db[Patient].get(subject)
    assert (caller.family_name, caller.birth_date) == ("Halloran3", "1983-05-06")
    for tie in world.db[Guardianship].where(guardian=subject, scope="full"):
        child = world.db[Patient].get(tie.child)
        assert (child.family_name, child.phone) == ("Halloran3", caller.phone)
    assert list(dangling_references(world.db)) == []


def test_a_guardian_who_is_too_young_to_be_a_parent_is_a_legal_guardian():
    db = _db()
    tie = next(each for each in db[Guardianship] if each.scope == "full")
    born = date.fromisoformat(db[Patient].get(tie.child).birth_date)
    young = person()
    late = f"{born.year - 15}-01-05"
    young = replace(young, demographics=replace(young.demographics, birth_date=late))
    patches = settle(db, tie.guardian, young)
    relations = [each.fields for each in patches if each.key == tie.id]
    assert relations == [{"relation": "legal guardian"}]
