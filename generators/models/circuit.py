"""Whether an endpoint may be asked: closed while it answers, open while it cannot be reached."""

import asyncio
from collections.abc import Awaitable, Callable
from random import uniform
from typing import Any, Literal

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0

Probe = Callable[[], Awaitable[str]]
"""Asks the endpoint for something cheap: empty when it answered, else why not. Never raises."""


class Circuit:
    """The circuit of one endpoint. It belongs to one event loop.

    ``closed``: calls go through. ``open``: the endpoint cannot be reached; nobody calls it, and it is
    probed again and again. ``half-open``: such a probe is on its way. A probe that is answered closes
    the circuit, and so does a call that is answered after all. ``reason`` says why it is not closed.
    """

    def __init__(self, probe: Probe) -> None:
        self.state: Literal["closed", "open", "half-open"] = "closed"
        self.reason = ""
        self._probe = probe
        self._checking: asyncio.Task[bool] | None = None
        self._reopening: asyncio.Task[None] | None = None
        self._listeners: set[Callable[[], None]] = set()
        self._stopped = False

    @property
    def closed(self) -> bool:
        """Calls may go through."""
        return self.state == "closed"

    def listen(self, listener: Callable[[], None]) -> None:
        """``listener`` is called whenever the circuit closes, until ``unlisten``."""
        self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """``listener`` is called no more."""
        self._listeners.discard(listener)

    async def confirmed(self) -> bool:
        """Whether the endpoint answers at all, asked by those who just lost a connection to it.

        They share one probe. One that fails opens the circuit.
        """
        if self._stopped or not self.closed:
            return False
        if self._checking is None:
            self._checking = asyncio.create_task(self._check())
        checking = self._checking
        await asyncio.wait((checking,))
        return not checking.cancelled() and checking.result()

    def trip(self, reason: str, hold: float = 0.0) -> None:
        """Opens the circuit. It is not probed before ``hold`` seconds have passed."""
        self.state, self.reason = "open", reason
        if self._reopening is None and not self._stopped:
            self._reopening = asyncio.create_task(self._reopen(hold))

    def close(self) -> None:
        """Closes the circuit: the endpoint has answered."""
        if self.closed:
            return
        self.state, self.reason = "closed", ""
        if self._reopening is not None and self._reopening is not asyncio.current_task():
            self._reopening.cancel()
        self._reopening = None
        for listener in tuple(self._listeners):
            listener()

    def stop(self) -> list[asyncio.Task[Any]]:
        """Ends the probing for good. Returns what was under way, cancelled, to be awaited."""
        self._stopped = True
        tasks: list[asyncio.Task[Any]] = [
            task for task in (self._checking, self._reopening) if task is not None
        ]
        for task in tasks:
            task.cancel()
        return tasks

    async def _check(self) -> bool:
        try:
            reason = await self._probe()
        finally:
            self._checking = None
        if reason:
            self.trip(reason)
        return not reason

    async def _reopen(self, hold: float) -> None:
        await asyncio.sleep(hold)
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * uniform(0.75, 1.25))
            self.state = "half-open"
            reason = await self._probe()
            if not reason:
                self.close()
                return
            self.state, self.reason = "open", reason
            pause = min(2 * pause, LONGEST_PAUSE)
