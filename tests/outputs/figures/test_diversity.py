import gzip
from collections import Counter
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.figures.diversity import (
    compression_ratio,
    distinct_share,
    first_tokens,
    self_bleu,
    self_repetition,
    spread,
    template_rate,
    top_share,
    variety,
)
from outputs.figures.words import ngrams

ABAB = ["a", "b", "a", "b"]


def test_distinct_n_is_unique_over_all_ngrams():
    assert distinct_share([ABAB], 1) == 2 / 4
    assert distinct_share([ABAB], 2) == 2 / 3
    assert distinct_share([ABAB], 3) == 2 / 2


def test_no_ngram_crosses_from_one_text_into_the_next():
    assert distinct_share([["a", "b"], ["a", "b"]], 2) == 1 / 2


def test_without_ngrams_distinct_is_zero():
    assert distinct_share([["a"]], 2) == 0.0


def test_the_compression_ratio_is_raw_over_gzipped_bytes():
    raw = b"one two\nthree"
    assert compression_ratio(["one two", "three"]) == len(raw) / len(gzip.compress(raw, 9, mtime=0))
    assert compression_ratio(["same words again"] * 50) > 5
    assert compression_ratio([]) == 0.0


def test_self_repetition_counts_texts_with_a_4gram_of_another_dialogue():
    one = [["a", "b", "c", "d", "e"], ["p", "q", "r", "s"]]
    other = [["x", "b", "c", "d", "e"]]
    assert self_repetition([one, other]) == 2 / 3
    assert self_repetition([one]) == 0.0


def test_repeating_oneself_within_a_dialogue_is_no_self_repetition():
    assert self_repetition([[["a", "b", "c", "d"], ["a", "b", "c", "d"]]]) == 0.0


def test_the_template_rate_sees_through_names_and_figures():
    one = ["Your seat is C4 now.", "It stays open."]
    other = ["Your seat is D1 now.", "Something else is said here."]
    assert template_rate([one, other]) == 2 / 3


def _bleu_by_definition(text: list[str], others: list[list[str]]) -> float:
    total = 0.0
    for n in range(1, 5):
        mine = Counter(ngrams(text, n))
        matched = sum(
            min(times, max(Counter(ngrams(other, n))[gram] for other in others))
            for gram, times in mine.items()
        )
        there = sum(mine.values())
        total += log((matched or 0.5) / there) if there else log(0.5)
    nearest = min((abs(len(o) - len(text)), len(o)) for o in others)[1]
    brevity = 1.0 if len(text) >= nearest else exp(1 - nearest / len(text))
    return brevity * exp(total / 4)


@given(
    st.lists(
        st.lists(st.sampled_from("abcde"), min_size=1, max_size=9).map(list),
        min_size=2,
        max_size=7,
    )
)
def test_self_bleu_is_the_mean_bleu_of_each_text_against_the_others(texts: list[list[str]]):
    expected = [_bleu_by_definition(t, texts[:i] + texts[i + 1 :]) for i, t in enumerate(texts)]
    assert self_bleu(texts) == pytest.approx(sum(expected) / len(expected))


def test_equal_texts_have_a_self_bleu_of_one():
    assert self_bleu([["a", "b", "c", "d", "e"]] * 3) == pytest.approx(1.0)
    assert self_bleu([["a"]]) == 0.0


def test_the_top_share_counts_the_most_common_keys():
    assert top_share(["a", "a", "b", "c"], top=1) == 2 / 4


def test_first_tokens_cuts_at_the_budget():
    assert first_tokens([[["a", "b"], ["c"]], [["d", "e"]]], 4) == [["a", "b"], ["c"], ["d"]]


def test_spread_takes_evenly_spaced_items():
    assert spread([["a"], ["b"], ["c"], ["d"]], 2) == [["a"], ["c"]]
    assert spread([["a"]], 2) == [["a"]]


def test_variety_says_how_much_text_it_rests_on():
    found = variety([["Hello there my friend", "Bye."], ["Hello there my dear"]])
    assert (found.dialogues, found.texts, found.tokens) == (2, 3, 9)
    assert found.distinct[1] == 6 / 9
    assert found.ngram_diversity == pytest.approx(sum(found.distinct.values()))
    assert found.most_common[0] == ("hello there my", 2)
