from collections.abc import Sequence
from functools import cache

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.cloakroom.database import Item
from generators.domains.domain import breaches
from generators.domains.registry import domain_named
from generators.event import AGENT
from generators.planning import Refusal, plan_blueprint
from generators.replay import rehearse
from generators.scripted.opening import opening_of
from generators.scripted.tool_phrases import words_of
from generators.sources.backward import follow, mismatches, pairs_of
from generators.sources.instruction import spans_of
from generators.sources.recital import spoken_breaches
from generators.sources.request import PlanRequest, PlanSpec
from generators.sources.scene import Scene, strangers
from generators.sources.walk import WalkStep, leaves, walked_steps, without_detours
from personas.record import seeded
from tests.every_domain import EVERY_DOMAIN
from tests.people import person
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import evidence

SPEC = PlanSpec(goals={1: 0.4, 2: 0.35, 3: 0.25}, sources={"backward": 1.0}, turn_limit=60)
CLOAKROOM = domain_named("cloakroom")
BOTH = ["cloakroom", pytest.param("energy", marks=pytest.mark.slow)]


@cache
def planned(name: str, count: int) -> Sequence[Blueprint | Refusal]:
    domain = domain_named(name)
    return [plan_blueprint(domain, person(n), SPEC, 17, n) for n in range(count)]


def plans(name: str, count: int) -> list[Blueprint]:
    return [each for each in planned(name, count) if isinstance(each, Blueprint)]


def scene(name: str, number: int) -> Scene:
    domain = domain_named(name)
    rng = seeded(17, str(number), "walk")
    request = PlanRequest(domain, person(number), SPEC, 17, number, rng)
    return Scene(request, 0, next(strangers(request, 0)).subject)


def walk(name: str, number: int, length: int = 8) -> tuple[Scene, list[WalkStep]]:
    """A scene, and a walk from it."""
    start = scene(name, number)
    return start, walked_steps(start, length)


@pytest.mark.parametrize("name", BOTH)
def test_every_step_of_a_walk_is_valid_and_keeps_the_policy(name: str):
    domain, lengths = domain_named(name), []
    for number in range(12):
        start, steps = walk(name, number)
        lengths.append(len(steps))
        empty = replace(start.blueprint("walk"), actions=())
        opening = start.plan.actions
        made = [
            replace(opening[0], party=each.party, tool=each.tool, arguments=each.arguments)
            for each in steps
        ]
        run = rehearse(empty, domain, [*opening, *made])
        entries = run.timeline.entries[len(opening) :]
        assert not any(entry.error for entry in entries)
        assert [entry.value for entry in entries] == [step.value for step in steps]
        assert breaches(domain, run.timeline) == []
    assert sum(lengths) / len(lengths) >= 5


@pytest.mark.parametrize("name", BOTH)
def test_a_walk_yields_instructions_whose_spans_are_its_steps(name: str):
    found = 0
    for number in range(12):
        start, steps = walk(name, number)
        spans = spans_of(steps)
        assert [i for a, b in spans for i in range(a, b)] == list(
            range(spans[-1][1] if spans else 0)
        )
        for each in pairs_of(start, steps):
            found += 1
            assert (each.start, each.stop) in spans
            assert steps[each.stop - 1].tool == each.tool
            used = [v for step in steps[each.start : each.stop] for v in step.arguments.values()]
            assert all(fact.value in map(str, used) for fact in each.facts)
            answered = list(leaves(steps[each.stop - 1].value))
            assert each.told
            assert all(pair in answered for pair in each.told)
    assert found >= 20


@pytest.mark.parametrize("name", BOTH)
def test_the_actions_of_a_goal_are_exactly_the_steps_of_its_span(name: str):
    for number in range(12):
        start, walked = walk(name, number)
        steps = without_detours(start, walked)
        again = scene(name, number)
        for each in follow(again, steps, spans_of(steps)[:2]):
            goal = next(g for g in again.goals if g.need == each.need)
            made = [a for a in again.plan.actions if a.goal == goal.id]
            span = steps[each.start : each.stop]
            assert [(a.party, a.tool, a.arguments) for a in made] == [
                (s.party, s.tool, s.arguments) for s in span
            ]


def test_a_walk_without_its_detours_still_answers_the_same():
    shorter = 0
    for number in range(30):
        start, steps = walk("cloakroom", number)
        kept = without_detours(start, steps)
        shorter += len(kept) < len(steps)
        assert [step for step in steps if step in kept] == kept
        assert [s for s in kept if s.party == AGENT and s.writes] == [
            s for s in steps if s.party == AGENT and s.writes
        ]
    assert shorter


@pytest.mark.parametrize("name", BOTH)
def test_most_walks_become_a_plan_that_is_checked_like_any_other(name: str):
    domain = domain_named(name)
    assert len(plans(name, 60)) >= 40
    for plan in plans(name, 60):
        assert defects(plan, domain) == []
        assert list(mismatches(plan, domain)) == []
        assert spoken_breaches(plan, domain) == []
        assert plan.provenance.note.startswith("steps ")


def with_need(plan: Blueprint, need: str) -> Blueprint:
    return replace(plan, goals=(replace(plan.goals[0], need=need), *plan.goals[1:]))


@pytest.mark.parametrize("name", BOTH)
def test_an_instruction_for_other_steps_is_rejected(name: str):
    domain, planted = domain_named(name), 0
    for one in plans(name, 60):
        for other in plans(name, 60):
            if one.goals[0].intent != other.goals[0].intent:
                planted += 1
                assert list(mismatches(with_need(one, other.goals[0].need), domain))
    assert planted


def test_an_instruction_with_another_value_is_rejected():
    planted = 0
    for plan in plans("cloakroom", 60):
        need, tickets = plan.goals[0].need, [f for f in plan.facts if f.value.startswith("T")]
        if tickets and tickets[0].value in need:
            planted += 1
            wrong = need.replace(tickets[0].value, "T999")
            assert list(mismatches(with_need(plan, wrong), CLOAKROOM))
    assert planted


def test_a_fact_that_no_step_uses_is_rejected():
    plan = next(each for each in plans("cloakroom", 60) if any(f.goal for f in each.facts))
    facts = tuple(replace(f, value="T999") if f.goal else f for f in plan.facts)
    assert list(mismatches(replace(plan, facts=facts), CLOAKROOM))


def test_a_walk_that_breaks_a_clause_when_read_aloud_is_found():
    start = scene("cloakroom", 1)
    unpaid = next(each for each in start.world.db[Item] if not each.paid)
    value = {"ticket": unpaid.ticket, "kind": unpaid.kind, "shelf": unpaid.shelf}
    step = WalkStep(AGENT, "return_item", {"ticket": unpaid.ticket}, value, True)
    follow(start, [step], [(0, 1)])
    assert {name for name, _ in spoken_breaches(start.blueprint("x"), CLOAKROOM)} == {"K02"}


def test_a_plan_is_the_same_whenever_it_is_made():
    domain = domain_named("cloakroom")
    again = [plan_blueprint(domain, person(n), SPEC, 17, n) for n in range(10)]
    assert again == list(planned("cloakroom", 60))[:10]


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_tool_has_words_and_no_two_openings_are_alike(name: str):
    domain = domain_named(name)
    book = words_of(domain)
    for tool in domain.agent_tools:
        assert len(book.all("openings", f"walk:{tool}")) >= 10
        assert book.has("tells", f"walk:{tool}")
        assert book.has("confirms", f"walk:{tool}")
    for plan in [each for each in planned(name, 8) if isinstance(each, Blueprint)][:3]:
        keys = {opening_of(plan, book, person(1), 1, attempt).key for attempt in range(6)}
        assert len(keys) == 6


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_nearly_all_dialogues_of_right_players_are_accepted_by_every_rule(name: str):
    domain, findings = domain_named(name), []
    made = [(n, each) for n, each in enumerate(planned(name, 40)) if isinstance(each, Blueprint)]
    for number, plan in made:
        case = evidence(scripted(plan, person(number)), plan, domain)
        verdicts = [rule.judge(case) for rule in RULES.values()]
        found = [each.findings for each in verdicts if each.outcome == "fail"]
        findings += [found] if found else []
    assert len(made) >= 20
    assert len(findings) <= len(made) // 20, findings
