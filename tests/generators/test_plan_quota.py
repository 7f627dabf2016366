from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.plan_quota import Shortlist, cell_of, mistake_in
from personas.allocation import whole_numbers

QUOTAS = {"difficulty": {"easy": 0.5, "hard": 0.5}, "writes": {"0": 0.5, "1+": 0.5}}


def kind(difficulty: str, writes: int) -> dict[str, str | int]:
    return {"difficulty": difficulty, "writes": writes}


def test_a_number_falls_under_itself_or_under_the_last_with_all_above_it():
    assert [cell_of(n, ("0", "1", "2+")) for n in range(4)] == ["0", "1", "2+", "2+"]
    assert cell_of(3, ("0", "1")) is None
    assert cell_of("hard", ("easy", "hard")) == "hard"


@pytest.mark.parametrize("values", [["0+", "1"], ["1", "1+"], ["many"], ["-1"], ["1 +"]])
def test_values_that_no_plan_could_be_told_by_are_mistakes(values: list[str]):
    assert mistake_in("writes", values) != ("", "")


def test_what_was_chosen_makes_way_where_two_can_take_its_place():
    shortlist = Shortlist(QUOTAS, 2)
    shortlist.offer(0, kind("easy", 0))
    shortlist.offer(1, kind("easy", 2))  # There is an easy one already.
    shortlist.offer(2, kind("hard", 0))  # And one without writes.
    assert shortlist.chosen == [1, 2]
    assert shortlist.full
    assert shortlist.short() == []


plans = st.builds(kind, st.sampled_from(["easy", "medium", "hard"]), st.integers(0, 3))


@given(st.lists(plans, max_size=40), st.integers(1, 8))
def test_no_kind_is_chosen_more_often_than_asked_and_offers_take_nothing_away(
    offers: list[dict[str, str | int]], count: int
):
    shortlist, before = Shortlist(QUOTAS, count), 0
    for number, facets in enumerate(offers):
        shortlist.offer(number, facets)
        chosen = [offers[each] for each in shortlist.chosen]
        assert before <= len(chosen) <= count
        before = len(chosen)
        for facet, shares in QUOTAS.items():
            found = Counter(cell_of(each[facet], shares) for each in chosen)
            assert all(found[value] <= n for value, n in whole_numbers(shares, count).items())
    assert shortlist.full == (not shortlist.short())


def test_without_quotas_the_first_come_are_chosen():
    shortlist = Shortlist({}, 2)
    for number in range(4):
        shortlist.offer(number, kind("easy", 0))
    assert shortlist.chosen == [0, 1]
