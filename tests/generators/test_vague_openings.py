"""Users who do not say at once what they want."""

from random import Random

from generators.blueprint import Blueprint
from generators.domains.registry import DOMAINS, domain_named
from generators.planning import plan_blueprint
from generators.scripted.phrasebook import manners, phrases_of
from generators.scripted.wording import plain
from generators.sources.request import PlanSpec
from tests.people import person
from tests.verifiers.cloakroom_talk import findings
from tests.verifiers.played import case_of, dialogue
from verifiers.disclosure import WISH, ledger_of


def vague(text: str) -> bool:
    return manners().says("manners", "user_vague", text)


def test_the_wish_follows_when_the_agent_asks_what_it_is_about():
    clinic, asked = domain_named("clinic"), 0
    spec = PlanSpec(goals={1: 1.0}, vague=1.0)
    for index in range(6):
        plan = plan_blueprint(clinic, person(index), spec, seed=3, index=index)
        assert isinstance(plan, Blueprint)
        told = dialogue(plan, person(index))
        said = [event for event in told.events if event.kind == "say"]
        assert vague(said[0].text)
        # Typing errors keep a script from understanding that; then it begins as it always does.
        asked += manners().says("manners", "agent_what_matter", said[1].text)
        wish = next(each for each in ledger_of(plan, told.events).revealed if each.fact == WISH)
        assert (wish.event, wish.how) == (said[2].index, "elicited")
        assert findings(case_of(told, plan)) == []
    assert asked >= 4


def test_no_opening_that_says_what_it_is_about_is_taken_for_a_vague_one():
    for name in sorted(DOMAINS):
        book = phrases_of(domain_named(name).folder)
        for key in book.keys("openings"):
            for template in book.all("openings", key):
                said = template.render(Random(1), dict.fromkeys(template.slots, "that"))
                assert not vague(plain(said)), said
