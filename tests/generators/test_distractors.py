from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.brief import user_brief
from generators.distractors import DISTRACTORS
from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from generators.planning import plan_blueprint
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import manners
from generators.sources.request import PlanSpec
from tests.people import person
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import evidence

BOTH = ["cloakroom", pytest.param("energy", marks=pytest.mark.slow)]


@cache
def plans(name: str, share: float = 1.0, count: int = 24) -> tuple[tuple[int, Blueprint], ...]:
    domain, spec = domain_named(name), PlanSpec(goals={1: 0.5, 2: 0.5}, distractors=share)
    found = [(n, plan_blueprint(domain, person(n), spec, 5, n)) for n in range(count)]
    return tuple((n, each) for n, each in found if isinstance(each, Blueprint))


@pytest.mark.parametrize("name", BOTH)
def test_what_is_none_of_the_desks_business_is_asked_once_and_changes_nothing(name: str):
    domain = domain_named(name)
    for number, plan in plans(name):
        (distractor,) = plan.distractors
        told = scripted(plan, person(number))
        says = [event for event in told.events if event.kind == "say"]
        asked = [
            at
            for at, event in enumerate(says)
            if event.party == USER and manners().says("manners", distractor.key, event.text)
        ]
        assert len(asked) == 1
        answer = next(event for event in says[asked[0] :] if event.party == AGENT)
        assert manners().says("manners", "agent_aside", answer.text)
        assert told.end_hash == plan.end_hash
        case = evidence(told, plan, domain)
        assert [each for rule in RULES.values() for each in rule.judge(case).findings] == []


def test_it_makes_a_plan_harder_and_is_a_factor():
    assert all(plan.factors["distractors"] == 1 for _, plan in plans("cloakroom"))
    assert all("distractors" not in plan.factors for _, plan in plans("cloakroom", 0.0))


def test_the_share_of_plans_with_one_is_the_one_asked_for():
    found = [len(plan.distractors) for _, plan in plans("cloakroom", 0.4, 150)]
    assert sum(found) / len(found) == pytest.approx(0.4, abs=0.12)


def test_a_model_that_plays_the_user_is_told():
    number, plan = plans("cloakroom")[0]
    brief = user_brief(plan, domain_named("cloakroom"), person(number))
    assert DISTRACTORS[plan.distractors[0].key] in brief


def test_no_answer_to_one_sounds_like_a_refusal_and_no_question_like_an_end():
    for template in manners().all("manners", "agent_aside"):
        assert not mood.declines(template.source)
    for key in DISTRACTORS:
        for template in manners().all("manners", key):
            assert not hearing.is_done(template.source)
