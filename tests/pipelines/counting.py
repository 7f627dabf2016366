"""A job for executors: writes a number down, after a moment; some numbers kill their worker."""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path

from personas.record import Record
from pipelines.shards import Line, line_of
from pipelines.workbench import Job, Station


class Number(Record):
    value: int


def make(poison: frozenset[int], seconds: float) -> Job:
    async def job(item: int) -> list[Line]:
        if item in poison:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(seconds)
        return [line_of(f"{item:05d}", Number(value=item))]

    return job


def station(folder: Path, poison: frozenset[int] = frozenset(), seconds: float = 0.0) -> Station:
    folder.mkdir(parents=True, exist_ok=True)
    return Station(
        make=partial(make, poison, seconds),
        folder=folder,
        in_flight=8,
        commit_size=16,
        commit_seconds=0.5,
        width=24,
    )
