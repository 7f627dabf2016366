import asyncio
import gzip

import aiohttp
import pytest
from aiohttp import web

from generators.models.endpoint import Endpoint, Outcome
from tests.chat_server import COMPLETION, chat_server, cut_short, good, reset

KEY = "sk-very-distinctive-0123456789"
TIMEOUT = aiohttp.ClientTimeout(total=0.6, sock_connect=0.3, sock_read=0.2)


async def asked(url: str, key: str = "", reply_bytes: int = 10_000, body: bytes = b"{}") -> Outcome:
    async with aiohttp.ClientSession() as session, asyncio.timeout(10):
        endpoint = Endpoint(session, url, key)
        return await endpoint.post(body, endpoint.headers_for("s1"), TIMEOUT, reply_bytes)


async def answered_by(answer, **options) -> Outcome:
    async with chat_server(answer) as server:
        return await asked(server.url, **options)


async def test_a_body_arrives_as_it_was_sent_with_session_and_key():
    seen = {}

    async def note(request, number):
        seen.update(body=await request.read(), headers=request.headers, path=request.path)
        return good()

    body = b'{"messages" :[]}' * 5000
    outcome = await answered_by(note, key=KEY, body=body)
    assert (outcome.kind, outcome.status, outcome.data) == ("answered", 200, COMPLETION)
    assert (seen["body"], seen["path"]) == (body, "/v1/chat/completions")
    assert seen["headers"]["X-Session-ID"] == "s1"
    assert seen["headers"]["Authorization"] == f"Bearer {KEY}"
    assert seen["headers"]["Content-Type"] == "application/json"


async def test_no_key_sends_no_authorization():
    async def note(request, number):
        assert "Authorization" not in request.headers
        return good()

    assert (await answered_by(note)).status == 200


async def test_a_slash_after_the_address_changes_nothing():
    async with chat_server() as server:
        assert (await asked(server.url + "/")).status == 200


@pytest.mark.parametrize("cut", [reset, cut_short])
async def test_a_connection_that_is_cut_before_or_within_the_body_is_lost(cut):
    outcome = await answered_by(cut)
    assert outcome.kind == "lost"
    assert outcome.detail


async def test_a_refused_connection_and_an_unknown_host_are_refusals():
    async with chat_server() as server:
        url = server.url
    assert (await asked(url)).kind == "refused"
    assert (await asked("http://no-such-host.invalid/v1")).kind == "refused"


async def test_no_first_byte_in_time_is_a_timeout():
    async def silent(request, number):
        await asyncio.sleep(0.4)
        return good()

    assert (await answered_by(silent)).kind == "timeout"


async def test_an_answer_that_trickles_for_too_long_is_a_timeout():
    async def trickle(request, number):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        for _ in range(50):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    assert (await answered_by(trickle)).kind == "timeout"


async def test_an_answer_is_read_no_further_than_allowed_however_it_is_sent():
    long = b"x" * 20_000

    async def whole(request, number):
        return web.Response(body=long)

    async def chunked(request, number):
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(long)
        return response

    async def packed(request, number):
        bomb = gzip.compress(b"x" * 2_000_000)
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    for answer in (whole, chunked, packed):
        assert (await answered_by(answer)).kind == "oversized"
    assert (await answered_by(whole, reply_bytes=20_000)).data == long
    assert (await answered_by(chunked, reply_bytes=20_000)).data == long


async def test_redirects_are_not_followed():
    async def elsewhere(request, number):
        assert request.path == "/v1/chat/completions"
        raise web.HTTPTemporaryRedirect("http://127.0.0.1:9/v1/chat/completions")

    assert (await answered_by(elsewhere, key=KEY)).status == 307


async def test_what_is_no_http_is_garbled():
    async def serve(reader, writer):
        await reader.read(100)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert (await asked(f"http://127.0.0.1:{port}/v1")).kind == "garbled"
    server.close()


async def test_a_key_that_the_server_echoes_is_struck_out():
    async def echo(request, number):
        text = f"wrong: {request.headers['Authorization']} ({KEY})"
        return web.Response(status=401 if number else 200, text=text, reason=KEY)

    outcome = await answered_by(echo, key=KEY)
    assert outcome.status == 401
    assert KEY not in repr(outcome)
    assert b"wrong: Bearer *** (***)" in outcome.data


async def test_the_wait_that_a_server_asks_for_is_passed_on():
    async def later(request, number):
        return web.Response(status=429, headers={"Retry-After": "7"})

    assert (await answered_by(later)).retry_after == "7"
