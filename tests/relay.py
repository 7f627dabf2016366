"""A relay in front of a model server that spoils a share of its answers and passes on the rest.

with Relay(server.url, ("http_503", "reset"), share=0.2) as relay:
    ...  # ask relay.url
"""

import asyncio
import hashlib
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

Fault = Literal["http_503", "reset", "malformed", "cut_call", "empty"]
"""``http_503`` never reaches the server and asks to be tried again at once; ``reset`` breaks the
connection within the body; ``malformed`` is half of the JSON; ``cut_call`` half a tool call where the
request has tools, half of what was said elsewhere; ``empty`` says nothing."""

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0.05\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 4\r\n\r\nbusy"
)


class Relay:
    """Stands at ``url`` for the server at ``target``, both up to ``/v1``, in a thread of its own.

    Whether and how an answer to a chat completion is spoilt is drawn from its request and how often
    that was made. Everything else arrives byte for byte. ``paid`` counts what the server answered, by
    request; ``spoilt`` what arrived otherwise, by fault.
    """

    def __init__(self, target: str, faults: tuple[Fault, ...] = (), share: float = 0.0) -> None:
        self.paid: Counter[str] = Counter()
        self.spoilt: Counter[Fault] = Counter()
        self.port = 0
        self._target = target
        self._faults = faults
        self._share = share
        self._asked: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens, up to ``/v1``."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def repeated(self) -> int:
        """Requests that the server has answered more than once, each time but the first."""
        return sum(self.paid.values()) - len(self.paid)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server:
            self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = urlsplit(self._target)
        served: asyncio.StreamWriter | None = None
        try:
            server, served = await asyncio.open_connection(there.hostname, there.port)
            while await self._exchange(reader, writer, server, served):
                pass
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            if served:
                served.close()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        served: asyncio.StreamWriter,
    ) -> bool:
        """One request and its answer. False when the connection is done with."""
        head, body = await _message(reader)
        chat = b"/chat/completions " in head.partition(b"\r\n")[0]
        request = hashlib.sha256(body).hexdigest()
        fault = self._drawn(request) if chat else None
        if fault == "http_503":
            self.spoilt[fault] += 1
            writer.write(BUSY)
            return True
        served.write(head + body)
        head, answer = await _message(server)
        good = head.startswith(b"HTTP/1.1 200 ")
        if chat and good:
            self.paid[request] += 1
        if fault == "reset":
            self.spoilt[fault] += 1
            writer.write(head + answer[: len(answer) // 2])
            await writer.drain()
            broken: socket.socket = writer.get_extra_info("socket")
            broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if fault and fault in _SPOIL and good:
            self.spoilt[fault] += 1
            head, answer = _with_body(head, _SPOIL[fault](json.loads(body), answer))
        writer.write(head + answer)
        await writer.drain()
        return True

    def _drawn(self, request: str) -> Fault | None:
        self._asked[request] += 1
        draw = Random(f"{request}:{self._asked[request]}")
        return draw.choice(self._faults) if draw.random() < self._share else None


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of one HTTP message, as they came."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if fields.get(b"transfer-encoding", b"").strip() == b"chunked":
        body = b""
        while not body.endswith(b"\r\n0\r\n\r\n"):
            body += await reader.readuntil(b"\r\n")
        return head, body
    return head, await reader.readexactly(int(fields.get(b"content-length", 0)))


def _with_body(head: bytes, body: bytes) -> tuple[bytes, bytes]:
    lines = head.split(b"\r\n")
    length = b"content-length: %d" % len(body)
    kept = [length if line.lower().startswith(b"content-length:") else line for line in lines]
    return b"\r\n".join(kept), body


def _malformed(request: dict[str, Any], answer: bytes) -> bytes:
    return answer[: len(answer) // 2]


def _cut_call(request: dict[str, Any], answer: bytes) -> bytes:
    reply = json.loads(answer)
    choice = reply["choices"][0]
    text = choice["message"]["content"] or ""
    choice["message"]["content"] = text[: len(text) // 2]
    choice["finish_reason"] = "stop"
    if "tools" in request:
        name = request["tools"][0]["function"]["name"]
        function = {"name": name, "arguments": '{"reference": "'}
        choice["message"]["tool_calls"] = [{"id": "0", "type": "function", "function": function}]
        choice["finish_reason"] = "tool_calls"
    return json.dumps(reply).encode()


def _empty(request: dict[str, Any], answer: bytes) -> bytes:
    reply = json.loads(answer)
    reply["choices"][0]["message"] = {"role": "assistant", "content": ""}
    reply["choices"][0]["finish_reason"] = "stop"
    return json.dumps(reply).encode()


_SPOIL: dict[Fault, Callable[[dict[str, Any], bytes], bytes]] = {
    "malformed": _malformed,
    "cut_call": _cut_call,
    "empty": _empty,
}
