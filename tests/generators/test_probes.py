from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint
from generators.blueprint_check import settled
from generators.domains.registry import domain_named
from generators.extra_write import extra_writes
from generators.planning import plan_blueprint
from generators.probes import Trials, exchanges, score
from generators.replay import rehearse
from generators.sources.request import PlanSpec
from generators.spoil import changed_arguments
from tests.people import person

SPEC = PlanSpec(goals={1: 0.3, 2: 0.4, 3: 0.3})


def plans(name: str, count: int) -> Iterator[Blueprint]:
    for number in range(count):
        plan = plan_blueprint(domain_named(name), person(number), SPEC, 23, number)
        if isinstance(plan, Blueprint):
            yield plan


def whole(plan: Blueprint, actions: list[Action]) -> tuple[bool, bool, bool]:
    """From the start, every call: whether the end is right, all is found out, and no call fails."""
    run = rehearse(plan, domain_named(plan.domain), actions)
    values = [entry.value for entry in run.timeline.entries if not entry.error]
    found_out = msgspec.json.encode(values).decode()
    said = all(each.source in found_out for each in plan.must_say)
    failed = any(entry.error for entry in run.timeline.entries)
    return run.end_hash == plan.end_hash, said, not failed


@pytest.mark.parametrize("name", ["cloakroom", "energy"])
def test_what_is_tried_from_a_state_of_the_plan_comes_to_the_same_as_from_the_start(name: str):
    domain = domain_named(name)
    for plan in plans(name, 8):
        run = rehearse(plan, domain, plan.actions)
        trials = Trials(plan, domain, run)
        base, actions = run.timeline.start.base, list(plan.actions)
        for place, action in enumerate(actions):
            rest = actions[place + 1 :]
            right, said, _ = whole(plan, actions[:place] + rest)
            assert trials.passes(place, rest) == (right and said)
            for changed in changed_arguments(action, domain, base):
                right, said, _ = whole(plan, [*actions[:place], changed, *rest])
                assert trials.passes(place, [changed, *rest]) == (right and said)
        for (first, second), way in exchanges(trials).items():
            blocks = {goal: [a for a in actions if a.goal == goal] for goal in ("", first, second)}
            others = [each.id for each in plan.goals]
            at = others.index(first)
            others[at : at + 2] = [second, first]
            order = blocks[""] + [a for goal in others for a in actions if a.goal == goal]
            right, said, works = whole(plan, order)
            assert (way.works, way.works and way.told) == (
                right and works,
                right and works and said,
            )


@pytest.mark.parametrize("name", ["cloakroom", "energy"])
def test_a_write_too_many_is_found_for_every_plan_and_shows(name: str):
    domain = domain_named(name)
    for plan in plans(name, 12):
        (extra,) = (each for each in plan.probes if each.name == "adds_a_write")
        assert extra.tried > 0
        assert not extra.passes
        run = rehearse(plan, domain, plan.actions)
        values = [entry.value for entry in run.timeline.entries]
        tried = extra_writes(plan, domain, run.timeline.start.base, values)
        again = (rehearse(plan, domain, [*plan.actions, each]) for each in tried)
        assert any(
            not one.timeline.entries[-1].error and one.end_hash != plan.end_hash for one in again
        )


def test_the_score_is_the_share_of_agents_that_come_out_as_they_should():
    plan = next(plan for plan in plans("cloakroom", 20) if "fetch" in plan.intents)
    assert plan.discrimination == score(plan.probes) == 1.0
    (extra,) = (each for each in plan.probes if each.name == "adds_a_write")
    wrong = replace(extra, passes=True, wrong=1)
    tried = sum(each.tried for each in plan.probes)
    found = [wrong if each is extra else each for each in plan.probes]
    assert score(found) == pytest.approx(1 - 1 / tried, abs=1e-4)


def test_a_plan_whose_end_anybody_reaches_has_a_lower_score():
    plan = next(plan for plan in plans("cloakroom", 20) if plan.intents == ("count",))
    idle = settled(replace(plan, actions=(), must_say=(), steps=()), domain_named("cloakroom"))
    assert idle.discrimination < 1.0
    assert [each.name for each in idle.probes if each.passes] == ["does_nothing"]
