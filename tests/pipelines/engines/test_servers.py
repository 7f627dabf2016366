import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pipelines.engines.fleet import FLEET, read_fleet
from pipelines.engines.servers import SERVERS, served
from pipelines.mishap import EngineError, RequestError
from pipelines.recipe import Recipe
from pipelines.serving import SERVER_KEY
from tests.bench_server import Server
from tests.engine_stand_in import environment
from tests.processes import nobody_with, running

TINY = {"model": "org/tiny", "options": {"max-model-len": 4096}}


def recipe(
    models: dict[str, Any], user: str = "user", agent: str = "agent", **serving: Any
) -> Recipe:
    return Recipe.model_validate(
        {
            "name": "talks",
            "personas": {"count": 1},
            "blueprints": {"count": 1, "domains": {"cloakroom": 1.0}},
            "models": models,
            "players": {
                "user": {"kind": "llm", "model": user},
                "agent": {"kind": "llm", "model": agent},
            },
            "serving": serving,
        }
    )


def both(folder: Path, **serving: Any) -> Recipe:
    """User and agent, served by one server."""
    models = {"user": {"share": "agent"}, "agent": {"vllm": TINY}}
    return recipe(models, environment=environment(folder / "vllm"), **serving)


async def posted(url: str, path: str, body: dict[str, Any], key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}{path}", json=body) as response,
    ):
        await response.read()
        return response.status


def asks(url: str, text: str = "hello") -> "asyncio.Task[int]":
    """A call that waits for its answer."""
    body = {
        "model": "org/tiny",
        "messages": [{"role": "user", "content": text}],
        "max_tokens": 5,
    }
    return asyncio.create_task(posted(url, "/chat/completions", body, os.environ[SERVER_KEY]))


def leader() -> int:
    """The process of the only server."""
    found = [each for each in running(os.environ[SERVER_KEY]) if os.getpgid(each) == each]
    assert len(found) == 1
    return found[0]


async def used_up(folder: Path, said: list[str]) -> None:
    """A build whose server dies twice and may be started again once."""
    async with (
        asyncio.timeout(60),
        served(both(folder, restarts=1), folder, said.append) as servers,
    ):
        await servers.ready()
        os.kill(leader(), signal.SIGKILL)
        await heard(said, "is up after", times=2)
        os.kill(leader(), signal.SIGKILL)
        await asyncio.sleep(3600)


async def test_slots_that_share_get_one_server_and_a_berth_each(tmp_path: Path) -> None:
    async with asyncio.timeout(30), served(both(tmp_path), tmp_path, lambda text: None) as servers:
        fleet = await servers.ready()
        assert fleet.berths["user"] == fleet.berths["agent"]
        assert fleet.berths["user"].model == "org/tiny"
        assert len(fleet.berths["user"].urls) == 1
        assert read_fleet(tmp_path) == fleet


async def test_nothing_is_started_before_it_is_needed(tmp_path: Path) -> None:
    async with served(both(tmp_path), tmp_path, lambda text: None):
        pass
    assert not (tmp_path / SERVERS).exists()
    assert not (tmp_path / FLEET).exists()


async def test_replicas_of_a_model_are_urls_of_one_berth(tmp_path: Path) -> None:
    two = {"user": {"vllm": {**TINY, "replicas": 2}}, "agent": {"vllm": TINY}}
    wanted = recipe(two, environment=environment(tmp_path / "vllm"))
    async with asyncio.timeout(60), served(wanted, tmp_path, lambda text: None) as servers:
        berths = (await servers.ready()).berths
        assert len(set(berths["user"].urls)) == 2
        assert len({*berths["user"].urls, *berths["agent"].urls}) == 3
        assert {each.name for each in (tmp_path / SERVERS).iterdir()} == {
            "agent.1.log",
            "user.1.log",
            "user.2.log",
        }


async def test_the_key_is_in_the_environment_while_servers_run_and_in_no_file(
    tmp_path: Path,
) -> None:
    assert SERVER_KEY not in os.environ
    async with asyncio.timeout(30), served(both(tmp_path), tmp_path, lambda text: None) as servers:
        fleet = await servers.ready()
        key = os.environ[SERVER_KEY]
        assert fleet.berths["agent"].api_key_env == SERVER_KEY
        call = asks(fleet.berths["agent"].urls[0])
        assert await call == 200
    assert SERVER_KEY not in os.environ
    assert len(key) > 30
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert {FLEET, "agent.1.log"} <= {each.name for each in files}
    assert not [each for each in files if key.encode() in each.read_bytes()]


@pytest.mark.slow
async def test_a_killed_server_is_started_again_where_it_was(tmp_path: Path) -> None:
    said: list[str] = []
    async with asyncio.timeout(60), served(both(tmp_path), tmp_path, said.append) as servers:
        url = (await servers.ready()).berths["agent"].urls[0]
        os.kill(leader(), signal.SIGKILL)
        await heard(said, "starting it again (1 of 3)")
        await heard(said, "is up after", times=2)
        assert await asks(url) == 200
        assert read_fleet(tmp_path).edition == 1


@pytest.mark.slow
async def test_a_server_that_stops_answering_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = both(tmp_path, stall_seconds=1.0)
    async with asyncio.timeout(60), served(wanted, tmp_path, said.append) as servers:
        url = (await servers.ready()).berths["agent"].urls[0]
        await posted(url.removesuffix("/v1"), "/control", {"hang": True}, os.environ[SERVER_KEY])
        lost = asks(url)
        await heard(said, "has made no token")
        await heard(said, "is up after", times=2)
        assert await asks(url) == 200
        with pytest.raises(aiohttp.ClientError):
            await lost


@pytest.mark.slow
async def test_a_server_that_nobody_asks_is_left_alone(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = both(tmp_path, stall_seconds=0.4)
    async with asyncio.timeout(30), served(wanted, tmp_path, said.append) as servers:
        await servers.ready()
        await asyncio.sleep(1.2)
    assert not [each for each in said if "starting it again" in each]


@pytest.mark.slow
async def test_a_server_that_hangs_before_anybody_asks_is_found_out(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = both(tmp_path, stall_seconds=0.8)
    async with asyncio.timeout(60), served(wanted, tmp_path, said.append) as servers:
        url = (await servers.ready()).berths["agent"].urls[0]
        await posted(url.removesuffix("/v1"), "/control", {"hang": True}, os.environ[SERVER_KEY])
        await heard(said, "starting it again")


@pytest.mark.slow
async def test_a_frozen_process_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = both(tmp_path, stall_seconds=1.0)
    async with asyncio.timeout(60), served(wanted, tmp_path, said.append) as servers:
        await servers.ready()
        os.kill(leader(), signal.SIGSTOP)
        await heard(said, "has answered nothing")
        await heard(said, "is up after", times=2)


@pytest.mark.slow
async def test_when_the_restarts_are_used_up_whoever_is_inside_is_stopped(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(EngineError) as caught:
        await used_up(tmp_path, said)
    assert "agent.1 of model slot user, agent does not stay up" in caught.value.what
    assert "after 1 restarts" in caught.value.what
    assert str(tmp_path / SERVERS / "agent.1.log") in caught.value.remedy
    await nobody_with(str(tmp_path / "vllm"))


async def test_a_cancelled_build_stays_cancelled_and_leaves_no_server(tmp_path: Path) -> None:
    up = asyncio.Event()

    async def build() -> None:
        async with served(both(tmp_path), tmp_path, lambda text: None) as servers:
            await servers.ready()
            up.set()
            await asyncio.sleep(3600)

    async with asyncio.timeout(60):
        task = asyncio.create_task(build())
        await up.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await nobody_with(str(tmp_path / "vllm"))


async def test_when_one_server_cannot_start_none_stays(tmp_path: Path) -> None:
    ends = environment(tmp_path / "vllm", "ends")
    wanted = recipe(
        {"user": {"vllm": TINY}, "agent": {"vllm": {**TINY, "revision": "b"}}}, environment=ends
    )
    async with asyncio.timeout(30):
        with pytest.raises(EngineError, match="the model does not fit"):
            async with served(wanted, tmp_path, lambda text: None) as servers:
                await servers.ready()
    await nobody_with(str(tmp_path / "vllm"))


async def test_without_vllm_one_is_told_how_to_get_it(tmp_path: Path) -> None:
    wanted = recipe({"user": {"vllm": TINY}, "agent": {"share": "user"}}, environment=str(tmp_path))
    with pytest.raises(EngineError) as caught:
        async with served(wanted, tmp_path, lambda text: None) as servers:
            await servers.ready()
    assert "there is no vLLM" in caught.value.what
    assert "make vllm" in caught.value.remedy


async def test_a_model_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    lost = {"vllm": {"model": str(tmp_path / "nowhere")}}
    wanted = recipe({"user": lost, "agent": lost}, environment=environment(tmp_path / "vllm"))
    with pytest.raises(RequestError, match="nowhere"):
        async with served(wanted, tmp_path, lambda text: None) as servers:
            await servers.ready()


async def heard(said: list[str], text: str, times: int = 1) -> None:
    """Waits until something has been said so often."""
    until = time.monotonic() + 25
    while sum(text in each for each in said) < times:
        assert time.monotonic() < until, f"{text!r} is not in {said}"
        await asyncio.sleep(0.05)


def at_url(url: str | list[str], model: str = "bench", key_env: str = "") -> Recipe:
    slot = {"url": url, "model": model, "api_key_env": key_env}
    return recipe({"user": slot, "agent": {"share": "user"}})


async def test_servers_of_others_get_a_berth_and_are_left_alone(tmp_path: Path) -> None:
    with Server() as server:
        async with served(at_url(server.url), tmp_path, lambda text: None) as servers:
            berths = (await servers.ready()).berths
        assert berths["user"].urls == (server.url,)
        assert berths["agent"].model == "bench"
        assert server.get("/health") == ""


async def refused(wanted: Recipe, folder: Path) -> EngineError:
    with pytest.raises(EngineError) as caught:
        async with asyncio.timeout(30), served(wanted, folder, lambda text: None) as servers:
            await servers.ready()
    return caught.value


async def test_a_url_where_nobody_answers_is_named_with_its_slot(tmp_path: Path) -> None:
    error = await refused(at_url("http://127.0.0.1:9/v1"), tmp_path)
    assert "model slot user: nothing answers at http://127.0.0.1:9/v1" in error.what


async def test_a_server_without_tls_is_named_as_such(tmp_path: Path) -> None:
    async with TestServer(web.Application()) as server:
        error = await refused(at_url(f"https://127.0.0.1:{server.port}/v1"), tmp_path)
    assert "is it http instead of https?" in error.what


async def test_of_several_urls_one_will_do(tmp_path: Path) -> None:
    said: list[str] = []
    with Server() as server:
        wanted = at_url(["http://127.0.0.1:9/v1", server.url])
        async with served(wanted, tmp_path, said.append) as servers:
            await servers.ready()
    assert said == [
        "model slot user: nothing answers at http://127.0.0.1:9/v1; going on without it"
    ]


async def test_a_wrong_key_is_told_by_the_name_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_KEY", "right")
    with Server("--key-env", "BENCH_KEY") as server:
        monkeypatch.setenv("BENCH_KEY", "wrong-key")
        error = await refused(at_url(server.url, key_env="BENCH_KEY"), tmp_path)
        assert "BENCH_KEY" in error.remedy
        assert "wrong-key" not in error.what + error.remedy
        without = await refused(at_url(server.url), tmp_path)
        assert "api_key_env" in without.remedy


async def test_a_variable_that_is_not_set_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    error = await refused(at_url("http://127.0.0.1:9/v1", key_env="NO_SUCH_KEY"), tmp_path)
    assert error.what == "model slot user: the environment variable NO_SUCH_KEY is not set"


async def test_a_model_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with Server() as server:
        error = await refused(at_url(server.url, model="other"), tmp_path)
    assert "has no model 'other'" in error.what
    assert "There: bench" in error.remedy


async def test_prefix_hits_are_told_by_slot(tmp_path: Path) -> None:
    async with asyncio.timeout(30), served(both(tmp_path), tmp_path, lambda text: None) as servers:
        url = (await servers.ready()).berths["agent"].urls[0]
        assert await servers.prefix_hits() == {}
        long = "hello, who is there? " * 200
        assert (await asks(url, long), await asks(url, long)) == (200, 200)
        hits = await servers.prefix_hits()
        assert set(hits) == {"user", "agent"}
        assert 0 < hits["user"] < 1
