"""Numbers drawn from a request's bytes: the same bytes under the same seed give the same numbers."""

import hashlib

_MASK = 2**64 - 1


class Hasher:
    """Names payloads. ``seed`` goes into every name."""

    def __init__(self, seed: int) -> None:
        self._base = hashlib.sha256(f"{seed}:".encode())

    def name(self, body: bytes) -> int:
        """64 bits that stand for a payload."""
        hashed = self._base.copy()
        hashed.update(body)
        return int.from_bytes(hashed.digest()[:8], "big")


class Draw:
    """A stream of numbers from one start, cheaper to set up than a ``Random``."""

    __slots__ = ("_state",)

    def __init__(self, start: int, purpose: int) -> None:
        self._state = (start ^ (purpose * 0xD1342543DE82EF95)) & _MASK

    def integer(self) -> int:
        """64 random bits (splitmix64, Steele and others 2014)."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return state ^ (state >> 31)

    def unit(self) -> float:
        """A number of at least 0 and under 1."""
        return (self.integer() >> 11) / 2**53

    def below(self, limit: int) -> int:
        """An integer of at least 0 and under ``limit``."""
        return self.integer() % limit
