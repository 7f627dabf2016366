import pytest

from generators.domains.insurance import DOMAIN
from generators.domains.insurance.database import (
    AssistanceCase,
    Authorisation,
    Claim,
    ClaimDocument,
    Client,
    InsuredPerson,
    Paper,
    Payout,
    Policy,
    PolicyCover,
    Product,
    Trip,
)
from generators.domains.insurance.desk import settle
from generators.domains.insurance.products import COOLING_OFF, closes_on, days_of, payable
from generators.domains.insurance.seed import NOW, TODAY, seed
from generators.domains.insurance.tools.abroad import remaining
from generators.domains.table import Database, dangling_references
from generators.domains.world import World
from tests.people import person


@pytest.fixture(scope="module")
def db() -> Database:
    return Database(seed(0), NOW)


def test_policies_lie_on_both_sides_of_every_day_that_counts(db: Database):
    rows = list(db[Policy])
    assert sum(row.ends_on < TODAY for row in rows) > 50
    assert sum(row.starts_on <= TODAY <= row.ends_on for row in rows) > 30
    assert sum(row.starts_on > TODAY for row in rows) > 50
    assert sum(row.bought_on + COOLING_OFF >= TODAY for row in rows) > 30
    assert sum(closes_on(row) < TODAY < row.starts_on for row in rows) > 10


def test_a_policy_is_bought_before_its_journey_and_has_a_premium(db: Database):
    for row in db[Policy]:
        assert row.bought_on < row.starts_on < row.ends_on
        assert row.premium > 0
        assert days_of(row) <= db[Product].get(row.product).max_days
        assert len(db[Trip].where(policy=row.number)) == 1
        assert db[InsuredPerson].where(policy=row.number)[0].client == row.holder


def test_claims_stand_on_covers_that_are_held_and_fall_into_the_past(db: Database):
    for row in db[Claim]:
        assert db[PolicyCover].find(f"{row.policy}:{row.cover}")
        assert row.event_on <= row.reported_on <= TODAY
        assert (row.decided_on is not None) == (row.status == "refused")
        assert db[ClaimDocument].where(claim=row.number)


def test_claims_come_in_every_state(db: Database):
    states = {row.status for row in db[Claim]}
    assert states == {"open", "paid", "refused"}
    assert {row.blurred_shots for row in db[Paper]} == {0, 1, 9}
    for row in db[Payout]:
        claim = db[Claim].get(row.claim)
        cover = db[PolicyCover].get(f"{claim.policy}:{claim.cover}")
        assert row.amount == payable(claim.amount, cover.limit, cover.excess)


def test_cases_have_something_left_of_the_cover(db: Database):
    left = [remaining(db, row) for row in db[AssistanceCase]]
    assert min(left) > 0
    assert sum(each < 1950 for each in left) > 10
    assert sum(each > 2600 for each in left) > 10


def test_authorisations_are_good_or_over_and_of_every_scope(db: Database):
    rows = list(db[Authorisation])
    assert {row.scope for row in rows} == {"claims", "policies", "all"}
    assert 20 < sum(row.valid_until >= TODAY for row in rows) < len(rows) - 20
    assert all(row.grantor != row.agent for row in rows)


def test_the_excess_comes_off_before_the_limit_holds():
    assert payable(500.0, 600.0, 75.0) == 425.0
    assert payable(900.0, 600.0, 75.0) == 600.0
    assert payable(50.0, 600.0, 75.0) == 0.0


def test_a_caller_gets_the_personas_name_wherever_insured(db: Database):
    subject = next(row.holder for row in db[Policy])
    world = World(DOMAIN, 0, DOMAIN.clock, settle(db, subject, person(3)))
    client = world.db[Client].get(subject)
    assert (client.family_name, client.birth_date) == ("Halloran3", "1983-05-06")
    for row in world.db[InsuredPerson].where(client=subject):
        assert (row.given_name, row.birth_date) == (client.given_name, client.birth_date)
    assert list(dangling_references(world.db)) == []
