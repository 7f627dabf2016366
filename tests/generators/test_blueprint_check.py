import dataclasses

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Fact, Probe, Statement
from generators.blueprint_check import defects, settled
from generators.domains.cloakroom.database import Guest, Item
from generators.domains.domain import Clause, Domain
from generators.domains.registry import domain_named
from generators.domains.table import Database
from generators.domains.timeline import Breach, Timeline
from generators.domains.tool import Tool, read
from generators.domains.world import world_of
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


def payment(plan: Blueprint, goal: str) -> Action:
    """A payment that the plan has nothing to do with."""
    items = world_of(plan, CLOAKROOM).db[Item]
    ticket = next(e.ticket for e in items if not e.paid and e.ticket not in str(plan.actions))
    arguments = {"ticket": ticket}
    return Action(
        id="x", party="agent", tool="take_payment", arguments=arguments, goal=goal, writes=True
    )


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
    assert "not_reproducible" in codes(replace(FETCH, end_diff=FETCH.end_diff[:-1]))


def test_every_wish_has_to_change_something_unless_that_is_wrong():
    assert "no_effect" in codes(settled(replace(FETCH, actions=FETCH.actions[:2]), CLOAKROOM))
    assert "no_effect" not in codes(blueprint("count"))
    both = blueprint("lost_ticket", "fetch")
    idle = tuple(each for each in both.actions if each.goal != "g1" or not each.writes)
    assert "no_effect" in codes(settled(replace(both, actions=idle), CLOAKROOM))


def other_tools(**tools: Tool) -> Domain:
    return dataclasses.replace(CLOAKROOM, agent_tools=CLOAKROOM.agent_tools | tools)


def test_a_tool_that_says_error_and_succeeds_is_a_defect():
    def find_guest(db: Database, seat: str) -> dict[str, str]:
        """Find.

        Args:
            seat: The seat.
        """
        return {
            "guest_id": db[Guest].where(seat=seat)[0].guest_id,
            "error": "printer is out of paper",
        }

    found = defects(FETCH, other_tools(find_guest=read(find_guest)))
    assert "silent_failure" in {each.code for each in found}


def test_a_read_that_changes_the_world_is_a_defect():
    def list_items(db: Database, guest_id: str) -> list[str]:
        """List.

        Args:
            guest_id: The guest.
        """
        items = db[Item].where(guest_id=guest_id)
        db[Item].change(items[0].ticket, shelf="0-00")
        return [items[0].shelf]

    found = defects(FETCH, other_tools(list_items=read(list_items)))
    assert "read_writes" in {each.code for each in found}


def test_a_change_that_no_goal_is_for_is_a_defect():
    for goal in ("", "g9"):
        more = replace(FETCH, actions=(*FETCH.actions, payment(FETCH, goal)))
        assert "unasked_change" in codes(settled(more, CLOAKROOM))


def test_a_refused_wish_changes_nothing_but_what_it_tells_of():
    lost = blueprint("lost_ticket")
    assert codes(lost) == set()
    silent = tuple(replace(each, source="") for each in lost.must_say)
    assert "unasked_change" in codes(replace(lost, must_say=silent))
    more = replace(lost, actions=(*lost.actions, payment(lost, "g0")))
    generous = settled(more, CLOAKROOM)
    assert "unasked_change" in codes(generous)


def test_a_clause_that_raises_costs_the_plan_and_not_the_build():
    def raises(timeline: Timeline) -> list[Breach]:
        raise KeyError("seat")

    clauses = CLOAKROOM.clauses | {"K09": Clause("K09", "calls", raises)}
    found = defects(FETCH, dataclasses.replace(CLOAKROOM, clauses=clauses))
    assert [each.code for each in found] == ["clause_raised"]


def test_an_argument_that_comes_from_nowhere_is_a_defect():
    seat = FETCH.facts[0].value
    unsaid = replace(FETCH, facts=FETCH.facts[1:])
    assert {"missing_fact", "missing_argument"} <= codes(unsaid)
    need = replace(FETCH.goals[0], need=f"{FETCH.goals[0].need} You sit in {seat}.")
    assert "missing_argument" not in codes(replace(unsaid, goals=(need,)))


def test_a_step_or_a_statement_that_belongs_to_nothing_is_a_defect():
    lost = replace(FETCH.steps[1], action="a99", batch=1)
    assert FETCH.steps[1].kind == "call"
    broken = replace(FETCH, steps=(FETCH.steps[0], lost, *FETCH.steps[2:]))
    assert "dangling" in codes(settled(broken, CLOAKROOM))
    homeless = (replace(FETCH.must_say[0], goal="g7"), *FETCH.must_say[1:])
    assert "dangling" in codes(replace(FETCH, must_say=homeless))


def test_what_a_list_shows_is_no_missing_argument():
    unsaid = tuple(fact for fact in FETCH.facts if fact.key != "ticket")
    assert "missing_argument" not in codes(replace(FETCH, facts=unsaid))


def test_a_secret_in_what_is_told_is_a_defect():
    secret = next(fact.value for fact in FETCH.facts if fact.reveal == "never")
    need = replace(FETCH.goals[0], need=f"{FETCH.goals[0].need} {secret.upper()}!")
    assert "secret_told" in codes(replace(FETCH, goals=(need,)))
    spoken = (replace(FETCH.facts[0], spoken=f"seat, {secret}"), *FETCH.facts[1:])
    assert "secret_told" in codes(replace(FETCH, facts=spoken))


def test_an_answer_that_the_user_is_told_beforehand_is_a_defect():
    lost = blueprint("lost_ticket")
    note = lost.must_say[0].source
    need = replace(lost.goals[0], need=f"{lost.goals[0].need} The note is {note}.")
    assert "answer_given_away" in codes(replace(lost, goals=(need,)))
    hint = Fact(key="hint", value=note, reveal="upfront")
    assert "answer_given_away" in codes(replace(lost, facts=(*lost.facts, hint)))


def test_what_contradicts_itself_is_a_defect():
    twice = (*FETCH.facts, replace(FETCH.facts[0], value="K6"))
    assert "contradictory_facts" in codes(replace(FETCH, facts=twice))
    goal = FETCH.goals[0]
    slots = replace(goal, slots={**goal.slots, "ticket": "T998"})
    assert "contradictory_facts" in codes(replace(FETCH, goals=(slots,)))
    need = replace(goal, need="You want your coat back; your ticket is T998.")
    assert "contradictory_facts" in codes(replace(FETCH, goals=(need,)))


@pytest.mark.parametrize(("after", "goal"), [("g7", ""), ("", ""), ("g0", "g0")])
def test_a_reveal_rule_that_cannot_be_kept_is_a_defect(after: str, goal: str):
    late = Fact(key="late", value="x", reveal="after", after=after, goal=goal)
    assert "reveal_rule" in codes(replace(FETCH, facts=(*FETCH.facts, late)))


@pytest.mark.parametrize("after", ["g0", "g1", "g5"])
def test_a_goal_that_waits_in_vain_is_a_defect(after: str):
    plan = blueprint("count", "fetch")
    first = replace(plan.goals[0], after=(after,))
    assert "unreachable_goal" in codes(replace(plan, goals=(first, plan.goals[1])))


def test_a_plan_for_somebody_else_is_a_defect():
    (number,) = (n for n in range(500) if person(n).id == FETCH.persona_id)
    mine = person(number)
    assert defects(FETCH, CLOAKROOM, mine) == []
    stranger = tuple(replace(each, fields={"name": "Somebody Else"}) for each in FETCH.setup)
    for wrong, persona in (
        (FETCH, person(number + 1)),
        (replace(FETCH, locale="de_DE"), mine),
        (replace(FETCH, language="fi"), mine),
        (replace(FETCH, setup=stranger), mine),
    ):
        found = {each.code for each in defects(wrong, CLOAKROOM, persona)}
        assert "wrong_persona" in found


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
    plan = blueprint(*intents)
    found = {probe.name: probe for probe in plan.probes}
    assert found["does_nothing"].passes is False
    assert all(probe.passes == probe.should_pass for probe in found.values())
    assert found["adds_a_write"].tried > 0
    assert plan.discrimination == 1.0
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
