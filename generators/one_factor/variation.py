"""A variation of a plan: one factor, and the level to which it is set."""

from personas.record import Record


class Variation(Record):
    """``factor`` is one of ``FACTORS``, ``level`` one of its levels."""

    factor: str
    level: str

    @property
    def name(self) -> str:
        """Such as ``uncertainty=0.6``."""
        return f"{self.factor}={self.level}"


class CannotVary(Exception):
    """This plan has no such variation; the message says why. The ``code`` is counted: unless it says
    another, it is ``no_variation`` and the factor."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code
