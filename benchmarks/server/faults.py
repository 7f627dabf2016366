"""Which calls go wrong, and how."""

from collections.abc import Mapping

from benchmarks.server.draw import Draw

FAULTS = (
    "http_503",
    "http_429",
    "http_500",
    "reset",
    "refuse",
    "malformed",
    "truncated_call",
    "empty",
    "endless",
    "hang",
    "slow_body",
    "context_length",
    "unknown_model",
    "refusal",
)
"""``reset`` closes the connection in mid-body, ``refuse`` before a byte; ``malformed`` answers what is
no JSON; ``truncated_call`` cuts a tool call, or leaves its text in the content; ``endless`` says one
sentence until ``max_tokens``; ``hang`` takes the call and never answers; ``slow_body`` answers in drips;
``refusal`` is a content filter's."""

AT_ONCE = frozenset(
    {"http_503", "http_429", "http_500", "refuse", "context_length", "unknown_model"}
)
"""Those that a server notices before it generates anything."""

_PURPOSE = 2


class Faults:
    """Draws a fault per payload and try, so that a call that is tried again may come through.

    ``shares`` are by kind; ``when`` maps a text to the kind that every body with that text gets.
    Raises ``ValueError`` for an unknown kind or shares that sum to more than 1.
    """

    def __init__(self, shares: Mapping[str, float], when: Mapping[str, str]) -> None:
        unknown = {*shares, *when.values()} - set(FAULTS)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}; there are {FAULTS}")
        if min(shares.values(), default=0) < 0 or sum(shares.values()) > 1 + 1e-9:
            raise ValueError("shares of faults are at least 0 and sum to at most 1")
        self._shares = tuple(shares.items())
        self._when = tuple((text.encode(), kind) for text, kind in when.items())

    def pick(self, body: bytes, payload: int, tries: int) -> str:
        """The fault of one call, empty for none. ``tries`` says how often the payload came before."""
        for text, kind in self._when:
            if text in body:
                return kind
        if self._shares:
            unit = Draw(payload + tries, _PURPOSE).unit()
            for kind, share in self._shares:
                unit -= share
                if unit < 0:
                    return kind
        return ""
