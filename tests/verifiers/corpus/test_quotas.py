from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.corpus.quotas import Cap, Counted, QuotaError, over_quota


def counted(domains: str, scores: list[float] | None = None) -> list[Counted]:
    return [
        Counted(
            id=f"t{n:02}",
            fields={"domain": letter, "register": "terse" if n % 3 else "chatty"},
            score=scores[n] if scores else 1.0,
        )
        for n, letter in enumerate(domains)
    ]


def test_the_last_of_the_lowest_scored_go():
    dialogues = counted("aaaabb", [1.0, 0.2, 1.0, 1.0, 1.0, 1.0])
    dropped = over_quota(dialogues, [Cap(field="domain", share=0.5)])
    assert set(dropped) == {"t01", "t03"}
    assert dropped["t01"] == "domain 'a' is limited to 50%"


def test_a_cap_may_be_on_one_value_only():
    dropped = over_quota(counted("aaaabbbbbb"), [Cap(field="domain", share=0.25, value="a")])
    assert set(dropped) == {"t02", "t03"}


def test_without_a_breach_nothing_goes():
    assert over_quota(counted("abab"), [Cap(field="domain", share=0.5)]) == {}
    assert over_quota([], [Cap(field="domain", share=0.5)]) == {}


rows = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.5, 1.0])), max_size=40)


@given(rows, st.floats(0.34, 1.0), st.floats(0.5, 1.0), st.randoms(use_true_random=False))
def test_every_cap_holds_for_what_stays_in_any_order(given_rows, one: float, other: float, chance):
    dialogues = counted(
        "".join(letter for letter, _ in given_rows), [score for _, score in given_rows]
    )
    caps = [Cap(field="domain", share=one), Cap(field="register", share=other)]
    try:
        dropped = over_quota(dialogues, caps)
    except QuotaError:
        # Too few values, or too few dialogues, for the caps.
        return
    assert over_quota(chance.sample(dialogues, len(dialogues)), caps) == dropped
    stays = [each for each in dialogues if each.id not in dropped]
    for cap in caps:
        counts = Counter(each.fields[cap.field] for each in stays)
        assert all(count <= cap.share * len(stays) + 1e-6 for count in counts.values())


@given(rows, st.floats(0.34, 1.0))
def test_one_cap_drops_no_more_than_it_must(given_rows, share: float):
    dialogues = counted("".join(letter for letter, _ in given_rows))
    counts = Counter(each.fields["domain"] for each in dialogues)
    # The largest set that the cap allows, by trying every size.
    best = max(
        size
        for size in range(len(dialogues) + 1)
        if sum(min(count, int(share * size + 1e-9)) for count in counts.values()) >= size
    )
    if best:
        assert (
            len(over_quota(dialogues, [Cap(field="domain", share=share)])) == len(dialogues) - best
        )


@pytest.mark.parametrize(
    ("domains", "cap", "named"),
    [
        ("aabb", Cap(field="domain", share=0.4), "only 2 values"),
        ("ab", Cap(field="domain", share=0.0), r"not in \(0, 1\]"),
        ("ab", Cap(field="mood", share=0.5), "mood"),
    ],
)
def test_a_cap_that_cannot_be_met_is_refused(domains: str, cap: Cap, named: str):
    with pytest.raises(QuotaError, match=named):
        over_quota(counted(domains), [cap])
