"""The table of what came out, by level of uncertainty."""

from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.event import AGENT
from generators.faults import Fault
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from outputs.figures.disclosure import DisclosureSummary
from outputs.judged import Judged
from outputs.statistics import statistics_of
from outputs.told import told_in
from tests.people import person
from tests.verifiers.played import case_of, dialogue
from verifiers.committee import Committee, decide
from verifiers.rewards import Weights, accounted

LEVELS = (0.0, 0.4, 0.6, 1.0)


@cache
def swept(fault: str = "") -> tuple[Judged, ...]:
    """Three dialogues at each level."""
    cloakroom, rows = domain_named("cloakroom"), []
    for level in LEVELS:
        fetch = {"fetch": 1.0, "lost_ticket": 0.0, "count": 0.0}
        spec = PlanSpec(goals={1: 1.0}, intents=fetch, uncertainty={level: 1.0})
        for index in range(3):
            plan = plan_blueprint(cloakroom, person(index), spec, seed=4, index=index)
            assert isinstance(plan, Blueprint)
            faults = (Fault(kind=fault, party=AGENT, at="goal:1"),) if fault else ()
            told = accounted(dialogue(plan, person(index), faults=faults), plan, Weights())
            decision = decide(case_of(told, plan), Committee(vetoes=("replay", "information")))
            rows.append(
                Judged(trajectory=told, blueprint=plan, persona=person(index), decision=decision)
            )
    return tuple(rows)


def summary(fault: str = "") -> DisclosureSummary:
    return statistics_of(swept(fault)).summary().disclosure


def test_a_sweep_tabulates_task_and_clarity_by_level():
    levels = summary().levels
    assert [each.level for each in levels] == ["0%", "40%", "60%", "100%"]
    assert all((each.dialogues, each.completed) == (3, 1.0) for each in levels)
    raised = [each.clarity_raised for each in levels]
    assert raised == sorted(raised, reverse=True)
    assert raised[0] > 0.9
    assert raised[-1] == 0
    assert all(each.clarity_left == pytest.approx(1, abs=1e-3) for each in levels)
    gained = [each.gained for each in levels]
    assert gained == sorted(gained)


def test_coverage_counts_each_withheld_fact_once():
    for each, level in zip(summary().levels, LEVELS, strict=True):
        of_level = [row for row in swept() if row.blueprint.uncertainty == level]
        hidden = sum(f.reveal == "when_asked" for row in of_level for f in row.blueprint.facts)
        assert (each.withheld, each.elicited) == (hidden, hidden)
        assert each.coverage == (1.0 if hidden else None)


def test_who_answers_generically_learns_nothing():
    last = summary("answers_generically").levels[-1]
    assert (last.completed, last.coverage, last.gained, last.useful) == (0.0, 0.0, 0.0, 0)
    assert last.reward < summary().levels[-1].reward


def test_turns_are_counted_by_type():
    turns = summary().turns
    assert sum(turns.values()) == sum(
        len(told.turns) for row in swept() for told in [told_in(row.trajectory)] if told
    )
    assert turns["ambiguous"] > 0 < turns["answerable"]


def test_a_dialogue_in_words():
    told = told_in(swept()[-1].trajectory)
    assert told
    assert "elicited at" in told.in_words
    assert "withheld facts came out" in told.in_words
    assert told_in(dialogue(swept()[-1].blueprint, swept()[-1].persona)) is None
