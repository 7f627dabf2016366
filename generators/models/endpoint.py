"""One server that speaks the OpenAI protocol, asked once at a time; whoever calls decides on retries."""

import re
import time
from dataclasses import dataclass
from math import inf
from typing import Literal

import aiohttp

from generators.models.attribution import excerpt
from generators.models.circuit import Circuit
from generators.player import EngineDown

SILENT = "accepts calls and never answers"
PROBE_SECONDS = 10.0
DYING_SECONDS = 1.0
LATE_SECONDS = 1.0
"""A time-out that comes so much too late tells about this process, which was stopped or had no time."""
ERROR_BYTES = 64 * 1024
"""As much of an error answer is read as anybody would want to see."""

_ABORTED = re.compile(rb'"finish_reason"\s*:\s*"abort"')
"""How vLLM answers what it was working on when it is told to stop: 200, with half an answer. Quotes
within strings are escaped, so no words of a model look like it."""

_PROBE_TIMEOUT = aiohttp.ClientTimeout(total=PROBE_SECONDS)


Failure = Literal["refused", "lost", "timeout", "garbled", "barred"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt.

    ``answered``: the server sent ``status`` and ``data``. ``refused``: no connection could be made,
    nothing was sent. ``lost``: the connection broke. ``timeout``: this call was not answered in time.
    ``silent``: nor was any other since this one began. ``oversized``: the answer is longer than allowed.
    ``garbled``: it was no HTTP. ``barred``: this address can never be asked (its certificate, its
    spelling). ``detail`` says more, and ``retry_after`` is the header, where there was one.
    """

    kind: Failure | Literal["answered", "silent", "oversized"]
    status: int = 0
    data: bytes = b""
    retry_after: str = ""
    detail: str = ""


class Endpoint:
    """A server's address up to ``/v1``, the key that it is asked with, and its circuit.

    The key goes out in a header, and nowhere else: it is struck out of whatever the server answers.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, key: str = "") -> None:
        self.url = url
        self.circuit = Circuit(self._probe)
        self._answered_at = float("-inf")
        self._begun = 0
        self._in_flight = 0
        self._doubted = False
        self._session = session
        self._key = key.encode()
        self._chat = f"{url.rstrip('/')}/chat/completions"
        self._models = f"{url.rstrip('/')}/models"
        self._health = f"{url.rstrip('/').removesuffix('/v1')}/health"
        # All that aiohttp would add by itself is here, so that it adds nothing call by call.
        self._headers = {
            "User-Agent": "duologue",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def headers_for(self, session_id: str) -> dict[str, str]:
        """The headers of every call of one session."""
        return {**self._headers, "X-Session-ID": session_id}

    async def post(
        self,
        body: bytes,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
        reply_bytes: int,
    ) -> Outcome:
        """Sends a chat-completions body once. Raises ``EngineDown`` when the session has been closed,
        and nothing else."""
        if self._session.closed:
            raise EngineDown("the connections of this process are closed")
        began = time.monotonic()
        self._begun += 1
        number, alone = self._begun, self._in_flight == 0
        self._in_flight += 1
        try:
            outcome = await self._asked(body, headers, timeout, reply_bytes)
        finally:
            self._in_flight -= 1
        if outcome.kind == "timeout" and (late := _late(began, timeout, outcome)):
            return Outcome("lost", detail=f"this process stood still ({late:.0f} s)")
        seconds = time.monotonic() - began
        # Others wait too, and nobody was answered for half of that time: what came before was the last
        # of a server that then stood still.
        since = seconds / 2 if self._in_flight or self._doubted else 0.0
        if outcome.kind == "timeout" and self._answered_at < began + since:
            # One call that nobody stood beside tells little about the server; a second one does.
            told = self._doubted or not alone or self._begun > number
            self._doubted = True
            if told:
                waited = f"{SILENT} (nothing to anybody in {seconds:.3g} s, as its timeouts allow)"
                return Outcome("silent", detail=waited)
        return outcome

    async def _asked(
        self,
        body: bytes,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
        reply_bytes: int,
    ) -> Outcome:
        status = 0
        try:
            async with self._session.post(
                self._chat, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status = response.status
                self._answered(status)
                good = 200 <= status < 300
                data = await _read(response, reply_bytes if good else ERROR_BYTES)
                if data is None:
                    if good:
                        return Outcome("oversized", status, detail=f"over {reply_bytes} bytes")
                    data = b""
                retry_after = "" if good else response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Outcome(_failure(error), status, detail=self._struck(_described(error)))
        if good and b'"abort"' in data and _ABORTED.search(data):
            return Outcome("lost", detail="the server gave the call up (finish_reason abort)")
        if self._key and self._key in data:
            data = data.replace(self._key, b"***")
        return Outcome("answered", status, data, retry_after)

    def _answered(self, status: int) -> None:
        self._answered_at = time.monotonic()
        self._doubted = False
        if status < 500 and not self.circuit.closed:
            self.circuit.close()

    async def confirmed(self, outcome: Outcome) -> bool:
        """Whether the server still serves after this outcome. When it does not, the circuit is open.

        A vLLM server whose engine has died answers 500 and lists its models until it is gone; its
        ``/health`` tells.
        """
        if outcome.status >= 500 and await self._asked_for(self._health) == "HTTP 503":
            self.circuit.trip("its engine has died", hold=DYING_SECONDS)
            return False
        return await self.circuit.confirmed()

    async def _probe(self) -> str:
        return await self._asked_for(self._models)

    async def _asked_for(self, url: str) -> str:
        """Empty when the server answers a GET with anything under 500, else what happened."""
        try:
            async with self._session.get(
                url, headers=self._headers, timeout=_PROBE_TIMEOUT, allow_redirects=False
            ) as response:
                return f"HTTP {response.status}" if response.status >= 500 else ""
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RuntimeError) as error:
            return self._struck(_described(error))

    def _struck(self, text: str) -> str:
        return text.replace(self._key.decode(), "***") if self._key else text


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body; None when it is longer than ``most`` bytes. An answer that says its length, as nearly
    all do, is taken in one piece."""
    length = response.content_length
    if length is not None and "Content-Encoding" not in response.headers:
        if length > most:
            response.close()
            return None
        return await response.read()
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            response.close()
            return None
    return bytes(data)


def _late(began: float, timeout: aiohttp.ClientTimeout, outcome: Outcome) -> float:
    """Seconds from when a call must have timed out until it did, 0 unless it is clearly too late."""
    allowed = timeout.total or inf
    if not outcome.status:
        allowed = min(allowed, (timeout.sock_connect or inf) + (timeout.sock_read or inf))
    late = time.monotonic() - began - allowed
    return late if late > LATE_SECONDS else 0.0


def _failure(error: BaseException) -> Failure:
    if isinstance(error, (aiohttp.ClientConnectorCertificateError, aiohttp.InvalidURL)):
        return "barred"
    if isinstance(error, (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError)):
        return "refused"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError)):
        return "lost"
    return "garbled"


def _described(error: BaseException) -> str:
    words = excerpt(str(error))
    name = type(error).__name__
    return f"{name}: {words}" if words else name
