"""A player that does the same over and over, with nothing in between."""

from generators.llm.draft import Draft
from generators.player import PlayerError

_TIMES = 3


class Loop:
    """Watches the moves of one party. Words between calls break a loop; results do not."""

    def __init__(self, party: str) -> None:
        self._party = party
        self._last: list[tuple[str, str]] = []
        self._times = 0

    def watch(self, draft: Draft) -> None:
        """Takes the next move. Raises ``PlayerError("loop")`` for the third identical action."""
        calls = [(call.name, "".join(call.arguments.split())) for call in draft.calls]
        self._times = self._times + 1 if calls and calls == self._last else 1
        self._last = calls
        if calls and self._times >= _TIMES:
            raise PlayerError(
                "loop", f"the {self._party} makes the same call for the {_TIMES}rd time running"
            )
