from msgspec.structs import replace

from generators.event import AGENT
from outputs.figures.coverage import Coverage
from outputs.figures.environments import AS_IT_IS, Environments
from outputs.judged import Judged
from tests.outputs.cloakroom_set import CLOAKROOM, judged_set
from tests.outputs.perturbed_set import EVERY, pairs, refined


def counted(*rows: Judged) -> Environments:
    found = Environments()
    for each in rows:
        found.add(each)
    return found


def rejected(row: Judged) -> Judged:
    against = replace(row.decision, outcome="reject", reasons=("replay.end_state",), party=AGENT)
    return replace(row, decision=against, split="")


def test_a_plan_counts_under_each_of_its_kinds_beside_its_sibling():
    both = [each for pair in pairs() for each in pair]
    figures = {each.kind: each for each in counted(*both).summary().kinds}
    assert list(figures) == [AS_IT_IS, *EVERY.split("+")]
    for kind, figure in figures.items():
        assert (figure.plans, figure.dialogues) == (4, 4)
        assert (figure.accepted.part, figure.accepted.whole) == (4, 4)
        assert figure.siblings.whole == (0 if kind == AS_IT_IS else 4)
        assert figure.does


def test_rates_are_of_the_plans_themselves_and_of_their_siblings():
    (child, parent), (other, _), *_ = pairs()
    found = counted(rejected(child), parent, other).summary().kinds
    renamed = next(each for each in found if each.kind == "renamed")
    assert (renamed.accepted.part, renamed.accepted.whole) == (1, 2)
    assert (renamed.siblings.part, renamed.siblings.whole) == (1, 1)


def test_what_came_up_is_told_from_what_was_only_possible():
    names = counted(*(child for child, _ in pairs("renamed", 2))).summary().kinds
    assert [(each.kind, each.met) for each in names] == [("renamed", 2)]
    troubled = [child for child, _ in pairs("timeouts", 8)]
    (figure,) = counted(*troubled).summary().kinds
    errors = [
        any(event.result and event.result.error for event in each.trajectory.events)
        for each in troubled
    ]
    assert figure.met == sum(errors) > 0


def test_what_was_put_right_is_counted_when_it_was_accepted():
    assert counted(refined()).summary().refined == 1
    assert counted(rejected(refined())).summary().refined == 0


def test_without_perturbed_plans_there_is_nothing_to_show():
    assert counted(*judged_set()).summary().kinds == ()


def test_parts_of_a_set_add_up_to_the_whole():
    both = [each for pair in pairs() for each in pair]
    whole, part = counted(*both), counted(*both[:3])
    part.merge(counted(*both[3:]))
    assert part.summary() == whole.summary()


def test_tools_are_covered_whatever_they_are_called():
    coverage = Coverage()
    for child, _ in pairs("renamed", 2):
        coverage.add(child)
    (found,) = coverage.summary({"cloakroom": CLOAKROOM}).domains
    assert found.agent_tools.counts["find_guest"] == 2
    assert set(found.agent_tools.counts) <= set(CLOAKROOM.agent_tools)
