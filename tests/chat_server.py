"""A local server that answers chat completions the way a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

Answerer = Callable[[web.Request, int], Awaitable[web.StreamResponse]]
"""Answers the n-th call, counted from 1."""


def completion(content: Any = "hello", **message: Any) -> dict[str, Any]:
    """A well-formed chat completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "tiny",
        "system_fingerprint": "vllm-0.32-abcdef12",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {
            "prompt_tokens": 20,
            "completion_tokens": 5,
            "prompt_tokens_details": {"cached_tokens": 16},
        },
    }


COMPLETION = msgspec.json.encode(completion())


def good() -> web.Response:
    """A well-formed answer."""
    return web.Response(body=COMPLETION, content_type="application/json")


async def reset(request: web.Request, number: int = 0) -> web.StreamResponse:
    """Cuts the connection without an answer."""
    await request.read()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_short(request: web.Request, number: int = 0) -> web.StreamResponse:
    """Cuts the connection in the middle of a body."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(COMPLETION[:20])
    assert request.transport is not None
    request.transport.close()
    return response


class ChatServer:
    """Counts what it is asked. ``models`` and ``health`` are the statuses of ``/v1/models`` and
    ``/health``; it can stop and start again at the same port."""

    def __init__(self, answer: Answerer) -> None:
        self.answer = answer
        self.models = 200
        self.health = 200
        self.requests: list[web.Request] = []
        self.probes = 0
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def sessions(self) -> list[str]:
        return [request.headers["X-Session-ID"] for request in self.requests]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/health", self._healthy)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True, backlog=2048)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.answer(request, len(self.requests))

    async def _healthy(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=self.health)

    async def _models(self, request: web.Request) -> web.StreamResponse:
        self.probes += 1
        return web.json_response({"data": []}, status=self.models)


async def always_good(request: web.Request, number: int) -> web.StreamResponse:
    """Answers everything."""
    return good()


@asynccontextmanager
async def chat_server(answer: Answerer = always_good) -> AsyncIterator[ChatServer]:
    """A server for the length of a block."""
    server = ChatServer(answer)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
