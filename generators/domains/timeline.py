"""A dialogue as a policy clause sees it: what was said and done, with the state before each call."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from generators.domains.table import Database, Snapshot
from generators.event import AGENT


@dataclass(frozen=True, slots=True)
class Entry:
    """One utterance (``text``) or one executed call (``tool``, ``arguments``, ``value``).

    ``index`` is the event's index in the trajectory. ``value`` is the decoded result; ``error`` its
    code or empty. ``arguments`` is what parsed, empty when nothing did. ``batch`` is the event's turn:
    calls that share it were made at once, so none of them knew another's result.
    """

    index: int
    batch: int
    party: str
    kind: Literal["say", "call"]
    text: str = ""
    tool: str = ""
    arguments: dict[str, Any] | None = None
    value: Any = None
    error: str = ""
    writes: bool = False
    before: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries in order. ``has_talk`` is false for a bare plan, where nobody has spoken yet."""

    entries: tuple[Entry, ...]
    start: Database
    has_talk: bool

    def calls(self, *tools: str, party: str = AGENT, failed: bool = False) -> Iterator[Entry]:
        """The party's calls of these tools (any when none is named), failed ones only on demand."""
        for entry in self.entries:
            if entry.kind == "call" and entry.party == party and (failed or not entry.error):
                if not tools or entry.tool in tools:
                    yield entry

    def says(self, party: str, before: int | None = None) -> Iterator[Entry]:
        """The party's utterances, only those before event index ``before`` when given."""
        for entry in self.entries:
            if entry.kind == "say" and entry.party == party:
                if before is None or entry.index < before:
                    yield entry

    def earlier(self, entry: Entry, *tools: str, party: str = AGENT) -> list[Entry]:
        """The party's successful calls of these tools that were answered before ``entry`` was made."""
        return [
            each
            for each in self.calls(*tools, party=party)
            if each.index < entry.index and each.batch != entry.batch
        ]

    def database_before(self, entry: Entry) -> Database:
        """The database as it stood just before a call."""
        db = Database(self.start.base, self.start.now)
        db.restore(entry.before or {})
        return db


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a clause was broken, and how."""

    index: int
    message: str
