"""Handing out work: every item gets exactly one outcome, whatever dies."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dispatch import Done, Lost, Outcome, WorkerCrashed, dispatch
from pipelines.shards import Receipt
from pipelines.window import Window


class Worker:
    """A lane that dies when ``dies`` says so, and takes all that it has in hand with it."""

    def __init__(self, width: int, dies: Callable[[Any], bool]) -> None:
        self.width = width
        self.window = Window(width)
        self.most = 0
        self.begun: list[Any] = []
        self.finished: Counter[Any] = Counter()
        self._dies = dies
        self._in_hand: set[asyncio.Future[None]] = set()

    async def do(self, item: Any) -> list[Receipt]:
        self.begun.append(item)
        death: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._in_hand.add(death)
        self.most = max(self.most, len(self._in_hand))
        try:
            await asyncio.sleep(0)
            if self._dies(item):
                for each in self._in_hand:
                    if not each.done():
                        each.set_exception(WorkerCrashed("died"))
            if death.done():
                death.result()
            await asyncio.sleep(0)
            if death.done():
                death.result()
            self.finished[item] += 1
            return []
        finally:
            self._in_hand.discard(death)
            if death.done():
                death.exception()

    async def ready(self) -> None:
        await asyncio.sleep(0)


def outcomes(items: list[Any], *lanes: Worker) -> list[Outcome]:
    taken: list[Outcome] = []
    asyncio.run(dispatch(iter(items), lanes, taken.append))
    return taken


@given(count=st.integers(0, 60), width=st.integers(1, 8), workers=st.integers(1, 3))
def test_every_item_is_done_once_and_the_window_holds(count: int, width: int, workers: int):
    lanes = [Worker(width, lambda item: False) for _ in range(workers)]
    taken = outcomes(list(range(count)), *lanes)
    assert sorted(each.item for each in taken) == list(range(count))
    assert all(lane.most <= width for lane in lanes)
    assert sum((lane.finished for lane in lanes), Counter()) == Counter(range(count))


@given(
    count=st.integers(1, 40),
    width=st.integers(1, 6),
    poison=st.sets(st.integers(0, 39), max_size=3),
)
def test_an_item_that_kills_its_worker_is_lost_and_no_other_is(
    count: int, width: int, poison: set[int]
):
    taken = outcomes(list(range(count)), Worker(width, lambda item: item in poison))
    lost = {each.item for each in taken if isinstance(each, Lost)}
    assert lost == {item for item in poison if item < count}
    assert sorted(each.item for each in taken) == list(range(count))


def test_items_that_die_with_a_neighbour_are_done_after_all():
    deaths = iter([True, True])
    lane = Worker(4, lambda item: item == 2 and next(deaths, False))
    taken = outcomes(list(range(8)), lane)
    assert all(isinstance(each, Done) for each in taken)
    assert sorted(each.item for each in taken) == list(range(8))


def test_items_begin_in_the_order_given():
    lane = Worker(3, lambda item: False)
    outcomes(list(range(20)), lane)
    assert lane.begun == list(range(20))


def test_a_bug_stops_the_whole_and_comes_out_as_it_is():
    class Broken(Worker):
        async def do(self, item: Any) -> list[Receipt]:
            if item == 3:
                raise ZeroDivisionError("a bug")
            return await super().do(item)

    with pytest.raises(ZeroDivisionError, match="a bug"):
        outcomes(list(range(10)), Broken(2, lambda item: False))


class Mortal(Worker):
    """A lane that dies over every item ``deaths`` times; only ``begun`` items were begun then."""

    def __init__(self, width: int, begun: frozenset[Any], deaths: int) -> None:
        super().__init__(width, lambda item: False)
        self.tries: Counter[Any] = Counter()
        self._begun_ones = begun
        self._deaths = deaths

    async def do(self, item: Any) -> list[Receipt]:
        self.tries[item] += 1
        await asyncio.sleep(0)
        if self.tries[item] <= self._deaths:
            raise WorkerCrashed("died", begun=item in self._begun_ones)
        return []


def test_what_had_only_waited_in_a_death_never_counts_as_a_crash():
    lane = Mortal(4, frozenset({1}), deaths=5)
    taken = outcomes(list(range(6)), lane)
    assert {each.item for each in taken if isinstance(each, Lost)} == {1}
    assert lane.tries == {0: 6, 1: 3, 2: 6, 3: 6, 4: 6, 5: 6}


def test_an_item_alone_that_had_not_begun_when_its_worker_died_gets_another_try():
    class Late(Mortal):
        async def do(self, item: Any) -> list[Receipt]:
            self.tries[item] += 1
            await asyncio.sleep(0)
            # Two crashes of its own, then one that it only waits through, then all is well.
            if self.tries[item] <= 3:
                raise WorkerCrashed("died", begun=self.tries[item] <= 2)
            return []

    taken = outcomes([0], Late(1, frozenset(), 0))
    assert taken == [Done(0, [])]


@given(count=st.integers(1, 60), width=st.integers(1, 8), after=st.integers(0, 60))
def test_after_a_stop_nothing_more_is_begun_and_what_is_under_way_is_taken(
    count: int, width: int, after: int
):
    lane = Worker(width, lambda item: False)
    taken: list[Outcome] = []
    asyncio.run(dispatch(range(count), [lane], taken.append, lambda: len(taken) >= after))
    assert [each.item for each in taken] == list(range(len(taken)))
    assert len(lane.begun) == len(taken)
    assert min(count, after) <= len(taken) <= min(count, after + width)


async def test_a_window_that_changes_holds_from_then_on():
    lane = Worker(8, lambda item: False)
    taken: list[Outcome] = []

    def take(outcome: Outcome) -> None:
        taken.append(outcome)
        if len(taken) == 20:
            lane.window.resize(2)
        if len(taken) == 30:
            lane.most = 0
        if len(taken) == 60:
            assert lane.most <= 2
            lane.window.resize(8)

    await dispatch(range(100), [lane], take)
    assert len(taken) == 100
    assert lane.most == 8


async def test_items_alone_are_spread_over_all_lanes():
    under_way, most = 0, 0

    class Slow(Worker):
        async def do(self, item: Any) -> list[Receipt]:
            nonlocal under_way, most
            self.begun.append(item)
            if self.begun.count(item) + other_of(self).begun.count(item) <= 2:
                raise WorkerCrashed("died")
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1
            return []

    lanes = [Slow(4, lambda item: False), Slow(4, lambda item: False)]

    def other_of(lane: Slow) -> Slow:
        return lanes[1] if lane is lanes[0] else lanes[0]

    taken: list[Outcome] = []
    await dispatch(range(10), lanes, taken.append)
    assert sorted(each.item for each in taken) == list(range(10))
    assert all(isinstance(each, Done) for each in taken)
    assert most == 2
