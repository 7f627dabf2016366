import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.lives import OLDEST, YOUNGEST, life_table
from personas.occupations import (
    DEGREES,
    EDUCATIONS,
    JOBS,
    RETIRED,
    SITUATIONS,
    STUDENT,
    TRAININGS,
    suits,
)
from personas.persona import Persona
from personas.sampler import persona_at


def test_there_are_at_least_sixty_jobs_and_each_can_be_had():
    assert len(JOBS) >= 60
    assert {*JOBS, *SITUATIONS} == {life.occupation for life in life_table().states}


@pytest.mark.parametrize("job", JOBS.values(), ids=str)
def test_a_job_is_of_a_field_with_something_to_learn_for_it(job):
    assert job.field in TRAININGS
    assert YOUNGEST <= job.youngest < job.oldest <= OLDEST
    assert EDUCATIONS.index(job.least) <= EDUCATIONS.index(job.most)
    needs_degree = EDUCATIONS.index(job.least) >= EDUCATIONS.index("bachelor")
    assert job.study or not needs_degree or job.field in DEGREES


def test_a_job_has_people_of_its_age_and_education_only():
    for life in life_table().states:
        if life.occupation in JOBS:
            job = JOBS[life.occupation]
            assert job.youngest <= life.age <= job.oldest
            assert suits(job, life.education)


def test_nobody_is_retired_young_and_hardly_anybody_studies_old():
    assert min(life.age for life in life_table().states if life.occupation == RETIRED) >= 55
    assert max(life.age for life in life_table().states if life.occupation == STUDENT) <= 35


def test_nobody_has_a_degree_before_it_can_be_had():
    for life in life_table().states:
        earliest = {"vocational": 20, "bachelor": 21, "master": 23, "doctorate": 27}
        assert life.age >= earliest.get(life.education, 18)


def implausible(person: Persona) -> list[str]:
    facts, found = person.demographics, []
    if facts.household == "with parents" and facts.age > 54:
        found.append("lives with parents")
    if facts.household == "care home" and facts.age < 78:
        found.append("young in a care home")
    if facts.household == "with partner and children" and not 23 <= facts.age <= 60:
        found.append("children at the wrong age")
    if facts.household == "shared flat" and facts.age > 49:
        found.append("old in a shared flat")
    if facts.occupation == RETIRED and facts.age < 55:
        found.append("young and retired")
    if facts.occupation == STUDENT and facts.age > 35:
        found.append("old student")
    if facts.occupation in JOBS and not suits(JOBS[facts.occupation], facts.education):
        found.append("job without its education")
    if facts.occupation in JOBS and facts.age > JOBS[facts.occupation].oldest:
        found.append("too old for the job")
    if facts.occupation == "software developer" and person.expertise.technology == "low":
        found.append("developer who knows no technology")
    if person.style.register == "impatient" and person.style.patience > 1:
        found.append("impatient and patient")
    if person.style.register == "chatty" and person.style.verbosity == "low":
        found.append("chatty in few words")
    if person.style.register == "terse" and person.style.verbosity == "high":
        found.append("terse in many words")
    if person.style.register == "formal" and person.style.politeness == "low":
        found.append("formal and rude")
    return found


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.integers(), st.integers(0, 10**9))
def test_no_seed_brings_up_an_implausible_person(seed: int, index: int):
    assert implausible(persona_at(index, seed)) == []


def test_nobody_in_a_crowd_is_implausible(crowd):
    assert [each for each in crowd.personas if implausible(each)] == []


def test_a_pinned_household_brings_a_fitting_age():
    source = random.Random(3)
    pins = (("demographics.household", "with parents"),)
    ages = [life_table().draw(pins, source)[0].age for _ in range(300)]
    assert max(ages) <= 54
    assert sum(age < 30 for age in ages) > 200


def test_the_old_are_reached_by_phone_and_the_young_by_chat(crowd):
    def share(channel: str, low: int, high: int) -> float:
        of_age = [each for each in crowd.personas if low <= each.demographics.age <= high]
        return sum(each.preferences.contact_channel == channel for each in of_age) / len(of_age)

    assert share("phone", 70, 89) > 2 * share("phone", 18, 34)
    assert share("chat", 18, 34) > 2 * share("chat", 70, 89)
    assert share("letter", 18, 54) == 0
