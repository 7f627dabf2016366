from collections import Counter
from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.domains.clinic import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, phrases_of
from generators.sources.request import PlanSpec
from tests.generators.domains.clinic.cases import blueprints

pytestmark = pytest.mark.slow

_BOOK = phrases_of(DOMAIN.folder)
_SECTIONS = {"confirm": "confirms", "tell": "tells", "refuse": "refusals"}


@cache
def _many() -> tuple[Blueprint, ...]:
    return tuple(blueprints(130, PlanSpec(goals={4: 1.0}, intents={"urgent": 3.0}), seed=23))


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_every_intent_is_raised_in_many_ways(intent: str):
    openings, followups = _BOOK.all("openings", intent), _BOOK.all("followups", intent)
    styles = Counter(template.style for template in openings)
    assert len(openings) >= 10
    assert sum(not template.slots for template in openings) >= 5
    assert all(styles[style] >= 2 for style in STYLES)
    assert len(followups) >= 6
    assert sum(not template.slots for template in followups) >= 3


def test_openings_and_followups_need_only_facts_of_their_intent():
    facts: dict[str, set[str]] = {}
    for blueprint in _many():
        intents = {goal.id: goal.intent for goal in blueprint.goals}
        for fact in blueprint.facts:
            if fact.goal:
                facts.setdefault(intents[fact.goal], set()).add(fact.key)
    for intent in DOMAIN.intents:
        for section in ("openings", "followups"):
            for template in _BOOK.all(section, intent):
                assert template.slots <= facts.get(intent, set()), template.source


def test_every_step_can_be_said_with_all_its_values_and_no_others():
    for blueprint in _many():
        for step in blueprint.steps:
            if step.kind in _SECTIONS:
                templates = _BOOK.all(_SECTIONS[step.kind], step.key)
                assert len(templates) >= 4
                for template in templates:
                    assert template.slots == set(step.slots), template.source
                    if step.kind != "confirm":
                        assert template.sure_slots == set(step.slots), template.source


def test_every_fact_can_be_stated_and_asked_for_with_a_cue():
    facts = {fact.key: fact for each in _many() for fact in each.facts if fact.reveal != "never"}
    for key, fact in facts.items():
        asks, states = _BOOK.all("ask", key), _BOOK.all("state", key)
        assert len(asks) >= 4
        assert len(states) >= 5
        assert any(template.source == "{value}." for template in states)
        for template in asks:
            assert "?" in template.source
            assert hearing.cues_in(template.source, fact), (key, template.source)


def test_no_question_could_be_meant_for_another_fact():
    keys = _BOOK.keys("ask")
    for key in keys:
        for template in _BOOK.all("ask", key):
            meant = [other for other in keys if _BOOK.says("ask", other, template.source)]
            assert meant == [key], (template.source, meant)
            assert hearing.asks_for_words(template.source), template.source


def test_no_words_are_left_over():
    used = {(_SECTIONS[s.kind], s.key) for b in _many() for s in b.steps if s.kind in _SECTIONS}
    for section in _SECTIONS.values():
        assert {(section, key) for key in _BOOK.keys(section)} == {
            each for each in used if each[0] == section
        }
    assert set(_BOOK.keys("looks")) == set(DOMAIN.agent_tools)


def test_questions_are_heard_as_questions_and_refusals_as_refusals():
    for key in _BOOK.keys("confirms"):
        for template in _BOOK.all("confirms", key):
            assert template.source.endswith("?")
            assert not mood.declines(template.source)
    for key in _BOOK.keys("tells"):
        for template in _BOOK.all("tells", key):
            assert "?" not in template.source
            assert not mood.declines(template.source)
    for key in _BOOK.keys("refusals"):
        assert all(mood.declines(template.source) for template in _BOOK.all("refusals", key))
