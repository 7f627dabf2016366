"""A job for executors that does what its item says: wait, die, hang, or find the engine gone.

It keeps a diary, one line when it begins an item, one when it has done it, and one when it is closed.
"""

import asyncio
import os
import re
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

from generators.models.meter import Meter
from generators.player import EngineDown
from personas.record import Record
from pipelines import workbench
from pipelines.shards import Line, line_of
from pipelines.workbench import Station


class Deed(Record):
    """What to do: ``wait`` for so many ``seconds`` after which all is well, ``die``, ``hang`` in Python,
    ``hang_in_c``, or find that the engine is ``down``."""

    number: int
    what: str = "wait"
    seconds: float = 0.0


class Doing:
    """The job. It counts a call for every item begun."""

    def __init__(self, diary: Path) -> None:
        self.meter = Meter()
        self._diary = diary

    def _note(self, text: str) -> None:
        with open(self._diary, "a") as file:
            file.write(f"{text} {os.getpid()} {time.monotonic()}\n")

    async def __call__(self, item: Deed) -> list[Line]:
        """See ``Job``."""
        self._note(f"begin {item.number}")
        self.meter.add("calls", "user")
        match item.what:
            case "die":
                await asyncio.sleep(item.seconds)
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                await asyncio.sleep(item.seconds)
                time.sleep(600)
            case "hang_in_c":
                re.match("(a+)+$", "a" * 64 + "b")
            case "down":
                await asyncio.sleep(item.seconds)
                raise EngineDown("nobody answers at http://127.0.0.1:1/v1")
        await asyncio.sleep(item.seconds)
        self._note(f"done {item.number}")
        return [line_of(f"{item.number:05d}", item)]

    async def aclose(self) -> None:
        """See ``ModelJob``."""
        self._note("closed 0")


def deeds_at(work: Path, in_flight: int = 8, deadline: float = 0.0) -> Station:
    """A station for deeds, with its records in ``out`` and its diary beside."""
    (work / "out").mkdir(exist_ok=True)
    return Station(
        make=partial(Doing, work / "diary"),
        folder=work / "out",
        in_flight=in_flight,
        commit_size=16,
        commit_seconds=0.2,
        width=in_flight + 16,
        deadline=deadline,
    )


def dying_at_its_first_commit(work: Path) -> Doing:
    """The job, in a worker that dies when its first batch is on disk and nobody has been told."""
    if not (work / "died").exists():
        real = workbench.commit

        def commit_and_die(*given: Any) -> None:
            real(*given)
            (work / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)

        workbench.commit = commit_and_die  # pyright: ignore[reportAttributeAccessIssue]
    return Doing(work / "diary")


class Entry(Record):
    """A line of the diary."""

    what: str
    number: int
    process: int
    at: float


def diary_of(work: Path) -> list[Entry]:
    """What was noted so far."""
    lines = [line.split() for line in (work / "diary").read_text().splitlines()]
    return [
        Entry(what=what, number=int(number), process=int(process), at=float(at))
        for what, number, process, at in lines
    ]


def most_at_a_time(entries: list[Entry]) -> int:
    """The most items that were under way at one moment in one process."""
    now: dict[int, int] = {}
    most = 0
    for entry in sorted(entries, key=lambda entry: entry.at):
        change = {"begin": 1, "done": -1}.get(entry.what, 0)
        now[entry.process] = now.get(entry.process, 0) + change
        most = max(most, now[entry.process])
    return most
