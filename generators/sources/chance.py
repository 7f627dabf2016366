"""Chance that can be had again: the same random numbers up to a point, and others from there on."""

from collections.abc import Sequence
from random import Random

Roll = tuple[int, float]
"""What was drawn: so many bits (0 for a number between 0 and 1), and which."""


class Taped(Random):
    """Draws from ``source``, once the ``tape`` has been played, and writes down all that was drawn in
    ``rolls``. From where something else is drawn than on the tape, the tape is of no use any more."""

    def __init__(self, source: Random, tape: Sequence[Roll] = ()) -> None:
        super().__init__(0)
        self.rolls: list[Roll] = []
        self._source = source
        self._tape = list(reversed(tape))

    def random(self) -> float:
        """See ``Random``."""
        return self._roll(0)

    def getrandbits(self, k: int, /) -> int:
        """See ``Random``."""
        return int(self._roll(k)) if k else 0

    def _roll(self, bits: int) -> float:
        if self._tape and self._tape[-1][0] == bits:
            roll = self._tape.pop()
        else:
            self._tape.clear()
            roll = (bits, self._source.getrandbits(bits) if bits else self._source.random())
        self.rolls.append(roll)
        return roll[1]
