"""What the tools of a perturbed domain are called in the domain that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generators.domains.timeline import Entry, Timeline
from generators.domains.trouble import TIMEOUT, UNAVAILABLE, fresh

_NOT_MADE = (TIMEOUT, UNAVAILABLE, "unknown_tool")

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Naming:
    """From names as they are here to those of the original. ``tools`` is by party, ``arguments`` by
    party and tool as it is called here; what is not in them has kept its name. The original has no
    tools that are called as the ``added`` ones. Calls are made ``in_order`` where the arguments'
    order is this environment's own."""

    tools: Mapping[str, Names] = field(default_factory=dict)
    arguments: Mapping[tuple[str, str], Names] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    in_order: bool = False

    def tool(self, party: str, name: str) -> str:
        """The original name of a party's tool; any other name as it is."""
        return self.tools.get(party, {}).get(name, name)

    def given(self, party: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call by their original names."""
        back = self.arguments.get((party, name), {})
        return {back.get(key, key): value for key, value in arguments.items()}

    def argument(self, party: str, tool: str, name: str) -> str:
        """The original name of an argument of a party's tool."""
        return self.arguments.get((party, tool), {}).get(name, name)

    def called(self, party: str, original: str) -> str:
        """What a tool of the original is called here; empty when it is not there."""
        return next((new for new, old in self.tools.get(party, {}).items() if old == original), "")

    def here(self, party: str, original: str, arguments: Mapping[str, Any]) -> tuple[str, Any]:
        """A call of the original as it is made here: the tool's name and its arguments."""
        name = self.called(party, original) or original
        forward = {old: new for new, old in self.arguments.get((party, name), {}).items()}
        order = [key for key in forward if key in arguments] if self.in_order else arguments
        return name, {forward.get(key, key): arguments[key] for key in order}

    def original(self, timeline: Timeline) -> Timeline:
        """The dialogue as it would read in the original domain: calls that were not answered, or by
        no name that is known here, were not made there, and what an added tool does changes nothing
        that a clause knows of."""
        entries = [each for each in timeline.entries if each.error not in _NOT_MADE]
        return replace(timeline, entries=tuple(map(self._entry, entries)))

    def _entry(self, entry: Entry) -> Entry:
        if entry.kind != "call":
            return entry
        return replace(
            entry,
            tool=self.tool(entry.party, entry.tool),
            arguments=self.given(entry.party, entry.tool, entry.arguments or {}),
            value=fresh(entry.value),
            writes=entry.writes and entry.tool not in self.added,
        )
