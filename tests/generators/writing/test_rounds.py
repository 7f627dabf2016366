"""Plans that somebody writes: sound ones pass, flawed ones come back with a reason, and are mended."""

import asyncio
from dataclasses import replace

import pytest
from _pytest.mark import ParameterSet

from generators.authored import Authors, plan_authored
from generators.blueprint_check import defects
from generators.domains.plan import Plan
from generators.domains.registry import DOMAINS, domain_named
from generators.planning import Refusal
from generators.replay import rehearse
from generators.reviewing.figures import figures_of
from generators.sources.request import PlanSpec
from generators.writing.flaws import FLAWS
from personas.record import identified
from tests.generators.writing.writing import PRICED, flawed, given, outcome, panel_of
from tests.people import person

ALWAYS_SHOWN = ("unknown_tool", "invents_answer", "says_nothing", "unannounced", "cut_off")
"""By carrying a plan out. Of the others some plans show it to a check, and some to a reader only: what
is done is sound, and not what is wanted."""
FAIR = (0.0, 0.0, 0.0)


def _slow_but(quick: str, names: list[str]) -> list[ParameterSet]:
    """One of the names is for every run, the others for runs with time."""
    return [pytest.param(name, marks=() if name == quick else pytest.mark.slow) for name in names]


@pytest.mark.parametrize("name", _slow_but("cloakroom", sorted(DOMAINS)))
def test_a_sound_proposal_becomes_a_plan_that_can_be_executed_again(name: str) -> None:
    domain = domain_named(name)
    plans = [outcome(given(at, name, goals=2), flawed()).blueprint for at in range(6)]
    written = [plan for plan in plans if plan]
    assert len(written) >= 4
    for plan in written:
        assert plan == identified(plan)
        assert plan.provenance.source == "written"
        assert len(plan.goals) == 2
        run = rehearse(plan, domain, plan.actions)
        assert run.end_hash == plan.end_hash
        assert defects(plan, domain) == []


def test_a_candidate_is_written_the_same_way_whenever_it_is_written() -> None:
    writer, panel = flawed("drops_write", 0.5), panel_of((0.2, 0.2, 0.2), FAIR)
    for number in range(4):
        found = outcome(given(number), writer, panel, rounds=3)
        assert found == outcome(given(number), writer, panel, rounds=3)


@pytest.mark.parametrize("kind", FLAWS)
def test_what_checks_find_is_refused_by_a_code_that_stands_for_the_flaw(kind: str) -> None:
    # Nothing has to be announced in the cloakroom.
    where = ("insurance", PRICED) if kind == "unannounced" else ("cloakroom", ())
    assignments = [given(number, where[0], intents=where[1]) for number in range(12)]
    found = [outcome(each, flawed(kind)) for each in assignments]
    with_it = [each for each in found if each.rounds and each.rounds[0].planned]
    assert len(with_it) >= 3
    noticed = [each for each in with_it if each.blueprint is None]
    assert len(noticed) == len(with_it) or kind not in ALWAYS_SHOWN
    for each in noticed:
        codes = [comment.code for comment in each.rounds[0].defects]
        assert not set(codes).isdisjoint(FLAWS[kind].codes), each.reason
        assert codes[0] == each.code
    sound = [each for each in found if each.rounds and not each.rounds[0].planned]
    assert all(each.blueprint for each in sound)


def test_what_only_a_reader_sees_is_rejected_and_mended_when_it_is_named() -> None:
    unseen = [n for n in range(8) if outcome(given(n), flawed("other_wish")).blueprint]
    assert unseen
    for number in unseen:
        found = outcome(given(number), flawed("other_wish"), panel_of(FAIR, FAIR, FAIR), rounds=2)
        first, second = found.rounds
        assert [vote.code for vote in first.votes] == ["other_wish"] * 3
        assert (first.planned, second.planned) == (("other_wish",), ())
        assert found.blueprint
        assert found.blueprint.provenance.rounds == found.rounds


def test_what_nobody_names_stays_wrong_until_the_rounds_are_over() -> None:
    stubborn = flawed("says_nothing", mends=0.0)
    for number in range(6):
        found = outcome(given(number), stubborn, None, 3)
        assert [each.number for each in found.rounds] == [1, 2, 3]
        assert found.blueprint is None
        assert "nothing_to_say" in {comment.code for comment in found.rounds[-1].comments}


@pytest.mark.parametrize("kind", FLAWS)
def test_no_flaw_of_any_kind_gets_past_checks_and_fair_readers_together(kind: str) -> None:
    for number in range(5):
        found = outcome(given(number), flawed(kind), panel_of(FAIR))
        assert (found.blueprint is None) == bool(found.rounds[0].planned)


def test_figures_say_who_stopped_what_and_who_was_wrong() -> None:
    writer, panel = flawed("other_wish", 0.5), panel_of((1.0, 0.0, 0.0), FAIR, FAIR)
    found = [outcome(given(number), writer, panel) for number in range(30)]
    flawed_ones = sum("other_wish" in each.rounds[0].planned for each in found if each.rounds)
    proposals = sum(bool(each.rounds) for each in found)
    figures = figures_of(each.rounds for each in found)
    assert 0 < flawed_ones < proposals
    assert figures["proposals"] == figures["candidates"] == proposals
    stopped = figures["planned"]["other_wish"]
    assert sum(stopped.values()) == flawed_ones
    assert stopped.get("nobody", 0) == 0
    assert figures["refused"] == flawed_ones
    assert figures["accepted_in_round"] == {"1": proposals - flawed_ones}
    fair, blind = figures["right"]["r1"], figures["right"]["r0"]
    assert fair["flawed"] == fair["flawed_right"] == stopped["reviewers"]
    assert (blind["flawed"], blind["flawed_right"]) == (stopped["reviewers"], 0)
    assert blind["sound"] == blind["sound_right"] == proposals - flawed_ones


@pytest.mark.slow
def test_every_round_that_is_granted_lets_more_flawed_plans_be_mended() -> None:
    writer, panel = flawed("gives_away", 0.6, mends=0.7), panel_of(FAIR)
    accepted = [
        sum(bool(outcome(given(n), writer, panel, rounds).blueprint) for n in range(30))
        for rounds in (1, 2, 4)
    ]
    assert accepted == sorted(accepted)
    assert accepted[0] < accepted[1] < accepted[2]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_plan_of_a_level_has_so_many_goals_and_their_calls_one_after_the_other(
    level: int,
) -> None:
    plans = [outcome(given(n, "energy", goals=level), flawed()).blueprint for n in range(6)]
    for plan in filter(None, plans):
        assert [goal.id for goal in plan.goals] == [f"g{at}" for at in range(level)]
        owners = [action.goal for action in plan.actions]
        assert owners == sorted(owners)
        assert plan.factors["goals"] == level
    assert any(plans)


def test_a_goal_that_needs_the_one_before_it_says_so() -> None:
    intents = ("closure_letter", "move_out")
    found = [
        outcome(given(number, "energy", goals=2, intents=intents), flawed()).blueprint
        for number in range(8)
    ]
    for plan in filter(None, found):
        first, second = plan.goals
        assert second.after == (first.id,)
        assert plan.factors["dependencies"] == 1
    assert any(found)


def test_an_intent_whose_code_fails_costs_the_candidate_and_not_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    domain = domain_named("cloakroom")

    def broken(plan: Plan) -> None:
        raise KeyError("shelf")

    for name, intent in domain.intents.items():
        monkeypatch.setitem(domain.intents, name, replace(intent, oracle=broken))
    spec = PlanSpec(goals={1: 1.0}, sources={"written": 1.0})
    found = asyncio.run(
        plan_authored(domain, person(), spec, 11, 0, Authors(writer=flawed()))
    ).planned
    assert isinstance(found, Refusal)
    assert (found.code, "KeyError" in found.message) == ("oracle_broken", True)
