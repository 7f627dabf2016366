"""What somebody who wrote an unknown word may have meant."""

from collections.abc import Iterable

from rapidfuzz import process


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word, where one is near, and all of them."""
    choices = sorted(known)
    match = process.extractOne(word, choices, score_cutoff=60)
    hint = f"did you mean {match[0]!r}? " if match else ""
    return f"{hint}known here: {', '.join(choices)}"
