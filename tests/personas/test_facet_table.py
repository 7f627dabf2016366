import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.facet_table import FacetTable, Spread

YOUNG = Spread(("rain", "sun"), (1, 3))
OLD = Spread(("rain", "sun"), (1, 0))
TABLE = FacetTable(
    {("young", "red"): 2.0, ("young", "blue"): 1.0, ("old", "blue"): 1.0, ("old", "red"): 0.0},
    axes={"age": lambda state: state[0], "colour": lambda state: state[1]},
    leaves={"weather": lambda state: YOUNG if state[0] == "young" else OLD},
)


def test_a_state_without_weight_is_not_a_state():
    assert ("old", "red") not in TABLE.states


def test_a_value_without_weight_is_no_value():
    assert OLD.values == ("rain",)
    assert OLD.share("sun") == 0


def test_a_spread_without_weights_is_even():
    assert Spread(("a", "b", "c", "d")).share("c") == 0.25


def test_values_are_listed_for_axes_and_leaves():
    assert TABLE.values("age") == ("young", "old")
    assert set(TABLE.values("weather")) == {"rain", "sun"}


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from([("age", "old"), ("age", "young"), ("colour", "blue"), ("weather", "sun")]),
    st.integers(),
)
def test_what_is_pinned_is_drawn(pin: tuple[str, str], seed: int):
    (age, colour), leaves = TABLE.draw((pin,), random.Random(seed))
    assert {"age": age, "colour": colour, **leaves}[pin[0]] == pin[1]


def test_a_pinned_leaf_conditions_the_state_exactly():
    source = random.Random(1)
    ages = Counter(TABLE.draw((("weather", "rain"),), source)[0][0] for _ in range(4000))
    # P(old and rain) = 1/4, P(young and rain) = 3/4 * 1/4.
    assert ages["old"] / 4000 == pytest.approx(0.25 / (0.25 + 0.75 * 0.25), abs=0.03)


def test_pins_that_nothing_satisfies_are_an_error():
    with pytest.raises(ValueError, match="nothing satisfies"):
        TABLE.draw((("age", "old"), ("weather", "sun")), random.Random(0))


def test_the_joint_table_holds_all_probability_and_the_right_zeros():
    joint = TABLE.joint({"weather": ["sun"], "age": ["old", "young"], "colour": ["red"]})
    assert joint.shape == (2, 3, 2)
    assert joint.sum() == pytest.approx(1)
    assert np.all(joint[0, 0] == 0)  # no sun for the old
    assert joint[0, 1, 0] == pytest.approx(0.5 * 0.75)
    assert np.all(joint[:, 2] == 0)  # no further ages
