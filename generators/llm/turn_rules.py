"""What a draft of a turn must not do, as cheap rules. A rule returns a reason, or nothing."""

from collections.abc import Callable

from generators.player import Move, View

TurnRule = Callable[[Move, View], str]
"""Why this move must not be made in this view, in one sentence for the model that made it; empty when
nothing speaks against it."""


def _silent(move: Move, view: View) -> str:
    spoken = [act for act in move.acts if act.kind == "say"]
    if spoken and not any(act.text.strip() for act in spoken):
        return "The message is empty."
    return ""


TURN_RULES: dict[str, TurnRule] = {
    "empty": _silent,
}
"""Name -> rule. The name is the code under which its rejections are counted."""
