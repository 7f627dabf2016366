"""Bases and members are set side by side, attempt by attempt."""

from functools import cache
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.event import AGENT, USER
from generators.trajectory import Failure, Member, StopReason
from outputs.figures.one_factor import FactorFigure, OneFactor, difference
from outputs.judged import Judged
from tests.outputs.cloakroom_set import judged_set
from tests.outputs.perturbed_set import row_of
from tests.sets import plan_sets

Outcome = Literal["pass", "fail", "user", "engine", "broke"]


@cache
def dialogues(variation: str = "opening=vague") -> tuple[tuple[Judged, Judged], ...]:
    """The dialogues of two bases and of their members."""
    return tuple(
        (row_of(each.base, each.persona), row_of(each.members[variation], each.persona))
        for each in plan_sets("cloakroom", 2, (variation,))
    )


def ended(row: Judged, outcome: Outcome, attempt: int = 0, agent: str = "") -> Judged:
    """The same attempt with another number, another end and perhaps another agent."""
    told = replace(row.trajectory, attempt=attempt)
    if agent:
        members = tuple(
            Member(party=AGENT, role=AGENT, player="llm:agent", model=agent)
            if each.party == AGENT
            else each
            for each in told.members
        )
        told = replace(told, members=members)
    if outcome in ("engine", "broke"):
        party = AGENT if outcome == "broke" else "engine"
        failure = Failure(party=party, kind="timeout", message="no answer")
        told = replace(told, stop_reason=StopReason.ERROR, failure=failure)
    decision = row.decision
    if outcome != "pass":
        blamed = USER if outcome == "user" else AGENT
        decision = replace(decision, outcome="reject", reasons=("x.y",), party=blamed)
    return replace(row, trajectory=told, decision=decision)


def figures(*rows: Judged) -> tuple[FactorFigure, ...]:
    found = OneFactor()
    for row in rows:
        found.add(row)
    return found.summary().figures


def test_the_same_attempts_at_base_and_member_make_a_pair():
    (base, member), (other, its_member) = dialogues()
    (figure,) = figures(
        *(ended(base, end, n) for n, end in enumerate(("pass", "pass", "fail", "broke"))),
        *(ended(member, end, n) for n, end in enumerate(("pass", "fail", "pass", "fail"))),
        ended(other, "pass"),
        ended(its_member, "fail"),
    )
    assert (figure.factor, figure.level, figure.player) == ("opening", "vague", "scripted_agent")
    assert (figure.sets, figure.pairs, figure.left_out) == (2, 5, 0)
    assert (figure.both, figure.only_base, figure.only_member, figure.neither) == (1, 2, 1, 1)
    assert (figure.base.part, figure.member.part, figure.base.whole) == (3, 2, 5)
    assert figure.difference.value == pytest.approx(-0.2)
    assert not figure.difference.tells


def test_what_says_nothing_of_the_agent_is_left_out_with_its_pair():
    (base, member), _ = dialogues()
    (figure,) = figures(
        *(ended(base, end, n) for n, end in enumerate(("pass", "engine", "pass", "pass"))),
        *(ended(member, end, n) for n, end in enumerate(("user", "pass", "pass"))),
    )
    assert (figure.pairs, figure.both, figure.left_out) == (1, 1, 2)


def test_a_base_without_its_member_and_a_member_without_its_base_make_no_pair():
    (base, member), _ = dialogues()
    assert figures(base) == figures(member) == figures(*judged_set()) == ()


def test_each_of_several_agents_has_figures_of_its_own():
    (base, member), _ = dialogues()
    found = figures(
        ended(base, "pass", agent="strong"),
        ended(member, "pass", agent="strong"),
        ended(base, "pass", agent="weak"),
        ended(member, "fail", agent="weak"),
    )
    assert [(each.player, each.both, each.only_base) for each in found] == [
        ("strong", 1, 0),
        ("weak", 0, 1),
    ]


@given(st.lists(st.sampled_from(["pass", "fail", "user", "engine"]), min_size=2, max_size=10))
def test_parts_of_a_set_add_up_to_the_whole(outcomes: list[Outcome]):
    (base, member), _ = dialogues()
    rows = [
        ended((base, member)[number % 2], outcome, number // 2)
        for number, outcome in enumerate(outcomes)
    ]
    parts = [OneFactor(), OneFactor()]
    for number, row in enumerate(rows):
        parts[number % 3 == 0].add(row)
    parts[0].merge(parts[1])
    assert parts[0].summary().figures == figures(*rows)


@pytest.mark.parametrize(
    ("pairs", "low", "high"),
    [((36, 12, 2, 0), 0.0569, 0.3404), ((0, 10, 0, 0), 0.6075, 1.0)],
)
def test_the_interval_is_newcombes(pairs: tuple[int, int, int, int], low: float, high: float):
    """The first is an example of Newcombe's (1998); the second follows by hand from Wilson's interval of
    0 and of 10 out of 10, each 0.2775 wide."""
    found = difference(*pairs)
    assert -found.high == pytest.approx(low, abs=6e-5)
    assert -found.low == pytest.approx(high, abs=6e-5)


@given(*(st.integers(0, 40) for _ in range(4)), st.integers(1, 6))
def test_more_attempts_at_the_same_plans_make_no_interval_narrower(
    both: int, first: int, second: int, neither: int, attempts: int
):
    once = difference(both, first, second, neither)
    sets = both + first + second + neither
    cells = [attempts * each for each in (both, first, second, neither)]
    again = difference(*cells, of=sets)
    assert (again.low, again.high) == pytest.approx((once.low, once.high))
    assert -1 <= again.low <= again.value <= again.high <= 1
    swapped = difference(both, second, first, neither)
    assert (-swapped.high, -swapped.low) == pytest.approx((once.low, once.high))
