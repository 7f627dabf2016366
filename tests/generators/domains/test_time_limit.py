"""Whatever loops for ever is interrupted, and nothing else ever is."""

import asyncio
import threading
import time
from typing import Any

import pytest

from generators.domains.time_limit import TimeLimitPassed, within


def endless() -> None:
    while True:
        pass


def stubborn() -> None:
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


def for_seconds(seconds: float) -> str:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return "done"


def quietly(steps: int) -> int:
    """Runs much of Python's machinery: an exception that comes too late would strike here."""
    return sum(len(str(step)) for step in range(steps))


def test_what_a_function_returns_and_raises_comes_through():
    assert within(1.0, divmod, 7, 2) == (3, 1)
    assert within(1.0, dict, one=1) == {"one": 1}
    with pytest.raises(ZeroDivisionError):
        within(1.0, divmod, 7, 0)


@pytest.mark.parametrize("function", [endless, stubborn])
def test_an_endless_function_is_interrupted_soon_after_its_time(function: Any):
    began = time.monotonic()
    with pytest.raises(TimeLimitPassed, match=r"longer than 0\.05 s"):
        within(0.05, function)
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_one_that_swallows_the_interruption_gets_another():
    caught = []

    def swallowing() -> None:
        while True:
            try:
                endless()
            except BaseException:
                caught.append(1)
                if len(caught) > 1:
                    raise

    with pytest.raises(TimeLimitPassed):
        within(0.02, swallowing)
    assert len(caught) == 2


@pytest.mark.slow
def test_a_function_that_ends_at_its_deadline_ends_one_way_or_the_other_and_leaves_nothing_behind():
    ends = {"done": 0, "late": 0}
    limit = 0.004
    for turn in range(400):
        try:
            ends[within(limit, for_seconds, limit + (turn % 20 - 8) * 0.0001)] += 1
        except TimeLimitPassed:
            ends["late"] += 1
        assert quietly(20) == 30
    assert ends["done"] + ends["late"] == 400
    assert ends["done"] > 0
    assert ends["late"] > 0


def test_many_threads_at_their_deadlines_are_not_mistaken_for_each_other():
    wrong: list[BaseException] = []

    def work(late: bool) -> None:
        try:
            for _ in range(20):
                if late:
                    with pytest.raises(TimeLimitPassed):
                        within(0.005, endless)
                else:
                    assert within(60.0, quietly, 200) == 490
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(turn % 2 == 0,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_an_inner_limit_ends_the_inner_function_alone():
    def outer() -> str:
        with pytest.raises(TimeLimitPassed):
            within(0.02, endless)
        return within(1.0, for_seconds, 0.01)

    assert within(30.0, outer) == "done"


def test_an_outer_limit_holds_inside_whatever_the_inner_one_allows():
    def outer() -> None:
        for _ in range(1000):
            try:
                within(60.0, endless)
            except TimeLimitPassed:
                endless()

    began = time.monotonic()
    with pytest.raises(TimeLimitPassed):
        within(0.05, outer)
    assert time.monotonic() - began < 5


async def test_other_coroutines_of_the_loop_never_see_it():
    quiet = asyncio.ensure_future(asyncio.sleep(0.2, "undisturbed"))
    for _ in range(5):
        with pytest.raises(TimeLimitPassed):
            within(0.01, endless)
        await asyncio.sleep(0)
    assert await quiet == "undisturbed"


def test_it_costs_a_call_about_a_microsecond():
    def nothing() -> None:
        return None

    def seconds_of(calls: int) -> float:
        began = time.perf_counter()
        for _ in range(calls):
            within(10.0, nothing)
        return time.perf_counter() - began

    best = min(seconds_of(10_000) for _ in range(20))
    # A machine that is busy with other things is allowed some more.
    assert best / 10_000 < 3e-6
