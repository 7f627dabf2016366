"""Personas to quota: as many as wanted, seeded, with what was asked beside what was achieved.

Person ``i`` depends on the seed, on ``i``, on the reference date and on the quota values dealt to
``i``, and on nothing else: without quotas, the first hundred of a thousand are the same hundred
persons. No model, no clock, no network.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import cast

from personas.allocation import Shares, allocate
from personas.biography import biography_of
from personas.facet_table import Pins
from personas.lives import Life, Setting, life_table
from personas.locales import LOCALES
from personas.manners import Manner, manner_table, traits
from personas.milestones import story_of
from personas.persona import (
    Demographics,
    Expertise,
    Language,
    Level,
    Persona,
    Personality,
    Preferences,
    Style,
)
from personas.places import (
    Place,
    email,
    languages,
    phone,
    place_table,
    postcode,
    street,
)
from personas.quirks import quirks_for
from personas.quota import QuotaReport, checked_quotas, quota_report
from personas.record import Record, identified, seeded
from personas.tastes import Like, dislikes_for, fields_for, likes_for

REFERENCE_DATE = date(2025, 12, 31)
"""The day on which ages are counted, unless another is given."""


class PersonaSample(Record):
    """The personas, in order, and the report on their quotas (empty without quotas)."""

    personas: tuple[Persona, ...]
    report: tuple[QuotaReport, ...] = ()


class Cell(Record):
    """The facet values that a quota deals to one person, by table; sorted pairs."""

    place: Pins = ()
    life: Pins = ()
    manner: Pins = ()


def sample_personas(
    count: int,
    seed: int,
    quotas: Mapping[str, Mapping[str, float]] | None = None,
    reference_date: date = REFERENCE_DATE,
) -> PersonaSample:
    """``count`` personas and the report on their quotas.

    ``quotas`` maps a facet path to the share of each value; where two of them cannot both be met by
    plausible persons, the one named first is. Raises ``QuotaError`` for a quota that cannot be
    asked for and ``ValueError`` for a negative count.
    """
    shares = checked_quotas(quotas or {})
    personas = tuple(
        persona_at(index, seed, cell, reference_date)
        for index, cell in enumerate(cells(count, seed, shares))
    )
    return PersonaSample(personas=personas, report=quota_report(personas, shares))


def cells(count: int, seed: int, shares: Shares) -> Iterator[Cell]:
    """The quota cell of each of ``count`` persons. ``shares`` are checked quotas."""
    if count < 0:
        raise ValueError(f"count: found {count}; right is 0 or more")
    dealt = []
    for name, table in (
        ("place", place_table()),
        ("life", life_table()),
        ("manner", manner_table()),
    ):
        own = {facet: each for facet, each in shares.items() if facet in table.facets}
        dealt.append(allocate(table, own, count, seeded(seed, "personas", f"quota {name}")))
    for place, life, manner in zip(*dealt, strict=True):
        yield Cell(place=place, life=life, manner=manner)


def persona_at(
    index: int, seed: int, cell: Cell | None = None, reference_date: date = REFERENCE_DATE
) -> Persona:
    """The person at one index: the same for the same arguments, whatever else is sampled."""
    cell = cell or Cell()
    name = f"persona {index}"
    place, named = place_table().draw(cell.place, seeded(seed, name, "place"))
    life, living = life_table().draw(cell.life, seeded(seed, name, "life"))
    manner, style = manner_table().draw(cell.manner, seeded(seed, name, "manner"))
    random = seeded(seed, name, "details")
    given, family = named["demographics.given_name"], named["demographics.family_name"]
    city, household = named["demographics.city"], living["demographics.household"]
    birth = _birth_date(life.age, reference_date, random)
    likes = likes_for(life.age, random)
    dislikes = dislikes_for(manner.register, likes, random)
    words = traits(manner, random)
    spoken = languages(place, life.age, life.education, random)
    setting = Setting(life, household, place.locale, city, birth.year, reference_date.year, likes)
    story = story_of(setting, seeded(seed, name, "story"))
    return identified(
        Persona(
            demographics=_demographics(place, life, given, family, city, household, birth, random),
            biography=biography_of(
                setting, story, given, family, place.gender, words, dislikes, random
            ),
            personality=Personality(
                openness=manner.openness,
                conscientiousness=manner.conscientiousness,
                extraversion=manner.extraversion,
                agreeableness=manner.agreeableness,
                neuroticism=manner.neuroticism,
                traits=words,
            ),
            style=_style(manner, style, life, spoken, random),
            preferences=_preferences(living, likes, dislikes),
            expertise=Expertise(
                technology=_level(living, "expertise.technology"),
                service=_level(living, "expertise.service"),
                fields=fields_for(story.career.field, likes, random),
            ),
            languages=spoken,
        )
    )


def _birth_date(age: int, reference_date: date, random: Random) -> date:
    """A birth date of someone who has this age on the reference date."""
    latest = _years_before(reference_date, age)
    earliest = _years_before(reference_date, age + 1) + timedelta(days=1)
    return earliest + timedelta(days=random.randint(0, (latest - earliest).days))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February in a year that has none
        return day.replace(year=day.year - years, day=28)


def _demographics(
    place: Place,
    life: Life,
    given: str,
    family: str,
    city: str,
    household: str,
    birth: date,
    random: Random,
) -> Demographics:
    return Demographics(
        given_name=given,
        family_name=family,
        gender=place.gender,
        age=life.age,
        birth_date=birth.isoformat(),
        locale=place.locale,
        country=LOCALES[place.locale].country,
        city=city,
        postcode=postcode(place.locale, random),
        street=street(place.locale, random),
        phone=phone(place.locale, random),
        email=email(given, family, place.locale, birth.year, random),
        education=life.education,
        occupation=life.occupation,
        household=household,
    )


def _level(leaves: Mapping[str, str], path: str) -> Level:
    return cast(Level, leaves[path])


def _style(
    manner: Manner,
    leaves: Mapping[str, str],
    life: Life,
    spoken: tuple[Language, ...],
    random: Random,
) -> Style:
    politeness = _level(leaves, "style.politeness")
    basic = any(each.code == "en" and each.fluency == "basic" for each in spoken)
    return Style(
        register=manner.register,
        verbosity=_level(leaves, "style.verbosity"),
        politeness=politeness,
        patience=int(leaves["style.patience"]),
        quirks=quirks_for(manner, politeness, life.age, basic, random),
    )


def _preferences(
    leaves: Mapping[str, str], likes: tuple[Like, ...], dislikes: tuple[str, ...]
) -> Preferences:
    return Preferences(
        contact_channel=leaves["preferences.contact_channel"],
        contact_time=leaves["preferences.contact_time"],
        price_sensitivity=_level(leaves, "preferences.price_sensitivity"),
        likes=tuple(each.name for each in likes),
        dislikes=dislikes,
    )
