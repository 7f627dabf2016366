"""Age, education, occupation, household, and what follows from them: one joint distribution.

The figures are round and hand-set, after the shape of a present-day industrial country; they are
meant to make lives that hang together, not to estimate a population. A combination without weight
(a retired person under 55, a surgeon without a degree, an adult of 70 living with parents) is
never drawn, not even for a quota.
"""

from functools import cache
from typing import NamedTuple, get_args

from personas.facet_table import FacetTable, Spread
from personas.occupations import (
    EDUCATIONS,
    HOMEMAKER,
    JOBS,
    RETIRED,
    SITUATIONS,
    STUDENT,
    UNEMPLOYED,
    jobs_suiting,
)
from personas.persona import Level
from personas.tastes import Like

YOUNGEST, OLDEST = 18, 89
LEVELS: tuple[Level, ...] = get_args(Level)

ALONE = "alone"
PARTNER = "with partner"
FAMILY = "with partner and children"
SINGLE_PARENT = "single parent"
PARENTS = "with parents"
SHARED_FLAT = "shared flat"
RELATIVES = "with relatives"
CARE_HOME = "care home"
HOUSEHOLDS = (
    ALONE,
    PARTNER,
    FAMILY,
    SINGLE_PARENT,
    PARENTS,
    SHARED_FLAT,
    RELATIVES,
    CARE_HOME,
)

CHANNELS = ("phone", "email", "chat", "text message", "letter")
TIMES = ("morning", "midday", "afternoon", "evening", "weekend")


class Life(NamedTuple):
    """The state that the rest of a life depends on."""

    age: int
    education: str
    occupation: str


class Setting(NamedTuple):
    """What is known of a person before their life is told. Years are calendar years."""

    life: Life
    household: str
    locale: str
    city: str
    birth_year: int
    reference_year: int
    likes: tuple[Like, ...]


# Each row: up to and including this age, the figures that hold. The last row is open.
_AGE_WEIGHTS = ((29, 1.0), (44, 1.1), (59, 1.0), (69, 0.8), (79, 0.5), (OLDEST, 0.2))
_EDUCATION_WEIGHTS = (
    (24, (3, 55, 20, 18, 4, 0)),
    (44, (3, 28, 25, 26, 15, 3)),
    (59, (6, 34, 28, 19, 11, 2)),
    (OLDEST, (16, 36, 27, 13, 7, 1)),
)
_EARLIEST_EDUCATION = (18, 18, 20, 21, 23, 27)
_RETIRED = ((54, 0.0), (59, 0.05), (62, 0.2), (64, 0.4), (66, 0.7), (69, 0.88), (OLDEST, 0.95))
_STUDENT = {
    "primary": ((19, 0.5), (21, 0.2), (OLDEST, 0.0)),
    "secondary": ((19, 0.75), (22, 0.55), (26, 0.2), (30, 0.05), (35, 0.01), (OLDEST, 0.0)),
    "vocational": ((24, 0.12), (30, 0.03), (OLDEST, 0.0)),
    "bachelor": ((25, 0.4), (30, 0.08), (35, 0.02), (OLDEST, 0.0)),
    "master": ((30, 0.15), (35, 0.03), (OLDEST, 0.0)),
    "doctorate": ((OLDEST, 0.0),),
}
# alone, partner, family, single parent, parents, shared flat, relatives, care home
_HOUSEHOLDS_BY_AGE = (
    (20, (12, 3, 0, 0, 62, 22, 1, 0)),
    (22, (16, 10, 0, 1, 45, 27, 1, 0)),
    (24, (20, 18, 3, 2, 32, 24, 1, 0)),
    (29, (25, 30, 12, 3, 14, 15, 1, 0)),
    (39, (22, 22, 40, 8, 3, 4, 1, 0)),
    (49, (19, 17, 51, 10, 1.5, 1, 0.5, 0)),
    (54, (21, 32, 36, 9, 1, 0, 1, 0)),
    (60, (24, 52, 18, 4, 0, 0, 2, 0)),
    (69, (27, 69, 0, 0, 0, 0, 4, 0)),
    (77, (34, 58, 0, 0, 0, 0, 8, 0)),
    (83, (43, 41, 0, 0, 0, 0, 11, 5)),
    (OLDEST, (45, 26, 0, 0, 0, 0, 13, 16)),
)
_HOUSEHOLD_FACTORS = {
    STUDENT: (1, 1, 0.1, 0.2, 1, 1.8, 1, 0),
    HOMEMAKER: (0.1, 1, 1.5, 1, 0, 0, 0, 0),
    RETIRED: (1, 1, 1, 0, 0, 0, 1, 1),
    UNEMPLOYED: (1, 1, 0.7, 1, 1.5, 1, 1, 0),
    "": (1, 1, 1, 1, 1, 1, 1, 0),
}
_TECHNOLOGY_BY_AGE = (
    (34, (8, 45, 47)),
    (54, (15, 55, 30)),
    (69, (35, 50, 15)),
    (OLDEST, (62, 33, 5)),
)
_TECHNOLOGY_FACTORS = {"low": (1.6, 1, 0.5), "medium": (1, 1, 1), "high": (0, 0.6, 3)}
_SERVICE_BY_AGE = ((24, (45, 45, 10)), (49, (25, 50, 25)), (OLDEST, (22, 48, 30)))
_CHANNELS_BY_AGE = (
    (34, (15, 25, 40, 20, 0)),
    (54, (25, 38, 25, 12, 0)),
    (69, (45, 38, 10, 5, 2)),
    (OLDEST, (62, 20, 3, 3, 12)),
)
_TIMES = {
    "working": (10, 15, 15, 40, 20),
    STUDENT: (5, 15, 35, 35, 10),
    "at home": (40, 20, 30, 10, 0),
}
_PRICE_SENSITIVITY = {
    "low": (10, 40, 50),
    "medium": (25, 50, 25),
    "high": (50, 40, 10),
    STUDENT: (5, 30, 65),
    UNEMPLOYED: (3, 27, 70),
    HOMEMAKER: (20, 50, 30),
    RETIRED: (25, 45, 30),
}


def _at(rows, age: int):
    return next(figures for upto, figures in rows if age <= upto)


def _occupations(age: int, education: str) -> dict[str, float]:
    """The weight of each occupation; jobs share what the other situations leave."""
    weights = {
        STUDENT: _at(_STUDENT[education], age),
        RETIRED: _at(_RETIRED, age),
        HOMEMAKER: 0.05 if age >= 22 else 0.0,
        UNEMPLOYED: 0.06 if age < 65 else 0.0,
    }
    left = max(0.0, 1.0 - sum(weights.values()))
    jobs = jobs_suiting(education, age)
    total = sum(job.weight for job in jobs)
    return weights | {job.name: left * job.weight / total for job in jobs}


def _weights() -> dict[Life, float]:
    weights = {}
    for age in range(YOUNGEST, OLDEST + 1):
        shares = _at(_EDUCATION_WEIGHTS, age)
        possible = [
            (education, share)
            for education, share, earliest in zip(
                EDUCATIONS, shares, _EARLIEST_EDUCATION, strict=True
            )
            if age >= earliest
        ]
        whole = sum(share for _, share in possible)
        for education, share in possible:
            occupations = _occupations(age, education)
            total = sum(occupations.values())
            for occupation, weight in occupations.items():
                chance = _at(_AGE_WEIGHTS, age) * share / whole * weight / total
                weights[Life(age, education, occupation)] = chance
    return weights


@cache
def _household_spread(figures: tuple[float, ...], situation: str) -> Spread:
    factors = _HOUSEHOLD_FACTORS[situation]
    weights = [figure * factor for figure, factor in zip(figures, factors, strict=True)]
    return Spread(HOUSEHOLDS, weights)


def _household(life: Life) -> Spread:
    situation = life.occupation if life.occupation in SITUATIONS else ""
    return _household_spread(_at(_HOUSEHOLDS_BY_AGE, life.age), situation)


@cache
def _spread(values: tuple[str, ...], weights: tuple[float, ...]) -> Spread:
    return Spread(values, weights)


def _technology(life: Life) -> Spread:
    job = JOBS.get(life.occupation)
    factors = _TECHNOLOGY_FACTORS[job.technology if job else "medium"]
    figures = _at(_TECHNOLOGY_BY_AGE, life.age)
    return _spread(
        LEVELS, tuple(figure * factor for figure, factor in zip(figures, factors, strict=True))
    )


def _service(life: Life) -> Spread:
    return _spread(LEVELS, _at(_SERVICE_BY_AGE, life.age))


def _channel(life: Life) -> Spread:
    return _spread(CHANNELS, _at(_CHANNELS_BY_AGE, life.age))


def _time(life: Life) -> Spread:
    if life.occupation in JOBS:
        return _spread(TIMES, _TIMES["working"])
    return _spread(TIMES, _TIMES[STUDENT if life.occupation == STUDENT else "at home"])


def _price_sensitivity(life: Life) -> Spread:
    job = JOBS.get(life.occupation)
    return _spread(LEVELS, _PRICE_SENSITIVITY[job.pay if job else life.occupation])


def age_band(age: int) -> str:
    """The band of ten years that an age falls in, as ``facet`` writes it."""
    return f"{age // 10 * 10}-{age // 10 * 10 + 9}"


@cache
def life_table() -> FacetTable[Life]:
    """The joint distribution of all facets that depend on age, education and occupation."""
    return FacetTable(
        _weights(),
        axes={
            "demographics.age": lambda life: str(life.age),
            "demographics.age_band": lambda life: age_band(life.age),
            "demographics.education": lambda life: life.education,
            "demographics.occupation": lambda life: life.occupation,
        },
        leaves={
            "demographics.household": _household,
            "expertise.technology": _technology,
            "expertise.service": _service,
            "preferences.price_sensitivity": _price_sensitivity,
            "preferences.contact_channel": _channel,
            "preferences.contact_time": _time,
        },
    )
