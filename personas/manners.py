"""Personality, and the way of writing that goes with it: one joint distribution.

The five factors are independent of each other; the register depends on them, and verbosity,
politeness and patience depend on register and personality. A chatty person who writes little, or an
impatient one who bears three needless questions, is never drawn. The words for a personality are
here too; quirks are in ``personas.quirks``.
"""

from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple, get_args

from personas.facet_table import FacetTable, Spread
from personas.persona import Level, Register

LEVELS: tuple[Level, ...] = get_args(Level)
REGISTERS: tuple[Register, ...] = get_args(Register)
FACTORS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


class Manner(NamedTuple):
    """The state that the rest of a manner depends on."""

    openness: Level
    conscientiousness: Level
    extraversion: Level
    agreeableness: Level
    neuroticism: Level
    register: Register


_LEVEL_WEIGHTS: dict[Level, float] = {"low": 1.0, "medium": 2.0, "high": 1.0}
# How a factor's level multiplies the weight of a register: (low, medium, high).
_REGISTER_WEIGHTS: dict[Register, float] = {
    "terse": 2.7,
    "chatty": 2.7,
    "formal": 2.5,
    "impatient": 1.9,
}
_REGISTER_FACTORS: dict[Register, dict[str, tuple[float, float, float]]] = {
    "terse": {"extraversion": (2.2, 1.0, 0.4), "openness": (1.3, 1.0, 0.8)},
    "chatty": {"extraversion": (0.3, 1.0, 2.6), "agreeableness": (0.7, 1.0, 1.3)},
    "formal": {"conscientiousness": (0.4, 1.0, 2.2), "agreeableness": (0.7, 1.0, 1.2)},
    "impatient": {"agreeableness": (3.0, 1.0, 0.15), "neuroticism": (0.7, 1.0, 1.8)},
}
_VERBOSITY = {
    "terse": (80, 20, 0),
    "chatty": (0, 35, 65),
    "formal": (15, 60, 25),
    "impatient": (60, 35, 5),
}
_VERBOSITY_FACTORS = {"low": (1.5, 1, 0.6), "medium": (1, 1, 1), "high": (0.6, 1, 1.5)}
_POLITENESS = {
    "terse": (25, 60, 15),
    "chatty": (5, 55, 40),
    "formal": (0, 25, 75),
    "impatient": (55, 45, 0),
}
_POLITENESS_FACTORS = {"low": (2, 1, 0.4), "medium": (1, 1, 1), "high": (0.3, 1, 1.8)}
PATIENCE = tuple(map(str, range(6)))
_PATIENCE = {
    "terse": (0, 15, 35, 30, 15, 5),
    "chatty": (0, 0, 15, 30, 30, 25),
    "formal": (0, 5, 20, 30, 25, 20),
    "impatient": (55, 45, 0, 0, 0, 0),
}
# Per level of agreeableness, then of neuroticism: the factor by which each further degree of
# patience is likelier than the one before.
_PATIENCE_TILT = {"low": 0.7, "medium": 1.0, "high": 1.4}
_PATIENCE_NERVES = {"low": 1.25, "medium": 1.0, "high": 0.8}

TRAITS: dict[str, dict[Level, tuple[str, ...]]] = {
    "openness": {
        "low": ("down-to-earth", "conventional", "practical", "set in habits", "traditional"),
        "medium": ("open to suggestions", "sensible", "broad-minded"),
        "high": ("curious", "imaginative", "inventive", "adventurous", "full of ideas"),
    },
    "conscientiousness": {
        "low": ("forgetful", "disorganised", "spontaneous", "careless with details", "easy-going"),
        "medium": ("fairly tidy", "flexible", "reasonably punctual"),
        "high": ("well organised", "thorough", "reliable", "punctual", "careful", "disciplined"),
    },
    "extraversion": {
        "low": ("quiet", "reserved", "private", "soft-spoken", "thoughtful"),
        "medium": ("approachable", "even-handed in company", "at ease with people"),
        "high": ("outgoing", "talkative", "lively", "sociable", "cheerful"),
    },
    "agreeableness": {
        "low": ("blunt", "stubborn", "sceptical", "hard to please", "quick to argue"),
        "medium": ("fair", "direct but friendly", "cooperative"),
        "high": ("kind", "considerate", "warm", "trusting", "generous", "helpful"),
    },
    "neuroticism": {
        "low": ("calm", "relaxed", "hard to rattle", "steady", "even-tempered"),
        "medium": ("usually calm", "sensitive at times", "a little cautious"),
        "high": ("anxious", "easily stressed", "moody", "quick to worry", "self-critical"),
    },
}
# Words that two factors bring up and that do not go together in one person.
_CLASHES = (
    {"spontaneous", "set in habits"},
    {"easy-going", "hard to please"},
    {"easy-going", "quick to worry"},
    {"easy-going", "easily stressed"},
    {"easy-going", "anxious"},
    {"cheerful", "moody"},
    {"adventurous", "quick to worry"},
    {"adventurous", "anxious"},
    {"trusting", "quick to worry"},
)


def _weights() -> dict[Manner, float]:
    weights = {}
    for levels in product(LEVELS, repeat=len(FACTORS)):
        base = 1.0
        for level in levels:
            base *= _LEVEL_WEIGHTS[level]
        by_factor: dict[str, Level] = dict(zip(FACTORS, levels, strict=True))
        for register in REGISTERS:
            weight = base * _REGISTER_WEIGHTS[register]
            for factor, factors in _REGISTER_FACTORS[register].items():
                weight *= factors[LEVELS.index(by_factor[factor])]
            weights[Manner(**by_factor, register=register)] = weight
    return weights


@cache
def _verbosity(register: Register, extraversion: Level) -> Spread:
    factors = _VERBOSITY_FACTORS[extraversion]
    return Spread(LEVELS, [a * b for a, b in zip(_VERBOSITY[register], factors, strict=True)])


@cache
def _politeness(register: Register, agreeableness: Level) -> Spread:
    factors = _POLITENESS_FACTORS[agreeableness]
    return Spread(LEVELS, [a * b for a, b in zip(_POLITENESS[register], factors, strict=True)])


@cache
def _patience(register: Register, agreeableness: Level, neuroticism: Level) -> Spread:
    tilt = _PATIENCE_TILT[agreeableness] * _PATIENCE_NERVES[neuroticism]
    figures = enumerate(_PATIENCE[register])
    return Spread(PATIENCE, [figure * tilt**degree for degree, figure in figures])


@cache
def manner_table() -> FacetTable[Manner]:
    """The joint distribution of personality and style."""
    return FacetTable(
        _weights(),
        axes={
            "personality.openness": lambda manner: manner.openness,
            "personality.conscientiousness": lambda manner: manner.conscientiousness,
            "personality.extraversion": lambda manner: manner.extraversion,
            "personality.agreeableness": lambda manner: manner.agreeableness,
            "personality.neuroticism": lambda manner: manner.neuroticism,
            "style.register": lambda manner: manner.register,
        },
        leaves={
            "style.verbosity": lambda each: _verbosity(each.register, each.extraversion),
            "style.politeness": lambda each: _politeness(each.register, each.agreeableness),
            "style.patience": lambda each: _patience(
                each.register, each.agreeableness, each.neuroticism
            ),
        },
    )


def traits(manner: Manner, random: Random) -> tuple[str, ...]:
    """Two to four words a friend would use, each from a factor's level, marked factors first."""
    levels: dict[str, Level] = {factor: getattr(manner, factor) for factor in FACTORS}
    marked = sum(level != "medium" for level in levels.values())
    ranked = sorted(FACTORS, key=lambda factor: (levels[factor] == "medium", random.random()))
    words: list[str] = []
    for factor in ranked[: min(4, max(2, marked))]:
        fitting = [
            word
            for word in TRAITS[factor][levels[factor]]
            if not any(word in clash and not clash.isdisjoint(words) for clash in _CLASHES)
        ]
        words.append(random.choice(fitting))
    return tuple(words)
