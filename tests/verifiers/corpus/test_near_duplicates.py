import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from tests.dialogues import planned, right_dialogue
from verifiers.corpus.near_duplicates import Candidate, candidate, near_duplicates

BLOCK = ("cloakroom", "fetch")
WORDS = ("coat", "bag", "ticket", "please", "evening", "seat", "lost", "shelf", "hurry", "train")


def candidates(*texts: str, block: tuple[str, ...] = BLOCK) -> list[Candidate]:
    return [Candidate(id=f"t{n}", block=block, text=text) for n, text in enumerate(texts)]


texts = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), max_size=14
)
scored = texts.flatmap(
    lambda given_texts: st.tuples(
        st.just(given_texts),
        st.lists(st.sampled_from([0.5, 1.0]), min_size=len(given_texts), max_size=len(given_texts)),
    )
)


def drawn(case: tuple[list[str], list[float]]) -> list[Candidate]:
    return [
        Candidate(id=f"t{n:02}", block=BLOCK, text=text, score=score)
        for n, (text, score) in enumerate(zip(*case, strict=True))
    ]


def test_the_same_words_are_kept_once():
    found = near_duplicates(candidates("my coat please", "my bag is lost", "my coat please"))
    assert {key: (each.kept, each.similarity) for key, each in found.items()} == {
        "t2": ("t0", 100.0)
    }


def test_the_best_scored_stays_and_of_equals_the_smallest_id():
    one, two, three = candidates("my coat please", "my coat please!", "my coat please!!")
    best = Candidate(id="t9", block=BLOCK, text="my coat, please", score=2.0)
    assert set(near_duplicates([three, one, two])) == {"t1", "t2"}
    assert {each.kept for each in near_duplicates([three, best, one, two]).values()} == {"t9"}


def test_another_block_is_never_compared():
    here = candidates("my coat please")
    there = [Candidate(id="u0", block=("cloakroom", "count"), text="my coat please")]
    assert near_duplicates([*here, *there]) == {}


def test_a_chain_is_one_cluster():
    chain = candidates("abcdefghij" * 4, "abcdefghij" * 4 + "kl", "abcdefghij" * 4 + "klmnopqr")
    found = near_duplicates(chain, threshold=92)
    assert fuzz.ratio(chain[0].text, chain[2].text) < 92
    assert {each.kept for each in found.values()} == {"t0"}
    assert set(found) == {"t1", "t2"}


@given(scored, st.randoms(use_true_random=False), st.integers(1, 5))
def test_neither_order_nor_chunks_change_what_is_found(case, chance, chunk: int):
    given_candidates = drawn(case)
    whole = near_duplicates(given_candidates, threshold=80)
    shuffled = chance.sample(given_candidates, len(given_candidates))
    assert near_duplicates(shuffled, threshold=80, chunk=chunk) == whole


@given(scored)
def test_what_stays_is_unlike_and_what_goes_has_a_likeness(case):
    given_candidates = drawn(case)
    dropped = near_duplicates(given_candidates, threshold=80)
    stays = [each for each in given_candidates if each.id not in dropped]
    by_id = {each.id: each for each in given_candidates}
    for one in stays:
        for other in stays:
            assert one is other or fuzz.ratio(one.text, other.text) < 80.5
    for name, duplicate in dropped.items():
        assert duplicate.kept not in dropped
        kept = by_id[duplicate.kept]
        assert duplicate.similarity == fuzz.ratio(by_id[name].text, kept.text)
        assert (-kept.score, kept.id) < (-by_id[name].score, name)


def test_two_candidates_of_one_id_are_refused():
    with pytest.raises(ValueError, match="share an id"):
        near_duplicates([*candidates("a"), *candidates("b")])


def test_only_the_users_words_are_compared():
    blueprint = planned("cloakroom", "fetch", "count")
    trajectory = right_dialogue(blueprint).trajectory()
    found = candidate(trajectory, blueprint, score=0.5)
    assert found.block == ("cloakroom", "count", "fetch")
    assert found.text.startswith("good evening")
    assert "could you please" not in found.text
    assert found.text == found.text.casefold()
