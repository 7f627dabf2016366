"""Self-play through the whole play stage, measured:
``python -m benchmarks.load.self_play RECIPE ROOT STATS [BODIES]``.

A process of its own, so that the driver's CPU time is that of a build's and nothing else. Personas and
plans are made beforehand and not measured. Prints JSON: dialogues, how they ended, when the workers were
up and when the last dialogue was on disk, CPU seconds by kind of process between the first and the last
outcome with the number of calls answered meanwhile, and the peak memory by kind. ``STATS`` is where the
bench server tells its counts, empty for another server. The bodies that were sent go to the file
``BODIES`` afterwards, where one is named.
"""

import asyncio
import json
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.load.bodies import write_bodies
from benchmarks.load.family import Spent, peaks, spent
from pipelines.build import Build, started
from pipelines.order import order_of
from pipelines.stages.play import STAGE, dialogues_of


class Marks:
    """A ``Progress`` that notes CPU time at the first and the last outcome of the play stage."""

    def __init__(self, stats: str) -> None:
        self._stats = stats
        self._playing = False
        self._left = 0
        self.first: tuple[Spent, int] | None = None
        self.last: tuple[Spent, int] | None = None
        self.began = 0.0
        self.ended = 0.0

    def begin(self, stage: str, total: int, done: int = 0) -> None:
        """See ``Progress``."""
        self._playing = stage == STAGE
        self._left = total - done
        self.began = time.time()

    def step(self, done: int = 1, good: int | None = None) -> None:
        """See ``Progress``."""
        if not self._playing:
            return
        self._left -= done
        if self.first is None:
            self.first = self._mark()
        if not self._left:
            self.ended = time.time()
            self.last = self._mark()

    def _mark(self) -> tuple[Spent, int]:
        return spent(), answered(self._stats)

    def gauge(self, text: str) -> None:
        """See ``Progress``."""

    def end(self, note: str = "") -> None:
        """See ``Progress``."""

    def say(self, text: str) -> None:
        """See ``Progress``."""
        print(text, file=sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def answered(stats: str) -> int:
    """The calls that the bench server has answered so far; 0 without one."""
    if not stats:
        return 0
    with urllib.request.urlopen(stats, timeout=10) as answer:
        return json.load(answer)["answered"]


async def play(run: Build, marks: Marks) -> dict[str, Any]:
    """Plays everything. What it took."""
    for stage in ("sample", "plan"):
        await run.stage(stage)
    await run.stage(STAGE)
    assert marks.first is not None, "nothing was played"
    assert marks.last is not None, "not everything was played"
    shards = dialogues_of(run.work)
    ends: Counter[str] = Counter()
    for trajectory in shards:
        failure = trajectory.failure
        ends[f"{failure.party}/{failure.kind}" if failure else trajectory.stop_reason.value] += 1
    return {
        "dialogues": len(shards),
        "ends": dict(ends),
        "began": marks.began,
        "ended": marks.ended,
        "cpu": marks.last[0].since(marks.first[0]),
        "calls": marks.last[1] - marks.first[1],
        "peaks": peaks(),
    }


async def measured(recipe: Path, root: Path, stats: str, bodies: Path | None) -> dict[str, Any]:
    """Plans and plays a recipe, and writes down what was asked if ``bodies`` says where."""
    marks = Marks(stats)
    async with started(order_of(recipe, root, keep_work=True), marks) as run:
        told = await play(run, marks)
        work = run.work
    if bodies:
        await write_bodies(work, bodies)
    return told


def main() -> None:
    recipe, root, stats, *bodies = sys.argv[1:]
    file = Path(bodies[0]) if bodies else None
    print(json.dumps(asyncio.run(measured(Path(recipe), Path(root), stats, file))))


if __name__ == "__main__":
    main()
