"""Questions for the bench server, sent with the standard library."""

import http.client
import json
from typing import Any

from tests.bench_server import Server

SPEAK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello there"}]


def chat(**fields: Any) -> bytes:
    """A body of a chat completion."""
    return json.dumps({"model": "bench", "messages": SPEAK, **fields}).encode()


def ask(
    server: Server, body: bytes, headers: dict[str, str] | None = None, seconds: float = 10
) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of one call on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=seconds)
    try:
        connection.request("POST", "/v1/chat/completions", body, headers or {})
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, answer.read(), told
    finally:
        connection.close()


def choice(server: Server, body: bytes) -> dict[str, Any]:
    """The first choice of an answer that must be good."""
    status, answer, _ = ask(server, body)
    assert status == 200, answer
    return json.loads(answer)["choices"][0]
