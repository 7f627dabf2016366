"""How figures are written: shares, counts, rates with their intervals. Part of every page."""

from outputs.figures.faults import Rate
from outputs.figures.one_factor import Difference


def percent(value: float | None, digits: int = 1) -> str:
    """A share as ``12.3%``; a dash for None."""
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def number(value: float | None, digits: int = 0) -> str:
    """A number with thin spaces between thousands and a real minus; a dash for None."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace("-", "\u2212")


def short(value: int) -> str:
    """A large number in short: ``8.2k``, ``12.6M``."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:.1f}{letter}"
    return str(value)


def interval(rate: Rate, digits: int = 1) -> str:
    """A rate with its interval: ``96.1% (94.0–97.5)``; a dash when there were no cases."""
    if not rate.whole:
        return "–"
    low, high = f"{100 * rate.low:.{digits}f}", f"{100 * rate.high:.{digits}f}"
    return f"{100 * rate.value:.{digits}f}% ({low}–{high})"


def points(difference: Difference, digits: int = 0) -> str:
    """A difference of shares in points, with its interval: ``−42 (−61 to −20)``."""
    value, low, high = (
        _signed(100 * each, digits) for each in (difference.value, difference.low, difference.high)
    )
    return f"{value} ({low} to {high})"


def _signed(value: float, digits: int) -> str:
    """With its sign, unless it is rounded to nothing."""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "\u2212") if rounded else "0"


def first_sentence(text: str) -> str:
    """The text up to its first full stop."""
    head, stop, _ = text.partition(". ")
    return head + stop.strip()
