import asyncio
import hashlib
import time
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from aiohttp import web

from generators.models import circuit as circuits
from generators.models import router as routers
from generators.models.chat import ModelError
from generators.models.connections import Connections
from generators.models.limits import CallLimits
from generators.models.router import Router
from generators.models.wire import reply_of
from generators.player import EngineDown
from tests.chat_server import COMPLETION, ChatServer, chat_server, cut_short, good, reset

KEY = "sk-very-distinctive-0123456789"
LIMITS = CallLimits(
    connect=1.0,
    first_byte=5.0,
    total=10.0,
    retries=3,
    patience=5.0,
    first_pause=0.002,
    longest_pause=0.02,
    longest_retry_after=0.3,
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setattr(circuits, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(circuits, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(routers, "LOOK_SECONDS", 0.02)


@asynccontextmanager
async def routed(urls: Sequence[str], **limits: float) -> AsyncIterator[Router]:
    connections = Connections()
    router = Router(
        "agent",
        connections,
        lambda: tuple(urls),
        model="tiny",
        key_env="TEST_KEY",
        limits=msgspec.structs.replace(LIMITS, **limits),
    )
    try:
        async with asyncio.timeout(20):
            yield router
    finally:
        router.close()
        await connections.close()


def failing(status: int, times: int = 10**9, **options):
    """Answers the first ``times`` calls with this status."""

    async def answer(request: web.Request, number: int) -> web.StreamResponse:
        return web.Response(status=status, **options) if number <= times else good()

    return answer


def poisoned(how):
    """Does ``how`` to calls that have the word poison in them, and answers the others."""

    async def answer(request: web.Request, number: int) -> web.StreamResponse:
        if b"poison" in await request.read():
            return await how(request)
        await asyncio.sleep(0.01)
        return good()

    return answer


async def overloaded(request: web.Request, number: int = 0) -> web.StreamResponse:
    return web.Response(status=503)


async def silence(request: web.Request, number: int = 0) -> web.StreamResponse:
    await asyncio.sleep(30)
    return good()


async def error_from(router: Router, body: bytes = b"{}") -> ModelError:
    with pytest.raises(ModelError) as caught:
        await router.post("d", body)
    return caught.value


async def down(router: Router) -> EngineDown:
    with pytest.raises(EngineDown) as caught:
        await router.post("d", b"{}")
    return caught.value


# What is tried again.


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


# How long is waited.


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


# What would cost every dialogue.


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
    async with chat_server(poisoned(silence)) as server:
        async with routed([server.url], first_byte=0.2) as router:
            slow = asyncio.create_task(router.post("slow", b"poison"))
            await asyncio.sleep(0.05)
            await router.post("quick", b"{}")
            with pytest.raises(ModelError) as caught:
                await slow
            assert caught.value.kind == "timeout"
            assert len(server.requests) == 2
            await router.post("quick", b"{}")


async def test_a_silent_replica_is_left_while_another_answers():
    async with chat_server(silence) as mute:
        async with chat_server() as well, routed([mute.url, well.url], first_byte=0.15) as router:
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


async def restart(server: ChatServer, gone: float = 0.05) -> None:
    await server.stop()
    await asyncio.sleep(gone)
    await server.start()


# While a server is away.


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


# Which replica.


async def test_new_dialogues_spread_and_each_stays_where_it_is():
    async with chat_server() as one, chat_server() as two, routed([one.url, two.url]) as router:
        for _ in range(5):
            await asyncio.gather(*(router.post(str(each), b"{}") for each in range(10)))
        assert [each.dialogues for each in router.standings()] == [5, 5]
        assert not set(one.sessions) & set(two.sessions)
        assert len(set(one.sessions)) == len(set(two.sessions)) == 5


async def test_the_session_is_a_hash_of_dialogue_and_slot():
    async with chat_server() as server, routed([server.url]) as router:
        await router.post("d", b"{}")
        await router.post("e", b"{}")
        assert server.sessions[0] == hashlib.sha256(b"agent\nd").hexdigest()
        assert server.sessions[0] != server.sessions[1]


async def test_a_dialogue_moves_when_its_replica_is_gone_and_stays_there():
    async with chat_server() as one, chat_server() as two, routed([one.url, two.url]) as router:
        at = {one.url: one, two.url: two}
        first = (await router.post("d", b"{}")).url
        await at[first].stop()
        moved = await router.post("d", b"{}")
        assert moved.url != first
        await at[first].start()
        while any(each.circuit != "closed" for each in router.standings()):
            await asyncio.sleep(0.005)
        assert (await router.post("d", b"{}")).url == moved.url
        assert sorted(each.dialogues for each in router.standings()) == [0, 1]


async def test_a_dialogue_moves_when_its_replica_is_dropped_from_the_list():
    async with chat_server() as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            assert (await router.post("d", b"{}")).url == one.url
            urls[:] = [two.url]
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == two.url
            assert len(router.standings()) == 1


async def test_a_dialogue_moves_away_from_a_replica_that_has_far_more_to_do():
    async with chat_server(poisoned(silence)) as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            await router.post("d", b"{}")
            stuck = [asyncio.create_task(router.post(str(n), b"poison")) for n in range(20)]
            while len(one.requests) < 21:
                await asyncio.sleep(0.005)
            urls.append(two.url)
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == two.url
            for each in stuck:
                each.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_dialogue_stays_with_a_replica_that_has_little_more_to_do():
    async with chat_server(poisoned(silence)) as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            await router.post("d", b"{}")
            stuck = [asyncio.create_task(router.post(str(n), b"poison")) for n in range(4)]
            while len(one.requests) < 5:
                await asyncio.sleep(0.005)
            urls.append(two.url)
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == one.url
            for each in stuck:
                each.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_replica_that_refuses_loses_its_dialogues_to_one_that_does_not():
    async with chat_server(failing(503)) as full, chat_server() as free:
        async with routed([full.url, free.url]) as router:
            answers = await asyncio.gather(*(router.post(str(each), b"{}") for each in range(20)))
            assert {answer.url for answer in answers} == {free.url}
            assert max(answer.retries for answer in answers) == 1


# Nothing is left behind.


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

    async with chat_server(slow) as server, routed([server.url]) as router:
        answers = await asyncio.gather(*(router.post(str(each), b"{}") for each in range(1024)))
        assert {answer.retries for answer in answers} == {0}
