"""Examples of granted wishes: spans that match their steps, and the one whose state is at hand."""

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from generators.writing.examples import Example, examples_of, nearest, observed
from generators.writing.model import messages_of
from tests.generators.writing.writing import given
from tests.people import person

CLOAKROOM = domain_named("cloakroom")
SPEC = PlanSpec(goals={1: 0.3, 2: 0.7}, sources={"backward": 0.5, "composed": 0.5})


def plans(count: int) -> list[Blueprint]:
    found = (plan_blueprint(CLOAKROOM, person(at), SPEC, 3, at) for at in range(2 * count))
    return [plan for plan in found if isinstance(plan, Blueprint)][:count]


def examples(count: int) -> list[Example]:
    return [each for plan in plans(count) for each in examples_of(plan, CLOAKROOM)]


def test_every_goal_of_a_plan_is_a_pair_whose_span_is_exactly_its_steps() -> None:
    sources = set[str]()
    for plan in plans(12):
        found = list(examples_of(plan, CLOAKROOM))
        sources.add(plan.provenance.source)
        assert [each.need for each in found] == [goal.need for goal in plan.goals]
        assert [each.intent for each in found] == list(plan.intents)
        after = sum(not action.goal for action in plan.actions)
        for each, goal in zip(found, plan.goals, strict=True):
            assert each.start == after
            assert plan.actions[each.start : each.stop] == each.steps
            assert {action.goal for action in each.steps} == {goal.id}
            after = each.stop
        assert after == len(plan.actions)
    assert sources == {"backward", "composed"}


def test_an_instruction_that_does_not_agree_with_its_steps_is_no_example() -> None:
    rejected = 0
    for plan in plans(16):
        if plan.provenance.source != "backward" or len({*plan.intents}) < 2:
            continue
        first, second, *others = plan.goals
        swapped = (replace(first, need=second.need), replace(second, need=first.need), *others)
        found = list(examples_of(replace(plan, goals=swapped), CLOAKROOM))
        assert {first.need, second.need}.isdisjoint(each.need for each in found)
        rejected += 1
    assert rejected


def test_the_pair_whose_observation_is_at_hand_comes_first() -> None:
    pairs = examples(12)
    for pair in pairs:
        others = [each for each in pairs if each.observation != pair.observation]
        assert nearest([*others, pair], pair.observation, 3)[0] == pair


def test_no_two_are_of_one_plan_and_there_are_as_many_as_wanted() -> None:
    pairs = examples(12)
    for count in (1, 2, 5):
        found = nearest(pairs, pairs[0].observation, count)
        assert len(found) == count == len({each.plan for each in found})
    assert nearest((), ("anything",), 2) == []


def test_a_writer_is_shown_what_was_wanted_and_done_and_nothing_private() -> None:
    pairs, assignment = examples(8), given(1)
    found = nearest(pairs, observed(assignment.shown), 2)
    said = messages_of(assignment, (), found)[1]["content"]
    for each in found:
        assert each.need in said
        assert all(action.tool in said for action in each.steps)
    secrets = [fact.value for plan in plans(8) for fact in plan.facts if fact.reveal == "never"]
    assert secrets
    assert not any(secret in said or secret in repr(pairs) for secret in secrets)
    assert said.endswith(messages_of(assignment, ())[1]["content"])


@pytest.mark.parametrize("need", ["You want {{ 7 * 7 }} {% for %} back."])
def test_what_an_example_wants_is_never_a_template(need: str) -> None:
    (pair, *_) = examples(1)
    said = messages_of(given(1), (), [replace(pair, need=need)])[1]["content"]
    assert need in said
