"""One HTTP/1.1 connection, kept alive. Requests on it are answered one after the other."""

import asyncio
import re
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus

from benchmarks.server.engine import Call, Engine
from benchmarks.server.routes import get, posted

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_SESSION = re.compile(rb"\r\nx-session-id:[ \t]*([^\r]*)", re.IGNORECASE)
_KEY = re.compile(rb"\r\nauthorization:[ \t]*bearer[ \t]+([^\r]*)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_PHRASES = {each.value: each.phrase for each in HTTPStatus}
_CHAT = b"POST /v1/chat/completions "
_RESET = struct.pack("ii", 1, 0)
_DRIPS = 10


class Connection(asyncio.Protocol):
    """Reads requests and hands them on. ``key`` is asked for under ``/v1`` when it is not empty."""

    def __init__(self, engine: Engine, key: str, open_ones: set["Connection"]) -> None:
        self._engine = engine
        self._key = key.encode()
        self._open = open_ones
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._pieces: list[bytes] = []
        self._missing = 0
        self._busy = False
        self._closing = False
        self._call: Call | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See ``asyncio.Protocol``."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``asyncio.Protocol``."""
        self._transport = None
        self._open.discard(self)
        if self._timer:
            self._timer.cancel()
        if self._call:
            self._engine.abandon(self._call)
            self._call = None

    def data_received(self, data: bytes) -> None:
        """See ``asyncio.Protocol``."""
        # A body that comes in many pieces is put together once.
        if self._missing > len(data):
            self._pieces.append(data)
            self._missing -= len(data)
            return
        self._buffer = b"".join((self._buffer, *self._pieces, data))
        self._pieces.clear()
        self._missing = 0
        self._read()

    def _read(self) -> None:
        while self._buffer and not self._busy and self._transport:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            total = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < total:
                if _EXPECT.search(head):
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                self._missing = total - len(self._buffer)
                return
            body = self._buffer[end + 4 : total]
            self._buffer = self._buffer[total:]
            self._busy = True
            self._closing = bool(_CLOSE.search(head))
            self._handle(head, body)

    def _handle(self, head: bytes, body: bytes) -> None:
        if self._key and head.split(b" ", 2)[1].startswith(b"/v1"):
            given = _KEY.search(head)
            if given is None or given[1] != self._key:
                self._engine.tally.statuses[401] += 1
                self.send(401, b'{"error":"Unauthorized"}')
                return
        if head.startswith(_CHAT):
            session = _SESSION.search(head)
            self._call = self._engine.ask(self, body, session[1].decode() if session else "")
            return
        method, target = head.split(b" ", 2)[:2]
        if method == b"GET":
            self.send(*get(target.decode(), self._engine))
        else:
            self.send(*posted(target.decode(), body, self._engine))

    def send(self, status: int, body: bytes, headers: str = "") -> None:
        """See ``Caller``."""
        if self._transport:
            self._transport.write(self._head(status, body, headers) + body)
            self._done()

    def drip(self, status: int, body: bytes, seconds: float) -> None:
        """See ``Caller``."""
        size = len(body) // _DRIPS + 1
        pieces = [body[at : at + size] for at in range(0, len(body), size)]

        def drop_of_it() -> None:
            if not self._transport:
                return
            self._transport.write(pieces.pop(0))
            if pieces:
                self._later(seconds / _DRIPS, drop_of_it)
            else:
                self._done()

        if self._transport:
            self._call = None
            self._transport.write(self._head(status, body, ""))
            self._later(seconds / _DRIPS, drop_of_it)

    def cut(self, status: int, body: bytes) -> None:
        """See ``Caller``."""
        if self._transport:
            self._call = None
            self._transport.write(self._head(status, body, "") + body[: len(body) // 2])
            # What was sent shall arrive before the reset does.
            self._later(0.005, self.reset)

    def drop(self) -> None:
        """See ``Caller``."""
        if self._transport:
            self._transport.abort()

    def reset(self) -> None:
        """Closes so that the other side is told of a broken connection."""
        if self._transport:
            peer = self._transport.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def _head(self, status: int, body: bytes, headers: str) -> bytes:
        kind = "text/plain" if body[:1] == b"#" else "application/json"
        return (
            f"HTTP/1.1 {status} {_PHRASES[status]}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        ).encode()

    def _done(self) -> None:
        self._call = None
        self._busy = False
        if self._closing and self._transport:
            self._transport.close()
        elif self._buffer:
            # Not from here: a long queue of requests would nest as deeply.
            asyncio.get_running_loop().call_soon(self._read)
