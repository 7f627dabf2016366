"""Looks after one served replica, and starts it again when it is gone or stands still.

A server can answer ``/health`` and never again a request. What counts is therefore tokens: while there
is work, they must go on. A server without work is given some now and then, one token's worth.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from pipelines.engines.figures import EngineFigures, figures_of
from pipelines.mishap import EngineError
from pipelines.serving import Replica

_ALIVE_EVERY = 0.5
_LOOK_EVERY = 5.0
_LOOKS_PER_STALL = 4
_LOOK_SECONDS = 10.0


class Pulse:
    """Tells standing still from having nothing to do. Times are seconds of one clock."""

    def __init__(self, now: float) -> None:
        self._tokens = -1.0
        self._moved = now

    def still_for(self, now: float, figures: EngineFigures | None, asked: bool) -> float:
        """How long there has been work and no token. ``figures`` are None when the server did not
        answer; ``asked`` says that a call is known to be waiting."""
        working = figures is None or asked or figures.running > 0 or figures.waiting > 0
        if not working or (figures and figures.tokens != self._tokens):
            self._moved = now
        if figures:
            self._tokens = figures.tokens
        return now - self._moved


class PrefixTally:
    """Prompt tokens looked up in the prefix cache and found there, across restarts of the server."""

    def __init__(self) -> None:
        self._before = (0.0, 0.0)
        self._last = (0.0, 0.0)

    def add(self, figures: EngineFigures) -> None:
        """Takes a look into account. Counters that have shrunk belong to a new server."""
        seen = (figures.prefix_queries, figures.prefix_hits)
        if seen[0] < self._last[0]:
            self._before = self.queries, self.hits
        self._last = seen

    @property
    def queries(self) -> float:
        """Prompt tokens looked up."""
        return self._before[0] + self._last[0]

    @property
    def hits(self) -> float:
        """Prompt tokens found."""
        return self._before[1] + self._last[1]


class Watchdog:
    """Watches one replica that serves ``model`` for ``slots``, asking with ``key``.

    It is started again when its process ends, when it says that it has failed, or when it makes no
    token for ``stall_seconds`` with work to do: ``restarts`` times at most. ``moved`` is called after
    every restart.
    """

    def __init__(
        self,
        replica: Replica,
        *,
        slots: tuple[str, ...],
        model: str,
        key: str,
        stall_seconds: float,
        restarts: int,
        say: Callable[[str], None],
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        self.replica = replica
        self.prefix = PrefixTally()
        self.restarts = 0
        self._slots = slots
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"}
        self._stall = stall_seconds
        self._allowed = restarts
        self._say = say
        self._moved = moved

    async def watch(self) -> None:
        """Never returns. Raises ``EngineError`` when the restarts are used up."""
        timeout = aiohttp.ClientTimeout(total=min(_LOOK_SECONDS, self._stall))
        async with aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session:
            while True:
                reason = await self._trouble(session)
                await self._again(reason)

    async def look(self, session: aiohttp.ClientSession) -> EngineFigures | None:
        """What the server says about itself now; None when it does not answer."""
        try:
            figures = await figures_of(session, self.replica.url)
        except (aiohttp.ClientError, TimeoutError):
            return None
        self.prefix.add(figures)
        return figures

    async def last_look(self) -> None:
        """Takes the figures of a server that is about to be stopped into account."""
        timeout = aiohttp.ClientTimeout(total=2.0)
        async with aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session:
            await self.look(session)

    async def _trouble(self, session: aiohttp.ClientSession) -> str:
        """Returns when something is wrong, and says what."""
        pulse = Pulse(time.monotonic())
        every = min(_LOOK_EVERY, self._stall / _LOOKS_PER_STALL)
        asked: asyncio.Task[None] | None = None
        looked = quiet = time.monotonic()
        tokens = -1.0
        try:
            while True:
                await asyncio.sleep(min(_ALIVE_EVERY, every))
                if not await self.replica.alive():
                    return "its process has ended"
                now = time.monotonic()
                if now - looked < every:
                    continue
                looked = now
                if await self._failed(session):
                    return "it says that its engine has failed"
                figures = await self.look(session)
                waits = asked is not None and not asked.done()
                still = pulse.still_for(time.monotonic(), figures, waits)
                if still >= self._stall:
                    doing = "has made no token" if figures else "has answered nothing"
                    return f"it {doing} for {still:.0f} s with work to do"
                if figures and figures.tokens != tokens:
                    tokens, quiet = figures.tokens, now
                elif not waits and now - quiet >= self._stall / 2:
                    quiet = now
                    asked = asyncio.create_task(self._ask(session))
        finally:
            if asked:
                asked.cancel()

    async def _ask(self, session: aiohttp.ClientSession) -> None:
        """Asks for one token. Whatever the answer, somebody is there."""
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": "."}],
            "max_tokens": 1,
        }
        url = f"{self.replica.url}/chat/completions"
        patience = aiohttp.ClientTimeout(total=None, connect=_LOOK_SECONDS)
        try:
            async with session.post(url, json=body, timeout=patience) as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError):
            return

    async def _failed(self, session: aiohttp.ClientSession) -> bool:
        url = f"{self.replica.url.removesuffix('/v1')}/health"
        try:
            async with session.get(url) as response:
                return response.status >= 500
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _again(self, reason: str) -> None:
        """Starts the replica again, as often as it may be."""
        name = self.replica.name
        while self.restarts < self._allowed:
            self.restarts += 1
            self._say(f"{name}: {reason}; starting it again ({self.restarts} of {self._allowed})")
            try:
                await self.replica.restart()
            except EngineError as error:
                reason = error.what
                continue
            self._moved()
            return
        slots = ", ".join(self._slots)
        raise EngineError(
            f"the server {name} of model slot {slots} does not stay up: {reason}, after "
            f"{self.restarts} restarts",
            f"Its log is {self.replica.log}. Put right what it says, then run the same command again: "
            "finished work is kept.",
        )
