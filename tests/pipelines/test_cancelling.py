import asyncio

import pytest

from pipelines.cancelling import cancel_all, end


async def test_a_task_that_takes_its_cancellation_for_something_else_is_cancelled_again():
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    async def broken() -> None:
        raise ValueError("of its own")

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(broken())]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cancel_all(tasks)
    assert swallowed == 2
    assert all(task.done() for task in tasks)
    assert isinstance(tasks[1].exception(), ValueError)


async def test_ending_a_task_tells_of_what_had_broken_it():
    async def broken() -> None:
        raise ValueError("of its own")

    sound, unsound = asyncio.create_task(asyncio.sleep(60)), asyncio.create_task(broken())
    await asyncio.sleep(0)
    await end(sound)
    assert sound.cancelled()
    with pytest.raises(ValueError, match="of its own"):
        await end(unsound)
