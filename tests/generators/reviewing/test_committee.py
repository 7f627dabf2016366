"""Several reviewers, one decision: the majority of those who can judge."""

import asyncio
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.domains.registry import domain_named
from generators.reviewing.committee import Case, Panel
from generators.reviewing.round import Ballot, BallotOutcome
from generators.reviewing.scripted import ScriptedReviewer
from tests.people import person
from tests.played import cases

OUTCOMES = get_args(BallotOutcome)
VOTES = st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=7).map(
    lambda outcomes: tuple(
        Ballot(reviewer=f"r{at}", outcome=each, comment=f"c{at}")
        for at, each in enumerate(outcomes)
    )
)


def case(number: int, *planned: str) -> Case:
    domain = domain_named("cloakroom")
    plan, _ = cases("cloakroom", 8)[0]
    return Case(plan, domain, person(), key=f"k{number}", number=1, planned=planned)


@settings(max_examples=50)
@given(VOTES)
def test_a_plan_passes_when_more_than_half_of_those_who_judge_are_for_it(
    votes: tuple[Ballot, ...],
) -> None:
    opinion = Panel(()).counted(votes)
    favour, against = (sum(vote.outcome == each for vote in votes) for each in ("accept", "reject"))
    if not favour + against:
        assert opinion.code == "review_no_quorum"
    else:
        assert opinion.code == ("" if favour > against else "review_rejected")
    assert opinion.votes == votes


@settings(max_examples=50)
@given(VOTES, st.integers(0, 7), st.sampled_from((0.0, 0.5, 0.66, 1.0)))
def test_who_cannot_judge_changes_nothing(
    votes: tuple[Ballot, ...], at: int, threshold: float
) -> None:
    silent = Ballot(reviewer="silent", outcome="abstain")
    panel = Panel((), threshold)
    assert panel.counted((*votes[:at], silent, *votes[at:])).code == panel.counted(votes).code


@settings(max_examples=50)
@given(VOTES)
def test_a_reason_has_the_comment_of_everybody_who_is_against_it(votes: tuple[Ballot, ...]) -> None:
    opinion = Panel(()).counted(votes)
    if opinion.code == "review_rejected":
        for vote in votes:
            assert (f"{vote.reviewer}: {vote.comment}" in opinion.reason) == (
                vote.outcome == "reject"
            )


def test_everybody_has_to_be_for_it_where_that_is_asked() -> None:
    for share, code in ((0.5, ""), (0.7, "review_rejected"), (1.0, "review_rejected")):
        votes = tuple(Ballot(reviewer=each, outcome="accept") for each in "ab")
        against = (*votes, Ballot(reviewer="c", outcome="reject"))
        assert Panel((), share).counted(against).code == code
        assert Panel((), share).counted(votes).code == ""


def test_a_scripted_reviewer_errs_as_often_as_he_is_said_to() -> None:
    reviewer = ScriptedReviewer(name="r", false_accept=0.3, false_reject=0.1, abstain=0.2, seed=3)

    async def outcomes(*planned: str) -> list[str]:
        return [(await reviewer.review(case(n, *planned))).outcome for n in range(2000)]

    flawed, sound = asyncio.run(outcomes("other_wish")), asyncio.run(outcomes())
    for found in (flawed, sound):
        assert found.count("abstain") / 2000 == pytest.approx(0.2, abs=0.03)
    assert flawed.count("accept") / 2000 == pytest.approx(0.8 * 0.3, abs=0.03)
    assert sound.count("reject") / 2000 == pytest.approx(0.8 * 0.1, abs=0.03)
    assert asyncio.run(outcomes("other_wish")) == flawed
