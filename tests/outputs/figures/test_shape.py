from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.domains.world import world_of
from generators.event import AGENT, USER
from generators.trajectory import StopReason
from outputs.figures.histogram import Histogram
from outputs.figures.shape import Shape
from tests.outputs.cloakroom_set import CLOAKROOM, Stage, blueprints, played
from tests.outputs.faulty_set import talking


def shape_of(*trajectories):
    shape = Shape()
    for each in trajectories:
        shape.add(each)
    return shape.summary()


def staged(*moves):
    plan = blueprints(1)[0]
    stage = Stage(world_of(plan, CLOAKROOM))
    for party, what in moves:
        stage.say(party, what) if isinstance(what, str) else stage.call(party, *what)
    return replace(played(plan), events=tuple(stage.events))


FOUND, LOST, WRONG = (
    ("find_guest", '{"seat": "A1"}'),
    ("find_guest", '{"seat": "K9"}'),
    ("list_items", '{"guest_id": "G999"}'),
)


def test_turns_and_words_are_counted_by_role():
    plan = blueprints(1)[0]
    found = shape_of(
        talking(played(plan), (USER, "One two three"), (AGENT, "Four?"), (USER, "Five")),
        talking(played(plan), (USER, "Six seven?")),
    )
    assert found.turns[USER].counts == {1: 1, 2: 1}
    assert found.turns[AGENT].counts == {0: 1, 1: 1}
    assert found.words[USER].counts == {1: 1, 2: 1, 3: 1}
    assert found.questions == {USER: 1 / 3, AGENT: 1.0}
    assert found.stop_reasons == {StopReason.USER_STOP: 2}


def test_calls_of_one_move_are_parallel():
    found = shape_of(staged((AGENT, (FOUND, LOST)), (AGENT, (FOUND,)), (USER, "Well?")))
    assert found.calls[AGENT].counts == {3: 1}
    assert (found.parallel, found.parallel_moves) == (1.0, 0.5)


def test_an_error_is_recovered_when_its_tool_works_later():
    recovered = staged((AGENT, (LOST,)), (AGENT, (FOUND,)))
    not_recovered = staged((AGENT, (FOUND,)), (AGENT, (LOST,)))
    another_tool = staged((AGENT, (WRONG,)), (AGENT, (FOUND,)))
    found = shape_of(recovered, not_recovered, another_tool, staged((AGENT, (FOUND,))))
    assert (found.tool_error, found.recovered) == (3 / 4, 1 / 4)


def test_calls_of_the_user_are_no_calls_of_the_agent():
    found = shape_of(staged((USER, (("read_tag", '{"ticket": "T000"}'),))))
    assert (found.calls[AGENT].counts, found.calls[USER].counts) == ({0: 1}, {1: 1})
    assert found.tool_error == 0.0


@given(st.lists(st.integers(0, 60), min_size=1))
def test_a_quantile_is_the_smallest_value_that_enough_do_not_exceed(values: list[int]):
    found = Histogram(values).summary()
    for quantile, percent in ((found.p10, 10), (found.p50, 50), (found.p90, 90)):
        below = sum(value <= quantile for value in values)
        assert 100 * below >= percent * len(values)
        assert 100 * sum(value < quantile for value in values) < percent * len(values)
    assert found.mean == sum(values) / len(values)


def test_an_empty_histogram_is_all_zero():
    found = Histogram().summary()
    assert (found.count, found.mean, found.p50, found.high) == (0, 0.0, 0, 0)
