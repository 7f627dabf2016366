"""Recording a server: which of its tools can be played, and what it answers, from the start and after
each write.

A read is asked twice, and a write is made twice from the same start: what answers differently each time
cannot be replayed, and is left out. Without a way back to the start no write is made at all.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import msgspec

from generators.domains.recorded.connection import (
    Answer,
    Connection,
    Offered,
    ServerLost,
    connected,
)
from generators.domains.recorded.spec import RecordedTool, Recording, call_key
from generators.domains.recorded.trying import Values, calls_of
from generators.domains.recorded.world import why_no_tool
from generators.domains.services.importing.finishing import Notes
from generators.domains.services.names import name_of, why_no_name
from personas.record import canonical_json

RESTART = "restart"
"""Starting the server again brings it back to its start."""
MOST_CALLS = 600
_READS_PER_TOOL = 24
_WRITES_PER_TOOL = 6
_LARGEST_RESULT = 20_000
_DEATHS = 3
_READS = ("get", "list", "search", "find", "read", "show", "describe", "count", "check", "look")

OwnCall = tuple[str, dict[str, Any]]


@dataclass
class Recorded:
    """What is known of a server so far. ``theirs`` are the names of tools there by ours."""

    tools: dict[str, RecordedTool] = field(default_factory=dict)
    recordings: list[Recording] = field(default_factory=list)
    values: Values = field(default_factory=Values)
    notes: Notes = field(default_factory=Notes)


class Recorder:
    """Asks one server. ``reset`` is ``RESTART``, the name of a tool that brings the server back to its
    start, or empty."""

    def __init__(self, server: str, reset: str) -> None:
        self._server = server
        self._reset = reset
        self._stack = AsyncExitStack()
        self._connection: Connection | None = None
        self._deaths = 0
        self._calls = 0
        self.found = Recorded()

    async def __aenter__(self) -> "Recorder":
        await self._connect()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def _connect(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()
        self._connection = await self._stack.enter_async_context(connected(self._server))

    async def list_tools(self) -> None:
        """Takes the tools that can be played. Raises ``ServerLost``."""
        assert self._connection is not None
        for each in await self._connection.tools():
            name = name_of(each.name)
            reason = why_no_name(name) or (
                f"a second tool that would be called {name}" if name in self.found.tools else ""
            )
            tool = self._tool(each)
            reason = reason or why_no_tool(name, tool)
            if each.name == self._reset:
                self.found.notes.leave(f"tools.{each.name}", "the way back to the start")
            elif reason:
                self.found.notes.leave(f"tools.{each.name}", reason)
            else:
                self.found.tools[name] = tool

    def _tool(self, offered: Offered) -> RecordedTool:
        place = f"tools.{offered.name}"
        writes = offered.read_only is False
        if offered.read_only is None:
            writes = name_of(offered.name).split("_")[0] not in _READS
            word = "a write" if writes else "a read"
            self.found.notes.guess(place, "no hint whether it only reads", f"taken for {word}")
        if not offered.description:
            self.found.notes.guess(place, "no description", "described by its name")
        return RecordedTool(
            theirs=offered.name,
            description=offered.description[:600] or offered.name.replace("_", " "),
            schema=dict(offered.schema),
            writes=writes,
        )

    async def record_reads(self, own: Iterable[OwnCall]) -> None:
        """Asks every read, twice over, with values that the first round brought to light."""
        given = list(own)
        for _ in range(2):
            for name, tool in list(self.found.tools.items()):
                if not tool.writes:
                    tries = [arguments for each, arguments in given if each in (name, tool.theirs)]
                    tries += calls_of(tool.schema, self.found.values)
                    await self._read(name, tool, tries[:_READS_PER_TOOL])
        for name, tool in list(self.found.tools.items()):
            if not tool.writes and not any(each.tool == name for each in self.found.recordings):
                self._drop(name, "no call of it could be made", "left out: give one with --calls")

    async def _read(self, name: str, tool: RecordedTool, tries: list[dict[str, Any]]) -> None:
        seen = {call_key(each.tool, each.arguments) for each in self.found.recordings}
        for arguments in tries:
            if call_key(name, arguments) in seen:
                continue
            seen.add(call_key(name, arguments))
            once = await self._ask(name, tool, arguments)
            again = await self._ask(name, tool, arguments) if once else None
            if once is None or again is None or name not in self.found.tools:
                return
            if once != again:
                self._drop(name, f"other answers to one call: {_short(once)}, {_short(again)}")
                return
            self._keep(name, arguments, once, ())

    async def record_writes(self, own: Iterable[OwnCall]) -> None:
        """Makes each write from the start, and asks every read after it."""
        given = list(own)
        writes = {name: tool for name, tool in self.found.tools.items() if tool.writes}
        if not self._reset:
            for name in writes:
                self._drop(name, "a write, and no way back", "left out: give one with --reset")
            return
        reads = [each for each in self.found.recordings if not each.before]
        for name, tool in writes.items():
            tries = [arguments for each, arguments in given if each in (name, tool.theirs)]
            tries += calls_of(tool.schema, self.found.values)
            for arguments in tries[:_WRITES_PER_TOOL]:
                if not await self._write(name, tool, arguments, reads):
                    break
            if name in self.found.tools and not any(
                each.tool == name for each in self.found.recordings
            ):
                self._drop(name, "no call of it could be made", "left out: give one with --calls")

    async def _write(
        self, name: str, tool: RecordedTool, arguments: dict[str, Any], reads: list[Recording]
    ) -> bool:
        """Records one write and what can be read after it. False when the tool cannot be played."""
        answers = []
        for _ in range(2):
            if not await self._back():
                self._drop(name, "the server does not come back to its start")
                return False
            answers.append(await self._ask(name, tool, arguments))
        once, again = answers
        if once is None or again is None:
            return name in self.found.tools
        if once != again:
            self._drop(name, f"other answers to one call: {_short(once)}, {_short(again)}")
            return False
        self._keep(name, arguments, once, ())
        if once.error:
            return True
        before = (call_key(name, arguments),)
        for each in reads:
            if each.tool in self.found.tools:
                answer = await self._ask(each.tool, self.found.tools[each.tool], each.arguments)
                if answer:
                    self._keep(each.tool, each.arguments, answer, before)
        return True

    async def _back(self) -> bool:
        """Brings the server back to its start."""
        if self._reset == RESTART:
            return await self._safely(self._connect) is not None
        answer = await self._called(self._reset, {})
        return bool(answer and not answer.error)

    async def _safely(self, act: Callable[[], Awaitable[None]]) -> bool | None:
        try:
            await act()
        except ServerLost as lost:
            self.found.notes.leave("server", str(lost))
            return None
        return True

    async def _ask(self, name: str, tool: RecordedTool, arguments: dict[str, Any]) -> Answer | None:
        """What the tool answers; None when that cannot be kept, or no more may be asked."""
        if self._calls >= MOST_CALLS:
            if self._calls == MOST_CALLS:
                self.found.notes.leave("server", f"more than {MOST_CALLS} calls", "not asked")
                self._calls += 1
            return None
        answer = await self._called(tool.theirs, arguments)
        place = f"tools.{tool.theirs}"
        if answer is None:
            self._drop(name, "the server dies of it")
        elif answer.error in ("timeout", "protocol"):
            self._drop(name, f"{answer.error}: {answer.result}")
        elif len(canonical_json(answer.result)) > _LARGEST_RESULT:
            self.found.notes.leave(place, f"an answer of over {_LARGEST_RESULT} bytes", "not kept")
        else:
            return answer
        return None

    async def _called(self, theirs: str, arguments: Mapping[str, Any]) -> Answer | None:
        """The answer; None when the server died of the call and was started again, or is gone."""
        self._calls += 1
        if self._connection is None:
            return None
        try:
            return await self._connection.call(theirs, arguments)
        except ServerLost as lost:
            self.found.notes.leave(f"tools.{theirs}", f"the server is lost: {lost}")
            self._deaths += 1
            self._connection = None
            if self._deaths <= _DEATHS:
                await self._safely(self._connect)
            return None

    def _drop(self, name: str, found: str, done: str = "left out") -> None:
        tool = self.found.tools.pop(name, None)
        if tool:
            self.found.notes.leave(f"tools.{tool.theirs}", found, done)
            self.found.recordings = [each for each in self.found.recordings if each.tool != name]

    def _keep(
        self, name: str, arguments: dict[str, Any], answer: Answer, before: tuple[str, ...]
    ) -> None:
        if not answer.error:
            self.found.values.learn(name, answer.result)
        self.found.recordings.append(
            Recording(
                tool=name,
                arguments=arguments,
                result=answer.result,
                before=before,
                error=answer.error,
            )
        )


def _short(answer: Answer) -> str:
    return msgspec.json.encode(answer.result).decode()[:60]
