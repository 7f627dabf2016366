import asyncio
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from generators.models.chat import ModelError
from generators.models.connections import Connections
from generators.models.router import Router
from generators.models.wire import reply_of
from generators.player import EngineDown
from tests.chat_server import COMPLETION, chat_server, cut_short, good, reset
from tests.routing import (
    KEY,
    LIMITS,
    down,
    error_from,
    failing,
    poisoned,
    routed,
    silence,
)


@pytest.mark.parametrize("status", [429, 503])
async def test_an_overloaded_server_is_asked_again(status):
    async with chat_server(failing(status, 2)) as server, routed([server.url]) as router:
        answer = await router.post("d", b"{}")
        assert (answer.data, answer.retries, len(server.requests)) == (COMPLETION, 2, 3)


@pytest.mark.parametrize("cut", [reset, cut_short])
async def test_a_connection_that_was_cut_is_tried_again(cut):
    async def answer(request, number):
        return await cut(request, number) if number <= 2 else good()

    async with chat_server(answer) as server, routed([server.url]) as router:
        assert (await router.post("d", b"{}")).retries == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_retries_are_bounded_and_then_the_dialogue_is_overloaded(status):
    async with chat_server(failing(status)) as server, routed([server.url]) as router:
        assert (await error_from(router)).kind == "overloaded"
        assert len(server.requests) == LIMITS.retries + 1


@pytest.mark.parametrize("answer", [reset, cut_short, failing(503), failing(500), failing(400)])
async def test_what_ends_a_dialogue_names_the_slot_and_no_address(answer):
    async with chat_server(answer) as server, routed([server.url]) as router:
        said = str(await error_from(router))
        assert "agent" in said
        assert server.url.split("/")[2] not in said
        assert "127.0.0.1" not in said


@pytest.mark.parametrize("cut", [reset, cut_short])
async def test_connections_that_are_always_cut_make_the_server_unreachable_for_this_one(cut):
    async with chat_server(cut) as server, routed([server.url]) as router:
        assert (await error_from(router)).kind == "unreachable"
        assert len(server.requests) == LIMITS.retries + 1
        assert router.standings()[0].circuit == "closed"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "bad_request"), (408, "timeout"), (422, "bad_request"), (500, "server_error")],
)
async def test_other_errors_are_tried_once_and_end_the_dialogue(status, kind):
    async with chat_server(failing(status)) as server, routed([server.url]) as router:
        assert (await error_from(router)).kind == kind
        assert len(server.requests) == 1


async def test_a_prompt_that_does_not_fit_ends_the_dialogue_with_the_servers_words():
    words = "This model's maximum context length is 64 tokens."
    answer = failing(400, text=f'{{"error":{{"message":"{words}","code":400}}}}')
    async with chat_server(answer) as server, routed([server.url]) as router:
        error = await error_from(router)
        assert error.kind == "context_length"
        assert words in str(error)


async def test_an_answer_that_is_no_json_is_the_readers_to_judge_and_not_tried_again():
    async def answer(request, number):
        return web.Response(text='{"choices": [')

    async with chat_server(answer) as server, routed([server.url]) as router:
        answered = await router.post("d", b"{}")
        assert len(server.requests) == 1
    with pytest.raises(ModelError) as caught:
        reply_of(answered.data)
    assert caught.value.kind == "bad_reply"


async def test_an_answer_over_the_size_limit_is_a_bad_reply():
    async with chat_server() as server, routed([server.url], reply_bytes=10) as router:
        assert (await error_from(router)).kind == "bad_reply"


async def test_the_wait_that_the_server_asks_for_is_waited():
    answer = failing(503, 1, headers={"Retry-After": "0.2"})
    async with chat_server(answer) as server, routed([server.url]) as router:
        began = time.monotonic()
        await router.post("d", b"{}")
        assert 0.2 <= time.monotonic() - began < 2


async def test_a_wait_until_a_date_is_understood_and_no_wait_is_longer_than_the_limit():
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    answer = failing(429, 1, headers={"Retry-After": date})
    async with chat_server(answer) as server, routed([server.url]) as router:
        began = time.monotonic()
        await router.post("d", b"{}")
        assert LIMITS.longest_retry_after <= time.monotonic() - began < 3


async def test_latency_is_that_of_the_attempt_that_was_answered():
    answer = failing(503, 1, headers={"Retry-After": "0.25"})
    async with chat_server(answer) as server, routed([server.url]) as router:
        assert 0 < (await router.post("d", b"{}")).latency_ms < 250


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_stops_the_build_and_names_slot_address_and_variable(status):
    async def answer(request, number):
        return web.Response(status=status, text=f"bad key {request.headers['Authorization']}")

    async with chat_server(answer) as server, routed([server.url]) as router:
        message = str(await down(router))
        for word in ("'agent'", server.url, "TEST_KEY", str(status)):
            assert word in message
        assert KEY not in message
        assert len(server.requests) == 1


async def test_a_server_that_wants_a_key_and_gets_none_is_told_how_to_name_it():
    async with chat_server(failing(401)) as server:
        connections = Connections()
        router = Router("agent", connections, lambda: (server.url,), limits=LIMITS)
        assert "api_key_env" in str(await down(router))
        await connections.close()


async def test_a_wrong_model_name_stops_the_build_and_names_it():
    answer = failing(404, text='{"error":{"message":"no tiny"}}')
    async with chat_server(answer) as server, routed([server.url]) as router:
        message = str(await down(router))
        for word in ("'agent'", server.url, "'tiny'", "no tiny"):
            assert word in message


async def test_an_account_with_nothing_left_stops_the_build_at_once():
    answer = failing(429, text='{"error":{"message":"none left","code":"insufficient_quota"}}')
    async with chat_server(answer) as server, routed([server.url]) as router:
        assert "none left" in str(await down(router))
        assert len(server.requests) == 1


async def test_a_redirect_stops_the_build_and_is_not_followed():
    answer = failing(307, headers={"Location": "http://127.0.0.1:9/"})
    async with chat_server(answer) as server, routed([server.url]) as router:
        assert "redirects are not followed" in str(await down(router))


async def test_a_forgotten_dialogue_leaves_nothing_behind():
    async with chat_server() as server, routed([server.url]) as router:
        await asyncio.gather(*(router.post(str(each), b"{}") for each in range(50)))
        assert router.standings()[0].dialogues == 50
        for each in range(60):
            router.forget(str(each))
            router.forget(str(each))
        assert router.standings()[0].dialogues == 0


async def test_cancelled_calls_leave_no_load_behind():
    async with chat_server(poisoned(silence)) as server, routed([server.url]) as router:
        calls = [asyncio.create_task(router.post(str(each), b"poison")) for each in range(20)]
        while len(server.requests) < 20:
            await asyncio.sleep(0.005)
        assert router.standings()[0].load == 20
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert router.standings()[0].load == 0


async def test_a_call_cancelled_while_it_waits_for_a_server_ends_at_once():
    async with chat_server() as server:
        url = server.url
    async with routed([url]) as router:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await router.post("d", b"{}")
        assert router.standings()[0].load == 0


async def test_the_key_is_in_no_message_no_traceback_and_no_answer():
    async def echo(request, number):
        words = f"{request.headers['Authorization']} {KEY}"
        status = [200, 400, 401, 404, 500, 302][number - 1]
        return web.Response(status=status, text=words, reason=KEY)

    async with chat_server(echo) as server, routed([server.url]) as router:
        assert KEY.encode() not in (await router.post("d", b"{}")).data
        for _ in range(5):
            try:
                await router.post("d", b"{}")
                pytest.fail("this call should have failed")
            except (ModelError, EngineDown):
                told = traceback.format_exc()
            assert "***" in told
            assert KEY not in told


@pytest.mark.slow
async def test_a_thousand_calls_in_flight_are_all_answered():
    async def slow(request, number):
        await asyncio.sleep(0.5)
        return good()

    async with chat_server(slow) as server, routed([server.url], connect=10.0) as router:
        answers = await asyncio.gather(*(router.post(str(each), b"{}") for each in range(1024)))
        assert {answer.retries for answer in answers} == {0}
