"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_SECONDS = 1.0


async def cancel_all(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancels the tasks and returns when all of them have ended, however they did.

    A task that was about to time out may take its cancellation for that and go on: it is cancelled
    again.
    """
    every = set(tasks)
    left = {task for task in every if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_SECONDS)
    for task in every:
        if not task.cancelled():
            task.exception()  # Looked at, so that nobody complains of it later.


async def end(task: asyncio.Task[None]) -> None:
    """Ends a task that never ends by itself. Raises what it has raised, if it broke before that."""
    await cancel_all([task])
    if not task.cancelled():
        task.result()
