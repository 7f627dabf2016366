"""Which replica of a model slot answers which dialogue, and what is done when one does not answer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass

import aiohttp

from generators.models.attribution import error_of, is_spent
from generators.models.backoff import pause_before, seconds_asked
from generators.models.chat import ModelError
from generators.models.connections import Connections
from generators.models.endpoint import SILENT, Endpoint, Outcome
from generators.models.limits import CallLimits
from generators.models.seating import Replica, Seat, Seating, Standing
from generators.player import EngineDown

LOOK_SECONDS = 0.5
"""How often the list of replicas is read again."""

CUTS = 2
"""How many times a call may go down together with its server before it is asked alone, once."""

_RETRIED = ("refused", "lost", "silent")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a replica answered (2xx): its bytes, how long the attempt that was answered took, and how
    many were needed before it."""

    data: bytes
    latency_ms: float
    retries: int
    url: str


class Router:
    """Asks the replicas of one model slot, or of several that share them (``slot`` then has their names
    with commas). Belongs to one event loop.

    ``urls`` says where the replicas are now, each up to ``/v1``; it is called about twice a second at
    most and must be cheap. A dialogue stays with its replica, whose cache knows it, unless that one is
    gone, out of reach, refuses, or has far more to do than the others. ``model`` and ``key_env`` are
    named in messages.
    """

    def __init__(
        self,
        slot: str,
        connections: Connections,
        urls: Callable[[], Sequence[str]],
        *,
        model: str = "",
        key_env: str = "",
        limits: CallLimits | None = None,
    ) -> None:
        self._said = _said(slot)
        self._connections = connections
        self._urls = urls
        self._model = model
        self._key_env = key_env
        self._limits = limits or CallLimits()
        self._timeout = aiohttp.ClientTimeout(
            total=self._limits.total,
            sock_connect=self._limits.connect,
            sock_read=self._limits.first_byte,
        )
        self._seating = Seating(slot)
        self._look_at = float("-inf")
        self._down_since: float | None = None
        self._news = asyncio.Event()
        self._alone = asyncio.Lock()

    async def post(self, dialogue: str, body: bytes) -> Answer:
        """Has a request body of ``dialogue`` answered.

        Tries again after 429, 503 and lost connections, and after nothing else but a replica that is
        silent while another is not. While none can be reached it waits, which costs no retry. A call
        that was under way when its server went away is asked again too; one that goes down with it
        more than ``CUTS`` times is given up.

        Raises ``ModelError`` for what costs this dialogue (kinds as in ``error_of``, and ``timeout``,
        ``unreachable``, ``overloaded``, ``bad_reply``), and ``EngineDown`` for what would cost every
        dialogue: no replica within the limits' ``patience``, one that accepts calls and never answers, a
        wrong key, address or model name.
        """
        retries = cuts = 0
        avoid: Replica | None = None
        while True:
            # Among calls that went down with a server again and again is the one that takes it down:
            # one at a time they find out which.
            async with self._alone if cuts >= CUTS else nullcontext():
                seat = await self._seated(dialogue, avoid)
                replica = seat.replica
                endpoint = replica.endpoint
                began = time.monotonic()
                replica.load += 1
                try:
                    outcome = await endpoint.post(
                        body, seat.headers, self._timeout, self._limits.reply_bytes
                    )
                finally:
                    replica.load -= 1
            if outcome.kind == "answered" and 200 <= outcome.status < 300:
                latency_ms = (time.monotonic() - began) * 1000.0
                return Answer(outcome.data, latency_ms, retries, endpoint.url)
            error = self._error(outcome, endpoint)
            self._look_at = float("-inf")
            if self._doubtful(outcome, retries) and not await endpoint.confirmed(outcome):
                cuts += outcome.kind == "lost" or outcome.status not in (0, 503)
                if cuts > CUTS:
                    raise error
                continue
            if not (outcome.kind in _RETRIED or outcome.status in (429, 503)):
                raise error
            retries += 1
            if retries > self._limits.retries:
                raise error
            avoid = replica
            asked = seconds_asked(outcome.retry_after, time.time()) if outcome.retry_after else 0.0
            await asyncio.sleep(pause_before(retries, asked, self._limits))

    def forget(self, dialogue: str) -> None:
        """The dialogue has ended. Forgetting one that is not known changes nothing."""
        self._seating.forget(dialogue)

    def standings(self) -> list[Standing]:
        """How every replica stands."""
        return self._seating.standings()

    def close(self) -> None:
        """Gives the endpoints back. Calls under way are not touched."""
        self._keep(())

    def _doubtful(self, outcome: Outcome, retries: int) -> bool:
        """Whether the outcome may mean that the server is going. A gateway says 503 for one that is
        gone, and so does a server with much to do: that is looked into last."""
        if outcome.status == 503:
            return retries == self._limits.retries
        return outcome.kind in ("refused", "lost") or outcome.status >= 500

    def _error(self, outcome: Outcome, endpoint: Endpoint) -> ModelError:
        """The error that the outcome is, unless it is tried again. Raises ``EngineDown`` when it would
        be the same for every dialogue.

        A ``ModelError`` ends up in a row that gets published: it names the slot and no address.
        """
        slot = self._said
        where = f"{slot} at {endpoint.url}"
        if outcome.kind in ("refused", "lost"):
            # What the system says of a lost connection has the address in it.
            return ModelError("unreachable", f"{slot}: {outcome.detail.partition(':')[0]}")
        if outcome.kind == "silent":
            # It may answer probes all the same, so it is given as long again before it is asked.
            endpoint.circuit.trip(SILENT, hold=self._limits.first_byte)
            if not self._seating.healthy():
                raise EngineDown(f"{where}: {outcome.detail}")
            return ModelError("timeout", f"{slot}: {outcome.detail}")
        if outcome.kind == "timeout":
            return ModelError("timeout", f"{slot}: {outcome.detail}")
        if outcome.kind == "barred":
            raise EngineDown(f"{where}: {outcome.detail}")
        if outcome.kind != "answered":
            return ModelError("bad_reply", f"{slot}: {outcome.detail}")
        error = error_of(outcome.status, outcome.data)
        message = f"{where}: {error}"
        if outcome.status in (401, 402, 403) or (outcome.status == 429 and is_spent(outcome.data)):
            raise EngineDown(f"{message}; {self._key_advice()}")
        if outcome.status in (404, 405):
            raise EngineDown(
                f"{message}; check the address (most end in /v1), and that the server knows the model "
                f"{self._model!r}"
            )
        if 300 <= outcome.status < 400:
            raise EngineDown(f"{message}; redirects are not followed, name the address itself")
        return ModelError(error.kind, f"{slot}: {error}")

    def _key_advice(self) -> str:
        if self._key_env:
            return f"check the key in the environment variable {self._key_env}"
        return "no key was sent: name its environment variable as api_key_env"

    async def _seated(self, dialogue: str, avoid: Replica | None) -> Seat:
        """The dialogue's seat at a replica that can be reached, once there is one."""
        while True:
            now = time.monotonic()
            if now >= self._look_at:
                self._keep(tuple(self._urls()))
                self._look_at = now + LOOK_SECONDS
            healthy = self._seating.healthy()
            if healthy:
                self._down_since = None
                return self._seating.seat(dialogue, healthy, avoid)
            await self._wait(now)

    async def _wait(self, now: float) -> None:
        if self._down_since is None:
            self._down_since = now
        left = self._down_since + self._limits.patience - now
        if left <= 0:
            raise EngineDown(
                f"{self._said}: no server for {now - self._down_since:.0f} s ({self._why()})"
            )
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left, LOOK_SECONDS)):
                await self._news.wait()

    def _why(self) -> str:
        reasons = [
            f"{url}: {each.endpoint.circuit.reason}" for url, each in self._seating.replicas.items()
        ]
        return "; ".join(reasons) or "none is named"

    def _keep(self, urls: Sequence[str]) -> None:
        """Makes the replicas those at ``urls``."""
        if self._seating.replicas.keys() == set(urls):
            return
        for url in [url for url in self._seating.replicas if url not in urls]:
            replica = self._seating.replicas.pop(url)
            replica.gone = True
            replica.endpoint.circuit.unlisten(self._wake)
            self._connections.release(url, self._key_env)
        for url in urls:
            if url not in self._seating.replicas:
                try:
                    endpoint = self._connections.endpoint(url, self._key_env)
                except EngineDown as error:
                    raise EngineDown(f"{self._said}: {error}") from None
                endpoint.circuit.listen(self._wake)
                self._seating.replicas[url] = Replica(endpoint)
        self._wake()

    def _wake(self) -> None:
        """Lets everybody who waits look again."""
        self._down_since = None
        self._news.set()
        self._news = asyncio.Event()


def _said(slot: str) -> str:
    """The slots' names, for people."""
    names = [repr(each) for each in slot.split(", ")]
    return f"slot{'s' if len(names) > 1 else ''} {' and '.join(names)}"
