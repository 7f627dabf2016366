"""Where a person is from: locale, native language, gender, names, and the lines of an address.

Locale, language and gender make one joint distribution, with names and city given those. A native
speaker of a minority language bears names of that language. A postcode has the form of its country
but not the digits of its city. E-mail addresses are under domains that are reserved for examples
and reach nobody.
"""

import re
import unicodedata
from functools import cache
from random import Random
from string import digits
from typing import NamedTuple

from personas.facet_table import FacetTable, Spread
from personas.gazetteer import cities, family_names, given_names, streets
from personas.locales import LOCALES, home_of
from personas.persona import Gender, Language


class Place(NamedTuple):
    """The state that names and city depend on."""

    locale: str
    language: str
    gender: Gender


MAIL_DOMAINS = (
    "example.org",
    "example.com",
    "example.net",
    "mail.example.org",
    "post.example.com",
    "home.example.net",
)

_GENDER_WEIGHTS: dict[Gender, float] = {"female": 0.49, "male": 0.49, "nonbinary": 0.02}
_LETTERS = "ABCEGHJKLMNPRSTVXY"
_SPELT_OUT = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "đ": "d", "ð": "d", "þ": "th"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _weights() -> dict[Place, float]:
    return {
        Place(locale.code, language, gender): locale.weight * share * weight
        for locale in LOCALES.values()
        for language, share in locale.natives
        for gender, weight in _GENDER_WEIGHTS.items()
    }


@cache
def _given_names(code: str, gender: Gender) -> Spread:
    return Spread(given_names(code, gender))


@cache
def _family_names(code: str, gender: Gender) -> Spread:
    return Spread(family_names(code, gender))


@cache
def _cities(code: str) -> Spread:
    return Spread(cities(code))


def _names_from(place: Place) -> str:
    return home_of(place.language, LOCALES[place.locale]).code


@cache
def place_table() -> FacetTable[Place]:
    """The joint distribution of origin, gender, names and city."""
    return FacetTable(
        _weights(),
        axes={
            "demographics.locale": lambda place: place.locale,
            "demographics.country": lambda place: LOCALES[place.locale].country,
            "demographics.gender": lambda place: place.gender,
            "languages": lambda place: place.language,
        },
        leaves={
            "demographics.given_name": lambda each: _given_names(_names_from(each), each.gender),
            "demographics.family_name": lambda each: _family_names(_names_from(each), each.gender),
            "demographics.city": lambda place: _cities(place.locale),
        },
    )


def _filled(mask: str, random: Random) -> str:
    """A mask of ``personas.locales`` with its places filled."""
    drawn = {
        "#": lambda: digits[int(random.random() * 10)],
        "%": lambda: digits[int(random.random() * 8) + 2],
        "@": lambda: _LETTERS[int(random.random() * len(_LETTERS))],
    }
    return "".join(drawn[each]() if each in drawn else each for each in mask)


def postcode(locale: str, random: Random) -> str:
    """A postcode of the country's form."""
    return _filled(random.choice(LOCALES[locale].postcodes), random)


def phone(locale: str, random: Random) -> str:
    """A phone number of the country's form."""
    return _filled(random.choice(LOCALES[locale].phones), random)


def street(locale: str, random: Random) -> str:
    """Street and house number, in the country's order."""
    entry = LOCALES[locale]
    name = random.choice(streets(locale))
    way = random.choice(entry.ways) if entry.ways else ""
    # Half of the numbers from the lower tenth: most streets are short.
    highest = entry.highest_number if random.random() < 0.5 else entry.highest_number // 10
    return entry.street.format(name=name, way=way, number=random.randint(1, highest))


def ascii_letters(name: str, locale: str) -> str:
    """A name in the letters a to z, as its bearer would put it into an address."""
    lower = name.lower()
    if locale.startswith("de_"):
        lower = lower.translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", lower.translate(_SPELT_OUT))
    return re.sub("[^a-z]", "", plain)


def email(given: str, family: str, locale: str, birth_year: int, random: Random) -> str:
    """An address made from the name, under a domain reserved for examples."""
    first, last = ascii_letters(given, locale), ascii_letters(family, locale)
    shapes = (
        f"{first}.{last}",
        f"{first}.{last}",
        f"{first}{last}",
        f"{first}_{last}",
        f"{last}.{first}",
        f"{first[:1]}.{last}",
        f"{first[:1]}{last}",
        f"{first}.{last[:1]}",
    )
    numbers = ("", str(birth_year), f"{birth_year % 100:02d}", str(random.randint(2, 999)))
    return f"{random.choice(shapes)}{random.choice(numbers)}@{random.choice(MAIL_DOMAINS)}"


def languages(place: Place, age: int, education: str, random: Random) -> tuple[Language, ...]:
    """What the person speaks, the native language first. Everyone has English: the young, the
    studied and those who live among English speakers have it fluently more often."""
    locale = LOCALES[place.locale]
    spoken = [Language(code=place.language, fluency="native")]
    at_home = locale.natives[0][0]
    if place.language != at_home and at_home != "en":
        spoken.append(Language(code=at_home, fluency="fluent"))
    if place.language != "en":
        chance = locale.english
        chance += 0.15 if age < 35 else -0.2 if age >= 65 else 0.0
        chance += {"primary": -0.3, "secondary": -0.1, "vocational": -0.05}.get(education, 0.2)
        fluent = random.random() < chance
        spoken.append(Language(code="en", fluency="fluent" if fluent else "basic"))
    known = {each.code for each in spoken}
    for code, chance in locale.others:
        if code not in known and random.random() < chance:
            fluent = random.random() < 0.3
            spoken.append(Language(code=code, fluency="fluent" if fluent else "basic"))
    return tuple(spoken)
