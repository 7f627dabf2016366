import asyncio
import gc
import warnings

import pytest

from generators.models.connections import Connections
from generators.models.router import Router
from generators.player import EngineDown
from tests.chat_server import chat_server, good

URL = "http://127.0.0.1:9/v1"


async def test_slots_that_ask_one_server_with_one_key_share_its_circuit(monkeypatch):
    monkeypatch.setenv("FIRST_KEY", "one")
    connections = Connections()
    first = connections.endpoint(URL, "FIRST_KEY")
    assert connections.endpoint(URL, "FIRST_KEY") is first
    assert connections.endpoint(URL) is not first
    await connections.close()


async def test_an_endpoint_is_dropped_with_its_last_user():
    connections = Connections()
    first = connections.endpoint(URL)
    connections.endpoint(URL)
    connections.release(URL)
    assert connections.endpoint(URL) is first
    connections.release(URL)
    connections.release(URL)
    connections.release(URL)
    assert connections.endpoint(URL) is not first
    await connections.close()


async def test_an_endpoint_that_nobody_uses_is_probed_no_more():
    before = asyncio.all_tasks()
    connections = Connections()
    connections.endpoint(URL).circuit.trip("refused")
    connections.release(URL)
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == before
    await connections.close()


@pytest.mark.parametrize("key", [None, "", "  \n"])
async def test_a_key_that_is_not_set_is_told_by_slot_address_and_variable(monkeypatch, key):
    monkeypatch.delenv("MY_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("MY_KEY", key)
    connections = Connections()
    router = Router("judge", connections, lambda: (URL,), key_env="MY_KEY")
    with pytest.raises(EngineDown, match=r"(?s)judge.*MY_KEY.*127\.0\.0\.1:9"):
        await router.post("d", b"{}")
    await connections.close()


async def test_a_key_that_no_header_can_hold_is_told_without_being_shown(monkeypatch):
    monkeypatch.setenv("MY_KEY", "distinct\nX-Evil: 1")
    connections = Connections()
    with pytest.raises(EngineDown, match="MY_KEY") as caught:
        connections.endpoint(URL, "MY_KEY")
    assert "distinct" not in str(caught.value)
    await connections.close()


async def test_white_space_around_a_key_is_no_part_of_it(monkeypatch):
    monkeypatch.setenv("MY_KEY", " abc\n")
    async with chat_server() as server:
        connections = Connections()
        router = Router("judge", connections, lambda: (server.url,), key_env="MY_KEY")
        await router.post("d", b"{}")
        assert server.requests[0].headers["Authorization"] == "Bearer abc"
        await connections.close()


async def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with chat_server() as server, asyncio.timeout(10):
        connections = Connections()
        answer = await Router("judge", connections, lambda: (server.url,)).post("d", b"{}")
        assert answer.retries == 0
        await connections.close()


async def test_closing_leaves_nothing_open_and_may_be_done_twice():
    before = asyncio.all_tasks()
    async with chat_server() as server:
        connections = Connections()
        router = Router("agent", connections, lambda: (server.url,))
        await router.post("d", b"{}")
        connections.endpoint(URL).circuit.trip("refused")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            router.close()
            await connections.close()
            await connections.close()
            del connections, router
            gc.collect()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_call_after_closing_says_that_the_engine_is_down():
    async with chat_server() as server:
        connections = Connections()
        router = Router("agent", connections, lambda: (server.url,))
        await router.post("d", b"{}")
        await connections.close()
        with pytest.raises(EngineDown, match="closed"):
            await router.post("d", b"{}")
        with pytest.raises(EngineDown, match="closed"):
            await Router("user", connections, lambda: (server.url,)).post("d", b"{}")


async def test_a_call_under_way_when_the_connections_are_closed_ends():
    async def slow(request, number):
        await asyncio.sleep(5)
        return good()

    async with chat_server(slow) as server, asyncio.timeout(10):
        connections = Connections()
        router = Router("agent", connections, lambda: (server.url,))
        call = asyncio.create_task(router.post("d", b"{}"))
        while not server.requests:
            await asyncio.sleep(0.005)
        await connections.close()
        with pytest.raises(EngineDown, match="closed"):
            await call
