"""A time of day that is wished tells nobody when something is to be."""

import pytest

from generators.blueprint import Fact
from generators.scripted.values import facts_in
from verifiers.fact_talk import gives_away

FACT = Fact(key="part", value="morning", reveal="when_asked", spoken="in the morning")


@pytest.mark.parametrize(
    "text",
    [
        "Good morning, it's me.",
        "I hope you're having a nice morning!",
        "Enjoy the rest of your morning.",
    ],
)
def test_a_morning_that_is_wished_is_no_answer(text: str):
    assert facts_in(text, [FACT]) == set()
    assert not gives_away(text, FACT)


def test_a_morning_that_is_asked_for_is_one():
    text = "Good morning! In the morning would be best."
    assert facts_in(text, [FACT]) == {"part"}
    assert gives_away(text, FACT)
