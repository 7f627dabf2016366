import random
import re
from collections import defaultdict

import pytest

from personas.gazetteer import cities, family_names, given_names
from personas.locales import LOCALES, home_of
from personas.persona import Persona
from personas.places import MAIL_DOMAINS, ascii_letters, email, phone, postcode

RESERVED = re.compile(r"[a-z0-9._]+@([a-z]+\.)?example\.(org|com|net)")


def native(person: Persona) -> str:
    return next(each.code for each in person.languages if each.fluency == "native")


def test_country_and_city_are_those_of_the_locale(crowd):
    for person in crowd.personas:
        facts = person.demographics
        assert facts.country == LOCALES[facts.locale].country
        assert facts.city in cities(facts.locale)


def test_names_fit_gender_and_native_language(crowd):
    for person in crowd.personas:
        facts = person.demographics
        code = home_of(native(person), LOCALES[facts.locale]).code
        assert facts.given_name in given_names(code, facts.gender)
        assert facts.family_name in family_names(code, facts.gender)


def test_the_native_language_is_one_of_the_locale(crowd):
    for person in crowd.personas:
        spoken = LOCALES[person.demographics.locale].natives
        assert native(person) in {code for code, _ in spoken}
        assert sum(each.fluency == "native" for each in person.languages) == 1


def test_everyone_has_english_and_no_language_twice(crowd):
    for person in crowd.personas:
        codes = [each.code for each in person.languages]
        assert "en" in codes
        assert len(codes) == len(set(codes))


def test_those_who_live_in_a_minority_language_speak_that_of_the_country(crowd):
    for person in crowd.personas:
        at_home = LOCALES[person.demographics.locale].natives[0][0]
        assert at_home in {each.code for each in person.languages}


def test_english_is_better_where_it_is_known_to_be(crowd):
    fluent = defaultdict(list)
    for person in crowd.personas:
        for each in person.languages:
            if each.code == "en" and each.fluency != "native":
                fluent[person.demographics.locale].append(each.fluency == "fluent")
    share = {code: sum(each) / len(each) for code, each in fluent.items()}
    assert share["nl_NL"] > share["pt_BR"] + 0.2


def test_some_have_a_third_language_that_fits_the_country(crowd):
    thirds = set()
    for person in crowd.personas:
        locale = LOCALES[person.demographics.locale]
        more = {each.code for each in person.languages} - {native(person), "en"}
        more -= {locale.natives[0][0]}
        assert more <= {code for code, _ in locale.others}
        thirds.update((locale.code, each) for each in more)
    assert {("de_CH", "fr"), ("nl_NL", "de"), ("es_ES", "ca"), ("en_CA", "fr")} <= thirds


def test_an_address_reaches_nobody_and_is_made_from_the_name(crowd):
    for person in crowd.personas:
        facts = person.demographics
        assert RESERVED.fullmatch(facts.email)
        assert facts.email.split("@")[1] in MAIL_DOMAINS
        last = ascii_letters(facts.family_name, facts.locale)
        first = ascii_letters(facts.given_name, facts.locale)
        assert first in facts.email or last in facts.email


def test_letters_of_an_address_are_those_its_bearer_would_choose():
    assert ascii_letters("Müller-Groß", "de_DE") == "muellergross"
    assert ascii_letters("Łucja", "pl_PL") == "lucja"
    assert ascii_letters("Işıl", "tr_TR") == "isil"
    assert email("Zoë", "D'Arc", "fr_FR", 1990, random.Random(1)).isascii()


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("en_US", r"\+1 \d{3}-555-01\d\d"),
        ("en_CA", r"\+1 \d{3}-555-01\d\d"),
        ("en_GB", r"07700 900\d{3}|0[12]\d+ [\d ]+"),
        ("de_DE", r"\+49 [\d ]{9,12}"),
        ("nl_NL", r"\+31 \d+ \d{7,8}"),
        ("pl_PL", r"\+48 [\d ]{11,12}"),
    ],
)
def test_a_phone_number_has_the_form_of_its_country(code: str, form: str):
    source = random.Random(code)
    assert all(re.fullmatch(form, phone(code, source)) for _ in range(50))


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("en_US", r"\d{5}"),
        ("en_GB", r"[A-Z]{1,2}\d\d? \d[A-Z]{2}"),
        ("en_CA", r"[A-Z]\d[A-Z] \d[A-Z]\d"),
        ("de_DE", r"\d{5}"),
        ("nl_NL", r"[1-9]\d{3} [A-Z]{2}"),
        ("pl_PL", r"\d\d-\d{3}"),
        ("pt_BR", r"\d{5}-\d{3}"),
        ("sv_SE", r"[1-9]\d\d \d\d"),
    ],
)
def test_a_postcode_has_the_form_of_its_country(code: str, form: str):
    source = random.Random(code)
    assert all(re.fullmatch(form, postcode(code, source)) for _ in range(50))


def test_a_street_has_a_number_and_nothing_unfilled(crowd):
    for person in crowd.personas:
        assert re.search(r"\d", person.demographics.street)
        assert not re.search(r"[{}#@]", person.demographics.street)
