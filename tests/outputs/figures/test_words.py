import pytest

from outputs.figures.words import (
    has_contraction,
    is_greeting,
    is_question,
    is_thanks,
    ngrams,
    opening,
    template,
    words,
)


def test_a_word_keeps_its_inner_apostrophes_hyphens_and_figures():
    said = "I'd pay €84.20 at 14:30, well-known Mr. O’Hara."
    assert words(said) == ["i'd", "pay", "84.20", "at", "14:30", "well-known", "mr", "o’hara"]


def test_sentences_without_a_space_between_them_are_two_words():
    assert words("Thanks.That's all") == ["thanks", "that's", "all"]


def test_an_opening_is_three_words_or_fewer():
    assert opening("Hello, I need my coat.") == "hello i need"
    assert opening("Yes!") == "yes"


def test_a_template_masks_names_and_figures_but_not_the_first_word():
    assert template("Your seat is C4, Ann.") == "your seat is _ _"
    assert template("Then I want 84.20 back") == "then i want _ back"


def test_ngrams_are_runs_of_neighbours():
    assert ngrams(["a", "b", "c"], 2) == [("a", "b"), ("b", "c")]
    assert ngrams(["a"], 2) == []


@pytest.mark.parametrize(
    ("recognises", "yes", "no"),
    [
        (is_question, "Can you?", "I can."),
        (is_greeting, "Good morning, all", "High time"),
        (is_thanks, "many thanks", "thankless"),
        (has_contraction, "that’s it", "cant"),
    ],
)
def test_habits_are_recognised(recognises, yes, no):
    assert recognises(yes)
    assert not recognises(no)
