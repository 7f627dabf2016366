"""The driver's hand on a worker, through all of the worker's lives.

Ray restarts a dead actor but repeats none of its calls: what was under way is handed out again by the
driver, where attempts are counted.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import ActorDiedError, RayActorError

from generators.models.meter import Reading, summed
from pipelines.begun import kept, under_way
from pipelines.life import Life, ended, within_reach
from pipelines.mishap import EngineError
from pipelines.ray_post import Post
from pipelines.shards import Receipt, synced
from pipelines.workbench import Pulse

_PATIENCE = 120.0
_ANSWER_SECONDS = 2.0
_BARREN_LIVES = 8


class Hand:
    """The hand on one worker.

    A life that ends is made sure to have ended before anything of it is given to another: whatever it
    was doing, it does no more.
    """

    def __init__(self, actor: Any, log: Path, say: Callable[[str], None]) -> None:
        self.actor = actor
        self._log = log
        self._say = say
        self._life: Life | None = None
        self._post = Post(actor, 0)
        self._down = True
        self._left: list[frozenset[int]] = []
        self._kept: dict[int, list[Receipt]] = {}
        self._barren = 0
        self._changing = asyncio.Lock()
        self._limits: dict[str, int] = {}
        self._lent: dict[str, str] = {}
        self._past = Reading()
        self._last = Pulse()
        self._heard = 0.0
        self._question: asyncio.Task[None] | None = None

    @property
    def lives(self) -> int:
        """How many lives the worker has lost."""
        return len(self._left)

    @property
    def in_flight(self) -> int:
        """How many items the worker was doing when last heard of."""
        return self._last.in_flight

    @property
    def reading(self) -> Reading:
        """What the worker had counted when last heard of, over all of its lives."""
        return summed((self._past, self._last.reading))

    async def up(self) -> Post:
        """The way to the worker, once that is up. Raises ``EngineError`` when it stays down."""
        async with self._changing:
            if self._down:
                self._life = await _up(self.actor)
                self._post = Post(self.actor, self._life.process)
                # Told by call and not as Ray's runtime environment, which is written to its logs.
                await self.actor.lend.remote(self._lent)
                for station, in_flight in self._limits.items():
                    self.actor.limit.remote(station, in_flight)
                self._down = False
                self.attend()
            return self._post

    async def had_begun(self, life: int, ticket: int) -> bool:
        """Whether a life that has ended had begun the item and not done it. ``life`` is the number of
        lives lost when the item was handed over."""
        async with self._changing:
            if life == self.lives:
                await self._bury()
        return ticket in self._left[life]

    def kept(self, ticket: int, folder: Path) -> list[Receipt] | None:
        """The receipts of an item that a life, which has ended, had put into ``folder``; None when it
        came to nothing."""
        receipts = self._kept.get(ticket)
        if not receipts or not all((folder / each.location.file).exists() for each in receipts):
            return None
        synced(folder)
        return receipts

    async def _bury(self) -> None:
        await self._end_process()
        self._kept.update(kept(self._log))
        begun = under_way(self._log).difference(*self._left)
        self._left.append(begun)
        self._down = True
        self._past, self._last = self.reading, Pulse()
        self._say("a worker died; it is started again, and what it had in hand is done again")
        self._barren = 0 if begun else self._barren + 1
        if self._barren >= _BARREN_LIVES:
            raise EngineError(
                f"a worker has died {self._barren} times in a row without beginning anything",
                "Build in this process instead, with --workers 0: the result is the same.",
            )

    async def kill(self) -> None:
        """Ends the worker's present life."""
        if not self._down:
            await self._end_process()

    async def _end_process(self) -> None:
        if self._life and within_reach(self._life):
            await ended(self._life)
        else:
            ray.kill(self.actor, no_restart=False)

    async def limit(self, station: str, in_flight: int) -> None:
        """Has the worker do so many at a time, in this life and those to come."""
        self._limits[station] = in_flight
        if not self._down:
            await _answered([self.actor.limit.remote(station, in_flight)])

    async def lend(self, variables: dict[str, str]) -> None:
        """Gives the worker environment variables, in this life and those to come."""
        self._lent.update(variables)
        if not self._down:
            await _answered([self.actor.lend.remote(variables)])

    async def listen(self) -> None:
        """Asks how the worker is; returns when it has said so, at most after two seconds."""
        if self._question is None or self._question.done():
            self._question = asyncio.ensure_future(self._ask())
        await asyncio.wait([self._question], timeout=_ANSWER_SECONDS)

    async def _ask(self) -> None:
        life = self.lives
        if self._down:
            return
        try:
            pulse = await self.actor.pulse.remote()
        except RayActorError:
            return  # Those who have given it something to do will see to it.
        if life == self.lives:
            self._last, self._heard = pulse, time.monotonic()

    def attend(self) -> None:
        """Counts the worker's silence from now on."""
        self._heard = time.monotonic()

    def overdue(self, deadline: float) -> bool:
        """Whether the worker is silent, or an item under way, for longer than ``deadline`` seconds."""
        if self._down:
            return False
        return max(self._last.oldest, time.monotonic() - self._heard) > deadline

    async def halt(self) -> None:
        """Has the worker drop what is under way and commit what is finished, if it still can."""
        if not self._down:
            await _answered([self.actor.halt.remote()])

    async def close(self) -> None:
        """Has the worker commit what is finished and close its jobs, if it still can."""
        self.leave()
        if not self._down:
            for pulse in await _answered([self.actor.close.remote()]):
                self._last = pulse

    def leave(self) -> None:
        """Waits for no answer any more."""
        self._post.close()
        if self._question:
            self._question.cancel()


async def _answered(references: list[Any], patience: float = 5.0) -> list[Any]:
    """What was answered in time, leaving out what failed: that of dead workers."""
    asked = [asyncio.ensure_future(_awaited(each)) for each in references]
    done, late = await asyncio.wait(asked, timeout=patience)
    for each in late:
        each.cancel()
    return [each.result() for each in done if not each.exception()]


async def _awaited(reference: Any) -> Any:
    return await reference


async def _up(actor: Any) -> Life:
    for _ in range(int(_PATIENCE / 0.5)):
        try:
            return await actor.ready.remote()
        except ActorDiedError as error:
            raise EngineError(
                f"a worker cannot start: {error}",
                "Build in this process instead, with --workers 0: the result is the same.",
            ) from error
        except RayActorError:
            await asyncio.sleep(0.5)
    raise EngineError(
        f"a worker is not back after {_PATIENCE:.0f} s",
        "Run the same command again: finished work is kept.",
    )
