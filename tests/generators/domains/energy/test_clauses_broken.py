import pytest

from generators.domains.energy import DOMAIN
from generators.domains.energy.clauses.said import says_number
from generators.event import AGENT, USER
from tests.generators.domains.energy.talk import Desk, case
from tests.generators.domains.energy.wrongs import WRONGS

pytestmark = pytest.mark.slow


def test_every_checkable_clause_has_a_wrong_dialogue():
    assert set(WRONGS) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONGS))
def test_a_wrong_dialogue_breaks_its_clause_though_the_tools_let_it_through(clause: str):
    desk = WRONGS[clause]()
    assert clause in {name for name, _ in desk.breaches()}
    assert [entry.error for entry in desk.entries if entry.error not in ("", "no_match")] == []


@pytest.mark.parametrize("clause", sorted(set(WRONGS) - {"E01", "E02", "E26", "E33", "E37"}))
def test_a_wrong_dialogue_breaks_little_else(clause: str):
    also = {name for name, _ in WRONGS[clause]().breaches()} - {clause}
    assert len(also) <= 1, also


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("So 1250 euros?", 1250),
        ("1,250 euros, all right?", 1250),
        ("That is 1 250.50 in all.", 1250.5),
        ("184,50 it is.", 184.5),
        ("In six instalments?", 6),
        ("(184.5)", 184.5),
    ],
)
def test_a_number_may_be_said_in_any_way(text: str, value: float):
    assert says_number(text, value)


@pytest.mark.parametrize(("text", "value"), [("184.60", 184.5), ("1850", 185), ("sixty", 6)])
def test_another_number_does_not_count_as_said(text: str, value: float):
    assert not says_number(text, value)


@pytest.mark.parametrize(
    "said",
    ["11 April 2025", "April 11th", "the 11th of April", "11/04/2025", "2025-04-11", "11.4."],
)
def test_a_day_may_be_said_in_any_way(said: str):
    desk = _ended(f"Shall I end it on {said}?")
    assert desk.breaches() == []


def test_another_day_does_not_count_as_said():
    desk = _ended("Shall I end it on 12 April 2025?")
    assert [name for name, _ in desk.breaches()] == ["E09"]


def _ended(question: str) -> Desk:
    desk = case("solar_feed_in").known()
    meter = next(
        meter
        for meter in desk.call("list_contracts", account_number=desk.subject)
        if meter["fuel"] == "electricity"
    )
    desk.say(AGENT, question)
    desk.say(USER, "Yes.")
    desk.call("end_contract", contract_id=meter["contract_id"], ends_on="2025-04-11")
    return desk
