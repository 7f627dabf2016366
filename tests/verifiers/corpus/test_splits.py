from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.corpus.splits import SHARES, Inseparable, Placed, split

pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def placed(given_pairs: list[tuple[int, int]]) -> list[Placed]:
    return [
        Placed(id=f"t{n}", blueprint_id=f"b{blueprint}", persona_id=f"p{persona}")
        for n, (blueprint, persona) in enumerate(given_pairs)
    ]


def usual(count: int, attempts: int = 2) -> list[Placed]:
    """Two blueprints per persona, so many attempts each."""
    return [
        Placed(id=f"t{b}-{k}", blueprint_id=f"b{b}", persona_id=f"p{b // 2}")
        for b in range(count)
        for k in range(attempts)
    ]


@given(pairs)
def test_nothing_straddles(given_pairs: list[tuple[int, int]]):
    dialogues = placed(given_pairs)
    of = split(dialogues, {"train": 0.5, "validation": 0.2, "test": 0.3}).of
    assert set(of) == {each.id for each in dialogues}
    homes = defaultdict(set)
    for each in dialogues:
        homes[each.blueprint_id].add(of[each.id])
        homes[each.persona_id].add(of[each.id])
    assert all(len(names) == 1 for names in homes.values())


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_dialogues_does_not_matter(given_pairs: list[tuple[int, int]], chance):
    dialogues = placed(given_pairs)
    assert split(chance.sample(dialogues, len(dialogues)), seed=4) == split(dialogues, seed=4)


@given(pairs, st.integers(0, 100))
def test_a_split_is_off_by_at_most_a_group(given_pairs: list[tuple[int, int]], seed: int):
    dialogues = placed(given_pairs)
    found = split(dialogues, {"train": 0.6, "test": 0.4}, seed)
    groups = defaultdict(set)
    for each in dialogues:
        groups[found.of[each.id]].add(each.id)
    if dialogues:
        assert sum(found.achieved.values()) == pytest.approx(1.0)
        assert found.achieved["train"] == pytest.approx(len(groups["train"]) / len(dialogues))
        largest = largest_group(dialogues)
        assert abs(found.achieved["train"] - 0.6) <= largest / 2 / len(dialogues) + 1e-9


def largest_group(dialogues: list[Placed]) -> int:
    """By flooding, the slow and obvious way."""
    left, largest = list(dialogues), 0
    while left:
        group, seen = [left.pop()], 0
        while seen < len(group):
            one = group[seen]
            seen += 1
            for other in [
                e
                for e in left
                if e.blueprint_id == one.blueprint_id or e.persona_id == one.persona_id
            ]:
                left.remove(other)
                group.append(other)
        largest = max(largest, len(group))
    return largest


def test_asked_and_achieved_stand_side_by_side():
    found = split(usual(400))
    assert found.asked == SHARES
    for name, share in SHARES.items():
        assert found.achieved[name] == pytest.approx(share, abs=0.01)
    assert sum(found.groups.values()) == 200


def test_added_data_move_few_of_those_that_were_there():
    before, after = split(usual(1000)).of, split(usual(1100)).of
    moved = sum(after[name] != home for name, home in before.items())
    assert moved / len(before) < 0.03


def test_another_seed_makes_other_splits():
    assert split(usual(200), seed=1).of != split(usual(200), seed=2).of


def test_a_share_of_zero_gets_nothing():
    assert set(split(usual(50), {"train": 1.0, "test": 0.0}).of.values()) == {"train"}


@pytest.mark.parametrize("shares", [{"train": 0.5}, {"train": 1.5, "test": -0.5}])
def test_shares_that_do_not_sum_to_one_are_refused(shares: dict[str, float]):
    with pytest.raises(ValueError, match="sum to 1"):
        split([], shares)


environments = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5)), max_size=40
)


def in_environments(given_triples: list[tuple[int, int, int]]) -> list[Placed]:
    return [
        Placed(id=f"t{n}", blueprint_id=f"b{b}", persona_id=f"p{p}", environment=f"e{e}")
        for n, (b, p, e) in enumerate(given_triples)
    ]


@given(environments)
def test_no_environment_is_in_two_splits_where_they_are_kept_apart(
    given_triples: list[tuple[int, int, int]],
):
    dialogues = in_environments(given_triples)
    of = split(dialogues, {"train": 0.5, "test": 0.5}).of
    homes = defaultdict(set)
    for each in dialogues:
        for key in (each.environment, each.blueprint_id, each.persona_id):
            homes[key].add(of[each.id])
    assert all(len(names) == 1 for names in homes.values())


def half_held_out(count: int = 100) -> list[Placed]:
    return [
        Placed(id=f"t{n}", blueprint_id=f"b{n}", persona_id=f"p{n // 2}", held_out=n // 2 % 2 == 1)
        for n in range(count)
    ]


def test_what_is_held_out_has_a_split_of_its_own_and_the_others_keep_their_shares():
    dialogues = half_held_out()
    found = split(dialogues, {"train": 0.6, "validation": 0.2, "test": 0.2}, held_out="test")
    assert {each.held_out for each in dialogues if found.of[each.id] == "test"} == {True}
    assert found.achieved["test"] == pytest.approx(0.5)
    assert found.achieved["train"] == pytest.approx(0.375, abs=0.02)


def test_without_a_split_for_it_nothing_is_held_out():
    dialogues = half_held_out()
    plain = [
        Placed(id=d.id, blueprint_id=d.blueprint_id, persona_id=d.persona_id) for d in dialogues
    ]
    assert split(dialogues, seed=3) == split(plain, seed=3)


def test_a_persona_cannot_be_held_out_in_part():
    torn = [
        Placed(id=f"t{n}", blueprint_id=f"b{n}", persona_id="p", held_out=n == 1) for n in range(2)
    ]
    with pytest.raises(Inseparable, match="dialogue t1 is to be held out, and persona p"):
        split(torn, held_out="test")
