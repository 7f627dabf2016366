"""The connections of one process to all the servers that it asks."""

import asyncio
import os

import aiohttp

from generators.models.endpoint import Endpoint
from generators.player import EngineDown

IDLE_SECONDS = 4.0
"""How long an idle connection is kept: less than servers keep theirs (vLLM: 5 s), so that a call does
not go out on one that is being closed."""


class Connections:
    """One HTTP session for every model slot of a process, and the endpoints that are in use.

    Slots that ask the same server with the same key share its endpoint, and with it the circuit.
    Belongs to one event loop. ``close`` ends it.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self._users: dict[tuple[str, str], int] = {}

    def endpoint(self, url: str, key_env: str = "") -> Endpoint:
        """The endpoint at ``url``, asked with the key in the environment variable ``key_env`` (empty for
        none). Each one that is taken is given back with ``release``.

        Raises ``EngineDown`` when the variable holds no usable key, and after ``close``.
        """
        if self._closed:
            raise EngineDown("the connections of this process are closed")
        place = (url, key_env)
        if place not in self._endpoints:
            key = _key(key_env, url)
            self._endpoints[place] = Endpoint(self._opened(), url, key)
        self._users[place] = self._users.get(place, 0) + 1
        return self._endpoints[place]

    def release(self, url: str, key_env: str = "") -> None:
        """Gives an endpoint back. When nobody uses it any longer it is probed no more."""
        place = (url, key_env)
        if place not in self._users:
            return
        self._users[place] -= 1
        if self._users[place] == 0:
            del self._users[place]
            self._endpoints.pop(place).circuit.stop()

    async def close(self) -> None:
        """Closes every connection and ends every probe. Calls that are still made raise ``EngineDown``.
        May be called again."""
        self._closed = True
        probes = [task for each in self._endpoints.values() for task in each.circuit.stop()]
        self._endpoints.clear()
        self._users.clear()
        await asyncio.gather(*probes, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # The window of dialogues bounds how many calls there are; nothing else should.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


def _key(variable: str, url: str) -> str:
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise EngineDown(
            f"the environment variable {variable}, which should hold the key for {url}, is not set"
        )
    if not (key.isascii() and key.isprintable()):
        raise EngineDown(
            f"the environment variable {variable} holds no key: keys are printable ASCII"
        )
    return key
