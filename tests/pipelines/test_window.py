"""A window that changes its size lets in as many as it says, in their order, and forgets nobody."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.window import Window


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Crowd:
    """People who go in, stay until they are told to leave, and come out."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.entered: list[int] = []
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.leave: dict[int, asyncio.Event] = {}

    def comes(self, who: int) -> None:
        self.leave[who] = asyncio.Event()
        self.tasks[who] = asyncio.ensure_future(self._visit(who))

    async def _visit(self, who: int) -> None:
        async with self.window:
            self.entered.append(who)
            await self.leave[who].wait()


async def test_a_larger_window_lets_those_who_wait_in_at_once():
    crowd = Crowd(Window(2))
    for who in range(5):
        crowd.comes(who)
    await settle()
    assert crowd.entered == [0, 1]
    crowd.window.resize(4)
    await settle()
    assert crowd.entered == [0, 1, 2, 3]


async def test_a_smaller_window_turns_nobody_out_and_holds_as_they_leave():
    crowd = Crowd(Window(3))
    for who in range(6):
        crowd.comes(who)
    await settle()
    crowd.window.resize(1)
    crowd.leave[0].set()
    crowd.leave[1].set()
    await settle()
    assert crowd.window.inside == 1
    assert crowd.entered == [0, 1, 2]
    crowd.leave[2].set()
    await settle()
    assert crowd.entered == [0, 1, 2, 3]


def test_a_window_that_lets_nobody_in_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        Window(3).resize(0)


steps = st.one_of(
    st.tuples(st.just("comes"), st.integers(0, 30)),
    st.tuples(st.just("leaves"), st.integers(0, 30)),
    st.tuples(st.just("cancelled"), st.integers(0, 30)),
    st.tuples(st.just("resize"), st.integers(1, 5)),
)


@given(st.lists(steps, max_size=40))
def test_whatever_happens_the_limit_holds_and_everybody_gets_in(plan: Sequence[tuple[str, int]]):
    async def run() -> None:
        crowd, largest = Crowd(Window(2)), 2
        for what, number in plan:
            match what:
                case "comes" if number not in crowd.tasks:
                    crowd.comes(number)
                case "leaves" if number in crowd.leave:
                    crowd.leave[number].set()
                case "cancelled" if number in crowd.tasks:
                    crowd.tasks[number].cancel()
                case "resize":
                    crowd.window.resize(number)
                    largest = max(largest, number)
            if number % 2:  # Sometimes several things happen at the same moment.
                await settle()
            assert crowd.window.inside <= largest
        for event in crowd.leave.values():
            event.set()
        async with asyncio.timeout(5):
            await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)
        assert crowd.window.inside == 0
        alive = [who for who, task in crowd.tasks.items() if not task.cancelled()]
        assert set(alive) <= set(crowd.entered)

    asyncio.run(run())
