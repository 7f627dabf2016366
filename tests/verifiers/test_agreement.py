from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.agreement import agreement
from verifiers.decision import Decision, Vote
from verifiers.verdict import Verdict


def decisions(*rows: str) -> list[Decision]:
    """One string per dialogue, one letter per voter: p(ass), f(ail), a(bstain)."""
    words: dict[str, Any] = {"p": "pass", "f": "fail", "a": "abstain"}
    return [
        Decision(
            trajectory_id=str(number),
            outcome="accept",
            score=1.0,
            votes=(
                Vote(verdict=Verdict(verifier="rule", outcome="pass"), weight=0.0, veto=True),
                *(
                    Vote(verdict=Verdict(verifier=f"v{voter}", outcome=words[letter]))
                    for voter, letter in enumerate(row)
                ),
            ),
        )
        for number, row in enumerate(rows)
    ]


def test_voters_that_always_agree_have_alpha_1():
    found = agreement(decisions("ppp", "fff", "ppp"))
    assert (found.units, found.pairwise, found.alpha) == (3, 1.0, 1.0)


def test_krippendorffs_published_binary_example():
    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section A: alpha = 0.095.
    first, second = "0100000000", "1110010100"
    rows = [a + b for a, b in zip(first, second, strict=True)]
    found = agreement(decisions(*(row.replace("0", "f").replace("1", "p") for row in rows)))
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    assert found.pairwise == pytest.approx(0.6)


def test_abstentions_are_missing_values():
    assert agreement(decisions("ppa", "ffa", "pap")) == agreement(decisions("pp", "ff", "pap"))


def test_without_two_opinions_there_is_nothing_to_compare():
    found = agreement(decisions("pa", "af"))
    assert (found.units, found.pairwise, found.alpha) == (0, None, None)


def test_opinions_that_are_all_the_same_have_no_alpha():
    found = agreement(decisions("pp", "pp"))
    assert (found.pairwise, found.alpha) == (1.0, None)


rows = st.lists(st.text("pfa", min_size=3, max_size=3), max_size=20)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_dialogues_does_not_matter(given_rows: list[str], chance):
    shuffled = chance.sample(given_rows, len(given_rows))
    one, other = agreement(decisions(*given_rows)), agreement(decisions(*shuffled))
    assert one.units == other.units
    assert one.pairwise == pytest.approx(other.pairwise)
    assert one.alpha == pytest.approx(other.alpha)
    assert one.alpha is None or one.alpha <= 1.0
