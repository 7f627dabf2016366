"""A member differs from its base in its factor and in nothing else."""

from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import defects
from generators.difficulty import factors_of
from generators.domains.registry import DOMAINS, domain_named
from generators.faults import FaultRule, planned_faults
from generators.hiding import hidden_count, withholdable
from generators.one_factor.difference import differing
from generators.one_factor.factors import FACTORS
from generators.one_factor.variation import Variation
from generators.perturbed.view import domain_of
from generators.planning import Refusal, plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from outputs.figures.faults import faults_of
from tests.every_domain import EVERY_DOMAIN
from tests.outputs.perturbed_set import row_of
from tests.people import person
from tests.sets import PlanSet, plan_sets

FOUND_OUT = ("id", "provenance", "difficulty", "factors", "probes", "discrimination")
MOSTLY_SLOW = [
    pytest.param(name, marks=() if name == "cloakroom" else pytest.mark.slow)
    for name in sorted(DOMAINS)
]
GROWN = ("goals", "facts", "steps", "actions", "must_say", "must_not_say")


def shared(plan: Blueprint, base: Blueprint, factor: str) -> dict[str, Any]:
    """What a member has to share with its base: all but its factor, and what is found out about it."""
    tree = msgspec.to_builtins(replace(plan, **{n: getattr(base, n) for n in FOUND_OUT}))
    whole = {"uncertainty": ("uncertainty",), "opening": ("opening",)}
    whole |= {"distractor": ("distractors",), "environment": ("domain_hash", "perturbation")}
    for field in whole.get(factor, ()):
        tree.pop(field, None)
    if factor in ("width", "depth"):
        for field in GROWN:
            tree[field] = tuple(tree.get(field, ()))[: len(getattr(base, field))]
        tree = {key: value for key, value in tree.items() if not key.startswith("end_")}
    parts = {
        "uncertainty": (("facts", "reveal"), ("goals", "missing")),
        "implied": (("facts", "reveal"), ("facts", "slip")),
        "environment": (("actions", "tool"), ("actions", "arguments")),
    }
    for field, part in parts.get(factor, ()):
        for record in tree[field]:
            record.pop(part, None)
    return tree


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_two_plans_that_differ_in_one_factor_share_all_other_fields(name: str):
    made = set[str]()
    for each in plan_sets(name, 4):
        for variation, member in each.members.items():
            factor = variation.partition("=")[0]
            made.add(factor)
            assert shared(member, each.base, factor) == shared(each.base, each.base, factor)
            assert member.id != each.base.id
            assert (member.base_id, member.variation) == (each.base.id, variation)
            assert differing(each.base, member) & FACTORS[factor].changes
            assert defects(member, domain_of(member)) == []
    assert made >= {"uncertainty", "opening", "distractor", "environment"}


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_factor_is_at_the_level_that_its_member_is_named_for(name: str):
    for base, members, _, _ in plan_sets(name, 4):
        needed = len(withholdable(base))
        for variation, member in members.items():
            factor, _, level = variation.partition("=")
            goals = len(member.goals) - len(base.goals)
            assert goals == (factor in ("width", "depth"))
            assert len(member.distractors) == (factor == "distractor")
            assert member.opening == (level if factor == "opening" else "full")
            assert bool(member.perturbation) == (factor == "environment")
            at = float(level) if factor == "uncertainty" else 0.0
            assert member.uncertainty == at
            hidden = [fact for fact in withholdable(member) if fact.reveal == "when_asked"]
            assert len(hidden) == hidden_count(at, needed)
            if goals:
                assert bool(member.goals[-1].after) == (factor == "depth")


@given(st.integers(0, 30), st.lists(st.integers(0, 10), min_size=2, max_size=4, unique=True))
@settings(max_examples=8)
def test_of_two_levels_the_higher_withholds_all_that_the_lower_does(seed: int, tenths: list[int]):
    levels = [tenth / 10 for tenth in sorted(tenths)]
    names = tuple(f"uncertainty={level:g}" for level in levels)
    ((base, members, refused, _),) = plan_sets("energy", 1, names, level=0.5, seed=seed)
    hidden = [
        {fact.key for fact in plan.facts if fact.reveal == "when_asked"}
        for plan in (members.get(name, base) for name in names)
    ]
    assert all(low <= high for low, high in pairwise(hidden))
    assert all("as many as the base" in each.message for each in refused.values())


def test_a_level_is_kept_when_a_goal_is_added():
    for name in ("energy", "library"):
        for level in (0.5, 1.0):
            for base, members, refused, _ in plan_sets(name, 3, ("width=1",), level):
                for member in members.values():
                    facts = withholdable(member)
                    hidden = sum(fact.reveal == "when_asked" for fact in facts)
                    assert hidden == hidden_count(level, len(facts))
                    assert member.uncertainty == base.uncertainty == level
                assert members or refused


@pytest.mark.slow
def test_preferences_are_only_hinted_at_where_they_were_told():
    met = 0
    for base, members, refused, _ in plan_sets("clinic", 60, ("implied=all",), 1.0):
        hints = {fact.key for fact in base.facts if fact.hints and fact.reveal == "when_asked"}
        assert bool(members) == bool(hints)
        assert all(each.code == "no_variation.implied" for each in refused.values())
        for member in members.values():
            met += 1
            assert {fact.key for fact in member.facts if fact.reveal == "implied"} == hints
            assert shared(member, base, "implied") == shared(base, base, "implied")
    assert met


def test_what_cannot_be_varied_is_refused_with_the_reason():
    (found,) = plan_sets("cloakroom", 1, ("depth=1", "uncertainty=0", "opening=full"))
    assert {key: (each.code, each.message) for key, each in found.refused.items()} == {
        "depth=1": (
            "no_variation.depth",
            "there is no further goal that builds on an earlier one",
        ),
        "uncertainty=0": (
            "no_variation.uncertainty",
            f"of {len(withholdable(found.base))} facts, 0 withholds as many as the base",
        ),
        "opening=full": ("no_variation.opening", "the base opens full"),
    }


def test_without_its_base_there_is_no_member():
    # Nobody has a case of a domain whose intents have no weight.
    none = dict.fromkeys(domain_named("cloakroom").intents, 0.0)
    opening = (Variation(factor="opening", level="vague"),)
    spec = PlanSpec(goals={1: 1.0}, intents=none, one_factor=opening)
    found = plan_blueprint(domain_named("cloakroom"), person(1), spec, 5, 1)
    assert isinstance(found, Refusal)
    assert (found.code, found.index) == ("no_base", 1)
    assert found.message == "its base is refused: no_case"


def test_sources_that_do_not_choose_goals_one_by_one_take_no_further_goal():
    (found,) = plan_sets("energy", 1, ("width=1", "opening=vague"), source="backward")
    assert found.refused["width=1"].message == "plans of the source backward take no further goal"
    assert "opening=vague" in found.members


def guessing(plan_set: PlanSet, plan: Blueprint) -> tuple[bool, bool]:
    """Whether an agent that guesses what it is not told, where it can, does guess, and is rejected."""
    rule = FaultRule(kind="guesses", party="agent", probability=1.0)
    row = row_of(plan, plan_set.persona, faults=planned_faults([rule], 3, plan, 0))
    guessed = any(fault["fired"] for fault in faults_of(row.trajectory))
    return guessed, row.decision.outcome == "reject"


@pytest.mark.parametrize("name", MOSTLY_SLOW)
def test_an_agent_that_guesses_fails_where_information_is_hidden_and_nowhere_else(name: str):
    told = ("opening=vague", "distractor=1", "width=1", "depth=1", "environment=renamed")
    failed, closed = Counter[str](), 0
    # At the data desk few questions leave anything to guess.
    for each in plan_sets(name, 10 if name == "datadesk" else 4, ("uncertainty=1", *told)):
        for variation, plan in {"base": each.base, **each.members}.items():
            guessed, rejected = guessing(each, plan)
            assert guessed == rejected
            failed[variation] += rejected
        closed += 1
    assert +failed == {"uncertainty=1": failed["uncertainty=1"]}
    assert 0 < failed["uncertainty=1"] <= closed


def test_players_have_the_same_chances_throughout_a_set():
    """Half of the agents show the fault: those of a base and of all its members, or none of them."""
    rules = [FaultRule(kind="does_nothing", party="agent", probability=0.5)]
    seen = set[bool]()
    for base, members, _, _ in plan_sets("cloakroom", 8, ("opening=vague", "distractor=1")):
        faults = {bool(planned_faults(rules, 3, plan, 0)) for plan in (base, *members.values())}
        assert len(faults) == 1
        seen |= faults
    assert seen == {True, False}


def test_what_makes_a_plan_hard_follows_from_what_is_different():
    for base, members, _, _ in plan_sets("energy", 4):
        for member in members.values():
            assert member.factors == factors_of(member)
        assert members["opening=vague"].factors == base.factors
        assert members["uncertainty=1"].factors["withheld"] > base.factors["withheld"]


def test_a_member_is_no_repetition_of_its_base():
    """Hints alone do not tell: those are why members are not compared with their bases."""
    for base, members, _, _ in plan_sets("energy", 4):
        signed = [signature(plan) for plan in (base, *members.values())]
        assert len(set(signed)) == len(signed)


def test_every_factor_has_levels_of_its_own_that_are_right():
    for factor in FACTORS.values():
        assert factor.levels
        assert not any(factor.mistake(level) for level in factor.levels)
        assert factor.mistake("nonsense")
        assert factor.does
