from collections import Counter
from functools import cache
from random import Random

import pytest

from generators.blueprint import Blueprint
from generators.domains.permits import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, phrases_of
from generators.scripted.wording import plain
from generators.sources.request import PlanSpec
from tests.generators.domains.permits.cases import blueprints

pytestmark = pytest.mark.slow

_BOOK = phrases_of(DOMAIN.folder)
_SECTIONS = {"confirm": "confirms", "tell": "tells", "refuse": "refusals"}


@cache
def _many() -> tuple[Blueprint, ...]:
    spec = PlanSpec(goals={1: 0.2, 4: 0.8}, intents={"parking_refused": 9.0, "parking_full": 2.0})
    return tuple(blueprints(150, spec, seed=23))


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_every_intent_is_raised_in_many_ways(intent: str):
    openings, followups = _BOOK.all("openings", intent), _BOOK.all("followups", intent)
    styles = Counter(template.style for template in openings)
    assert len(openings) >= 12
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


def test_what_a_user_raises_is_heard_as_a_wish():
    for intent in DOMAIN.intents:
        for section in ("openings", "followups"):
            for template in _BOOK.all(section, intent):
                text = template.source
                assert not hearing.is_done(text), text
                assert not hearing.pushes_back(text), text
                assert not hearing.asks_why(text), text
                assert not hearing.is_lost(text), text
                assert not hearing.checks(text), text
                assert not hearing.corrects(text), text
                assert not mood.only_thanks(text), text


def test_every_step_can_be_said_with_all_its_values_and_no_others():
    for blueprint in _many():
        for step in blueprint.steps:
            if step.kind in _SECTIONS:
                templates = _BOOK.all(_SECTIONS[step.kind], step.key)
                assert len(templates) >= 4
                for template in templates:
                    assert template.slots == set(step.slots), template.source
                    assert template.sure_slots == set(step.slots), template.source


def test_every_errand_can_be_asked_for_and_reported():
    keys = {step.key for each in _many() for step in each.steps if step.kind == "act"}
    assert set(_BOOK.keys("request")) == set(_BOOK.keys("report")) == keys
    seen = {"code", "centimetres", "file_name", "photo", "street"}
    for key in keys:
        assert len(_BOOK.all("request", key)) >= 4
        assert len(_BOOK.all("report", key)) >= 5
        assert not any(template.slots for template in _BOOK.all("request", key))
        assert all(template.sure_slots & seen for template in _BOOK.all("report", key))


def test_every_fact_can_be_stated_and_asked_for_with_a_cue():
    facts = {fact.key: fact for each in _many() for fact in each.facts if fact.reveal != "never"}
    assert set(_BOOK.keys("ask")) == set(facts)
    for key, fact in facts.items():
        asks, states = _BOOK.all("ask", key), _BOOK.all("state", key)
        assert len(asks) >= 4
        assert len(states) >= 5
        assert any(template.source == "{value}." for template in states)
        assert all(template.sure_slots == {"value"} for template in states)
        for template in asks:
            assert "?" in template.source
            assert hearing.cues_in(template.source, fact), (key, template.source)


def test_no_question_could_be_meant_for_another_fact():
    keys = _BOOK.keys("ask")
    for key in keys:
        for template in _BOOK.all("ask", key):
            text = plain(template.render(Random(1), {}))
            meant = [other for other in keys if _BOOK.says("ask", other, text)]
            assert meant == [key], (text, meant)
            assert hearing.asks_for_words(text), text


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
            assert not hearing.asks_for_words(hearing.questions(template.source)[-1])
            assert not mood.declines(template.source), template.source
    for key in _BOOK.keys("tells"):
        for template in _BOOK.all("tells", key):
            assert "?" not in template.source
            assert not mood.declines(template.source), template.source
    for key in _BOOK.keys("refusals"):
        assert all(mood.declines(template.source) for template in _BOOK.all("refusals", key))


@pytest.mark.parametrize("section", ["openings", "followups"])
def test_a_danger_is_heard_as_alarming_and_nothing_else_is(section: str):
    for intent in DOMAIN.intents:
        for template in _BOOK.all(section, intent):
            assert mood.is_alarming(template.source) == (intent == "danger"), template.source
