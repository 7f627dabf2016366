import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.allocation import allocate, whole_numbers
from personas.facet_table import FacetTable, Pins, Spread

LETTERS, DIGITS, TONES = ("a", "b", "c"), ("1", "2", "3"), ("do", "re", "mi")
TONE = Spread(TONES, (1, 2, 3))
DENSE = FacetTable(
    {
        (letter, digit): 1.0 + at * bt
        for at, letter in enumerate(LETTERS)
        for bt, digit in enumerate(DIGITS)
    },
    axes={"letter": lambda state: state[0], "digit": lambda state: state[1]},
    leaves={"tone": lambda state: TONE},
)
# a goes with 1 only, b with 1 and 2, c with 2 and 3.
SPARSE = FacetTable(
    {("a", "1"): 1.0, ("b", "1"): 1.0, ("b", "2"): 1.0, ("c", "2"): 1.0, ("c", "3"): 1.0},
    axes={"letter": lambda state: state[0], "digit": lambda state: state[1]},
    leaves={},
)


def shares_over(values: tuple[str, ...]) -> st.SearchStrategy[dict[str, float]]:
    def normal(weights: list[int]) -> dict[str, float]:
        return {v: w / sum(weights) for v, w in zip(values, weights, strict=True)}

    return st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(any).map(normal)


def counted(dealt: list[Pins], facet: str) -> dict[str, int]:
    return dict(Counter(dict(pins)[facet] for pins in dealt if facet in dict(pins)))


def asked(shares: dict[str, float], count: int) -> dict[str, int]:
    return {value: number for value, number in whole_numbers(shares, count).items() if number}


@settings(derandomize=True, deadline=None)
@given(shares_over(LETTERS), st.integers(0, 500))
def test_whole_numbers_add_up_and_are_each_within_one(shares: dict[str, float], count: int):
    numbers = whole_numbers(shares, count)
    assert sum(numbers.values()) == count
    assert all(abs(numbers[value] - share * count) < 1 for value, share in shares.items())


@settings(derandomize=True, deadline=None, max_examples=60)
@given(shares_over(LETTERS), shares_over(DIGITS), shares_over(TONES), st.integers(0, 120))
def test_where_everything_goes_together_every_quota_is_met(
    letters: dict[str, float], digits: dict[str, float], tones: dict[str, float], count: int
):
    shares = {"tone": tones, "letter": letters, "digit": digits}
    dealt = allocate(DENSE, shares, count, random.Random(0))
    assert len(dealt) == count
    for facet, each in shares.items():
        assert counted(dealt, facet) == asked(each, count)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(shares_over(LETTERS), shares_over(DIGITS), st.integers(1, 120))
def test_the_facet_named_first_is_met_whatever_follows(
    letters: dict[str, float], digits: dict[str, float], count: int
):
    dealt = allocate(SPARSE, {"letter": letters, "digit": digits}, count, random.Random(0))
    assert counted(dealt, "letter") == asked(letters, count)
    dealt = allocate(SPARSE, {"digit": digits, "letter": letters}, count, random.Random(0))
    assert counted(dealt, "digit") == asked(digits, count)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(shares_over(LETTERS), shares_over(DIGITS), st.integers(1, 60))
def test_the_second_facet_comes_as_near_as_is_plausible(
    letters: dict[str, float], digits: dict[str, float], count: int
):
    dealt = allocate(SPARSE, {"letter": letters, "digit": digits}, count, random.Random(0))
    wanted_letters, wanted = whole_numbers(letters, count), whole_numbers(digits, count)
    a, b, c = (wanted_letters[each] for each in LETTERS)
    # How many of the digits can be handed out as asked: a flow of two choices (b and c, to 2).
    best = max(
        min(wanted["1"], a + b - b2) + min(wanted["2"], b2 + c2) + min(wanted["3"], c - c2)
        for b2 in range(b + 1)
        for c2 in range(c + 1)
    )
    reached = counted(dealt, "digit")
    assert sum(min(reached.get(each, 0), wanted[each]) for each in DIGITS) == best


def test_only_plausible_pairs_are_dealt():
    shares = {"letter": {"a": 0.5, "c": 0.5}, "digit": {"1": 0.2, "3": 0.8}}
    dealt = allocate(SPARSE, shares, 50, random.Random(0))
    pairs = {tuple(value for _, value in pins) for pins in dealt}
    assert pairs <= {("1", "a"), ("3", "c"), ("2", "c")}


def test_someone_for_whom_no_asked_value_is_plausible_goes_without():
    shares = {"letter": {"a": 1.0}, "digit": {"3": 1.0}}
    assert allocate(SPARSE, shares, 3, random.Random(0)) == [(("letter", "a"),)] * 3


def test_the_order_is_random_but_seeded():
    shares = {"letter": {"a": 0.5, "b": 0.5}}
    first = allocate(DENSE, shares, 100, random.Random(1))
    assert first == allocate(DENSE, shares, 100, random.Random(1))
    assert first != allocate(DENSE, shares, 100, random.Random(2))
    assert first != sorted(first)


def test_quotas_over_nobody_are_dealt_to_nobody():
    shares = {"letter": {"a": 1.0}, "digit": {"1": 1.0}}
    assert allocate(SPARSE, shares, 0, random.Random(0)) == []


@pytest.mark.parametrize("count", [0, 7])
def test_without_quotas_nobody_is_pinned(count: int):
    assert allocate(DENSE, {}, count, random.Random(0)) == [()] * count
