import pytest

from generators.blueprint import Blueprint
from generators.domains.datadesk import DOMAIN, rules
from generators.domains.datadesk.clauses.talk import ways_of_code
from generators.domains.datadesk.database import Report
from generators.domains.said import says
from generators.sources.request import PlanSpec
from tests.generators.domains.datadesk.cases import blueprints, case
from tests.generators.domains.datadesk.wrongs import WRONG
from tests.generators.domains.spoiled import asked, broken_by, caller, fact, start, then

pytestmark = pytest.mark.slow


def test_every_checkable_clause_has_a_wrong_agent():
    assert set(WRONG) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONG))
def test_a_wrong_agent_breaks_its_clause_and_no_other(clause: str):
    assert broken_by(WRONG[clause]()) == {clause}


def test_right_dialogues_break_nothing():
    spec = PlanSpec(goals={1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2})
    for blueprint in blueprints(60, spec, seed=17):
        assert broken_by(blueprint) == set(), blueprint.intents


@pytest.mark.parametrize(
    "intent", sorted(name for name, each in DOMAIN.intents.items() if not each.after)
)
def test_the_right_dialogue_of_an_intent_breaks_nothing(intent: str):
    assert broken_by(case(intent)) == set()


@pytest.mark.parametrize(
    ("clause", "number"),
    [
        ("Q10", str(rules.ESTIMATE_ABOVE)),
        ("Q19", str(rules.READ_DAYS)),
        ("Q19", str(rules.PERSONAL_DAYS)),
        ("Q21", str(rules.GRACE_DAYS)),
        ("Q25", {5: "five"}[rules.MAX_REPORTS]),
        ("Q26", str(rules.DAILY_UNITS)),
        ("Q26", str(rules.WEEKLY_UNITS)),
        ("Q26", f"{rules.FIRST_HOUR}, 6, 7 or {rules.LAST_HOUR}"),
        ("Q31", {2: "twice"}[rules.MAX_ATTEMPTS]),
        ("Q32", str(rules.MAX_BACKFILL)),
    ],
)
def test_the_manual_and_the_code_agree_on_numbers(clause: str, number: str):
    assert number in DOMAIN.policy.clauses[clause]


def test_a_data_set_may_be_said_with_spaces_but_only_whole():
    assert says("Shall I open campaign sends to you?", ways_of_code("campaign_sends"))
    assert says("That is campaign_sends, then.", ways_of_code("campaign_sends"))
    assert not says("All mytrips", ways_of_code("trips"))


def test_nobody_shares_what_is_somebody_elses():
    def theirs(blueprint: Blueprint) -> list[Report]:
        number = fact(blueprint, "other_number")
        return start(blueprint)[Report].where(owner=number, status="saved")

    blueprint = case("share_report", lambda each: len(theirs(each)) > 0)
    report = theirs(blueprint)[0]
    question = asked(blueprint, name=report.name)
    given = {"report_id": report.id, "staff_number": caller(blueprint)}
    assert "Q02" in broken_by(then(question, "share_report", **given))
