"""The dated turns of one life, in an order that can have happened.

Everything falls between the year of birth and the reference year, follows what it depends on (no
job before its training, no child before eighteen) and ends in the life that the demographics tell:
this education, this occupation, this household, this city. It makes no sentences:
``personas.biography`` does.
"""

from random import Random
from typing import NamedTuple

from personas.careers import Career, career_of
from personas.gazetteer import cities
from personas.lives import (
    ALONE,
    CARE_HOME,
    FAMILY,
    PARENTS,
    PARTNER,
    RELATIVES,
    SHARED_FLAT,
    SINGLE_PARENT,
    Setting,
)


class Story(NamedTuple):
    """The turns of a life, sorted by year, and what a summary needs of them. ``moved`` is the year
    in which the person came to their city, 0 if they were born there."""

    events: tuple[tuple[int, str], ...]
    career: Career
    birthplace: str
    moved: int
    children: int


# What may happen to anyone, and at which ages.
_INCIDENTS = (
    ("learned to swim", 5, 9),
    ("moved to a different school", 8, 15),
    ("broke an arm falling off a bicycle", 7, 14),
    ("learned to drive", 18, 26),
    ("spent a summer working abroad", 18, 27),
    ("bought a first car", 19, 34),
    ("travelled by train for two months", 18, 30),
    ("ran a first half-marathon", 22, 50),
    ("took an evening course in first aid", 20, 60),
    ("started to help out at a food bank", 20, 75),
    ("had a knee operation", 45, 80),
    ("won a small prize in a raffle", 16, 80),
    ("lost a good friend to a move abroad", 15, 50),
    ("adopted a dog from a shelter", 22, 75),
    ("repainted the whole home", 24, 70),
    ("gave up smoking", 25, 65),
    ("learned to cook from a neighbour", 18, 60),
    ("had the first grey hair", 33, 50),
    ("joined a neighbourhood association", 28, 80),
    ("was in the local paper", 12, 80),
)
_STAYED = 0.45


def _around(low: int, likeliest: int, high: int, random: Random) -> int:
    """A year from ``low`` to ``high``, most often near the likeliest."""
    return round(random.triangular(low, high, min(max(likeliest, low), high)))


def _children(setting: Setting, random: Random) -> list[int]:
    """The years in which children were born: those at home, or those who have left it."""
    birth, now = setting.birth_year, setting.reference_year
    if setting.household in (FAMILY, SINGLE_PARENT):
        low, high = max(birth + 19, now - 17), min(now, birth + 45)
        most = 3 if setting.household == FAMILY else 2
    elif setting.life.age >= 48 and setting.household != PARENTS and random.random() < 0.6:
        low, high = birth + 20, min(birth + 40, now - 20)
        most = 3
    else:
        return []
    wanted = min(random.randint(1, most), (high - low) // 2 + 1)
    first = _around(low, birth + 28, high - 2 * (wanted - 1), random)
    years = [first]
    while len(years) < wanted:
        room = high - 2 * (wanted - len(years) - 1)
        years.append(random.randint(years[-1] + 2, min(years[-1] + 5, room)))
    return years


def _home_events(setting: Setting, children: list[int], random: Random) -> list[tuple[int, str]]:
    """How the household came about."""
    birth, now, age = setting.birth_year, setting.reference_year, setting.life.age
    events: list[tuple[int, str]] = []
    met = 0
    if setting.household in (PARTNER, FAMILY) or children:
        met = _around(birth + 18, birth + 26, children[0] if children else now, random)
        married = met >= birth + 22 and random.random() < 0.5
        events.append((met, "got married" if married else "moved in with a partner"))
    events += [(year, random.choice(("had a daughter", "had a son"))) for year in children]
    last = max([met, *children])
    if setting.household == SINGLE_PARENT:
        events.append((random.randint(last, now), "separated from the other parent"))
    elif setting.household in (ALONE, RELATIVES, CARE_HOME) and met:
        if age >= 70 and random.random() < 0.75:
            events.append((random.randint(birth + 55, now - 6), "was widowed"))
        else:
            parted = random.randint(last, max(last, min(now, birth + 62)))
            events.append((parted, "separated from a long-time partner"))
    if setting.household == CARE_HOME:
        events.append((random.randint(max(now - 6, birth + 76), now), "moved into a care home"))
    elif setting.household == SHARED_FLAT:
        since = max(birth + 18, now - 5)
        events.append((random.randint(since, now), "moved into a shared flat"))
    elif setting.household == PARENTS and age >= 27:
        events.append((random.randint(birth + 25, now), "moved back in with parents"))
    elif setting.household == RELATIVES and not met:
        events.append((random.randint(max(birth + 16, now - 8), now), "moved in with relatives"))
    return events


def _incidents(setting: Setting, random: Random) -> list[tuple[int, str]]:
    """One or two small turns such as anyone's life has."""
    age = setting.life.age
    possible = [each for each in _INCIDENTS if each[1] <= age]
    turns = random.sample(possible, random.randint(1, 2))
    if random.random() < 0.4:
        like = random.choice(setting.likes)
        turns[0] = (f"discovered a love of {like.name}", min(max(like.youngest - 6, 10), age), age)
    return [
        (setting.birth_year + random.randint(earliest, min(latest, age)), turn)
        for turn, earliest, latest in turns
    ]


def story_of(setting: Setting, random: Random) -> Story:
    """One life that ends in the given setting."""
    birth = setting.birth_year
    birthplace = random.choice(cities(setting.locale))
    if random.random() < _STAYED:
        birthplace = setting.city
    moved = 0 if birthplace == setting.city else random.randint(birth + 2, _latest_move(setting))
    career, career_events = career_of(setting, random)
    children = _children(setting, random)
    events = [(birth, f"was born in {birthplace}"), *career_events]
    if moved:
        company = " with the family" if moved < birth + 18 else ""
        events.append((moved, f"moved to {setting.city}{company}"))
    events += _home_events(setting, children, random)
    events += _incidents(setting, random)
    events.sort(key=lambda event: event[0])
    return Story(tuple(events), career, birthplace, moved, len(children))


def _latest_move(setting: Setting) -> int:
    """Who lives with parents or in a care home came to the place long before."""
    if setting.household == PARENTS:
        return setting.birth_year + 17
    return setting.reference_year - (10 if setting.household == CARE_HOME else 0)
