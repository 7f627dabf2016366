"""What has happened, as plain lines, for a model that looks on."""

from collections.abc import Iterable

from generators.event import Event
from generators.player import Act


def minutes(events: Iterable[Event]) -> str:
    """What a party has seen, its own thoughts left out; one line per event."""
    lines = [line for event in events if (line := _line(event))]
    return "\n".join(lines) or "(Nothing has happened yet.)"


def drafted(acts: Iterable[Act]) -> str:
    """What a party is about to do, its thoughts left out."""
    lines = []
    for act in acts:
        if act.kind == "say":
            lines.append(f"says: {act.text}")
        elif act.kind == "call":
            lines.append(f"calls {act.tool} {act.arguments}")
        elif act.kind == "stop":
            lines.append("ends the conversation")
    return "\n".join(lines) or "says nothing"


def _line(event: Event) -> str:
    if event.kind == "say":
        return f"{event.party}: {event.text}"
    if event.call:
        return f"{event.party} calls {event.call.name} {event.call.arguments}"
    if event.result:
        return f"= {event.result.content}"
    return ""
