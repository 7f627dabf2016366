"""Constraints that a writer is given, and the strategy that a plan's complexity picks."""

import pytest

from generators.reviewing.figures import figures_of
from generators.writing.constraints import complexity_of, constraints_of, proposals_for
from generators.writing.model import messages_of
from tests.generators.writing.writing import flawed, given, outcome, panel_of

FAIR = (0.0, 0.0, 0.0)


def test_what_a_writer_is_held_to_is_listed_one_by_one() -> None:
    assignment = given(2, "energy", goals=2)
    found = constraints_of(assignment)
    names = [each.name for each in found]
    assert names[:2] == ["goal 1", "goal 2"]
    assert names[-len(assignment.facts) :] == [f"known {each.key}" for each in assignment.facts]
    domain = assignment.domain
    clauses = [each for each in found if each.name in domain.clauses]
    assert len(clauses) == len(found) - 2 - len(assignment.facts)
    assert clauses
    prompt = messages_of(assignment, ())[1]["content"]
    assert all(f"- {each.name}: {each.text}" in prompt for each in found)


@pytest.mark.parametrize("domain", ["cloakroom", "energy"])
def test_a_plan_of_more_goals_is_more_complex(domain: str) -> None:
    for number in range(6):
        found = [complexity_of(given(number, domain, goals=goals)) for goals in (1, 2, 3)]
        assert found == sorted(set(found))


def test_easy_and_hard_plans_are_routed_to_different_strategies() -> None:
    easy, hard = given(1), given(1, goals=3)
    least = complexity_of(hard)
    assert complexity_of(easy) < least
    best_of = {least: 3, least + 10: 6}
    assert [proposals_for(complexity_of(each), best_of) for each in (easy, hard)] == [1, 3]
    assert proposals_for(least + 10, best_of) == 6
    found = [outcome(each, flawed(), best_of=best_of).rounds[0] for each in (easy, hard)]
    assert [each.strategy for each in found] == ["single", "best_of_3"]
    assert [each.complexity for each in found] == [complexity_of(easy), least]


def test_without_strategies_nothing_is_said_of_them() -> None:
    found = outcome(given(1), flawed())
    assert (found.rounds[0].strategy, found.rounds[0].complexity) == ("", 0)
    assert "strategies" not in figures_of([found.rounds])


def test_the_best_of_some_proposals_goes_on_and_the_others_are_kept() -> None:
    """Half of the proposals have a flaw; one without any is taken, where there is one."""
    writer, panel = flawed("says_nothing", 0.5), panel_of(FAIR)
    for number in range(12):
        assignment = given(number)
        one = outcome(assignment, writer, panel)
        best = outcome(assignment, writer, panel, best_of={1: 4})
        if not best.rounds:
            continue
        (kept,) = best.rounds
        proposals = [*kept.others, kept]
        assert kept.accepted == any(not each.planned for each in proposals)
        assert len(proposals) == 4 or kept.accepted
        assert all(each.proposal and each.defects for each in kept.others)
        assert best.blueprint or not one.blueprint
        if best.blueprint:
            assert best.blueprint.provenance.rounds == (kept,)


def test_of_proposals_that_work_the_one_with_more_votes_goes_on() -> None:
    """Each of three reviewers is now and then against a sound plan."""
    panel, split = panel_of((0.0, 0.4, 0.0), (0.0, 0.4, 0.0), (0.0, 0.4, 0.0)), 0

    def favour(votes: tuple[object, ...]) -> int:
        return sum(getattr(each, "outcome", "") == "accept" for each in votes)

    for number in range(12):
        found = outcome(given(number), flawed(), panel, best_of={1: 3})
        for each in found.rounds:
            assert all(favour(each.votes) >= favour(other.votes) for other in each.others)
            split += bool(each.others)
    assert split >= 3


def test_one_that_has_nothing_against_it_ends_the_round() -> None:
    found = outcome(given(1), flawed(), panel_of(FAIR), best_of={1: 5})
    assert not found.rounds[0].others


@pytest.mark.parametrize(
    ("kind", "constraint"), [("drops_write", "K02"), ("says_nothing", "goal 1")]
)
def test_feedback_names_the_constraint_that_is_violated_and_the_next_candidate_keeps_it(
    kind: str, constraint: str
) -> None:
    mended = 0
    for number in range(30):
        assignment = given(number, intents=("fetch",))
        found = outcome(assignment, flawed(kind), None, 2, {1: 2})
        if len(found.rounds) < 2:
            continue
        first, second = found.rounds
        assert constraint in {each.name for each in constraints_of(assignment)}
        assert constraint in {each.constraint for each in first.comments}
        said = messages_of(assignment, found.rounds[:1])[-1]["content"]
        assert f"violates {constraint}" in said
        assert second.accepted
        assert not second.comments
        mended += 1
    assert mended >= 3


def test_figures_count_thrown_away_proposals_by_strategy() -> None:
    found = [
        outcome(given(n, goals=1 + n % 2), flawed("cut_off", 0.5), best_of={5: 3}).rounds
        for n in range(12)
    ]
    figures = figures_of(found)
    made = [each for rounds in found for kept in rounds for each in (kept, *kept.others)]
    assert figures["proposals"] == len(made) > figures["candidates"]
    assert {*figures["strategies"]} == {"single", "best_of_3"}
    assert sum(each["proposals"] for each in figures["strategies"].values()) == len(made)
    assert figures["planned"]["cut_off"]["checks"] == sum(bool(each.planned) for each in made)


def test_what_the_best_of_some_is_does_not_depend_on_when_it_is_asked() -> None:
    writer, panel = flawed("drops_write", 0.6), panel_of((0.2, 0.3, 0.1), FAIR)
    for number in range(3):
        one, other = (outcome(given(number), writer, panel, 3, {1: 3}) for _ in range(2))
        assert one == other
