from random import Random

from hypothesis import given
from hypothesis import strategies as st

from generators.sources.chance import Taped


def drawn(rng: Random, kinds: list[int]) -> list[object]:
    """A number, a choice, a shuffle, weighted choices, as the kinds say."""
    ways = (
        lambda: rng.random(),
        lambda: rng.choice(range(7)),
        lambda: rng.sample(range(9), 9),
        lambda: rng.choices("abc", (1, 2, 3)),
        lambda: rng.randint(3, 400),
    )
    return [ways[kind]() for kind in kinds]


KINDS = st.lists(st.integers(0, 4), max_size=12)


@given(st.integers(), KINDS)
def test_chance_that_is_taped_is_the_chance_that_it_is_taken_from(seed: int, kinds: list[int]):
    assert drawn(Taped(Random(seed)), kinds) == drawn(Random(seed), kinds)


@given(st.integers(), KINDS, KINDS)
def test_a_tape_gives_the_same_again_and_fresh_chance_after_it(
    seed: int, kinds: list[int], later: list[int]
):
    first = Taped(Random(seed))
    said = drawn(first, kinds)
    again = Taped(Random("other"), first.rolls)
    assert drawn(again, kinds) == said
    assert drawn(again, later) == drawn(Random("other"), later)
