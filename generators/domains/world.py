"""One live instance of a domain: calls change it, and its state can be hashed and compared."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from generators.blueprint import Blueprint, RowChange, RowPatch
from generators.domains.domain import Domain
from generators.domains.table import Base, Database, TableSpec, ToolFailure
from generators.domains.time_limit import TimeLimitPassed, within
from generators.domains.tool import Tool
from generators.domains.trouble import Troubles
from generators.event import AGENT, USER
from personas.record import content_id

TOOL_SECONDS = 10.0
"""How long a tool may take, unless something else is said."""

_BASES = 256
"""How many bases a process keeps: three worlds of some eighty domains. One holds 0.1 to 2 MB."""
_ENCODE = msgspec.json.Encoder().encode


class Outcome(msgspec.Struct, frozen=True):
    """A call's result: ``content`` is JSON text, ``error`` a code or empty, ``value`` it decoded."""

    content: str
    error: str
    value: Any


@lru_cache(maxsize=_BASES)
def _seeded(domain: Domain, seed: int) -> Base:
    return domain.seed(seed)


def _base(domain: Domain, seed: int) -> Base:
    """The seed data. A perturbed domain shares the rows of the one that it comes from."""
    shared = _seeded(domain.origin or domain, seed)
    return _widened(shared, domain.more_tables) if domain.more_tables else shared


@lru_cache(maxsize=_BASES)
def _widened(base: Base, more: tuple[TableSpec, ...]) -> Base:
    return base.widened(more)


@lru_cache(maxsize=_BASES)
def callers(domain: Domain, seed: int) -> tuple[str, ...]:
    """The keys of the rows that can be the caller in the world of a seed."""
    return tuple(
        domain.subjects(Database(_base(domain, seed), datetime.fromisoformat(domain.clock)))
    )


class World:
    """A domain with seed data, a frozen clock and the changes that a blueprint starts from. No tool may
    take longer than ``tool_seconds``."""

    def __init__(
        self,
        domain: Domain,
        seed: int,
        clock: str,
        setup: Iterable[RowPatch] = (),
        tool_seconds: float = TOOL_SECONDS,
    ) -> None:
        self.domain = domain
        self._tool_seconds = tool_seconds
        self._clock = datetime.fromisoformat(clock)
        self._setup = tuple(setup)
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Back to the start for this seed: the same seed gives byte-identical state."""
        mark = content_id((seed, self._setup)) if self.domain.more_tables else ""
        self.db = Database(_base(self.domain, seed), self._clock, mark)
        for patch in self._setup:
            self._put(patch)
        self.start = self.db.snapshot()
        self._troubles = Troubles(self.domain.troubles) if self.domain.troubles else None

    def _put(self, patch: RowPatch) -> None:
        kind = self.db.base.by_name.get(patch.table)
        if kind is None:
            raise ValueError(f"{self.domain.name} has no table {patch.table!r}")
        table = self.db[kind]
        if table.find(patch.key) is None:
            table.insert(msgspec.convert(patch.fields, kind))
        else:
            types = {each.name: each.type for each in msgspec.structs.fields(kind)}
            fields = {
                name: msgspec.convert(value, types[name]) for name, value in patch.fields.items()
            }
            table.change(patch.key, **fields)

    def call(self, party: str, name: str, arguments: str) -> Outcome:
        """Runs one tool for one party. Whatever goes wrong comes back as an error result:
        ``unknown_tool``, ``not_yours``, ``invalid_arguments``, the tool's own codes, ``timeout`` when
        it takes too long, and ``internal_error`` when the tool itself has a bug. A failed call leaves
        no trace in the state.
        """
        before = self.db.snapshot()
        try:
            tool = self.tool(party, name)
            given = tool.parse(arguments)
            if self._troubles:
                self._troubles.meet(name, given)
            value = within(self._tool_seconds, tool, self.db, **given)
            if self._troubles and self._troubles.lags(name):
                value = self._lagging(self._troubles, tool, given, value)
            return Outcome(_ENCODE(value).decode(), "", value)
        except ToolFailure as failure:
            self.db.restore(before)
            return _failed(failure.code, str(failure))
        except TimeLimitPassed as late:
            self.db.restore(before)
            return _failed("timeout", f"{name} took {late}")
        except Exception as bug:
            # A domain's bug must cost this call, not the build; the code says whose fault it is.
            self.db.restore(before)
            return _failed("internal_error", f"{name}: {type(bug).__name__}: {bug}")

    def _lagging(self, troubles: Troubles, tool: Tool, given: dict[str, Any], value: Any) -> Any:
        """The answer of a tool that may be behind: what it answered before anything was changed."""
        now = self.db.snapshot()
        if now == self.start:
            return value
        self.db.restore(self.start)
        try:
            before = within(self._tool_seconds, tool, self.db, **given)
        except ToolFailure:
            return value
        finally:
            self.db.restore(now)
        return troubles.outdated(tool.name, given, before, value, self.db.now)

    def tool(self, party: str, name: str) -> Tool:
        """The party's tool. Raises ``ToolFailure`` for an unknown one or the other party's."""
        mine = self.domain.tools_of(party)
        if name in mine:
            return mine[name]
        if any(name in self.domain.tools_of(other) for other in (AGENT, USER)):
            raise ToolFailure("not_yours", f"{name} is not a tool of the {party}")
        raise ToolFailure("unknown_tool", f"there is no tool {name!r}")

    def state_hash(self) -> str:
        """The canonical hash of the state."""
        return self.db.state_hash()

    def diff(self) -> tuple[RowChange, ...]:
        """What has changed since the start."""
        return self.db.diff(self.start)


def _failed(code: str, message: str) -> Outcome:
    value = {"error": code, "message": message}
    return Outcome(_ENCODE(value).decode(), code, value)


def world_of(blueprint: Blueprint, domain: Domain, tool_seconds: float = TOOL_SECONDS) -> World:
    """A fresh world as the blueprint plans it."""
    return World(domain, blueprint.world_seed, blueprint.clock, blueprint.setup, tool_seconds)
