"""Real vLLM for tests: one server with the tiny model for all of them.

from tests.vllm_server import VLLMServer

@pytest.mark.slow
async def test_something(vllm_server: VLLMServer) -> None: ...
"""

import asyncio
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.engines.options import launch_of
from pipelines.engines.vllm_environment import CHECKOUT, command_of, vllm_of
from pipelines.recipe_models import Option, Served, Serving
from pipelines.serving import Server

KEY_ENV = "DUOLOGUE_TEST_KEY"
MODEL = "tiny"
OPTIONS: dict[str, Option] = {
    "max-model-len": 8192,
    "max-num-seqs": 64,
    "distributed-executor-backend": "uni",
    "structured-outputs-config": '{"backend": "xgrammar", "disable_any_whitespace": true}',
    "tool-call-parser": "hermes",
}


@dataclass(frozen=True)
class VLLMServer:
    """``url`` goes up to ``/v1``; the key is in the environment variable ``KEY_ENV`` too."""

    server: Server
    url: str
    key: str
    model: str = MODEL


def tiny_model() -> Path:
    """The tiny model, made when it is not there."""
    folder = CHECKOUT / "builds" / ".models" / "tiny"
    python = command_of(Serving())
    script = str(CHECKOUT / "pipelines" / "engines" / "tiny_model.py")
    subprocess.run(
        [*python, "-P", script, str(folder)], check=True, capture_output=True, timeout=300
    )
    return folder


@contextmanager
def tiny_server(folder: Path) -> Iterator[VLLMServer]:
    """A vLLM server with the tiny model, its log in ``folder``. Raises ``EngineError`` without
    ``make vllm``: tests that need vLLM fail where it is missing."""
    serving = Serving()
    served = Served(model=str(tiny_model()), options=OPTIONS)
    key = secrets.token_urlsafe(32)
    launch = launch_of("tests.1", (MODEL,), served, serving, vllm_of(serving))
    server = Server(launch, key, folder)
    os.environ[KEY_ENV] = key
    try:
        yield VLLMServer(server, asyncio.run(server.start()), key)
    finally:
        asyncio.run(server.stop())
        del os.environ[KEY_ENV]
