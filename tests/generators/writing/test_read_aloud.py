"""Written plans in the mouths of scripts: what the policy wants said is said, or the plan goes back."""

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from generators.authored import Authors, plan_authored
from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.reviewing.round import Round
from generators.sources.recital import spoken_breaches
from generators.sources.request import PlanSpec
from generators.writing.assignment import Assignment
from generators.writing.drafting import drafted
from generators.writing.proposal import UNSAID, mistakes_of_form, read_out, written_out
from generators.writing.writer import Attempt
from tests.every_domain import EVERY_DOMAIN
from tests.generators.writing.writing import PRICED, flawed, given, outcome
from tests.people import person
from tests.played import scripted
from verifiers.committee import Committee, decide
from verifiers.decision import Decision
from verifiers.verdict import evidence

SPEC = PlanSpec(goals={1: 0.4, 2: 0.4, 3: 0.2}, withheld=0.5, sources={"written": 1.0})


def judged(plan: Blueprint, number: int) -> Decision:
    """The rules' decision on a plan as scripts play it."""
    dialogue = scripted(plan, person(number))
    return decide(evidence(dialogue, plan, domain_named(plan.domain)), Committee())


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_scripts_play_written_plans_of_every_domain_and_the_rules_accept_them(name: str) -> None:
    domain, decisions = domain_named(name), list[Decision]()
    for number in range(12):
        candidate = plan_authored(domain, person(number), SPEC, 5, number, Authors(writer=flawed()))
        plan = asyncio.run(candidate).planned
        if isinstance(plan, Blueprint):
            decisions.append(judged(plan, number))
    assert len(decisions) >= 8
    rejected = [each.reasons for each in decisions if each.outcome != "accept"]
    assert len(rejected) < len(decisions) / 10, rejected


class NamesNothing:
    """Sound plans in which nothing is said before a call but what is said anyway."""

    name = "names_nothing"

    async def write(
        self, assignment: Assignment, rounds: Sequence[Round], take: int = 0
    ) -> Attempt | None:
        """See ``Writer``."""
        found = await flawed().write(assignment, ())
        if found is None:
            return None
        proposal = read_out(found.text)
        bare = tuple(replace(each, names=(), asks=()) for each in proposal.actions)
        return Attempt(text=written_out(replace(proposal, actions=bare)))


TOLD_FIRST = {
    "clinic": ("renew", "renew_two", "records"),
    "energy": ("switch_tariff", "switch_both", "move_in", "move_visit"),
    "insurance": PRICED,
    "library": ("report_lost", "bring_copy", "register_event", "returned_receipt"),
}
"""Wishes of which the policy wants something said before they are granted."""


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow) for each in TOLD_FIRST]
)
def test_what_is_refused_when_read_aloud_is_what_would_be_rejected_at_play(name: str) -> None:
    domain, refused = domain_named(name), 0
    for number in range(12):
        assignment = given(number, name, intents=TOLD_FIRST[name])
        found = outcome(assignment, NamesNothing())
        if not found.rounds:
            continue
        if found.blueprint:
            assert judged(found.blueprint, number % 5).outcome == "accept"
            continue
        assert found.code == UNSAID
        refused += 1
        plan = drafted(read_out(found.rounds[0].proposal), assignment, "somebody")
        assert isinstance(plan, Blueprint)
        reasons = judged(plan, number % 5).reasons
        assert {f"policy.{clause}" for clause, _ in spoken_breaches(plan, domain)} <= {*reasons}
    assert refused >= 2


def test_a_price_that_is_not_named_comes_back_with_its_clause_and_is_named_then() -> None:
    mended = 0
    clauses = domain_named("insurance").policy.clauses
    for number in range(4):
        found = outcome(given(number, "insurance", intents=PRICED), flawed("unannounced"), rounds=2)
        if not found.rounds or not found.rounds[0].planned:
            continue
        first, second = found.rounds
        assert {each.code for each in first.defects} == {UNSAID}
        assert first.defects[0].constraint == "T07"
        assert clauses["T07"] in first.defects[0].text
        assert second.accepted
        assert any(each.names for each in read_out(second.proposal).actions)
        mended += 1
    assert mended >= 2


def test_a_call_asks_for_nothing_that_is_no_fact() -> None:
    assignment = given(1)
    proposal = read_out(outcome(assignment, flawed()).rounds[0].proposal)
    odd = replace(proposal.actions[0], asks=("shoe_size",), names=("",))
    bad = replace(proposal, actions=(odd, *proposal.actions[1:]))
    said = " ".join(
        each.text
        for each in mistakes_of_form(
            bad, goals=1, intents=assignment.intents, known=assignment.known
        )
    )
    assert "asks for 'shoe_size'" in said
    assert "could not be said" in said


@pytest.mark.slow
def test_what_depends_on_a_result_is_asked_for_after_it() -> None:
    """Which meaning of a word is meant can be asked only once its meanings are known."""
    intents = ("ambiguous_revenue", "ambiguous_riders", "ambiguous_cancellations")
    checked = 0
    for number in range(8):
        plan = outcome(given(number, "datadesk", intents=intents), flawed()).blueprint
        if plan is None:
            continue
        asked = next(at for at, each in enumerate(plan.steps) if "meaning" in each.facts)
        found = [a.id for a in plan.actions if a.tool == "find_metric"]
        assert plan.steps[asked - 1].kind == "tell"
        assert any(each.action == found[0] for each in plan.steps[:asked])
        checked += 1
    assert checked
