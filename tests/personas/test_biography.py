import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from personas.careers import article
from personas.occupations import JOBS
from personas.persona import Persona
from personas.sampler import REFERENCE_DATE, persona_at

ENDS = {
    "retired": "retired after working as",
    "unemployed": "lost a job as",
    "homemaker": "gave up work as",
}


def years_of(person: Persona, text: str) -> list[int]:
    return [year for year, said in person.biography.events if said.startswith(text)]


def birth_year(person: Persona) -> int:
    return int(person.demographics.birth_date[:4])


def test_a_summary_is_a_few_sentences_about_this_person(crowd):
    for person in crowd.personas:
        text = person.biography.summary
        assert person.demographics.given_name in text
        assert person.demographics.city in text
        assert re.search(rf"\b{person.demographics.age}\b", text)
        assert len(re.findall(r"\.(?: (?=[A-Z])|$)", text.replace("St. ", ""))) >= 2
        assert len(text) < 700


def test_a_summary_is_grammatical_as_far_as_a_pattern_can_tell(crowd):
    for person in crowd.personas:
        text = person.biography.summary
        assert not re.search(r"[{}]|  |\s[.,]|\.\.|None", text)
        for sentence in re.split(r"(?<=[a-z0-9])\. ", text):
            assert sentence[0].isupper() or not sentence[0].isalpha()
        assert not re.search(r"\ban? (an?|the)\b", text)
        assert not re.search(r"\ba (?=[aeioAEIO][a-z])", text), text
        assert not re.search(r"\ba (8\d|18)-", text)
        assert text.endswith(".")


def test_they_take_plural_verbs(crowd):
    others = [each for each in crowd.personas if each.demographics.gender == "nonbinary"]
    assert others
    for person in others:
        text = person.biography.summary.lower()
        assert not re.search(r"\bthey (has|was|is|enjoys|likes|knows)\b", text)
        assert not re.search(r"\b(she|he|her|his|him)\b", text)


def test_pronouns_fit_the_gender(crowd):
    for person in crowd.personas:
        words = set(re.findall(r"[a-z]+", person.biography.summary.lower()))
        if person.demographics.gender == "female":
            assert words.isdisjoint({"he", "his", "him"})
        if person.demographics.gender == "male":
            assert words.isdisjoint({"she", "her"})


def test_summaries_are_varied(crowd):
    openings = Counter(
        " ".join(re.sub(r"\d+", "#", each.biography.summary).split()[2:5])
        for each in crowd.personas
    )
    assert len(openings) > 100
    assert len({each.biography.summary for each in crowd.personas}) > 4990


def test_events_are_in_order_between_birth_and_the_reference_year(crowd):
    for person in crowd.personas:
        years = [year for year, _ in person.biography.events]
        assert years == sorted(years)
        assert years[0] == birth_year(person)
        assert years[-1] <= REFERENCE_DATE.year
        assert len(person.biography.events) >= 3


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(), st.integers(0, 10**9), st.dates(min_value=REFERENCE_DATE.replace(year=2000)))
def test_events_stay_in_a_life_whatever_the_reference_date(seed: int, index: int, day):
    person = persona_at(index, seed, reference_date=day.replace(year=min(day.year, 2080)))
    years = [year for year, _ in person.biography.events]
    assert years[0] == birth_year(person)
    assert years[-1] <= min(day.year, 2080)


def test_work_is_that_of_the_demographics(crowd):
    for person in crowd.personas:
        occupation = person.demographics.occupation
        if occupation in JOBS:
            began = years_of(person, f"started work as {article(occupation)}")
            began += years_of(person, f"became {article(occupation)}")
            assert len(began) == 1
            assert began[0] - birth_year(person) >= JOBS[occupation].youngest
            assert not any(years_of(person, end) for end in ENDS.values())
        for situation, end in ENDS.items():
            assert not years_of(person, end) or occupation == situation


def test_the_retired_have_worked_before(crowd):
    for person in crowd.personas:
        if person.demographics.occupation == "retired":
            [ended] = years_of(person, "retired after")
            [started] = years_of(person, "started work")
            assert started < ended
            assert ended - birth_year(person) >= 55


def test_work_comes_after_training(crowd):
    for person in crowd.personas:
        trained = years_of(person, "completed")
        started = years_of(person, "started work")
        if trained and started:
            assert trained[0] <= started[0]


def test_education_is_that_of_the_demographics(crowd):
    said = {
        "primary": "left school",
        "secondary": "finished secondary school",
        "vocational": "completed vocational training",
        "bachelor": "completed a bachelor's degree",
        "master": "completed a master's degree",
        "doctorate": "completed a doctorate",
    }
    for person in crowd.personas:
        assert len(years_of(person, said[person.demographics.education])) == 1


def test_children_at_home_are_children_still(crowd):
    for person in crowd.personas:
        if person.demographics.household in ("with partner and children", "single parent"):
            born = years_of(person, "had a daughter") + years_of(person, "had a son")
            assert born
            assert min(born) - birth_year(person) >= 18
            assert REFERENCE_DATE.year - min(born) <= 18
            count = {1: r"\bchild\b", 2: "two children", 3: "three children"}[len(born)]
            assert re.search(count, person.biography.summary)


def test_nobody_lives_alone_with_a_partner(crowd):
    for person in crowd.personas:
        lives = person.biography.summary
        if person.demographics.household == "alone":
            assert "lives alone" in lives
            assert "partner and" not in lives
        if person.demographics.household == "with parents":
            assert "parents" in lives
            moved = years_of(person, "moved to")
            assert not moved or moved[0] < birth_year(person) + 18


def test_an_article_fits_its_noun():
    assert article("electrician") == "an electrician"
    assert article("IT support technician") == "an IT support technician"
    assert article("university lecturer") == "a university lecturer"
    assert article("nurse") == "a nurse"
