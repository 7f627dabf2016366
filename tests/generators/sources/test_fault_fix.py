from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from generators.blueprint import Blueprint, RowPatch
from generators.domains.domain import Domain, FaultAtom
from generators.domains.registry import DOMAINS, domain_named
from generators.domains.world import world_of
from generators.planning import Refusal, plan_blueprint
from generators.replay import rehearse
from generators.sources.request import PlanSpec
from tests.people import person
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import evidence

SPEC = PlanSpec(goals={1: 0.4, 2: 0.4, 3: 0.2}, sources={"fault_fix": 1.0}, turn_limit=60)
LARGE = ("energy", "library")
WITH_FAULTS = [
    pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else [])
    for name in sorted(DOMAINS)
    if domain_named(name).faults
]


@cache
def planned(name: str, count: int) -> Sequence[Blueprint | Refusal]:
    domain = domain_named(name)
    return [plan_blueprint(domain, person(n), SPEC, 13, n) for n in range(count)]


def plans(name: str, count: int) -> list[Blueprint]:
    return [each for each in planned(name, count) if isinstance(each, Blueprint)]


def faults_of(plan: Blueprint) -> dict[str, FaultAtom]:
    known = domain_named(plan.domain).faults
    return {name: known[name] for name in plan.provenance.note.split()}


def caller(plan: Blueprint) -> str:
    return plan.setup[0].key


@pytest.mark.parametrize("name", LARGE)
def test_a_large_domain_has_many_faults_and_some_that_nobody_can_fix(name: str):
    outcomes = Counter(each.intent.outcome for each in domain_named(name).faults.values())
    assert sum(outcomes.values()) >= 6
    assert outcomes["handed_over"] >= 2


@pytest.mark.parametrize("name", WITH_FAULTS)
def test_every_fault_is_really_there_before_anybody_speaks_and_dealt_with_in_the_end(name: str):
    domain = domain_named(name)
    for plan in plans(name, 40):
        start = world_of(plan, domain).db
        end = rehearse(plan, domain, plan.actions).world.db
        for fault in faults_of(plan).values():
            assert fault.broken(start, caller(plan))
            assert not fault.fixed(start, caller(plan))
            assert fault.fixed(end, caller(plan))


@pytest.mark.parametrize("name", WITH_FAULTS)
def test_no_fault_is_dealt_with_by_what_is_done_about_another(name: str):
    domain = domain_named(name)
    for plan in plans(name, 40):
        for fault, goal in zip(faults_of(plan).values(), plan.goals, strict=True):
            rest = [each for each in plan.actions if each.goal != goal.id]
            assert not fault.fixed(rehearse(plan, domain, rest).world.db, caller(plan))


@pytest.mark.parametrize("name", WITH_FAULTS)
def test_a_fault_that_nobody_can_fix_stays_and_is_handed_over(name: str):
    domain, seen = domain_named(name), 0
    for plan in plans(name, 40):
        end = rehearse(plan, domain, plan.actions).world.db
        for fault, goal in zip(faults_of(plan).values(), plan.goals, strict=True):
            if goal.outcome == "handed_over":
                seen += 1
                assert fault.broken(end, caller(plan))
                assert any(each.goal == goal.id for each in plan.must_say)
    assert seen


@pytest.mark.parametrize("name", WITH_FAULTS)
def test_nearly_every_candidate_becomes_a_plan_and_every_fault_gets_its_turn(name: str):
    count = 80
    refused = [each for each in planned(name, count) if isinstance(each, Refusal)]
    assert len(refused) <= count // 20, refused
    seen = {fault for plan in plans(name, count) for fault in faults_of(plan)}
    assert seen == set(domain_named(name).faults)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_faults_meet_on_one_account(name: str):
    assert {len(plan.goals) for plan in plans(name, 80)} == {1, 2, 3}


def with_fault(domain: Domain, **changes: object) -> Domain:
    """The domain with one of its faults, changed."""
    fault = domain.faults["given_to_another"]
    return replace(domain, faults={"given_to_another": replace(fault, **changes)})


def refusal(domain: Domain) -> str:
    found = plan_blueprint(domain, person(), SPEC, 13, 0)
    return found.code if isinstance(found, Refusal) else ""


def test_a_fault_that_is_not_there_after_all_is_refused():
    def harmless(situation):
        return (RowPatch(table="guests", key=situation.subject, fields={"name": "Nobody"}),)

    assert refusal(with_fault(domain_named("cloakroom"), breaks=harmless)) == "fault_missing"


def test_a_fix_that_does_not_fix_is_refused():
    assert refusal(with_fault(domain_named("cloakroom"), fixed=lambda db, guest: False)) == (
        "fault_stays"
    )


def test_a_fault_that_counts_as_fixed_from_the_start_is_refused():
    assert refusal(with_fault(domain_named("cloakroom"), fixed=lambda db, guest: True)) == (
        "fault_fixed_already"
    )


def test_a_domain_without_faults_gives_no_such_plan():
    assert refusal(replace(domain_named("cloakroom"), faults={})) == "no_case"


def test_two_faults_of_one_row_never_meet():
    domain = domain_named("cloakroom")
    fault = domain.faults["given_to_another"]
    twice = replace(domain, faults={"one": fault, "two": fault})
    for number in range(20):
        plan = plan_blueprint(twice, person(number), SPEC, 13, number)
        if isinstance(plan, Blueprint):
            rows = [(each.table, each.key) for each in plan.setup[1:]]
            assert len(rows) == len(set(rows))


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_FAULTS)
def test_every_rule_accepts_what_right_players_make_of_it(name: str):
    domain = domain_named(name)
    for number, plan in enumerate(planned(name, 60)):
        if isinstance(plan, Blueprint):
            case = evidence(scripted(plan, person(number)), plan, domain)
            assert [each for rule in RULES.values() for each in rule.judge(case).findings] == []
