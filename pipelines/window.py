"""How many at a time: a semaphore whose size changes while it is in use."""

import asyncio
from collections import deque
from types import TracebackType


class Window:
    """At most ``limit`` are inside; the others wait their turn, first come first served.

    A smaller limit turns nobody out: it holds as soon as enough have left.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """How many may be inside."""
        return self._limit

    @property
    def inside(self) -> int:
        """How many are inside now."""
        return self._inside

    def resize(self, limit: int) -> None:
        """Changes the limit. Raises ``ValueError`` below 1: nobody would ever get in again."""
        if limit < 1:
            raise ValueError(f"a window of {limit} lets nobody in")
        self._limit = limit
        self._admit()

    async def __aenter__(self) -> None:
        if self._inside < self._limit and not self._waiting:
            self._inside += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(turn)
            else:  # Let in and cancelled at the same moment.
                self._leave()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._inside -= 1
        self._admit()

    def _admit(self) -> None:
        while self._inside < self._limit:
            turn = next((each for each in self._waiting if not each.done()), None)
            if turn is None:
                return
            self._waiting.remove(turn)
            self._inside += 1
            turn.set_result(None)
