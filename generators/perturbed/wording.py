"""Descriptions in other words: the same statement, begun and framed differently.

Only how a description begins is changed: numbers, codes and what comes after the first words stay, so
nothing new is said.
"""

from random import Random

from generators.perturbed.words import ARGUMENT_FRAMES, IMPERATIVES, LEADS, TOOL_FRAMES

_SAFE_FIRST = frozenset(
    ("A", "An", "The", "Whether", "What", "Which", "How", "Why", "When", "Where", "One", "Another")
)


def described_otherwise(text: str, rng: Random) -> str:
    """What a tool does, in other words."""
    if not text.strip():
        return text
    lead = next((each for each in LEADS if text.startswith(f"{each} ")), "")
    if lead and rng.random() < 0.6:
        text = f"{rng.choice(LEADS[lead])}{text.removeprefix(lead)}"
        if rng.random() < 0.5:
            return text
    if text.split()[0].lower().rstrip(",.:") not in IMPERATIVES:
        return f"What it does: {text}"
    return rng.choice(TOOL_FRAMES).format(text[0].lower() + text[1:])


def explained_otherwise(text: str, rng: Random) -> str:
    """What an argument is, in other words."""
    if not text.strip():
        return text
    first = text.split()[0]
    if first not in _SAFE_FIRST:
        return f"Value: {text}"
    return rng.choice(ARGUMENT_FRAMES).format(text[0].lower() + text[1:])
