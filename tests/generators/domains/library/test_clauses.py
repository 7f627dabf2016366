from datetime import date

import pytest

from generators.domains.library import DOMAIN, rules
from generators.domains.said import amount_said, says, ways_of_day
from generators.sources.request import PlanSpec
from tests.generators.domains.library.cases import blueprints, case
from tests.generators.domains.library.wrongs import WRONG
from tests.generators.domains.spoiled import broken_by

pytestmark = pytest.mark.slow


def test_every_checkable_clause_has_a_wrong_agent():
    assert set(WRONG) == set(DOMAIN.clauses)


@pytest.mark.parametrize("clause", sorted(WRONG))
def test_a_wrong_agent_breaks_its_clause_and_no_other(clause: str):
    assert broken_by(WRONG[clause]()) == {clause}


def test_right_dialogues_break_nothing():
    spec = PlanSpec(goals={1: 0.3, 2: 0.3, 3: 0.2, 4: 0.2})
    for blueprint in blueprints(80, spec, seed=17):
        assert broken_by(blueprint) == set(), blueprint.intents


@pytest.mark.parametrize(
    "intent", sorted(name for name, each in DOMAIN.intents.items() if not each.after)
)
def test_the_right_dialogue_of_an_intent_breaks_nothing(intent: str):
    assert broken_by(case(intent)) == set()


@pytest.mark.parametrize(
    ("clause", "number"),
    [
        ("B11", {1: "one", 3: "three", 7: "seven"}[rules.MAX_RENEWALS]),
        ("B11", {1: "one", 3: "three", 7: "seven"}[rules.LATEST_RENEWAL]),
        ("B23", f"{rules.SET_ASIDE_FEE:.2f}"),
        ("B25", {2: "two"}[rules.MAX_PARTNER_REQUESTS]),
        ("B26", {3: "three"}[rules.MAX_SUGGESTIONS]),
        ("B27", f"{rules.AMNESTY_BEFORE:%-d %B %Y}"),
        ("B28", f"{rules.AMNESTY_BEFORE:%-d %B %Y}"),
        ("B28", f"{rules.GOODWILL_LIMIT:.2f}"),
        ("B28", str(rules.GOODWILL_DAYS)),
        ("B32", str(rules.ADDRESS_DAYS)),
        ("B36", {2: "two"}[rules.MAX_BOOKINGS]),
        ("B37", f"{rules.LATE_CANCELLATION:.2f}"),
    ],
)
def test_the_manual_and_the_code_agree_on_numbers(clause: str, number: str):
    assert number in DOMAIN.policy.clauses[clause]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("that is 4.50 euros", 4.5), ("4,50?", 4.5), ("that makes 18 euros.", 18.0), ("€2.00", 2.0)],
)
def test_an_amount_may_be_said_in_any_way(text: str, amount: float):
    assert amount_said(text, amount)


@pytest.mark.parametrize(
    ("text", "amount"), [("14.50", 4.5), ("4.505", 4.5), ("118", 18.0), ("2.001", 2.0), ("", 1.0)]
)
def test_a_part_of_another_amount_does_not_count(text: str, amount: float):
    assert not amount_said(text, amount)


@pytest.mark.parametrize(
    "text",
    ["on 17 October", "on the 17th of October", "October 17th", "this Friday", "17/10", "17 Oct"],
)
def test_a_day_may_be_said_in_any_way(text: str):
    assert says(text, ways_of_day(date(2025, 10, 17), date(2025, 10, 15)))


def test_a_title_counts_in_any_case_but_only_whole():
    assert says("Shall I renew the salt orchard?", ["The Salt Orchard"])
    assert not says("Shall I renew the salt orchards?", ["The Salt Orchard"])
