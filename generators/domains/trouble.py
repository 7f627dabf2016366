"""Tools that do not work as they should: they time out, are out of service, or answer from a cache.

What happens follows from the calls that were made before in the same world, so a dialogue that is
executed again meets the same trouble.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from generators.domains.table import ToolFailure

Trouble = Literal["timeout", "unavailable", "stale"]
"""``timeout``: a call that is made for the first time, with these arguments, is not answered; made
again, it is. ``unavailable``: no call is ever answered. ``stale``: the first answer that a change has
made another one still tells how things stood before; it says of when it is."""

TIMEOUT, UNAVAILABLE = "timeout", "unavailable"
"""The codes that calls are answered with. A tool that takes too long of itself answers the first too."""

_BEHIND = timedelta(minutes=15)
_KEYS = ("as_of", "answer")


class Troubles:
    """What has come of it so far in one world. ``of`` says which tool has which trouble."""

    def __init__(self, of: Mapping[str, Trouble]) -> None:
        self._of = of
        self._met: set[tuple[str, bytes]] = set()

    def meet(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """Raises ``ToolFailure`` when this call is not answered."""
        match self._of.get(tool):
            case "unavailable":
                raise ToolFailure(UNAVAILABLE, f"{tool} is out of service until further notice")
            case "timeout" if self._first(tool, arguments):
                raise ToolFailure(TIMEOUT, f"{tool} did not answer in time, nothing was done")

    def lags(self, tool: str) -> bool:
        """Whether the tool may answer from before a change."""
        return self._of.get(tool) == "stale"

    def outdated(
        self, tool: str, arguments: Mapping[str, Any], before: Any, now: Any, at: datetime
    ) -> Any:
        """What is answered, given the answers of ``before`` the changes and of ``now``."""
        if _json(before) == _json(now) or not self._first(tool, arguments):
            return now
        return dict(zip(_KEYS, ((at - _BEHIND).isoformat(), before), strict=True))

    def _first(self, tool: str, arguments: Mapping[str, Any]) -> bool:
        call = (tool, _json(arguments))
        first = call not in self._met
        self._met.add(call)
        return first


def is_outdated(answer: Any) -> bool:
    """Whether an answer says that it is of an earlier time."""
    return isinstance(answer, dict) and tuple(answer) == _KEYS


def fresh(answer: Any) -> Any:
    """What was answered, without the time of which it is."""
    return answer[_KEYS[1]] if is_outdated(answer) else answer


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")
