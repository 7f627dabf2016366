"""What a draft of a turn must not do, as cheap rules. A rule returns a reason, or nothing.

They are certain rather than clever: what they reject is wrong in any dialogue. Finer questions are for
a critic before the turn, and for verifiers after the dialogue.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from generators.blueprint import Fact
from generators.domains.table import ToolFailure
from generators.event import USER
from generators.llm.part import Part
from generators.player import Act, Move, View
from generators.spoken import forms

TurnRule = Callable[[Move, View, Part], str]
"""Why this move must not be made in this view, in one sentence for the model that made it; empty when
nothing speaks against it."""

_FEW_WORDS = 5
_LONG_ENOUGH = 120
_MONOTONOUS = 0.22
"""Text this long that shrinks to less than this share is the same again and again; honest lists of
ids and prices stay above 0.35."""

_MARKUP = re.compile(
    r"<\|[^|>]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|```|\{\s*\"\w+\"\s*:"
    r"|</?(?:div|span|p|br|b|i|ul|ol|li|html|body|table|t[rdh])\b[^<>]*>"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]"
    r"|\[(?:your|insert|customer'?s?|user'?s?|agent'?s?)\b[^\]]{0,40}\]|\{\{[^}]{0,40}\}\}",
    re.I,
)
_LABEL = re.compile(
    r"^[\s*_]*(?:user|assistant|human|ai|bot|system)[*_]*\s*:"
    r"|\A[\s*_]*(?:agent|customer|desk)[*_]*\s*:",
    re.I | re.M,
)
_DESK_TALK = re.compile(
    r"\bhow (?:can|may) I (?:help|assist) you\b|\bwhat can I do for you\b"
    r"|\banything else (?:that )?I can (?:help|assist|do)\b"
    r"|\bthank you for (?:contacting|calling|reaching out to) (?:us|our)\b",
    re.I,
)


def _words(move: Move) -> str:
    return "\n".join(act.text for act in move.acts if act.kind == "say")


def _calls(move: Move) -> Iterator[Act]:
    return (act for act in move.acts if act.kind == "call")


def _empty(move: Move, view: View, part: Part) -> str:
    if all(act.kind in ("think", "wait") for act in move.acts):
        return "It says and does nothing."
    if any(act.kind == "say" for act in move.acts) and not re.search(r"\w", _words(move)):
        return "There is not a word in the message."
    return ""


def _monotonous(move: Move, view: View, part: Part) -> str:
    text = _words(move).encode()
    if len(text) >= _LONG_ENOUGH and len(zlib.compress(text, 1)) < _MONOTONOUS * len(text):
        return "The message repeats itself over and over."
    return ""


def _said_before(move: Move, view: View, part: Part) -> str:
    plain = _plain(_words(move))
    if plain.count(" ") < _FEW_WORDS:
        return ""
    for event in reversed(view.events):
        if event.party == part.party and event.kind == "call":
            return ""
        if event.party == part.party and event.kind == "say" and _plain(event.text) == plain:
            return "You have said exactly this before, and nothing was done since."
    return ""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _markup(move: Move, view: View, part: Part) -> str:
    found = _MARKUP.search(_words(move))
    if found:
        return f"A message is plain text; {found.group()[:40]!r} is none."
    return ""


def _other_side(move: Move, view: View, part: Part) -> str:
    text = _words(move)
    found = _LABEL.search(text)
    if found:
        return f"Write your own message only, without a label such as {found.group().strip()!r}."
    if part.party == USER and (found := _DESK_TALK.search(text)):
        return f"You are the customer; {found.group()!r} is what the desk says."
    return ""


def _too_long(move: Move, view: View, part: Part) -> str:
    length = len(_words(move))
    if length >= part.form.length:
        return f"The message has {length} characters; write far fewer."
    return ""


def _secret(move: Move, view: View, part: Part) -> str:
    if part.party != USER:
        return ""
    text = _words(move)
    for fact in part.blueprint.facts:
        if fact.reveal == "never" and text and _telling(fact).search(text):
            return f"It tells your {fact.key.replace('_', ' ')}, which you must never tell."
    return ""


@lru_cache(maxsize=4096)
def _telling(fact: Fact) -> re.Pattern[str]:
    """Finds a secret whatever the case, and whatever stands between its letters and figures."""
    said = dict.fromkeys(form for form in (fact.value, fact.spoken, *forms(fact.value)) if form)
    loose = [r"[\W_]*".join(map(re.escape, re.findall(r"[^\W_]+", form))) for form in said]
    return re.compile("|".join(each for each in loose if each) or r"(?!)", re.I)


def _unknown_tool(move: Move, view: View, part: Part) -> str:
    mine = part.domain.tools_of(part.party)
    for act in _calls(move):
        if act.tool not in mine:
            return (
                f"You have no tool {act.tool[:40]!r}; you have {', '.join(sorted(mine)) or 'none'}."
            )
    return ""


def _bad_arguments(move: Move, view: View, part: Part) -> str:
    mine = part.domain.tools_of(part.party)
    for act in _calls(move):
        if act.tool in mine:
            try:
                mine[act.tool].parse(act.arguments)
            except ToolFailure as failure:
                return f"These arguments do not fit: {failure}."
    return ""


def _same_call(move: Move, view: View, part: Part) -> str:
    """The very calls that the party has just made and got its answers to."""
    planned = [(act.tool, act.arguments) for act in _calls(move)]
    if not planned:
        return ""
    made: list[tuple[str, str]] = []
    turn = None
    for event in reversed(view.events):
        if event.call and turn in (None, event.turn):
            turn = event.turn
            made.append((event.call.name, event.call.arguments))
        elif not event.result:
            break
    if made[::-1] == planned:
        return "You have just made this call and have its result; use that."
    return ""


def _ends_early(move: Move, view: View, part: Part) -> str:
    if not any(act.kind == "stop" for act in move.acts):
        return ""
    notes = [n.value for act in move.acts for n in act.annotations if n.name == "goal_status"]
    status: dict[str, str] = msgspec.json.decode(notes[-1]) if notes else {}
    numbers = [str(at) for at, how in enumerate(status.values(), 1) if how != "settled"]
    if numbers:
        return (
            f"You end the conversation, and by your own word {', '.join(numbers)} is not settled."
        )
    return ""


TURN_RULES: dict[str, TurnRule] = {
    "empty": _empty,
    "monotonous": _monotonous,
    "said_before": _said_before,
    "markup": _markup,
    "other_side": _other_side,
    "too_long": _too_long,
    "secret": _secret,
    "unknown_tool": _unknown_tool,
    "bad_arguments": _bad_arguments,
    "same_call": _same_call,
    "ends_early": _ends_early,
}
"""Name -> rule. The name is the code under which its rejections are counted."""
