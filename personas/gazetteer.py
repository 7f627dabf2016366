"""Names, cities and streets of a locale, as lists to draw from: real data, read from mimesis.

The lists are read once, through the library's own way of extending a provider, and cleaned: what is
not a name (a digit, a slash, a stray entity) is dropped, and so is a given name that the library
lists for both women and men, unless for a nonbinary person, who gets just those where there are
enough. It draws nothing itself.
"""

import re
from functools import cache

from mimesis.locales import Locale as LibraryLocale
from mimesis.providers.base import BaseDataProvider

from personas.locales import LOCALES
from personas.persona import Gender

# One Spanish family name of the library is the heading of the list that it was copied from.
_NAME = re.compile(r"(?!Name$)[^\W\d_]+(?:[-'’ ][^\W\d_]+)*$")
_CITY = re.compile(r"[^\W\d_]+(?:[-'’. ]+[^\W\d_]+)*$")
_ENOUGH_SHARED_NAMES = 12


class _PersonLists(BaseDataProvider):
    class Meta(BaseDataProvider.Meta):
        name = "person_lists"
        datafile = "person.json"
        auto_register = False

    def given(self, gender: str) -> list[str]:
        return self._extract(["names", gender])

    def family(self, gender: str) -> list[str]:
        names = self._extract(["surnames"])
        return names[gender] if isinstance(names, dict) else names


class _AddressLists(BaseDataProvider):
    class Meta(BaseDataProvider.Meta):
        name = "address_lists"
        datafile = "address.json"
        auto_register = False

    def cities(self) -> list[str]:
        return self._extract(["city"])

    def streets(self) -> list[str]:
        return self._extract(["street", "name"])


@cache
def _person_lists(code: str) -> _PersonLists:
    return _PersonLists(LibraryLocale(LOCALES[code].mimesis))


@cache
def _address_lists(code: str) -> _AddressLists:
    return _AddressLists(LibraryLocale(LOCALES[code].mimesis))


def _kept(words: list[str] | tuple[str, ...], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if pattern.match(word)}))


def _is_given_name(word: str) -> bool:
    return _NAME.match(word) is not None and all(
        part[:1].isupper() for part in re.split("[- ]", word)
    )


def _with_inner_capital(name: str) -> str:
    """``O'connor`` and ``Mccoy`` as their bearers write them."""
    return re.sub("^(O'|Mc)([a-z])", lambda found: found[1] + found[2].upper(), name)


@cache
def _names_of(code: str, gender: str) -> frozenset[str]:
    locale = LOCALES[code]
    own = locale.female_names if gender == "female" else locale.male_names
    return frozenset(filter(_is_given_name, own or _person_lists(code).given(gender)))


@cache
def given_names(code: str, gender: Gender) -> tuple[str, ...]:
    """The given names of one locale that fit a gender, sorted."""
    female, male = _names_of(code, "female"), _names_of(code, "male")
    if gender == "female":
        return tuple(sorted(female - male))
    if gender == "male":
        return tuple(sorted(male - female))
    shared = female & male
    return tuple(sorted(shared if len(shared) >= _ENOUGH_SHARED_NAMES else female | male))


@cache
def family_names(code: str, gender: Gender) -> tuple[str, ...]:
    """The family names of one locale in the form for a gender (Polish has two), sorted."""
    form = "male" if gender == "male" else "female"
    return _kept([_with_inner_capital(each) for each in _person_lists(code).family(form)], _NAME)


@cache
def cities(code: str) -> tuple[str, ...]:
    """The towns and cities of one locale, sorted."""
    return tuple(sorted(LOCALES[code].cities)) or _kept(_address_lists(code).cities(), _CITY)


@cache
def streets(code: str) -> tuple[str, ...]:
    """The street names of one locale, without number and without the words to add, sorted."""
    locale = LOCALES[code]
    pattern = re.compile(locale.street_names)
    return tuple(sorted(locale.streets)) or _kept(_address_lists(code).streets(), pattern)
