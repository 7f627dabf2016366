"""Habits of writing that a text player can act on, and whom they suit.

Each quirk is a short phrase in the third person, the same words everywhere, so that a player may
look them up. A quirk is only given to a person whose register, politeness, age and temper it suits.
"""

from random import Random
from typing import NamedTuple

from personas.manners import Manner
from personas.persona import Level, Register

LOWER_CASE = "writes in lower case"
ELLIPSES = "uses ellipses"
SMILEY = "adds a smiley"
EMOJI = "uses emoji"
APOLOGISES = "apologises a lot"
SHORT_OF_PUNCTUATION = "short of punctuation"
EXCLAMATION_MARKS = "uses exclamation marks"
ABBREVIATES = "abbreviates words"
TYPOS = "makes typing mistakes"
CAPITALS = "puts words in capitals"
SPLITS = "splits one thought over several messages"
SIGNS = "signs with the first name"
SALUTATION = "always begins with a greeting"
FULL_SENTENCES = "writes in full sentences"
LISTS = "numbers the points"
THANKS = "says thank you often"
ASIDES = "adds asides in brackets"
REPEATS = "repeats the question back"
FILLERS = "uses fillers like well and so"
QUESTION_MARKS = "doubles question marks"
NO_GREETING = "leaves out greetings"


class _Suits(NamedTuple):
    registers: tuple[Register, ...]
    politeness: tuple[Level, ...] = ("low", "medium", "high")
    oldest: int = 120
    youngest: int = 0
    neuroticism: tuple[Level, ...] = ("low", "medium", "high")
    conscientiousness: tuple[Level, ...] = ("low", "medium", "high")
    also_basic: bool = True


_ALL: tuple[Register, ...] = ("terse", "chatty", "formal", "impatient")

QUIRKS: dict[str, _Suits] = {
    LOWER_CASE: _Suits(("terse", "chatty", "impatient"), oldest=60),
    ELLIPSES: _Suits(("chatty", "terse"), youngest=35),
    SMILEY: _Suits(("chatty",), politeness=("medium", "high"), oldest=70),
    EMOJI: _Suits(("chatty",), oldest=40),
    APOLOGISES: _Suits(
        ("chatty", "formal", "terse"), politeness=("high",), neuroticism=("medium", "high")
    ),
    SHORT_OF_PUNCTUATION: _Suits(("terse", "impatient", "chatty"), oldest=65),
    EXCLAMATION_MARKS: _Suits(("chatty", "impatient")),
    ABBREVIATES: _Suits(("terse", "impatient"), oldest=55, also_basic=False),
    TYPOS: _Suits(("chatty", "terse", "impatient"), conscientiousness=("low", "medium")),
    CAPITALS: _Suits(("impatient",)),
    SPLITS: _Suits(("chatty", "impatient"), oldest=50),
    SIGNS: _Suits(("formal",), youngest=30),
    SALUTATION: _Suits(("formal",), politeness=("medium", "high")),
    FULL_SENTENCES: _Suits(("formal",)),
    LISTS: _Suits(("formal", "terse"), conscientiousness=("high",)),
    THANKS: _Suits(("chatty", "formal", "terse"), politeness=("high",)),
    ASIDES: _Suits(("chatty", "formal"), also_basic=False),
    REPEATS: _Suits(("formal", "chatty"), conscientiousness=("medium", "high")),
    FILLERS: _Suits(("chatty",), also_basic=False),
    QUESTION_MARKS: _Suits(("impatient",)),
    NO_GREETING: _Suits(("terse", "impatient"), politeness=("low", "medium")),
}

# Quirks of one group contradict each other.
_EXCLUSIVE = (
    {LOWER_CASE, FULL_SENTENCES, CAPITALS, LISTS},
    {SHORT_OF_PUNCTUATION, EXCLAMATION_MARKS, ELLIPSES, QUESTION_MARKS, FULL_SENTENCES, ASIDES},
    {SMILEY, EMOJI},
    {NO_GREETING, SALUTATION},
    {SIGNS, SPLITS},
)
_COUNTS = (0, 1, 1, 2, 2, 3)


def quirks_for(
    manner: Manner, politeness: Level, age: int, basic_english: bool, random: Random
) -> tuple[str, ...]:
    """None to three quirks that suit a person and do not contradict each other."""
    suited = [
        quirk
        for quirk, suits in QUIRKS.items()
        if manner.register in suits.registers
        and politeness in suits.politeness
        and suits.youngest <= age <= suits.oldest
        and manner.neuroticism in suits.neuroticism
        and manner.conscientiousness in suits.conscientiousness
        and (suits.also_basic or not basic_english)
    ]
    random.shuffle(suited)
    wanted = random.choice(_COUNTS)
    chosen: list[str] = []
    for quirk in suited:
        if len(chosen) == wanted:
            break
        if not any(quirk in group and not group.isdisjoint(chosen) for group in _EXCLUSIVE):
            chosen.append(quirk)
    return tuple(chosen)
