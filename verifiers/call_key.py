"""When two calls are the same: party, tool and arguments, whatever the order and spacing of the JSON."""

from functools import lru_cache

import msgspec

from generators.blueprint import Action
from generators.event import Event
from personas.record import canonical_json

CallKey = tuple[str, str, bytes]
"""Party, tool, and canonical arguments; those that do not parse stand for themselves."""


def call_key(event: Event) -> CallKey:
    """The key of a ``call`` event. Raises ``ValueError`` for any other."""
    if event.call is None:
        raise ValueError(f"event {event.index} is no call")
    return (event.party, event.call.name, _arguments(event.call.arguments))


def action_key(action: Action) -> CallKey:
    """The key of a planned call."""
    return (action.party, action.tool, canonical_json(action.arguments))


@lru_cache(maxsize=4096)
def _arguments(raw: str) -> bytes:
    try:
        return canonical_json(msgspec.json.decode(raw or "{}"))
    except msgspec.DecodeError:
        return raw.encode()
