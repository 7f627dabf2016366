import asyncio
import time

import pytest
from aiohttp import web

from generators.models.chat import ModelError
from generators.models.wire import reply_of
from generators.player import EngineDown
from tests.chat_server import COMPLETION, chat_server, completion, cut_short, good, reset
from tests.routing import (
    down,
    error_from,
    failing,
    overloaded,
    poisoned,
    restart,
    routed,
    silence,
)


async def test_a_server_that_never_comes_stops_the_build_when_patience_ends():
    async with chat_server() as server:
        url = server.url
    async with routed([url], patience=0.2) as router:
        began = time.monotonic()
        message = str(await down(router))
        assert 0.2 <= time.monotonic() - began < 3
        assert "'agent'" in message
        assert url in message


async def test_a_slot_without_any_replica_is_waited_for_with_patience():
    async with routed([], patience=0.1) as router:
        assert "none is named" in str(await down(router))


async def test_a_server_that_is_silent_for_everybody_stops_the_build():
    async with chat_server(silence) as server, routed([server.url], first_byte=0.2) as router:
        calls = [asyncio.create_task(router.post(str(each), b"{}")) for each in range(8)]
        results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, EngineDown) for each in results)
    assert "accepts calls and never answers" in str(results[0])


async def test_a_call_that_alone_is_not_answered_ends_its_dialogue_only():
    async with (
        chat_server(poisoned(silence)) as server,
        routed([server.url], first_byte=0.2) as router,
    ):
        slow = asyncio.create_task(router.post("slow", b"poison"))
        await asyncio.sleep(0.05)
        await router.post("quick", b"{}")
        with pytest.raises(ModelError) as caught:
            await slow
        assert caught.value.kind == "timeout"
        assert len(server.requests) == 2
        await router.post("quick", b"{}")


async def test_a_silent_replica_is_left_while_another_answers():
    async with (
        chat_server(silence) as mute,
        chat_server() as well,
        routed([mute.url, well.url], first_byte=0.15) as router,
    ):
        answers = await asyncio.gather(*(router.post(str(each), b"{}") for each in range(8)))
        assert {answer.url for answer in answers} == {well.url}
        asked = len(mute.requests)
        assert asked == 4
        for each in range(8):
            await router.post(f"later {each}", b"{}")
        assert len(mute.requests) == asked


@pytest.mark.parametrize("how", [reset, cut_short, overloaded])
async def test_one_dialogue_that_always_fails_costs_no_other(how):
    async with chat_server(poisoned(how)) as server, routed([server.url]) as router:

        async def dialogue(number: int) -> int:
            for _ in range(4):
                await router.post(str(number), b"poison" if number == 17 else b"{}")
            return number

        results = await asyncio.gather(*map(dialogue, range(64)), return_exceptions=True)
        assert [each for each in results if isinstance(each, int)] == [
            number for number in range(64) if number != 17
        ]
        assert isinstance(results[17], ModelError)


async def test_a_call_that_takes_the_server_down_every_time_ends_alone():
    restarts: list[asyncio.Task] = []

    async def crash(request: web.Request) -> web.StreamResponse:
        restarts.append(asyncio.create_task(restart(server)))
        await asyncio.sleep(5)
        return good()

    async with chat_server(poisoned(crash)) as server, routed([server.url]) as router:
        bodies = [b"poison" if number == 7 else b"{}" for number in range(32)]
        calls = [router.post(str(number), body) for number, body in enumerate(bodies)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.gather(*restarts)
        failed = [each for each in results if isinstance(each, BaseException)]
        assert failed == [results[7]]
        assert isinstance(failed[0], ModelError)
        assert failed[0].kind == "unreachable"
        assert len(restarts) == 3


async def test_callers_wait_for_a_server_that_is_started_again_without_losing_retries():
    async with chat_server() as server, routed([server.url], retries=0) as router:
        await router.post("warm", b"{}")
        await server.stop()
        calls = [asyncio.create_task(router.post(str(each), b"{}")) for each in range(64)]
        await asyncio.sleep(0.3)
        assert not any(call.done() for call in calls)
        assert router.standings()[0].circuit != "closed"
        await server.start()
        answers = await asyncio.gather(*calls)
        assert {answer.retries for answer in answers} == {0}


async def test_calls_under_way_when_the_server_dies_are_asked_again_when_it_is_back():
    async with chat_server(poisoned(silence)) as server, routed([server.url]) as router:
        calls = [asyncio.create_task(router.post(str(each), b"poison")) for each in range(32)]
        while len(server.requests) < 32:
            await asyncio.sleep(0.005)
        await server.stop()
        server.answer = failing(500, 0)
        await server.start()
        assert len(await asyncio.gather(*calls)) == 32


async def test_a_gateway_that_says_503_for_a_server_that_is_gone_is_waited_for():
    async with chat_server(failing(503)) as server, routed([server.url]) as router:
        server.models = 503
        call = asyncio.create_task(router.post("d", b"{}"))
        while router.standings() == [] or router.standings()[0].circuit == "closed":
            await asyncio.sleep(0.005)
        server.answer, server.models = failing(503, 0), 200
        assert (await call).data == COMPLETION


async def test_a_replica_at_another_port_is_found_while_callers_wait():
    urls: list[str] = []
    async with chat_server() as old:
        urls.append(old.url)
    async with chat_server() as new, routed(urls) as router:
        call = asyncio.create_task(router.post("d", b"{}"))
        await asyncio.sleep(0.1)
        assert not call.done()
        urls[:] = [new.url]
        assert (await call).url == new.url
        assert [each.url for each in router.standings()] == [new.url]


async def test_one_call_that_nobody_stood_beside_is_no_proof_but_a_second_is():
    async with chat_server(silence) as server, routed([server.url], first_byte=0.1) as router:
        assert (await error_from(router)).kind == "timeout"
        assert "accepts calls and never answers" in str(await down(router))


@pytest.mark.slow
async def test_lone_calls_that_time_out_between_answers_end_their_dialogues_only():
    async with (
        chat_server(poisoned(silence)) as server,
        routed([server.url], first_byte=0.5) as router,
    ):
        for _ in range(2):
            assert (await error_from(router, b"poison")).kind == "timeout"
            await router.post("d", b"{}")


async def test_calls_that_fail_with_the_engine_are_asked_again_when_it_is_back():
    async with chat_server(failing(500)) as server, routed([server.url], retries=0) as router:
        server.health = 503
        calls = [asyncio.create_task(router.post(str(each), b"{}")) for each in range(16)]
        while len(server.requests) < 16:
            await asyncio.sleep(0.005)
        await server.stop()
        await asyncio.sleep(0.1)
        assert router.standings()[0].circuit != "closed"
        server.answer, server.health = failing(500, 0), 200
        await server.start()
        answers = await asyncio.gather(*calls)
        assert {answer.data for answer in answers} == {COMPLETION}


async def test_an_engine_that_is_dead_whenever_it_is_asked_ends_the_call():
    async with chat_server(failing(500)) as server, routed([server.url]) as router:
        server.health = 503
        assert (await error_from(router)).kind == "server_error"
        assert len(server.requests) == 3


async def test_half_an_answer_from_a_server_told_to_stop_is_no_answer():
    async def stopping(request, number):
        if number > 1:
            return good()
        half = {"finish_reason": "abort", "message": {"content": "I would"}}
        return web.json_response({"choices": [half]})

    async with chat_server(stopping) as server, routed([server.url]) as router:
        assert (await router.post("d", b"{}")).data == COMPLETION


async def test_a_model_that_speaks_of_aborting_is_heard():
    words = 'it says "finish_reason": "abort" there'

    async def answer(request, number):
        return web.json_response(completion(words))

    async with chat_server(answer) as server, routed([server.url]) as router:
        assert reply_of((await router.post("d", b"{}")).data).content == words
