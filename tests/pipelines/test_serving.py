import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from pipelines.engines.options import launch_of
from pipelines.engines.vllm_environment import vllm_of
from pipelines.mishap import EngineError
from pipelines.recipe_models import Served, Serving
from pipelines.serving import Launch, Server
from tests.bench_server import ROOT
from tests.engine_stand_in import environment
from tests.processes import listening, nobody_with, running

KEY = "a-key-that-nobody-else-has"


def launch(folder: Path, behaviour: str = "serves", seconds: float = 20.0) -> Launch:
    serving = Serving(environment=environment(folder, behaviour), start_seconds=seconds)  # type: ignore[arg-type]
    served = Served(model="org/tiny", options={"max-model-len": 4096})
    return launch_of("agent.1", ("tiny",), served, serving, vllm_of(serving))


async def status(url: str, key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout = aiohttp.ClientTimeout(total=5)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
        session.get(f"{url}/models") as response,
    ):
        return response.status


async def test_a_server_answers_those_who_have_the_key_and_nobody_else(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        url = await server.start()
        try:
            assert (await status(url, KEY), await status(url), await status(url, "x")) == (
                200,
                401,
                401,
            )
        finally:
            await server.stop()


async def test_a_server_listens_on_loopback_only(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        await server.start()
        try:
            assert listening(server.port) == {"0100007F"}
        finally:
            await server.stop()


async def test_the_key_is_in_no_command_line_and_no_log(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        await server.start()
        try:
            commands = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, text=True)
            assert "benchmarks.server" in commands.stdout
            assert KEY not in commands.stdout
            assert KEY not in Path(server.log).read_text()
            assert running(KEY)  # It travels by environment, and this finds it there.
        finally:
            await server.stop()


async def test_a_stopped_server_leaves_nobody_behind(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        await server.start()
        await server.stop()
        assert not await server.alive()
        await nobody_with(KEY)
        await server.stop()


async def test_a_killed_server_comes_back_at_the_same_url(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    async with asyncio.timeout(60):
        url = await server.start()
        try:
            assert server.pid
            os.kill(server.pid, signal.SIGKILL)
            while await server.alive():
                await asyncio.sleep(0.01)
            assert await server.restart() == url
            assert await status(url, KEY) == 200
        finally:
            await server.stop()


@pytest.mark.parametrize(
    ("behaviour", "said", "remedy"),
    [("ends", "the model does not fit", "max-model-len"), ("misses", "OSError", "HF_TOKEN")],
)
async def test_a_server_that_ends_early_is_reported_with_what_it_said_last(
    tmp_path: Path, behaviour: str, said: str, remedy: str
) -> None:
    server = Server(launch(tmp_path, behaviour), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        with pytest.raises(EngineError) as caught:
            await server.start()
    assert "agent.1" in caught.value.what
    assert said in caught.value.what
    assert server.log in caught.value.remedy
    assert remedy in caught.value.remedy
    assert KEY not in caught.value.what + caught.value.remedy


async def test_a_server_that_does_not_come_up_in_time_is_ended(tmp_path: Path) -> None:
    server = Server(launch(tmp_path, "sleeps", seconds=0.5), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        with pytest.raises(EngineError, match="is not up after"):
            await server.start()
        await nobody_with(KEY)


async def test_a_start_that_is_given_up_leaves_nobody_behind(tmp_path: Path) -> None:
    server = Server(launch(tmp_path, "sleeps"), KEY, tmp_path / "servers")
    async with asyncio.timeout(30):
        start = asyncio.create_task(server.start())
        while not running(KEY):
            await asyncio.sleep(0.05)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start
        await nobody_with(KEY)


DRIVER = """
import asyncio, sys
from pathlib import Path
from pipelines.serving import Server
from tests.pipelines.test_serving import KEY, launch

async def main():
    server = Server(launch(Path(sys.argv[1])), KEY, Path(sys.argv[1]) / "servers")
    print(await server.start(), flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


@pytest.mark.slow
def test_no_server_outlives_a_driver_that_is_killed(tmp_path: Path) -> None:
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert driver.stdout
    try:
        assert driver.stdout.readline().startswith("http://127.0.0.1:")
        assert running(KEY)
    finally:
        driver.kill()
        driver.wait(timeout=10)
        driver.stdout.close()
    asyncio.run(nobody_with(KEY))


async def test_a_port_that_another_has_taken_is_the_server_s_to_report(tmp_path: Path) -> None:
    server = Server(launch(tmp_path), KEY, tmp_path / "servers")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        server.port = other.getsockname()[1]
        async with asyncio.timeout(30):
            with pytest.raises(EngineError, match="has ended"):
                await server.start()
