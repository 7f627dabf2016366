import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.manners import FACTORS, LEVELS, TRAITS, Manner, manner_table, traits
from personas.persona import Persona
from personas.quirks import (
    APOLOGISES,
    CAPITALS,
    EMOJI,
    FULL_SENTENCES,
    LOWER_CASE,
    NO_GREETING,
    QUIRKS,
    SALUTATION,
    SMILEY,
    quirks_for,
)
from personas.tastes import DISLIKES, LIKES, dislikes_for, fields_for, likes_for


def rank(level: str) -> int:
    return LEVELS.index(level)  # type: ignore[arg-type]


def mean(people: list[Persona], figure) -> float:
    return sum(map(figure, people)) / len(people)


def with_factor(crowd, factor: str, level: str) -> list[Persona]:
    return [each for each in crowd.personas if getattr(each.personality, factor) == level]


def test_every_personality_can_have_every_register():
    assert len(manner_table().states) == 3**5 * 4


def test_impatient_people_have_little_patience(crowd):
    assert {
        each.style.patience for each in crowd.personas if each.style.register == "impatient"
    } == {0, 1}


def test_the_agreeable_are_politer_more_patient_and_seldom_impatient(crowd):
    kind, harsh = (with_factor(crowd, "agreeableness", level) for level in ("high", "low"))
    assert mean(kind, lambda each: rank(each.style.politeness)) > 0.4 + mean(
        harsh, lambda each: rank(each.style.politeness)
    )
    assert mean(kind, lambda each: each.style.patience) > 1 + mean(
        harsh, lambda each: each.style.patience
    )
    assert mean(kind, lambda each: each.style.register == "impatient") < 0.1


def test_the_outgoing_write_more(crowd):
    lively, quiet = (with_factor(crowd, "extraversion", level) for level in ("high", "low"))
    assert mean(lively, lambda each: rank(each.style.verbosity)) > 0.4 + mean(
        quiet, lambda each: rank(each.style.verbosity)
    )


def test_formal_people_are_politer_than_impatient_ones(crowd):
    by = {
        register: [each for each in crowd.personas if each.style.register == register]
        for register in ("formal", "impatient")
    }
    assert mean(by["formal"], lambda each: rank(each.style.politeness)) > 1 + mean(
        by["impatient"], lambda each: rank(each.style.politeness)
    )


def test_trait_words_are_those_of_the_five_factors(crowd):
    for each in crowd.personas:
        fitting = {
            word for factor in FACTORS for word in TRAITS[factor][getattr(each.personality, factor)]
        }
        assert set(each.personality.traits) <= fitting


def test_a_trait_word_belongs_to_one_factor_and_level():
    words = [word for levels in TRAITS.values() for each in levels.values() for word in each]
    assert len(words) == len(set(words))


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(manner_table().states), st.integers())
def test_marked_factors_are_named_before_middling_ones(manner: Manner, seed: int):
    words = traits(manner, random.Random(seed))
    marked = [factor for factor in FACTORS if getattr(manner, factor) != "medium"]
    named = {word for factor in marked for word in TRAITS[factor][getattr(manner, factor)]}
    assert len(named.intersection(words)) == min(4, len(marked))


def test_quirks_are_from_the_list_and_suit_the_register(crowd):
    for each in crowd.personas:
        for quirk in each.style.quirks:
            assert each.style.register in QUIRKS[quirk].registers


def test_every_quirk_is_somebodys(crowd):
    assert {quirk for each in crowd.personas for quirk in each.style.quirks} == set(QUIRKS)


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from(manner_table().states),
    st.sampled_from(LEVELS),
    st.integers(18, 89),
    st.booleans(),
    st.integers(),
)
def test_quirks_of_one_person_do_not_contradict_each_other(manner, politeness, age, basic, seed):
    chosen = set(quirks_for(manner, politeness, age, basic, random.Random(seed)))
    for pair in (
        {LOWER_CASE, FULL_SENTENCES},
        {LOWER_CASE, CAPITALS},
        {SMILEY, EMOJI},
        {NO_GREETING, SALUTATION},
    ):
        assert not pair <= chosen
    assert APOLOGISES not in chosen or politeness == "high"


def test_likes_suit_the_age(crowd):
    ages = {each.name: (each.youngest, each.oldest) for each in LIKES}
    for each in crowd.personas:
        for like in each.preferences.likes:
            youngest, oldest = ages[like]
            assert youngest <= each.demographics.age <= oldest


@settings(derandomize=True, deadline=None)
@given(
    st.integers(18, 89), st.sampled_from(("terse", "chatty", "formal", "impatient")), st.integers()
)
def test_nobody_dislikes_what_they_like(age: int, register: str, seed: int):
    source = random.Random(seed)
    likes = likes_for(age, source)
    dislikes = dislikes_for(register, likes, source)
    words = {word for like in likes for word in like.name.split()}
    assert all(words.isdisjoint(each.split()) for each in dislikes)


def test_likes_and_dislikes_are_varied(crowd):
    assert {like for each in crowd.personas for like in each.preferences.likes} == {
        each.name for each in LIKES
    }
    assert {dislike for each in crowd.personas for dislike in each.preferences.dislikes} == set(
        DISLIKES
    )
    assert len({each.preferences.likes for each in crowd.personas}) > 4500


@pytest.mark.parametrize("work", ["law", ""])
def test_the_field_of_work_comes_first(work: str):
    fields = fields_for(work, likes_for(40, random.Random(2)), random.Random(1))
    assert 1 <= len(fields) <= 3
    assert not work or fields[0] == work
