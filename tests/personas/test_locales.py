import re
import unicodedata

import pytest

from personas.gazetteer import cities, family_names, given_names, streets
from personas.locales import LOCALES, home_of


def is_latin(text: str) -> bool:
    return all(unicodedata.name(each).startswith("LATIN") for each in text if each.isalpha())


def test_there_are_at_least_twelve_locales():
    assert len(LOCALES) >= 12
    assert {"en_US", "en_GB", "en_CA", "en_AU", "de_DE", "fr_FR", "es_ES", "it_IT"} <= {*LOCALES}
    assert {"nl_NL", "pl_PL", "pt_BR", "sv_SE"} <= {*LOCALES}


@pytest.mark.parametrize("code", LOCALES)
def test_a_locale_names_its_own_language_first_and_its_shares_sum_to_one(code: str):
    locale = LOCALES[code]
    assert locale.code == code
    assert locale.natives[0][0] == code[:2]
    assert sum(share for _, share in locale.natives) == pytest.approx(1)
    assert all(0 < chance < 1 for _, chance in locale.others)
    assert locale.weight > 0


@pytest.mark.parametrize("code", LOCALES)
def test_a_native_of_any_language_there_has_somewhere_to_take_names_from(code: str):
    for language, _ in LOCALES[code].natives:
        assert home_of(language, LOCALES[code]).natives[0][0] == language


@pytest.mark.parametrize("code", LOCALES)
def test_lists_are_long_enough_and_in_latin_script(code: str):
    for gender in ("female", "male", "nonbinary"):
        assert len(given_names(code, gender)) >= 12
        assert len(family_names(code, gender)) >= 90
        assert all(map(is_latin, given_names(code, gender)))
    assert len(cities(code)) >= 40
    assert len(streets(code)) >= 30
    assert all(map(is_latin, (*cities(code), *streets(code), *family_names(code, "male"))))


@pytest.mark.parametrize("code", LOCALES)
def test_a_given_name_is_a_womans_or_a_mans_never_both(code: str):
    assert set(given_names(code, "female")).isdisjoint(given_names(code, "male"))


@pytest.mark.parametrize("code", LOCALES)
def test_names_and_cities_are_clean(code: str):
    for word in (*given_names(code, "female"), *family_names(code, "female"), *cities(code)):
        assert re.fullmatch(r"[^\W\d_][\w'’. -]*", word)
        assert "&" not in word


def test_polish_family_names_have_a_form_for_each_gender():
    assert "Kowalska" in family_names("pl_PL", "female")
    assert "Kowalski" in family_names("pl_PL", "male")


def test_canadian_and_australian_cities_are_not_those_of_the_united_states():
    assert "Toronto" in cities("en_CA")
    assert "Daytona Beach" not in cities("en_CA")
    assert "Hobart" in cities("en_AU")
    assert "Daytona Beach" not in cities("en_AU")
