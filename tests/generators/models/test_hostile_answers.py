"""Whatever bytes come back, a call ends in time, takes no more than it may, and fails as it should."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import msgspec
import pytest

from generators.models import endpoint as endpoints
from generators.models.chat import ModelError
from generators.models.wire import reply_of
from tests.chat_server import COMPLETION, chat_server, completion, good
from tests.generators.models.test_endpoint import asked
from tests.routing import routed

PIECE = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


class Raw:
    """Answers every request with these bytes, piece by piece, and then closes the connection."""

    def __init__(self, pieces: Iterable[bytes], pause: float) -> None:
        self.sent = 0
        self._pieces = pieces
        self._pause = pause

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in self._pieces:
                writer.write(piece)
                await writer.drain()
                self.sent += len(piece)
                await asyncio.sleep(self._pause)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def raw(*pieces: bytes, times: int = 1, pause: float = 0.0) -> AsyncIterator[tuple[str, Raw]]:
    """The address of a server that sends the pieces, so many times over."""
    answer = Raw([*pieces[:-1], *[pieces[-1]] * times], pause)
    server = await asyncio.start_server(answer.serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", answer
    finally:
        server.close()


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, length, *headers, b"", body])


def chunked(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\xff" * 500 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
        COMPLETION,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        http(COMPLETION, b"Content-Length: 5"),
        http(COMPLETION, b"X-Long: " + b"a" * 1_000_000),
        http(COMPLETION, *(b"X-%d: a" % number for number in range(10_000))),
    ],
    ids=lambda answer: answer[:24],
)
async def test_what_is_no_http_ends_the_call_at_once(answer: bytes):
    async with raw(answer) as (url, _):
        assert (await asked(url)).kind == "garbled"


@pytest.mark.parametrize(
    "answer",
    [
        chunked(COMPLETION, 7),
        http(gzip.compress(COMPLETION), b"Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + COMPLETION,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 100 + http(COMPLETION),
        http(COMPLETION) * 2,
    ],
    ids=["chunked", "gzip", "until closed", "after 1xx", "twice"],
)
async def test_an_answer_is_read_however_it_is_sent(answer: bytes):
    async with raw(answer) as (url, _):
        assert reply_of((await asked(url)).data).content == "hello"


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html><body>Log in</body></html>", b"Content-Type: text/html"),
        http(b'data: {"choices":[]}\n\n', b"Content-Type: text/event-stream"),
        http(b""),
        b"HTTP/1.1 204 No Content\r\n\r\n",
        http(gzip.compress(COMPLETION)[:60], b"Content-Encoding: gzip"),
        http(b'{"choices":[{"message":{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}}]}"),
    ],
    ids=["html", "stream", "empty", "204", "half a gzip", "deep"],
)
async def test_a_success_that_is_no_completion_is_a_bad_reply(answer: bytes):
    async with raw(answer) as (url, _):
        outcome = await asked(url, reply_bytes=1_000_000)
    assert outcome.kind in ("answered", "lost")
    if outcome.kind == "answered":
        with pytest.raises(ModelError) as caught:
            reply_of(outcome.data)
        assert caught.value.kind == "bad_reply"


async def test_a_body_without_an_end_is_left_when_it_is_too_long():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with raw(head, PIECE, times=1_600) as (url, answer):
        outcome = await asked(url, reply_bytes=1_000_000)
    assert outcome.kind == "oversized"
    # Both ends keep some of it on the way; 100 MB would have come.
    assert answer.sent < 16_000_000


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
    ],
    ids=["headers", "1xx", "body"],
)
async def test_an_answer_in_drips_without_an_end_is_a_timeout(pieces: tuple[bytes, ...]):
    async with raw(*pieces, times=100, pause=0.05) as (url, _):
        assert (await asked(url)).kind == "timeout"


async def test_control_characters_and_deep_arguments_arrive_as_they_were():
    deep = "[" * 10_000 + "]" * 10_000
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": deep}}
    body = msgspec.json.encode(completion("a\x00\x1b[31mb", tool_calls=[call]))
    async with raw(http(body)) as (url, _):
        reply = reply_of((await asked(url, reply_bytes=100_000)).data)
    assert reply.content == "a\x00\x1b[31mb"
    assert reply.tool_calls[0].arguments == deep


def test_a_million_log_probabilities_are_read():
    drawn = [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}] * 1_000_000
    choice = {**completion()["choices"][0], "logprobs": {"content": drawn}}
    body = msgspec.json.encode({**completion(), "choices": [choice]})
    reply = reply_of(body)
    assert reply.tokens
    assert sum(reply.tokens.log_probabilities) == -500_000


async def test_a_process_that_was_stopped_blames_no_server_and_asks_again(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(endpoints, "LATE_SECONDS", 0.1)

    async def slow_at_first(request, number):
        await asyncio.sleep(0.15 if number <= 4 else 0)
        return good()

    async with (
        chat_server(slow_at_first) as server,
        routed([server.url], first_byte=0.3, total=0.3) as router,
    ):
        calls = [asyncio.create_task(router.post(str(each), b"{}")) for each in range(4)]
        await asyncio.sleep(0.05)
        time.sleep(0.6)
        answers = await asyncio.gather(*calls)
    assert {answer.retries for answer in answers} == {1}
