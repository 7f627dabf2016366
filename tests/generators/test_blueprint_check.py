import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint, Probe, Statement
from generators.blueprint_check import defects, probes, settled
from generators.domains.registry import domain_named
from generators.planning import plan_blueprint
from generators.replay import rehearse
from generators.sources.request import PlanSpec
from generators.spoil import another_value, changed_arguments
from tests.people import person

CLOAKROOM = domain_named("cloakroom")


def blueprint(*intents: str) -> Blueprint:
    """A blueprint of the cloakroom with exactly these intents in this order."""
    spec = PlanSpec(goals={len(intents): 1.0})
    for index in range(500):
        plan = plan_blueprint(CLOAKROOM, person(index), spec, 5, index)
        if isinstance(plan, Blueprint) and plan.intents == intents:
            return plan
    raise AssertionError(intents)


def codes(plan: Blueprint) -> set[str]:
    return {defect.code for defect in defects(plan, CLOAKROOM)}


FETCH = blueprint("fetch")


def test_a_sound_blueprint_has_no_defect():
    assert codes(FETCH) == set()


def test_an_action_that_fails_is_a_defect():
    spoiled = tuple(
        replace(action, arguments={"ticket": "T999"}) if action.tool == "return_item" else action
        for action in FETCH.actions
    )
    assert "action_failed" in codes(replace(FETCH, actions=spoiled))


def test_a_write_that_changes_nothing_is_a_defect():
    act = next(action for action in FETCH.actions if action.tool == "read_tag")
    assert "silent_write" in codes(replace(FETCH, actions=(*FETCH.actions, act)))


def test_a_plan_against_the_policy_is_a_defect():
    without = tuple(action for action in FETCH.actions if action.tool != "find_guest")
    assert "policy_broken" in codes(replace(FETCH, actions=without))


def test_an_end_state_that_is_not_reached_is_a_defect():
    assert "not_reproducible" in codes(replace(FETCH, end_hash="0" * 64))


def test_a_wish_that_changes_nothing_is_a_defect_unless_that_is_right():
    assert "no_effect" in codes(settled(replace(FETCH, actions=FETCH.actions[:2]), CLOAKROOM))
    assert "no_effect" not in codes(blueprint("count"))


def test_what_no_result_gives_cannot_be_required():
    extra = Statement(key="x", goal="g0", forms=("77.77",), source="77.77")
    assert "ungrounded" in codes(replace(FETCH, must_say=(*FETCH.must_say, extra)))


def test_a_goal_without_an_answer_is_a_defect():
    assert "nothing_to_say" in codes(replace(FETCH, must_say=()))


def test_what_must_be_said_must_not_be_forbidden():
    assert "contradiction" in codes(replace(FETCH, must_not_say=FETCH.must_say))


def test_a_blueprint_that_a_spoiled_agent_passes_is_refused():
    passed = Probe(name="does_nothing", should_pass=False, passes=True)
    assert "undiscriminating" in codes(replace(FETCH, probes=(passed,)))


@pytest.mark.parametrize("intents", [("fetch",), ("lost_ticket",), ("count",), ("count", "fetch")])
def test_probes_fail_spoiled_agents_and_pass_other_orders(intents: tuple[str, ...]):
    found = {probe.name: probe for probe in probes(blueprint(*intents), CLOAKROOM)}
    assert found["does_nothing"].passes is False
    assert all(probe.passes == probe.should_pass for probe in found.values())
    assert ("drops_last_write" in found) == (intents != ("count",))
    assert ("another_order" in found) == (len(intents) > 1)


def test_a_changed_argument_stays_valid_and_differs():
    base = CLOAKROOM.seed(0)
    for action in FETCH.actions:
        for changed in changed_arguments(action, CLOAKROOM, base):
            assert changed.arguments != action.arguments
            tool = CLOAKROOM.tools_of(action.party)[action.tool]
            tool.parse(msgspec.json.encode(changed.arguments).decode())


def test_another_value_is_of_the_same_kind():
    base = CLOAKROOM.seed(0)
    assert another_value("T101", {}, base) == "T102"
    assert another_value("2025-02-28", {}, base) == "2025-03-01"
    assert another_value(3, {}, base) == 4
    assert another_value(True, {}, base) is False
    assert another_value("small", {"enum": ["small", "large"]}, base) == "large"
    assert another_value("free words stay", {}, base) is None


def test_goals_that_only_work_in_their_order_are_found_by_execution():
    energy = domain_named("energy")
    spec = PlanSpec(goals={2: 0.5, 3: 0.5})
    plans = [plan_blueprint(energy, person(n), spec, 3, n) for n in range(120)]
    dependent = [
        plan
        for plan in plans
        if isinstance(plan, Blueprint) and plan.goals[1:] and plan.goals[1].after == ("g0",)
    ]
    assert dependent
    forgotten = 0
    for plan in dependent:
        blank = tuple(replace(goal, after=()) for goal in plan.goals)
        found = settled(replace(plan, goals=blank), energy).goals[1].after
        exchanged = [a for a in plan.actions if a.goal != "g1"]
        order = [a for a in exchanged if a.goal == ""] + [a for a in plan.actions if a.goal == "g1"]
        run = rehearse(plan, energy, order)
        needs_first = any(entry.error for entry in run.timeline.entries)
        forgotten += needs_first and found != ("g0",)
    assert forgotten == 0
