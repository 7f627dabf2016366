from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.persona import Persona
from personas.quota import checked_quotas
from personas.record import identified
from personas.sampler import REFERENCE_DATE, cells, persona_at, sample_personas

QUOTAS = {
    "style.register": {"terse": 0.5, "formal": 0.5},
    "demographics.age_band": {"20-29": 0.4, "80-89": 0.6},
}


def age_on(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def test_five_thousand_personas_are_distinct(crowd):
    assert len({each.id for each in crowd.personas}) == 5000
    blank = {each.biography.summary for each in crowd.personas}
    assert len(blank) > 4990


def test_the_same_arguments_give_the_same_personas():
    assert sample_personas(30, 5, QUOTAS) == sample_personas(30, 5, QUOTAS)


def test_another_seed_gives_other_personas():
    first = {each.id for each in sample_personas(30, 5).personas}
    assert first.isdisjoint(each.id for each in sample_personas(30, 6).personas)


def test_a_person_does_not_depend_on_how_many_there_are():
    assert sample_personas(40, 9).personas[:15] == sample_personas(15, 9).personas


def test_a_person_depends_on_the_index_and_the_cell_alone():
    dealt = list(cells(25, 3, checked_quotas(QUOTAS)))
    sampled = sample_personas(25, 3, QUOTAS).personas
    alone = [persona_at(index, 3, dealt[index]) for index in reversed(range(25))]
    assert tuple(reversed(alone)) == sampled


def test_an_id_is_the_hash_of_all_facets(crowd):
    assert all(each == identified(each) for each in crowd.personas[:50])


def test_without_quotas_there_is_nothing_to_report(crowd):
    assert crowd.report == ()


def test_no_personas_may_be_asked_for():
    sample = sample_personas(0, 1, QUOTAS)
    assert sample.personas == ()
    assert {line.count for line in sample.report} == {0}


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match="found -1; right is 0 or more"):
        sample_personas(-1, 1)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.one_of(
        st.just(date(2024, 2, 29)),
        st.just(date(2023, 2, 28)),
        st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    ),
)
def test_the_birth_date_fits_the_age_on_the_reference_date(seed: int, index: int, day: date):
    person = persona_at(index, seed, reference_date=day)
    birth = date.fromisoformat(person.demographics.birth_date)
    assert age_on(birth, day) == person.demographics.age


def test_the_reference_date_moves_births_and_not_ages():
    now = persona_at(7, 1)
    later = persona_at(7, 1, reference_date=REFERENCE_DATE.replace(year=REFERENCE_DATE.year + 20))
    assert later.demographics.age == now.demographics.age
    assert int(later.demographics.birth_date[:4]) == int(now.demographics.birth_date[:4]) + 20


def share_high(people: list[Persona]) -> float:
    return sum(each.expertise.technology == "high" for each in people) / len(people)


def test_the_young_know_more_of_technology_than_the_old(crowd):
    young = [each for each in crowd.personas if each.demographics.age < 35]
    old = [each for each in crowd.personas if each.demographics.age >= 70]
    assert share_high(young) > 2 * share_high(old)


def test_those_who_work_with_computers_know_more_of_technology(crowd):
    working = [each for each in crowd.personas if 35 <= each.demographics.age < 60]
    software = [each for each in working if "software" in each.expertise.fields[:1]]
    transport = [each for each in working if "transport" in each.expertise.fields[:1]]
    assert share_high(software) > 2 * share_high(transport)


def test_the_richer_look_less_at_the_price(crowd):
    def mean_sensitivity(occupations: set[str]) -> float:
        levels = [
            ("low", "medium", "high").index(each.preferences.price_sensitivity)
            for each in crowd.personas
            if each.demographics.occupation in occupations
        ]
        return sum(levels) / len(levels)

    assert mean_sensitivity({"student", "unemployed", "cleaner"}) > 0.5 + mean_sensitivity(
        {"lawyer", "mechanical engineer", "software developer", "accountant", "dentist"}
    )


def test_every_list_facet_is_filled(crowd):
    for each in crowd.personas:
        assert 2 <= len(each.personality.traits) <= 4
        assert 2 <= len(each.preferences.likes) <= 5
        assert 1 <= len(each.preferences.dislikes) <= 3
        assert 1 <= len(each.expertise.fields) <= 3
        assert len(each.style.quirks) <= 3
