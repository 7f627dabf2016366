from msgspec.structs import replace

from generators.blueprint import Blueprint
from outputs.figures.rates import Rates, RateSummary
from outputs.judged import Judged
from tests.generators.test_dependence import chained
from tests.outputs.cloakroom_set import blueprints
from tests.outputs.faulty_set import broken_row, row


def rates(*rows: Judged) -> RateSummary:
    found = Rates()
    for each in rows:
        found.add(each)
    return found.summary()


def about(number: int, plan: Blueprint, *codes: str) -> Judged:
    return replace(row(number, *codes), blueprint=plan)


def test_of_attempts_some_end_and_some_are_accepted():
    found = rates(row(0), row(1, "replay.end_state"), row(2), broken_row(3))
    assert (found.finished.part, found.finished.whole) == (3, 4)
    assert (found.accepted.part, found.accepted.whole) == (2, 4)


def test_high_quality_is_what_every_member_passed():
    rows = (row(0, voters="pp"), row(1, voters="pf"), row(2, "replay.end_state", voters="pp"))
    found = rates(*rows)
    assert (found.played.high_quality.part, found.played.high_quality.whole) == (1, 3)
    # What one voter was against and the committee accepted is released, and no better for that.
    assert (found.released.high_quality.part, found.released.high_quality.whole) == (1, 2)


def test_plans_count_once_however_often_they_are_played():
    several = next(n for n, plan in enumerate(blueprints(12)) if len(plan.goals) > 1)
    single = next(n for n, plan in enumerate(blueprints(12)) if len(plan.goals) == 1)
    rows = [row(several), row(several, attempt=1), row(single, "replay.end_state")]
    found = rates(*rows)
    assert (found.played.several_goals.part, found.played.several_goals.whole) == (1, 2)
    assert (found.released.several_goals.part, found.released.several_goals.whole) == (1, 1)


def test_only_goals_that_need_one_another_are_dependent():
    needs = chained("energy", "submit_reading", "advance_after_reading")
    merged = chained("insurance", "add_person", "certificate")
    found = rates(about(0, needs), about(1, merged))
    assert found.played.several_goals.part == 2
    assert (found.played.dependent_goals.part, found.played.dependent_goals.whole) == (1, 2)


def test_plans_that_want_the_same_are_one_wish():
    plan = blueprints(2)[0]
    twin = replace(plan, id="another", persona_id="somebody")
    wish = {goal.need for goal in plan.goals}
    other = next(each for each in blueprints(12) if {goal.need for goal in each.goals} != wish)
    found = rates(about(0, plan), about(1, twin), about(2, other))
    assert found.played.distinct_plans.whole == 3
    assert found.played.distinct_plans.part == 2


def test_what_repeats_another_is_no_release():
    again = replace(row(1), dropped="corpus.near_duplicate", duplicate_of=row(0).id, split="")
    found = rates(row(0), again)
    assert (found.not_repeated.part, found.not_repeated.whole) == (1, 2)
    assert (found.accepted.part, found.released.high_quality.whole) == (2, 1)
