"""A dialogue as lines of plain text, for people to read in a terminal or a report.

It formats and does nothing else: colours, widths and paging are for whoever shows the lines.
"""

from generators.event import Event, ToolCall, view_of
from generators.trajectory import Trajectory

_LONGEST = 160
"""Characters of a tool's result that are shown."""


def lines(trajectory: Trajectory, for_party: str | None = None) -> list[str]:
    """One line per event, as everybody together saw it or as one party did, and how it ended.

    ``agent: Which seat do you have?``, ``agent calls find_guest {"seat":"C4"}``,
    ``  = {"guest_id": ...}``. Waiting is left out.
    """
    events = list(trajectory.events)
    if for_party is not None:
        events = view_of(events, for_party)
    calls = {event.call.id: event.call for event in events if event.call}
    shown = [line for event in events for line in _shown(event, calls)]
    ending = f"[{trajectory.stop_reason}]"
    if trajectory.failure:
        failure = trajectory.failure
        ending += f" {failure.party}: {failure.kind}: {failure.message}"
    return [*shown, ending]


def _shown(event: Event, calls: dict[str, ToolCall]) -> list[str]:
    match event.kind:
        case "say":
            return [f"{event.party}: {event.text}", *_attached(event)]
        case "call" if event.call:
            return [f"{event.party} calls {event.call.name} {event.call.arguments}"]
        case "result" if event.result:
            call = calls.get(event.result.call_id)
            name = f" ({call.name})" if call and len(calls) > 1 else ""
            mark = f"! {event.result.error}:" if event.result.error else "="
            return [f"  {mark} {_short(event.result.content)}{name}"]
        case "think":
            return [f"{event.party} thinks: {event.text}"]
        case "observe":
            return [f"{event.party} notices: {event.text}"]
        case "signal":
            return [f"{event.party} signals: {event.text}".rstrip(": ")]
        case "stop":
            return [f"{event.party} ends the conversation"]
        case _:
            return []


def _attached(event: Event) -> list[str]:
    return [f"  + {each.media_type} {each.uri}" for each in event.attachments]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
