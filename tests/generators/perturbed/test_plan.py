from collections import Counter

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.domains.registry import domain_named
from generators.event import AGENT
from generators.one_factor.environment import DRAWN
from generators.one_factor.variation import Variation
from generators.perturbation import KINDS, PerturbSpec
from generators.perturbed.callback import LEAVE_REQUEST, NO_FUNCTION, OUT_OF_SERVICE
from generators.perturbed.cuts import NotPerturbable
from generators.perturbed.plan import perturbed_plan
from generators.perturbed.view import domain_of
from generators.planning import Refusal, plan_blueprint
from generators.replay import rehearse
from generators.signature import signature
from generators.sources.request import PlanSpec
from personas.record import identified
from tests.every_domain import EVERY_DOMAIN
from tests.people import person
from tests.perturbed_plans import perturbed_cases

SAME_END = "renamed+reordered+paraphrased+timeouts+stale"
CUT = ("handed_over", ())


def cut_goals(plan: Blueprint, parent: Blueprint) -> list[str]:
    return [
        goal.id
        for goal, before in zip(plan.goals, parent.goals, strict=True)
        if goal != before and (goal.outcome, goal.clauses) == CUT
    ]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_plan_ends_in_the_same_state_however_its_tools_are_called_and_fail(name: str):
    for child, parent, _ in perturbed_cases(name, SAME_END, 12):
        assert (child.start_hash, child.end_hash) == (parent.start_hash, parent.end_hash)
        assert child.end_diff == parent.end_diff
        assert (child.must_say, child.must_not_say) == (parent.must_say, parent.must_not_say)
        assert child.goals == parent.goals
        run = rehearse(child, domain_of(child), child.actions)
        assert run.end_hash == parent.end_hash


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_calls_lead_back_to_those_of_the_parent(name: str):
    for child, parent, _ in perturbed_cases(name, "renamed+reordered", 12):
        naming = domain_of(child).naming
        back = [
            replace(
                action,
                tool=naming.tool(action.party, action.tool),
                arguments=naming.given(action.party, action.tool, action.arguments),
            )
            for action in child.actions
        ]
        assert back == list(parent.actions)
        assert all(
            here.tool != there.tool
            for here, there in zip(child.actions, parent.actions, strict=True)
        )


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_what_times_out_is_called_again_and_nothing_else_is_added(name: str):
    failed = 0
    for child, parent, _ in perturbed_cases(name, "timeouts", 12):
        failed += sum(action.error == "timeout" for action in child.actions)
        made = [(each.party, each.tool, each.arguments) for each in child.actions if not each.error]
        planned = [(each.party, each.tool, each.arguments) for each in parent.actions]
        assert Counter(map(str, made)) == Counter(map(str, planned))
        for action in child.actions:
            if action.error:
                again = [each for each in child.actions if each.arguments == action.arguments]
                assert {(each.tool, each.error) for each in again} >= {
                    (action.tool, "timeout"),
                    (action.tool, ""),
                }
                assert not action.writes
    assert failed > 5


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_goal_without_its_tool_is_passed_on_and_changes_nothing_else(name: str):
    passed_on, references = 0, list[str]()
    for kind, because in (("missing", NO_FUNCTION), ("outages", OUT_OF_SERVICE)):
        count = 24 if name == "cloakroom" else 8
        for child, parent, _ in perturbed_cases(name, kind, count):
            goals = cut_goals(child, parent)
            passed_on += len(goals)
            requests = [each for each in child.actions if each.tool == LEAVE_REQUEST.name]
            assert [each.goal for each in requests] == goals
            assert {each.arguments["because"] for each in requests} <= {because}
            rows = [each for each in child.end_diff if each.table == "callbacks"]
            others = [each for each in child.end_diff if each.table != "callbacks"]
            assert len(rows) == len(goals)
            assert all(each in parent.end_diff for each in others)
            said = [each.source for each in child.must_say if each.key == f"{because}.reference"]
            assert sorted(said) == sorted(each.key for each in rows)
            references += said
            writes = {(each.goal, each.tool) for each in child.actions if each.writes}
            assert {tool for goal, tool in writes if goal in goals} <= {LEAVE_REQUEST.name}
    assert passed_on
    # Nobody could know a reference from another dialogue.
    assert len(set(references)) == len(references)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_that_a_tool_is_out_of_service_is_found_out_once(name: str):
    for child, parent, _ in perturbed_cases(name, "outages", 8):
        tried = Counter(each.tool for each in child.actions if each.error == "unavailable")
        assert set(tried.values()) <= {1}
        assert bool(tried) == bool(cut_goals(child, parent))


def test_a_tool_that_is_missing_is_not_tried():
    for child, _, _ in perturbed_cases("cloakroom", "missing", 12):
        assert {action.tool for action in child.actions} <= {
            *domain_of(child).agent_tools,
            *domain_of(child).user_tools,
        }
        assert not any(action.error for action in child.actions)


def test_out_of_date_answers_are_asked_for_again():
    twice = 0
    for child, parent, _ in perturbed_cases("cloakroom", "stale", 16):
        assert not any(action.error for action in child.actions)
        twice += len(child.actions) - len(parent.actions)
    assert twice > 0


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_perturbed_plan_tells_spoiled_agents_from_right_ones(name: str):
    for child, _, _ in perturbed_cases(name, "+".join(KINDS), 6):
        assert defects(child, domain_of(child)) == []
        assert {"does_nothing"} <= {probe.name for probe in child.probes}
        assert all(probe.passes == probe.should_pass for probe in child.probes)


def test_a_perturbed_plan_names_its_parent_and_is_no_repetition_of_it():
    for child, parent, persona in perturbed_cases("cloakroom", "renamed+timeouts", 8):
        assert child.provenance.parents == (parent.id,)
        assert child.provenance.source == "one_factor"
        assert child.variation == "environment=drawn"
        assert child.perturbation
        assert child.domain_hash == domain_of(child).hash != parent.domain_hash
        assert identified(child).id == child.id != parent.id
        assert signature(child) != signature(parent)
        assert child.persona_id == parent.persona_id == persona.id


def test_environments_without_a_right_way_are_refused_with_a_reason():
    domain, refused = domain_named("cloakroom"), Counter[tuple[str, str]]()
    spec = PlanSpec(goals={1: 0.5, 2: 0.5}, perturb=PerturbSpec(chances={"outages": 1.0}))
    for number in range(20):
        found = plan_blueprint(domain, person(number), spec, 5, number)
        if isinstance(found, Refusal):
            refused[found.code, found.message.split(" ", 2)[2]] += 1
    assert ("not_perturbable", "would be left half done") in refused
    assert {code for code, _ in refused} == {"not_perturbable"}


def test_without_sets_there_is_one_plan_per_candidate_and_the_persona_decides():
    domain = domain_named("cloakroom")
    plain = PlanSpec(goals={1: 1.0})
    half = PlanSpec(goals={1: 1.0}, perturb=PerturbSpec(chances={"renamed": 0.5}))
    kinds = set()
    for number in range(12):
        before = plan_blueprint(domain, person(number), plain, 5, number)
        after = plan_blueprint(domain, person(number), half, 5, number)
        assert isinstance(after, Blueprint)
        if after.perturbation is None:
            assert after == before
        else:
            assert isinstance(before, Blueprint)
            assert after.provenance.parents == (before.id,)
            assert after.provenance.source == "perturbed"
            assert after.provenance.note == after.perturbation.name
        kinds.add(after.perturbation)
        again = plan_blueprint(domain, person(number), half, 5, number + 100)
        assert isinstance(again, Blueprint)
        assert again.perturbation == after.perturbation
    assert len(kinds) > 2


def test_a_member_for_a_persona_that_is_not_perturbed_is_refused():
    spec = PlanSpec(goals={1: 1.0}, one_factor=(Variation(factor="environment", level=DRAWN),))
    found = plan_blueprint(domain_named("cloakroom"), person(1), spec, 5, 3)
    assert isinstance(found, Refusal)
    assert (found.code, found.index) == ("no_perturbation", 3)


def test_a_goal_that_needs_one_that_is_cut_makes_the_plan_impossible():
    domain = domain_named("cloakroom")
    reached = 0
    for child, parent, _ in perturbed_cases("cloakroom", "missing", 24):
        assert child.perturbation
        goals = cut_goals(child, parent)
        if len(goals) == 1 and parent.goals[0].id in goals and len(parent.goals) > 1:
            reached += 1
            last = replace(parent.goals[-1], after=(goals[0],))
            chained = replace(parent, goals=(*parent.goals[:-1], last))
            with pytest.raises(NotPerturbable, match="needs what"):
                perturbed_plan(chained, domain, child.perturbation)
    assert reached


def test_people_who_are_wanted_at_once_are_not_asked_to_call_back():
    domain = domain_named("cloakroom")
    for child, parent, _ in perturbed_cases("cloakroom", "missing", 24):
        goals = cut_goals(child, parent)
        if goals and child.perturbation:
            urgent = tuple(
                replace(goal, outcome="handed_over") if goal.id in goals else goal
                for goal in parent.goals
            )
            with pytest.raises(NotPerturbable, match="has to be handed over"):
                perturbed_plan(replace(parent, goals=urgent), domain, child.perturbation)
            return
    raise AssertionError("no goal is cut")


def test_a_perturbed_plan_that_is_carried_out_elsewhere_fails():
    """The names are of one environment: nobody can take a plan for another."""
    child, parent, _ = perturbed_cases("cloakroom", "renamed", 4)[0]
    run = rehearse(child, domain_of(parent), child.actions)
    agents = [each for each in run.timeline.entries if each.party == AGENT]
    assert {each.error for each in agents} == {"unknown_tool"}
