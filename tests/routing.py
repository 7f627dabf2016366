"""Routers over local servers, and ways in which a server may fail."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from generators.models.chat import ModelError
from generators.models.connections import Connections
from generators.models.limits import CallLimits
from generators.models.router import Router
from generators.player import EngineDown
from tests.chat_server import ChatServer, good

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


async def restart(server: ChatServer, gone: float = 0.05) -> None:
    await server.stop()
    await asyncio.sleep(gone)
    await server.start()
