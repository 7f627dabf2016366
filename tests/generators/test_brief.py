import msgspec
import pytest
from msgspec.structs import replace

from generators.brief import agent_brief, briefs_of, user_brief
from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from tests.every_domain import EVERY_DOMAIN
from tests.people import person
from tests.played import cases

PLAN, PERSONA = next(case for case in cases("cloakroom", 20) if len(case[0].goals) == 2)
DOMAIN = domain_named("cloakroom")


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_agent_gets_policy_and_time_and_nothing_of_the_plan(name: str):
    domain = domain_named(name)
    briefs = [briefs_of(plan, domain, persona)[AGENT] for plan, persona in cases(name, 8)]
    assert len(set(briefs)) == 1
    assert domain.policy.text.strip() in briefs[0]
    assert domain.clock in briefs[0]
    assert domain.title in briefs[0]


def test_the_agents_brief_is_made_without_a_blueprint():
    text = agent_brief(DOMAIN, PLAN.clock)
    assert "Friday, 14 March 2025 at 21:40" in text
    for fact in PLAN.facts:
        assert f" {fact.value} " not in text


def test_the_user_learns_who_it_is_what_it_wants_and_what_it_knows():
    text = user_brief(PLAN, DOMAIN, PERSONA)
    assert PERSONA.name in text
    for number, goal in enumerate(PLAN.goals, 1):
        assert f"{number}. {goal.need}" in text
    for fact in PLAN.facts:
        assert fact.saying in text
    assert "read_tag" in text


def test_facts_stand_under_their_rule():
    rules = ("upfront", "when_asked", "after", "never")
    facts = tuple(
        replace(PLAN.facts[0], key=f"thing_{rule}", value=f"V{rule}", reveal=rule, after="g0")
        for rule in rules
    )
    text = user_brief(replace(PLAN, facts=facts), DOMAIN, PERSONA)
    at = [text.index(f"V{rule}") for rule in rules]
    heads = ("at any time", "only when you are asked", "only later", "Never tell")
    assert [text.index(head) for head in heads] < at
    assert at == sorted(at)
    assert f"once this is settled: {PLAN.goals[0].need}" in text


def test_the_user_does_not_learn_what_only_the_agent_does():
    text = user_brief(PLAN, DOMAIN, PERSONA)
    told = " ".join([*(fact.saying for fact in PLAN.facts), *(goal.need for goal in PLAN.goals)])
    for statement in PLAN.must_say:
        assert statement.forms[0] in told or statement.forms[0] not in text
    assert "find_guest" not in text


def test_briefs_differ_by_persona_only_in_who_speaks():
    other = user_brief(PLAN, DOMAIN, person(1))
    assert other != user_brief(PLAN, DOMAIN, person(2))
    assert set(briefs_of(PLAN, DOMAIN, PERSONA)) == {USER, AGENT}
    assert msgspec.json.encode(other)
