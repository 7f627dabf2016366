"""Plain sentences that say little: what the server answers when nothing else is asked for."""

from benchmarks.server.draw import Draw

_OPENINGS = (
    *("Thank you for the details.", "I have looked at that now.", "That is clear so far."),
    *("One moment, please.", "I see what you mean.", "Let me go through this with you."),
    *("Good, that helps me.", "I understand the situation.", "That sounds right to me."),
)
_MIDDLES = (
    *("The first step is done and the second one follows", "There is one more thing to settle"),
    *("It can be arranged for the day that was named", "The earlier entry stays as it is"),
    *("A short check shows that everything is in order", "The record has been found"),
    *("Two options remain and both are possible", "Nothing else has to be changed for this"),
)
_ENDINGS = (
    *("before we go on.", "unless you would rather wait.", "as far as I can tell from here."),
    *("so please tell me how to proceed.", "and it takes effect today."),
    *("which should answer your question.", "if that suits you."),
)


def prose(draw: Draw) -> str:
    """An utterance of about 15 to 40 words."""
    said = [_OPENINGS[draw.below(len(_OPENINGS))]]
    for _ in range(1 + draw.below(2)):
        middle, ending = _MIDDLES[draw.below(len(_MIDDLES))], _ENDINGS[draw.below(len(_ENDINGS))]
        said.append(f"{middle} {ending}")
    said.append(f"The reference is {draw.below(900_000) + 100_000}.")
    return " ".join(said)
