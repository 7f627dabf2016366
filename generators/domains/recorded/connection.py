"""A connection to an MCP server: started, asked, and started again when it has died.

Whatever a server does wrong is an ``Answer`` with an error or a ``ServerLost``, never anything else.
"""

import asyncio
import json
import os
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.domains.services.mistakes import ImportFailed

STARTING_SECONDS = 30.0
CALL_SECONDS = 15.0
_PAGES = 50
_SAID = 300


class ServerLost(ImportFailed):
    """The server cannot be reached, or does not speak the protocol; the message says how."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One tool as a server lists it. ``read_only`` is None where it does not say."""

    name: str
    description: str
    schema: Mapping[str, Any]
    read_only: bool | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to. ``error`` is a code: ``tool_error`` when the tool says no, ``timeout``,
    ``protocol`` when the answer is not what the server's own schema promises or cannot be kept."""

    result: Any
    error: str = ""


class Connection:
    """A server that can be asked. Made by ``connected``."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def tools(self) -> list[Offered]:
        """All tools, page by page. Raises ``ServerLost``."""
        found: list[Offered] = []
        cursor: str | None = None
        for _ in range(_PAGES):
            try:
                page = await asyncio.wait_for(
                    self._client.list_tools(cursor=cursor), STARTING_SECONDS
                )
            except Exception as error:
                raise ServerLost(f"its tools cannot be listed: {said(error)}") from error
            for each in page.tools:
                hints = each.annotations
                found.append(
                    Offered(
                        name=each.name,
                        description=" ".join((each.description or "").split()),
                        schema=each.input_schema,
                        read_only=hints.read_only_hint if hints else None,
                    )
                )
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """Calls a tool. Raises ``ServerLost`` when the server is gone."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answered = await self._client.call_tool(tool, dict(arguments))
        except TimeoutError:
            return Answer(f"no answer within {CALL_SECONDS:g} s", "timeout")
        except Exception as error:
            if _is_about_the_answer(error):
                return Answer(said(error), "protocol")
            raise ServerLost(f"{tool}: {said(error)}") from error
        return _kept(answered)


def _is_about_the_answer(error: Exception) -> bool:
    """Whether a server that answers has answered wrongly; else it is gone."""
    from mcp import MCPError
    from mcp_types import CONNECTION_CLOSED

    if isinstance(error, MCPError):
        return error.error.code != CONNECTION_CLOSED
    # The SDK compares structured results with the server's own schema.
    return isinstance(error, (RuntimeError, ValueError)) and "schema" in str(error).lower()


def _kept(answered: Any) -> Answer:
    texts = [each.text for each in answered.content if each.type == "text"]
    others = {each.type for each in answered.content if each.type != "text"}
    if answered.is_error:
        return Answer(" ".join(texts)[:_SAID] or "the tool says no", "tool_error")
    if others:
        return Answer(f"an answer of {', '.join(sorted(others))}", "protocol")
    if answered.structured_content is not None:
        kept = answered.structured_content
        # What is no object is wrapped by servers.
        only = isinstance(kept, dict) and set(kept) == {"result"}
        return Answer(kept["result"] if only else kept)
    text = "\n".join(texts)
    try:
        return Answer(json.loads(text))
    except ValueError:
        return Answer(text)


@asynccontextmanager
async def connected(server: str) -> AsyncIterator[Connection]:
    """A connection to the server at a URL, or to one that is started by a command line. Raises
    ``ServerLost``."""
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    async with AsyncExitStack() as stack:
        try:
            if server.startswith(("http://", "https://")):
                at: Any = server
            else:
                command, *arguments = shlex.split(server)
                # What it writes beside the protocol is not ours to show.
                quiet = stack.enter_context(Path(os.devnull).open("w"))  # noqa: SIM115
                asked = StdioServerParameters(command=command, args=arguments)
                at = stdio_client(asked, errlog=quiet)
            async with asyncio.timeout(STARTING_SECONDS):
                client = await stack.enter_async_context(Client(at))
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _is_mine():
                raise
            raise ServerLost(f"{server}: cannot be started or reached ({said(error)})") from error
        yield Connection(client)


def _is_mine() -> bool:
    """Whether this task itself is being cancelled, from outside."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())


def said(error: BaseException) -> str:
    """An error in a few words; of a group, the first in it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(f"{type(error).__name__}: {error}".split())[:_SAID]
