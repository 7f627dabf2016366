from hypothesis import given
from hypothesis import strategies as st

from outputs.figures.excerpts import Excerpts
from outputs.figures.sample import Sample
from tests.outputs.faulty_set import faulty_set, row

KEYS = st.lists(st.text(max_size=4), unique=True, max_size=60)


def filled(keys: list[str], size: int = 5) -> Sample[str]:
    sample: Sample[str] = Sample(size, "test")
    for key in keys:
        sample.add(key, key)
    return sample


@given(KEYS, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_a_sample(keys: list[str], random):
    again = [*keys, *keys]
    random.shuffle(again)
    assert filled(again).items() == filled(keys).items()
    assert len(filled(keys).items()) == min(5, len(keys)) == len(filled(keys))


@given(KEYS, st.integers(0, 60))
def test_samples_of_parts_merge_into_the_sample_of_the_whole(keys: list[str], cut: int):
    left, right = filled(keys[:cut]), filled(keys[cut:])
    left.merge(right)
    assert left.items() == filled(keys).items()


@given(KEYS, st.text(max_size=4))
def test_an_unwanted_item_would_not_have_got_in(keys: list[str], key: str):
    sample = filled(keys)
    before = sample.items()
    if not sample.wants(key):
        sample.add(key, key)
        assert sample.items() == before


def test_excerpts_are_spread_over_outcomes_and_reasons():
    excerpts = Excerpts()
    for each in faulty_set():
        excerpts.add(each)
    chosen = excerpts.chosen(10)
    assert [each.accepted for each in chosen] == [True] * 5 + [False] * 5
    refused = {each.dropped or each.decision.reasons[0] for each in chosen[5:]}
    assert refused == {
        "corpus.near_duplicate",
        "policy.K02",
        "replay.end_state",
        "structure.unfinished",
        "user.volunteered",
    }


def test_when_one_kind_is_short_the_other_fills_up():
    excerpts = Excerpts()
    for number in range(6):
        excerpts.add(row(number))
    excerpts.add(row(6, "policy.K01"))
    chosen = excerpts.chosen(5)
    assert [each.accepted for each in chosen] == [True] * 4 + [False]
    assert excerpts.chosen(0) == []
