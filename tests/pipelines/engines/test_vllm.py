import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from generators.models.wire import reply_of
from pipelines.engines.figures import figures_of
from pipelines.engines.last_words import last_words
from pipelines.engines.watchdog import Watchdog
from tests.processes import listening, running
from tests.vllm_server import VLLMServer

pytestmark = pytest.mark.slow

SCHEMA = {
    "type": "object",
    "properties": {"say": {"type": "string", "maxLength": 80}, "end": {"type": "boolean"}},
    "required": ["say", "end"],
    "additionalProperties": False,
}
TOOL = {
    "type": "function",
    "function": {
        "name": "find_coat",
        "description": "Finds a coat by its tag.",
        "parameters": {"type": "object", "properties": {"tag": {"type": "string"}}},
    },
}


async def asked(server: VLLMServer, key: str = "", **fields: Any) -> tuple[int, dict[str, Any]]:
    body = {
        "model": server.model,
        "messages": [{"role": "user", "content": "Where is my coat?"}],
        "max_tokens": 128,
        "seed": 5,
        **fields,
    }
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session,
        session.post(
            f"{server.url}/chat/completions",
            json=body,
            headers={"Authorization": f"Bearer {key or server.key}"},
        ) as response,
    ):
        return response.status, await response.json()


async def test_vllm_answers_with_the_key_only_and_on_loopback_only(vllm_server: VLLMServer) -> None:
    assert (await asked(vllm_server))[0] == 200
    assert (await asked(vllm_server, key="another"))[0] == 401
    assert listening(vllm_server.server.port) == {"0100007F"}


async def test_vllm_s_key_is_in_no_command_line_and_no_log(vllm_server: VLLMServer) -> None:
    await asked(vllm_server)
    commands = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, text=True).stdout
    assert "vllm.entrypoints" in commands
    assert vllm_server.key not in commands
    with open(vllm_server.server.log, encoding="utf-8") as log:
        assert vllm_server.key not in log.read()


async def test_a_structured_reply_is_json_without_idle_white_space(vllm_server: VLLMServer) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "r", "strict": True, "schema": SCHEMA}}
    status, reply = await asked(vllm_server, response_format=form)
    content = reply["choices"][0]["message"]["content"]
    assert status == 200
    parsed = json.loads(content)
    assert set(parsed) == {"say", "end"}
    assert content == json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))


async def test_the_tiny_model_s_template_shows_tools(vllm_server: VLLMServer) -> None:
    without = (await asked(vllm_server))[1]["usage"]["prompt_tokens"]
    status, reply = await asked(vllm_server, tools=[TOOL], tool_choice="auto")
    assert status == 200
    assert reply["usage"]["prompt_tokens"] > without + 30


async def test_token_ids_and_log_probabilities_come_where_they_are_asked_for(
    vllm_server: VLLMServer,
) -> None:
    _, reply = await asked(vllm_server, return_token_ids=True, logprobs=True)
    kept = reply_of(json.dumps(reply).encode()).tokens
    assert kept
    assert kept.prompt_length == reply["usage"]["prompt_tokens"]
    assert len(kept.token_ids) == reply["usage"]["completion_tokens"] > 0
    assert len(kept.log_probabilities) == len(kept.token_ids)
    assert max(kept.log_probabilities) <= 0


async def test_calls_with_seeds_and_long_prompts_are_answered_side_by_side(
    vllm_server: VLLMServer,
) -> None:
    long = [{"role": "user", "content": "Where is my coat, and whose is this one? " * 300}]
    calls = [asked(vllm_server, messages=long, seed=seed, max_tokens=8) for seed in range(8)]
    assert {status for status, _ in await asyncio.gather(*calls)} == {200}
    async with aiohttp.ClientSession() as session:
        figures = await figures_of(session, vllm_server.url)
    assert figures.generated_tokens >= 8
    assert figures.prefix_hits > 0


async def test_an_engine_that_stands_still_is_started_again_at_the_same_url(
    vllm_server: VLLMServer,
) -> None:
    server, said, back = vllm_server.server, list[str](), asyncio.Event()
    dog = Watchdog(
        server,
        slots=("agent",),
        model=vllm_server.model,
        key=vllm_server.key,
        stall_seconds=4.0,
        restarts=1,
        say=said.append,
        moved=back.set,
    )
    assert server.pid
    before = server.pid
    call = asyncio.create_task(asked(vllm_server, max_tokens=6000, ignore_eos=True))
    async with asyncio.timeout(400):
        await asyncio.sleep(0.5)
        for pid in running("VLLM::"):
            if os.getpgid(pid) == before:
                os.kill(pid, signal.SIGSTOP)
        watch = asyncio.create_task(dog.watch())
        try:
            # Not before the restart is over: one that is called off takes the server with it.
            while not back.is_set():
                assert not watch.done(), last_words(Path(server.log))
                await asyncio.sleep(0.5)
        finally:
            watch.cancel()
    assert server.pid != before
    assert await answers(vllm_server)
    assert "has made no token" in said[0]
    # Cut off, or answered before the engine was stopped.
    await asyncio.gather(call, return_exceptions=True)


async def answers(server: VLLMServer) -> bool:
    try:
        return (await asked(server, max_tokens=1))[0] == 200
    except aiohttp.ClientError:
        return False
